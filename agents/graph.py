"""The campaign graph: one night's walk from documents to a decision.

    refine → examine → answer → grade (a task an area) → diagnose → decide → report
                         ↑                                  │          ├→ ask ─┤
                         └───────── more questions ─────────┘          └→ teach → gate → promote ─┤
                                                                                        hold ─────┤
                                                                                        reject ───┴→ report

State holds ids and short words only; everything else is in the store. A node may be killed anywhere and run
again: each skips what is there (see docs/design/resume.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict

from ..store.errors import CampaignCancelled
from . import answering, diagnostician, examiner, gatekeeper, grader, refiner, reporter, tutor
from .stages import Stages

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from .deps import Deps


class CampaignState(TypedDict):
    """What the checkpointer keeps, filled on the way. `advice`: incomplete, nothing, train, ask or stop."""

    campaign_id: int
    round: int
    more: bool
    advice: str
    challenger_id: int
    verdict: str


class AreaTask(TypedDict):
    """The part of the state that one grading task gets."""

    campaign_id: int
    round: int
    area: str


Node = Callable[[Any, "Deps"], dict[str, Any]]


def build(deps: Deps, stages: Stages, checkpointer: BaseCheckpointSaver[Any]) -> Any:
    """The compiled graph for one campaign. Invoke it with `durability="sync"`."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Send

    def fan_out(state: CampaignState) -> list[Any]:
        # (No Send in the annotation: langgraph evaluates it, and knows only this module's names.)
        areas = grader.areas(deps.store, state["campaign_id"])
        return [
            Send("grade", AreaTask(campaign_id=state["campaign_id"], round=state["round"], area=area))
            for area in areas
        ]

    graph = StateGraph(CampaignState)
    for name, work in _NODES.items():
        graph.add_node(name, _node(name, work, deps, stages))
    graph.add_node("grade", _grading_task(deps, stages))
    graph.add_edge(START, "refine")
    graph.add_edge("refine", "examine")
    graph.add_edge("examine", "answer")
    graph.add_conditional_edges("answer", fan_out, ["grade"])
    graph.add_edge("grade", "diagnose")
    graph.add_conditional_edges("diagnose", _after_diagnosis, ["answer", "decide"])
    graph.add_conditional_edges("decide", _after_advice, ["report", "ask", "teach"])
    graph.add_conditional_edges("ask", _after_advice, ["report", "teach"])
    graph.add_edge("teach", "gate")
    graph.add_conditional_edges("gate", lambda state: state["verdict"], ["promote", "hold", "reject"])
    for name in ("promote", "hold", "reject"):
        graph.add_edge(name, "report")
    graph.add_edge("report", END)
    return graph.compile(checkpointer=checkpointer)


_NODES: dict[str, Node] = {
    "refine": refiner.refine,
    "examine": examiner.examine,
    "answer": answering.answer,
    "diagnose": diagnostician.diagnose,
    "decide": diagnostician.decide,
    "ask": diagnostician.ask,
    "teach": tutor.teach,
    "gate": gatekeeper.gate,
    "promote": gatekeeper.promote,
    "hold": gatekeeper.hold,
    "reject": gatekeeper.reject,
    "report": reporter.report,
}


def _after_diagnosis(state: CampaignState) -> str:
    return "answer" if state["more"] else "decide"


def _after_advice(state: CampaignState) -> str:
    return {"train": "teach", "ask": "ask"}.get(state["advice"], "report")


def _node(name: str, work: Node, deps: Deps, stages: Stages) -> Any:
    """A node of the graph: the work between its two events and its two probes.

    What the work returns under `counts` goes into the event of its end, not into the state.
    """

    def run(state: CampaignState) -> dict[str, Any]:
        round_ = state.get("round", 1)
        if name == "diagnose":
            stages.finished("grade", round_)  # all areas are in: this node waits for them
        stages.started(name, round_)
        deps.probe(f"{name}:start")
        _go_on(deps, state)
        update = work(state, deps)
        _go_on(deps, state)  # a part that was stopped half-way must not count as finished
        stages.finished(name, round_, **update.pop("counts", {}))
        deps.probe(f"{name}:end")
        return update

    return run


def _grading_task(deps: Deps, stages: Stages) -> Any:
    """One area's grading. Many run side by side; the stage ends where `diagnose` starts."""

    def run(task: AreaTask) -> dict[str, Any]:
        stages.started("grade", task["round"])
        deps.probe("grade:start")
        grader.grade(task, deps)
        _go_on(deps, task)
        deps.probe("grade:end")
        return {}

    return run


def _go_on(deps: Deps, state: CampaignState | AreaTask) -> None:
    if deps.cancelled():
        raise CampaignCancelled(f"campaign {state['campaign_id']} was stopped")
