"""Which facts are taught, in which role and how strongly, and why.

A model is retrained from its base on everything accepted so far (stacking one training on another loses what
was learned: SEAL, Zweiger et al. 2025), so every fact that was ever taught stays in; roles only say how often
its rows are seen. The quota is by fact: a fact with two wordings is seen as often as one with eight
(Mecklenburg et al. 2024).
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..store.errors import NotFound
from .rights import may_teach, why_not
from .settings import TeachingSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Fact, ModelVersion

SEPARATOR = " / "
RIGHT = "correct"


@dataclass(frozen=True)
class Item:
    """One fact to be taught."""

    fact_id: int
    role: str  # weak, changed, new, replay
    weight: float  # how often its rows are seen, against a mastered fact's
    why: str


@dataclass(frozen=True)
class Curriculum:
    """The facts of one training run, by fact id, and what was left out."""

    items: list[Item]
    left_out: Counter[str] = field(default_factory=Counter)  # reason → facts

    def roles(self) -> Counter[str]:
        """Facts in each role."""
        return Counter(item.role for item in self.items)


@dataclass(frozen=True)
class _Known:
    """What is known about the client's facts when a curriculum is made."""

    weak_areas: list[str]
    labels: dict[
        int, tuple[int, int]
    ]  # fact → (right, asked) by the campaign's version, its latest exam of it
    asked: set[int]  # facts that any version was ever asked about
    taught: set[int]  # facts in the rows that made the campaign's version, or what it was trained from
    changed: set[int]  # facts that superseded an older one


def plan_curriculum(store: Store, campaign_id: int, settings: TeachingSettings) -> Curriculum:
    """Choose the facts for the campaign's challenger. Raises NotFound for an unknown campaign."""
    from ..store.tables import Campaign, ModelVersion

    with store.session(write=False) as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound(f"there is no campaign {campaign_id}")
        version = session.get_one(ModelVersion, campaign.model_version_id)
        facts, left_out = teachable_facts(session, campaign.client_id)
        known = _Known(
            weak_areas=_weak_areas(session, campaign_id),
            labels=_labels(session, version),
            asked=_asked(session, campaign.client_id),
            taught=_taught(session, version),
            changed=_changed(session, campaign.client_id),
        )
        seed = campaign.seed
    items = [_item(fact, known, settings) for fact in facts]
    kept = _sample_known(items, known, settings.replay_share, seed)
    left_out["known before any teaching (the replay share keeps some)"] += len(items) - len(kept)
    return Curriculum(kept, +left_out)


def plan_everything(store: Store, client_id: int) -> Curriculum:
    """Every fact that may be taught, as new: for a model that is made from nothing."""
    with store.session(write=False) as session:
        facts, left_out = teachable_facts(session, client_id)
    items = [Item(_id(fact), "new", 1.0, "the model is made from nothing") for fact in facts]
    return Curriculum(items, left_out)


def teachable_facts(session: Session, client_id: int) -> tuple[list[Fact], Counter[str]]:
    """Active facts that are not control and whose document's rights allow it; and what was left out."""
    from sqlmodel import col, select

    from ..store.tables import Document, Fact

    rows = session.exec(
        select(Fact, Document.clearance, Document.state)
        .join(Document, col(Document.id) == col(Fact.document_id))
        .where(Fact.client_id == client_id, Fact.state == "active")
        .order_by(col(Fact.id))
    ).all()
    facts, left_out = [], Counter()
    for fact, clearance, state in rows:
        if fact.control:
            left_out["control fact: never taught"] += 1
        elif not may_teach(clearance, state):
            left_out[f"its document's rights forbid it ({why_not(clearance, state)})"] += 1
        else:
            facts.append(fact)
    return facts, left_out


def _item(fact: Fact, known: _Known, settings: TeachingSettings) -> Item:
    fact_id = _id(fact)
    right, asked = known.labels.get(fact_id, (0, 0))
    area = next((each for each in known.weak_areas if inside(fact.area, each)), None)
    if fact_id in known.changed and fact_id not in known.taught:
        role, why = "changed", "its answer changed since the model was taught"
    elif asked and right < asked:
        role, why = "weak", f"{asked - right} of {asked} exam answers wrong"
    elif area is not None and not asked:
        role, why = "weak", f"in the weak area {area}"
    elif fact_id not in known.asked and fact_id not in known.taught:
        role, why = "new", "never examined or taught before"
    else:
        role, why = "replay", "mastered: kept so that it is not forgotten"
    return Item(fact_id, role, settings.role_weights.get(role, 1.0), why)


def _sample_known(items: Sequence[Item], known: _Known, share: float, seed: int) -> list[Item]:
    """Of what the model knew before anybody taught it, keep `share` of the curriculum."""
    spare = [item for item in items if item.role == "replay" and item.fact_id not in known.taught]
    rest = [item for item in items if item.role != "replay" or item.fact_id in known.taught]
    if not spare:
        return list(items)
    wanted = len(spare) if not rest or share >= 1 else round(len(rest) * share / (1 - share))
    kept = random.Random(seed).sample(spare, min(len(spare), max(1, wanted)))
    return sorted([*rest, *kept], key=lambda item: item.fact_id)


def inside(area: str, node: str) -> bool:
    """Whether an area is `node` or lies under it."""
    return not node or area == node or area.startswith(node + SEPARATOR)


def _weak_areas(session: Session, campaign_id: int) -> list[str]:
    from sqlmodel import col, select

    from ..store.tables import Finding

    query = select(Finding.area).where(
        Finding.campaign_id == campaign_id, Finding.kind == "weak_area", col(Finding.alarm).is_(True)
    )
    return sorted(set(session.exec(query)), key=len, reverse=True)


def _labels(session: Session, version: ModelVersion) -> dict[int, tuple[int, int]]:
    """Right and asked for each fact, from the latest campaign in which the version was asked about it."""
    from sqlmodel import col, select

    from ..store.tables import Answer, Question, Verdict

    rows = session.exec(
        select(Question.fact_id, Answer.campaign_id, Answer.question_id, Verdict.label)
        .join(Answer, col(Answer.question_id) == col(Question.id))
        .join(Verdict, col(Verdict.answer_id) == col(Answer.id))
        .where(Answer.model_version_id == version.id)
        .order_by(col(Answer.campaign_id), col(Verdict.id))
    ).all()
    last: dict[int, tuple[int, dict[int, str]]] = {}
    for fact_id, campaign_id, question_id, label in rows:
        if fact_id not in last or last[fact_id][0] != campaign_id:
            last[fact_id] = (campaign_id, {})
        last[fact_id][1][question_id] = label
    counted = {}
    for fact_id, (_, labels) in last.items():
        readable = [label for label in labels.values() if label != "ungraded"]
        counted[fact_id] = (sum(label == RIGHT for label in readable), len(readable))
    return counted


def _asked(session: Session, client_id: int) -> set[int]:
    from sqlmodel import col, select

    from ..store.tables import Answer, Question

    query = (
        select(Question.fact_id)
        .join(Answer, col(Answer.question_id) == col(Question.id))
        .where(Question.client_id == client_id)
        .distinct()
    )
    return set(session.exec(query))


def _taught(session: Session, version: ModelVersion) -> set[int]:
    """Facts in the training rows of a version and of the versions that it was trained from."""
    from sqlmodel import col, select

    from ..store.tables import ModelVersion, TrainingRow, TrainingRun

    lineage: list[int] = []
    current: ModelVersion | None = version
    while current is not None and current.id is not None and current.id not in lineage:
        lineage.append(current.id)
        current = session.get(ModelVersion, current.parent_id) if current.parent_id else None
    query = (
        select(TrainingRow.fact_id)
        .join(TrainingRun, col(TrainingRun.id) == col(TrainingRow.training_run_id))
        .where(col(TrainingRun.model_version_id).in_(lineage), col(TrainingRow.question_id).is_not(None))
        .distinct()
    )
    return {fact_id for fact_id in session.exec(query) if fact_id is not None}


def _changed(session: Session, client_id: int) -> set[int]:
    from sqlmodel import col, select

    from ..store.tables import Fact

    query = select(Fact.successor_id).where(Fact.client_id == client_id, col(Fact.successor_id).is_not(None))
    return {fact_id for fact_id in session.exec(query) if fact_id is not None}


def _id(fact: Fact) -> int:
    assert fact.id is not None
    return fact.id
