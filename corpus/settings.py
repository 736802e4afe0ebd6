"""What a client sets about its documents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class CorpusSettings(BaseModel):
    """How a folder of documents is taken in.

    `include` and `exclude` are globs on the path relative to the folder (`*` also matches `/`: `*.md` means
    every Markdown file in every folder, and `drafts/*` all that is under `drafts`). A file must match one of
    `include` and none of `exclude`.
    """

    model_config = ConfigDict(extra="forbid")

    include: list[str] = Field(default=["*"], description="globs of the paths to take in")
    exclude: list[str] = Field(default=[], description="globs of the paths to leave out")
    rights: str = Field(default="unknown", description="what is known about the right to use the documents")
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
    conflicts: Literal["report", "newest"] = Field(
        default="report",
        description="documents that contradict each other: held and reported, or the newest of them holds",
    )
    prefer: list[str] = Field(
        default=[], description="globs of the paths that hold where documents contradict each other, in order"
    )
