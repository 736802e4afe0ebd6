"""The tutor: teaches a challenger what the champion lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .deps import Deps


def teach(state: Any, deps: Deps) -> dict[str, Any]:
    """Train the campaign's challenger in a child process. Raises `ModelError`."""
    from ..training.teach import teach as train

    def progress(line: dict[str, Any]) -> None:
        step, steps = line.get("step"), line.get("steps")
        if isinstance(step, int):
            deps.progress("teach", step, steps if isinstance(steps, int) else None)

    challenger_id = train(
        deps.store,
        state["campaign_id"],
        deps.settings.teaching,
        folder=deps.runs,
        trainer=deps.trainer,
        progress=progress,
        cancelled=deps.cancelled,
    )
    return {"challenger_id": challenger_id}
