"""The tutor: teaches a challenger what the champion lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .deps import Deps


def teach(state: Any, deps: Deps) -> dict[str, Any]:
    """Train the campaign's challenger in a child process. Raises `ModelError`."""
    from ..training.teach import teach as train

    challenger_id = train(
        deps.store,
        state["campaign_id"],
        deps.settings.taught(),
        folder=deps.runs,
        trainer=deps.trainer,
        progress=relay(deps.progress, "teach"),
        cancelled=deps.cancelled,
    )
    return {"challenger_id": challenger_id}


def relay(progress: Callable[[str, int, int | None], None], stage: str) -> Callable[[dict[str, Any]], None]:
    """Hand on the training child's progress lines as (stage, step, steps)."""

    def told(line: dict[str, Any]) -> None:
        step, steps = line.get("step"), line.get("steps")
        if isinstance(step, int):
            progress(stage, step, steps if isinstance(steps, int) else None)

    return told
