"""What a client sets about its documents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

Use = Literal["train", "exam-only", "exclude", "ask"]


class RightsRule(BaseModel):
    """What may be done with the documents whose path matches a glob (`*` also matches `/`)."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(min_length=1, description="a glob on the document's path")]
    use: Use = Field(description="train, exam-only (no training), exclude, or ask (held)")
    licence: str = Field(default="", description="the licence that is known to apply, such as CC-BY-4.0")


def _form_of_rights(value: Any) -> str:
    return "statement" if isinstance(value, str) else "rules"


Rights = Annotated[
    Annotated[str, Tag("statement")] | Annotated[list[RightsRule], Tag("rules")],
    Discriminator(_form_of_rights),
]


class CorpusSettings(BaseModel):
    """How a folder of documents is taken in.

    `include` and `exclude` are globs on the path relative to the folder (`*` also matches `/`: `*.md` means
    every Markdown file in every folder, and `drafts/*` all that is under `drafts`). A file must match one of
    `include` and none of `exclude`. Of `rights` rules the last one that matches a path counts.
    """

    model_config = ConfigDict(extra="forbid")

    include: list[str] = Field(default=["*"], description="globs of the paths to take in")
    exclude: list[str] = Field(default=[], description="globs of the paths to leave out")
    rights: Rights = Field(
        default="unknown",
        description="what is known about the right to use the documents: a statement about all, or rules by path",
    )
    unknown_rights: Literal["ask", "exam-only", "exclude", "allow"] = Field(
        default="allow", description="what is done with documents about whose rights nothing is known"
    )
    rules: dict[str, bool] = Field(
        default={}, description="refining rules to switch off (or on): nightschool documents rules lists them"
    )
    personal: Literal["people", "all"] = Field(
        default="people",
        description="whose addresses and telephone numbers are masked: people's, or those of functions too",
    )
    keep_personal: list[str] = Field(
        default=[], description="globs of e-mail addresses and telephone numbers that everybody may know"
    )
    languages: list[str] = Field(
        default=[], description="two-letter codes; passages in another language are skipped. Empty: all"
    )
    prefer: list[str] = Field(
        default=[],
        description="globs of paths that hold where documents say the same or contradict each other, in order",
    )
    max_bytes: Annotated[int, Field(gt=0)] = Field(
        default=50_000_000, description="larger files, or members of archives, are rejected with that reason"
    )
    max_pages: Annotated[int, Field(gt=0)] = Field(
        default=2_000, description="PDF pages read of one file; the rest is reported"
    )
    max_seconds: Annotated[float, Field(gt=0)] = Field(
        default=60.0, description="time for one PDF, Word file or workbook; what comes after that is reported"
    )
    area_passages: Annotated[int, Field(gt=0)] = Field(
        default=5, description="an area with fewer passages is joined to the one above it"
    )
    conflicts: Literal["report", "newest"] = Field(
        default="report",
        description="documents that contradict each other: held and reported, or the newest of them holds",
    )

    @field_validator("rules")
    @classmethod
    def _known_rules(cls, given: dict[str, bool]) -> dict[str, bool]:
        from .rules.catalogue import RULES

        names = [rule.name for rule in RULES]
        for name in given:
            if name not in names:
                raise ValueError(f"there is no refining rule {name!r}; there are: {', '.join(names)}")
        return given

    def refining(self) -> dict[str, object]:
        """The choices that the refining rules depend on: other ones, and documents are refined anew."""
        return self.model_dump(include={"rules", "personal", "keep_personal", "languages"})
