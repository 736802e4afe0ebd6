"""What a client sets about its documents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

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
    max_bytes: Annotated[int, Field(gt=0)] = Field(
        default=50_000_000, description="larger files are rejected, with that reason"
    )
    max_pages: Annotated[int, Field(gt=0)] = Field(
        default=2_000, description="PDF pages read of one file; the rest is reported"
    )
    max_seconds: Annotated[float, Field(gt=0)] = Field(
        default=60.0, description="time for one PDF; the pages after that are reported"
    )
    area_passages: Annotated[int, Field(gt=0)] = Field(
        default=5, description="an area with fewer passages is joined to the one above it"
    )
