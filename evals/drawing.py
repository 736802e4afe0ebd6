"""Draws a campaign's questions: spread over areas and documents, the same for the same seed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..store.errors import NotFound
from .pools import chance

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Campaign
    from .settings import ExamSettings

POOL = {"exam": "exam", "gate": "sealed"}
CONTROL = {"exam": "control", "gate": "gate_control"}


@dataclass(frozen=True)
class _Fact:
    """A fact that can be asked, with the questions that can ask it."""

    id: int
    key: str
    area: str
    document: int
    fresh: bool
    questions: tuple[int, ...]
    asked: tuple[tuple[int, int], ...] = ()  # those that users asked, with how often

    def without_asked(self) -> _Fact:
        """The fact with the other questions alone."""
        users = {question for question, _ in self.asked}
        return replace(self, questions=tuple(one for one in self.questions if one not in users))


def draw(
    store: Store,
    campaign_id: int,
    budget: int,
    *,
    seed: int,
    purpose: str = "exam",
    areas: Mapping[str, int] | Sequence[str] | None = None,
    round: int = 1,
    settings: ExamSettings | None = None,
) -> list[int]:
    """Draw up to `budget` questions for a campaign; returns their ids in the order of asking.

    `purpose` is exam (pool exam) or gate (pool sealed); a share of the budget goes to control facts, under the
    purpose control or gate_control. `areas` limits the draw to areas and those below them; a mapping says how
    many questions each gets. What the campaign has drawn already is not drawn again; a second call with the
    same purpose and round changes nothing and returns the same ids.
    """
    from .settings import ExamSettings

    if purpose not in POOL:
        raise ValueError(f"purpose is exam or gate, not {purpose!r}")
    settings = settings or ExamSettings()
    with store.session() as session:
        from ..store.tables import Campaign

        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound(f"there is no campaign {campaign_id}: `nightschool campaign list` shows them")
        drawn = _drawn(session, campaign_id)
        here = [row for row in drawn if row[1] in (purpose, CONTROL[purpose]) and row[2] == round]
        if here:
            return [question for question, *_ in here]
        plan = _Plan(session, campaign, purpose, (seed, purpose, round), settings, {row[0] for row in drawn})
        controls = plan.pick(True, _some(budget * settings.control_questions), _names(areas))
        taught = plan.pick(False, budget - len(controls), areas)
        chosen = sorted(
            [(question, purpose) for question in taught]
            + [(question, CONTROL[purpose]) for question in controls],
            key=lambda pair: chance("order", seed, purpose, round, pair[0]),
        )
        _write(session, campaign_id, chosen, round, first=len(drawn))
        return [question for question, _ in chosen]


def unseal(store: Store, campaign_id: int) -> int:
    """Move the sealed questions that the campaign's gate used to the pool exam; how many there were."""
    from sqlmodel import col, select

    from ..store.tables import CampaignQuestion, Question

    with store.session() as session:
        used = select(CampaignQuestion.question_id).where(
            CampaignQuestion.campaign_id == campaign_id,
            col(CampaignQuestion.purpose).in_(("gate", "gate_control")),
        )
        questions = session.exec(
            select(Question).where(col(Question.id).in_(used), Question.pool == "sealed")
        ).all()
        for question in questions:
            question.unsealed_at = store.clock()
            question.pool = "exam"
            session.add(question)
        return len(questions)


def _drawn(session: Session, campaign_id: int) -> list[tuple[int, str, int]]:
    """(question, purpose, round) of what the campaign has drawn, in order."""
    from sqlmodel import col, select

    from ..store.tables import CampaignQuestion

    query = select(CampaignQuestion.question_id, CampaignQuestion.purpose, CampaignQuestion.round).where(
        CampaignQuestion.campaign_id == campaign_id
    )
    return list(session.exec(query.order_by(col(CampaignQuestion.position), col(CampaignQuestion.id))).all())


def _write(
    session: Session, campaign_id: int, chosen: list[tuple[int, str]], round: int, *, first: int
) -> None:
    from ..store.tables import CampaignQuestion

    for position, (question, purpose) in enumerate(chosen, start=first):
        session.add(
            CampaignQuestion(
                campaign_id=campaign_id, question_id=question, purpose=purpose, round=round, position=position
            )
        )


def _some(number: float) -> int:
    """`number` rounded, but at least one where any was meant."""
    return max(1, int(number + 0.5)) if number > 0 else 0


def _names(areas: Mapping[str, int] | Sequence[str] | None) -> Sequence[str] | None:
    return list(areas) if areas is not None else None


class _Plan:
    """Chooses facts and wordings for one draw."""

    def __init__(
        self,
        session: Session,
        campaign: Campaign,
        purpose: str,
        salt: tuple[object, ...],
        settings: ExamSettings,
        taken: set[int],
    ) -> None:
        self.session, self.campaign, self.pool = session, campaign, POOL[purpose]
        self.salt, self.settings, self.taken = salt, settings, taken

    def pick(self, control: bool, budget: int, areas: Mapping[str, int] | Sequence[str] | None) -> list[int]:
        """Up to `budget` questions on control facts, or on all others: what users asked first, up to its share."""
        facts = self._facts(control)
        by_area: dict[str, list[_Fact]] = defaultdict(list)
        for fact in facts:
            name = _within(fact.area, areas)
            if name is not None:
                by_area[name].append(fact)
        asked = self._asked(by_area, budget, areas)
        given = {area: len(asked.get(area, ())) for area in by_area}
        rest = {area: [fact.without_asked() for fact in by_area[area]] for area in by_area}
        size = {area: sum(bool(fact.questions) for fact in members) for area, members in rest.items()}
        spare = {
            area: sum(len(fact.questions) for fact in members) - size[area] for area, members in rest.items()
        }
        if isinstance(areas, Mapping):
            quota = {area: min(areas[area] - given[area], size[area] + spare[area]) for area in by_area}
        else:
            # Each fact once before any is asked in a second wording.
            left = budget - sum(given.values())
            quota = share_out(size, size, left, self.settings.per_area, given)
            again = share_out(spare, size, left - sum(quota.values()), 0)
            quota = {area: quota[area] + again[area] for area in by_area}
        chosen: list[int] = []
        for area in sorted(by_area):
            begun = {fact for fact, _ in asked.get(area, ())}
            chosen += [question for _, question in asked.get(area, ())]
            chosen += self._from_area(rest[area], quota.get(area, 0), begun)
        return chosen[: max(0, budget)] if isinstance(areas, Mapping) else chosen

    def _asked(
        self, by_area: Mapping[str, list[_Fact]], budget: int, areas: Mapping[str, int] | Sequence[str] | None
    ) -> dict[str, list[tuple[int, int]]]:
        """What users asked: area → (fact, question), by how often, without replacement, up to its share.

        No area gets fewer questions for it than it would have without: one that would leave too little for the
        least that each area gets is passed over.
        """
        keyed = [
            # Efraimidis and Spirakis: the largest u^(1/w) is a draw in proportion to the weights w.
            (math.log(1 - chance("asked", *self.salt, question)) / weight, area, fact.id, question)
            for area, members in by_area.items()
            for fact in members
            for question, weight in fact.asked
        ]
        chosen: dict[str, list[tuple[int, int]]] = defaultdict(list)
        share = int(budget * self.settings.asked_share + 0.5)
        stock = {area: sum(bool(fact.questions) for fact in members) for area, members in by_area.items()}
        if isinstance(areas, Mapping):
            most = {area: int(areas[area] * self.settings.asked_share + 0.5) for area in by_area}
            least = dict.fromkeys(by_area, 0)
        else:
            most = dict.fromkeys(by_area, share)
            least = share_out(
                {area: min(stock[area], self.settings.per_area) for area in stock},
                stock,
                budget,
                self.settings.per_area,
            )
        needed = sum(least.values())
        taken = 0
        for _, area, fact, question in sorted(keyed, key=lambda one: (-one[0], one[3])):
            if taken >= share:
                break
            fills = len(chosen[area]) < least[area]
            if len(chosen[area]) < most[area] and (fills or budget - taken - 1 >= needed):
                chosen[area].append((fact, question))
                needed -= fills
                taken += 1
        return chosen

    def _from_area(self, facts: list[_Fact], quota: int, begun: Collection[int] = ()) -> list[int]:
        """Facts in turn, documents in turn; each fact once before any is asked twice. `begun` were asked once."""
        fresh = self._spread([fact for fact in facts if fact.fresh])
        first = fresh[: int(quota * self.settings.changed_share + 0.5)]
        order = first + self._spread([fact for fact in facts if fact not in first])
        chosen: list[int] = []
        depth = 0
        while len(chosen) < quota and any(len(fact.questions) + (fact.id in begun) > depth for fact in order):
            for fact in order:
                place = depth - (fact.id in begun)
                if 0 <= place < len(fact.questions) and len(chosen) < quota:
                    chosen.append(fact.questions[place])
            depth += 1
        return chosen

    def _spread(self, facts: list[_Fact]) -> list[_Fact]:
        by_document: dict[int, list[_Fact]] = defaultdict(list)
        for fact in sorted(facts, key=lambda fact: chance("fact", *self.salt, fact.key, fact.id)):
            by_document[fact.document].append(fact)
        order = sorted(by_document, key=lambda document: chance("document", *self.salt, document))
        depth = max((len(members) for members in by_document.values()), default=0)
        return [
            by_document[document][level]
            for level in range(depth)
            for document in order
            if level < len(by_document[document])
        ]

    def _facts(self, control: bool) -> list[_Fact]:
        from sqlmodel import col, select

        from ..store.tables import Fact, Question

        since = self._last_campaign()
        query = (
            select(Fact, Question.id)
            .join(Question)
            .where(
                Fact.client_id == self.campaign.client_id,
                Fact.state == "active",
                Fact.control == control,
                Question.pool == self.pool,
                Question.state == "active",
            )
            .order_by(col(Fact.id), col(Question.id))
        )
        facts: dict[int, Fact] = {}
        questions: dict[int, list[int]] = defaultdict(list)
        for fact, question in self.session.exec(query):
            if fact.id is not None and question is not None and question not in self.taken:
                facts[fact.id] = fact
                questions[fact.id].append(question)
        asked = self._counts()
        return [
            _Fact(
                number,
                fact.key,
                fact.area,
                fact.document_id,
                since is not None and fact.created_at > since,
                tuple(
                    sorted(questions[number], key=lambda question: chance("wording", *self.salt, question))
                ),
                tuple((one, asked[one]) for one in sorted(questions[number]) if one in asked),
            )
            for number, fact in facts.items()
        ]

    def _counts(self) -> dict[int, int]:
        """Question id → how often users asked it; none where that has no share."""
        from sqlmodel import col, func, select

        from ..store.tables import Asked

        query = (
            select(Asked.question_id, func.sum(Asked.count))
            .where(Asked.client_id == self.campaign.client_id, Asked.state == "linked")
            .group_by(col(Asked.question_id))
        )
        return {
            question: max(1, count) for question, count in self.session.exec(query) if question is not None
        }

    def _last_campaign(self) -> datetime | None:
        """When the client's last campaign before this one ended (or began, where it never ended)."""
        from sqlmodel import col, select

        from ..store.tables import Campaign

        query = (
            select(Campaign)
            .where(Campaign.client_id == self.campaign.client_id, col(Campaign.id) < self.campaign.id)
            .order_by(col(Campaign.id).desc())
        )
        last = self.session.exec(query).first()
        return (last.finished_at or last.started_at) if last is not None else None


def _within(area: str, areas: Mapping[str, int] | Sequence[str] | None) -> str | None:
    """The stratum of `area`: itself, or the asked-for area that it is or lies below; None when outside."""
    if areas is None:
        return area
    inside = [name for name in areas if area == name or area.startswith(f"{name} / ")]
    return max(inside, key=len) if inside else None


def share_out(
    stock: Mapping[str, int],
    size: Mapping[str, int],
    budget: int,
    least: int,
    given: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """How many of `budget` each area gets: `least` each while that lasts, the rest by `size`, none over its `stock`.

    Largest remainders, ties by name, so that the figures add up to the budget or to all there is. What an area was
    `given` before counts towards the least.
    """
    before = given or {}
    quota = dict.fromkeys(stock, 0)
    left = max(0, min(budget, sum(stock.values())))
    for level in range(least):
        for area in sorted(stock, key=lambda name: (-size[name], name)):
            if left > 0 and quota[area] < stock[area] and quota[area] + before.get(area, 0) <= level:
                quota[area] += 1
                left -= 1
    while left > 0:
        open_areas = [area for area in stock if quota[area] < stock[area]]
        total = sum(size[area] for area in open_areas)
        shares = {area: min(left * size[area] / total, stock[area] - quota[area]) for area in open_areas}
        for area in open_areas:
            quota[area] += int(shares[area])
        whole = sum(int(share) for share in shares.values())
        left -= whole
        if whole == 0:
            for area in sorted(open_areas, key=lambda name: (-(shares[name] % 1), name))[:left]:
                quota[area] += 1
                left -= 1
    return quota
