"""The question bank: how a fact and its questions get into the store, change and leave.

Everything here runs inside one transaction that the caller opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..store.clock import now
from .change.answers import REWORDED, SAME, compare_answers, exclusive
from .change.likeness import same_slot
from .change.planning import Plan
from .facts.model import FactDraft, Wording, normalise
from .facts.quality import gives_away
from .pools import assign, is_control, near_duplicate

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.tables import Document, Fact, Passage, Question
    from .exam_report import ExamReport
    from .settings import ExamSettings

CONFLICT = "conflict"
USERS_OWN = "asked"
"""The kind of facts that users' questions with given answers make: their words are asked as they are, no others."""


@dataclass
class Bank:
    """A client's facts and questions in an open session."""

    session: Session
    client_id: int
    generator: str
    settings: ExamSettings
    seed: int
    report: ExamReport
    wordings: Any  # FactDraft -> list[Wording]
    _ready: dict[tuple[str, str], list[Wording]] = field(default_factory=dict)
    _facts: dict[str, list[Fact]] = field(
        default_factory=dict
    )  # all facts of a key, in any state, oldest first
    _alone: set[int] = field(default_factory=set)  # new facts, by Python id, that took no other's place
    _to_ask: list[tuple[Fact, list[Wording]]] = field(default_factory=list)

    def know(self, keys: Sequence[str]) -> None:
        """Read all facts of `keys` at once."""
        from sqlmodel import col, select

        from ..store.tables import Fact

        wanted = [key for key in dict.fromkeys(keys) if key not in self._facts]
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            query = select(Fact).where(Fact.client_id == self.client_id, col(Fact.key).in_(part))
            for key in part:
                self._facts[key] = []
            for fact in self.session.exec(query.order_by(col(Fact.id))):
                self._facts[fact.key].append(fact)

    def current(self, key: str) -> list[Fact]:
        """The facts that hold for `key`, those in conflict included, oldest first."""
        self.know([key])
        return [fact for fact in self._facts[key] if fact.state in ("active", CONFLICT)]

    def questions(self, fact_id: int) -> list[Question]:
        """All questions of a fact, oldest first."""
        from sqlmodel import col, select

        from ..store.tables import Question

        return list(
            self.session.exec(select(Question).where(Question.fact_id == fact_id).order_by(col(Question.id)))
        )

    def take(self, draft: FactDraft, passage: Passage, stands: Any, plan: Plan | None = None) -> None:
        """Put a found fact in: as new, as the same one again, reworded, as a change, or as a conflict.

        `stands(document_id)` tells whether a document is still the accepted edition; `plan` pairs the facts of
        the edition before with those of this one.
        """
        meant, said = self._counterpart(draft, plan, stands)
        if meant is not None and said == "reworded":
            self._reworded(meant, draft, passage)
            return
        same, gone, rivals = None, [] if meant is None or said != "changed" else [meant], []
        for fact in self.current(draft.key):
            if fact is meant:
                same = fact if said == "kept" else same
            elif not same_slot(fact.relation, draft.relation):
                continue  # "how many hours of award leave" and "how many weeks of parental leave": two questions
            elif plan is not None and fact.id in plan.claimed and not stands(fact.document_id):
                rivals.append(fact)  # the same edition says both
            elif compare_answers(fact.answer, draft.answer, draft.kind) in (SAME, REWORDED):
                same = same or fact
            elif stands(fact.document_id):
                rivals.append(fact)
            elif self._gives_way(fact, draft):
                gone.append(fact)
        if same is not None:
            self._again(same, draft, passage, stands)
            if not rivals:
                for fact in gone:
                    self.supersede(fact, same)
            return
        wordings = self.wordings_of(draft)
        if not wordings:
            self.report.dropped["no_wording"] += 1
            return
        fact = self._add(draft, passage, "active", gone)
        self.report.written += 1
        if gone or rivals:
            self.session.flush()
        for old in gone:
            self.supersede(old, fact)
        if rivals:
            self._hold([*rivals, fact])
        self._to_ask.append((fact, [] if rivals else wordings))
        if gone and not rivals:
            self.report.changed.append(_id(fact))

    def _gives_way(self, fact: Fact, draft: FactDraft) -> bool:
        """Whether a fact that another document left behind is changed by `draft`.

        Where that document has a new edition, the edition decides; a removed one gives way to a value that
        excludes its own, not to another description.
        """
        from ..store.tables import Document

        document = self.session.get(Document, fact.document_id)
        if document is not None and document.state == "superseded" and self._has_edition(document):
            return False
        return exclusive(fact.answer, draft.answer, draft.kind)

    def _has_edition(self, document: Document) -> bool:
        """Whether a current document has this one's place and may still say what it said."""
        from sqlmodel import select

        from ..store.tables import Document

        query = select(Document.id).where(
            Document.client_id == self.client_id, Document.path == document.path, Document.state == "accepted"
        )
        return self.session.exec(query.limit(1)).first() is not None

    def _counterpart(self, draft: FactDraft, plan: Plan | None, stands: Any) -> tuple[Fact | None, str]:
        """The stored fact that the plan pairs with `draft`, and what became of it.

        None once it has followed: a document that says something twice says it again, not anew.
        """
        planned = plan.of(draft) if plan is not None else None
        if planned is None:
            return None, ""
        fact_id, said = planned
        for fact in self.current(draft.key):
            if fact.id == fact_id:
                return (None, "") if stands(fact.document_id) else (fact, said)
        from ..store.tables import Fact

        fact = self.session.get(Fact, fact_id)
        if fact is None or fact.state not in ("active", CONFLICT) or stands(fact.document_id):
            return None, ""
        return fact, said

    def finish(self) -> None:
        """Store the facts that were taken in, and their questions."""
        self.session.flush()
        rows: list[dict[str, Any]] = []
        for fact, wordings in self._to_ask:
            if fact.id not in self.report.changed:
                self.report.new.append(_id(fact))
            if fact.state == "active":
                rows += self.asked(fact, wordings)
        self._to_ask.clear()
        self.write(rows)

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Insert questions, given by their columns."""
        from sqlalchemy import insert

        from ..store.tables import Question

        if rows:
            self.session.flush()
            self.session.execute(insert(Question), rows)

    def wordings_of(self, draft: FactDraft) -> list[Wording]:
        """The engine's wordings, made once for each fact."""
        identity = (draft.key, draft.answer)
        if identity not in self._ready:
            self._ready[identity] = self.wordings(draft)
        return self._ready[identity]

    def _again(self, fact: Fact, draft: FactDraft, passage: Passage, stands: Any) -> None:
        """The same claim with the same answer: its row stays; it follows its document to the new edition."""
        if stands(fact.document_id) and fact.passage_id != passage.id:
            self.report.dropped["said_elsewhere"] += 1
            return
        self.report.kept += 1
        if fact.passage_id != passage.id:
            if fact.answer != draft.answer:
                self._answer_anew(fact, draft.answer)
            self.move(fact, draft, passage)

    def _reworded(self, fact: Fact, draft: FactDraft, passage: Passage) -> None:
        """The same claim in other words: the row stays with its questions and their pools, and follows the text."""
        from ..store.events import record

        record(
            self.session,
            "fact.reworded",
            client_id=self.client_id,
            fact_id=_id(fact),
            document_id=passage.document_id,
            old_document_id=fact.document_id,
            subject=fact.subject,
            relation=fact.relation,
            answer=fact.answer,
            citation=fact.citation,
        )
        self.know([draft.key])
        if fact.key != draft.key:
            kept = [other for other in self._facts.get(fact.key, ()) if other is not fact]
            self._facts[fact.key] = kept
            self._facts[draft.key].append(fact)
        fact.key, fact.kind, fact.subject, fact.relation = (
            draft.key,
            draft.kind,
            draft.subject,
            draft.relation,
        )
        if fact.answer != draft.answer:
            self._answer_anew(fact, draft.answer)
        self.report.kept += 1
        self.report.reworded.append(_id(fact))
        self.move(fact, draft, passage)

    def _answer_anew(self, fact: Fact, answer: str) -> None:
        """The same value as the document writes it now. The old spelling stays a right answer."""
        fact.answer = answer
        items = answer.split("; ") if fact.kind == "list" else [answer]
        for question in self.questions(_id(fact)):
            if question.state != "active" and question.reason != CONFLICT:
                continue
            if gives_away(question.wording, items):
                question.state, question.reason = (
                    "superseded",
                    "it holds the answer as the document writes it now",
                )
            else:
                question.references = list(dict.fromkeys([answer, *question.references]))
            self.session.add(question)

    def move(self, fact: Fact, draft: FactDraft, passage: Passage) -> None:
        """Point a fact at the passage where it is now stated; its questions and their custody stay."""
        fact.passage_id, fact.document_id, fact.area = _id(passage), passage.document_id, passage.area
        fact.citation, fact.start, fact.end, fact.claim = draft.citation, draft.start, draft.end, draft.claim
        self.session.add(fact)
        self.report.moved.append(_id(fact))

    def add(self, draft: FactDraft, passage: Passage) -> Fact:
        """Put a fact in that no rule found, such as one that a person gave, without questions."""
        self.know([draft.key])
        fact = self._add(draft, passage, "active", [])
        self.session.flush()
        return fact

    def _add(self, draft: FactDraft, passage: Passage, state: str, before: Sequence[Fact]) -> Fact:
        from ..store.tables import Fact

        fact = Fact(
            client_id=self.client_id,
            passage_id=_id(passage),
            document_id=passage.document_id,
            area=passage.area,
            key=draft.key,
            kind=draft.kind,
            subject=draft.subject,
            relation=draft.relation,
            answer=draft.answer,
            claim=draft.claim,
            citation=draft.citation,
            start=draft.start,
            end=draft.end,
            language=draft.language,
            control=self._control(draft.key, before),
            generator=self.generator,
            state=state,
            created_at=self._now(),
        )
        self.session.add(fact)
        self._facts[draft.key].append(fact)
        if not before:
            self._alone.add(id(fact))
        return fact

    def _control(self, key: str, before: Sequence[Fact]) -> bool:
        """As its predecessors were: what was taught once is never a control fact, and the other way round."""
        self.know([key])
        earlier = [*self._facts[key], *before]
        if earlier:
            return all(fact.control for fact in earlier)
        return is_control(key, self.seed, self.settings.control_share)

    def asked(self, fact: Fact, wordings: Sequence[Wording]) -> list[dict[str, Any]]:
        """A fact's questions, each in its pool. Wordings that an earlier fact of the same key used stay in the
        pool they were in, and none that is close to one of another pool changes sides."""
        if fact.kind == USERS_OWN:
            return []  # any wording that is made of it comes near the users' own
        prior = self._prior(fact)
        self.report.offered += len(wordings)
        shared = assign(fact.key, wordings, self.seed, self.settings, control=fact.control)
        self.report.unused["spare"] += len(wordings) - len(shared)
        taught = [text for text, pool in prior.values() if pool == "practice"]
        tested = [text for text, pool in prior.values() if pool != "practice"]
        rows: list[dict[str, Any]] = []
        for wording, chosen in shared:
            _, pool = prior.get(normalise(wording.text), ("", chosen))
            if fact.control and pool == "practice":
                self.report.unused["control"] += 1
            elif near_duplicate(
                wording.text, tested if pool == "practice" else taught, self.settings.near_duplicate
            ):
                self.report.unused["near_duplicate"] += 1
            else:
                rows.append(self.question(fact, wording, pool))
        self.report.questions_written += len(rows)
        return rows

    def question(self, fact: Fact, wording: Wording, pool: str) -> dict[str, Any]:
        """The columns of a new question."""
        return {
            "client_id": self.client_id, "fact_id": _id(fact), "pool": pool, "kind": wording.kind,
            "wording": wording.text,
            "references": [fact.answer], "template": wording.template, "generator": self.generator, "state": "active",
            "reason": "", "created_at": self._now(),
        }  # fmt: skip

    def _prior(self, fact: Fact) -> dict[str, tuple[str, str]]:
        """Normalised wording → (wording, pool), of all questions that earlier facts of the same key, and those
        that led to this one by rewording and change, ever had."""
        earlier = [_id(other) for other in self._facts.get(fact.key, ()) if other is not fact]
        found: dict[str, tuple[str, str]] = {}
        for number in dict.fromkeys([*self._led_to(fact), *earlier]):
            for question in self.questions(number):
                found[normalise(question.wording)] = (question.wording, question.pool)
        return found

    def _led_to(self, fact: Fact) -> list[int]:
        """Ids of the facts that this one took the place of, and those that they had."""
        from sqlmodel import col, select

        from ..store.tables import Fact

        if id(fact) in self._alone:
            return []
        found: dict[int, None] = {}
        waiting = [_id(fact)]
        while waiting:
            query = select(Fact.id).where(col(Fact.successor_id).in_(waiting)).order_by(col(Fact.id))
            waiting = [number for number in self.session.exec(query) if number and number not in found]
            found.update(dict.fromkeys(waiting))
        return list(found)

    def supersede(self, old: Fact, new: Fact) -> None:
        """Another answer took the place of `old`."""
        self._alone.discard(id(new))
        old.state, old.successor_id, old.ended_at = "superseded", _id(new), self._now()
        old.reason = f"now “{new.answer}” (fact {new.id})"
        self.session.add(old)
        self.retire_questions(old, f"fact superseded by fact {new.id}")

    def withdraw(self, fact: Fact, reason: str) -> None:
        """The documents no longer say it."""
        fact.state, fact.reason, fact.ended_at = "withdrawn", reason, self._now()
        self.session.add(fact)
        self.retire_questions(fact, f"fact withdrawn: {reason}")
        self.report.withdrawn.append(_id(fact))

    def retire_questions(self, fact: Fact, reason: str) -> None:
        """No question of `fact` is asked any more."""
        for question in self.questions(_id(fact)):
            if question.state == "active" or question.reason == CONFLICT:
                question.state, question.reason = "superseded", reason
                self.session.add(question)

    def _hold(self, rivals: list[Fact]) -> None:
        """Documents that hold contradict each other: no fact of them is asked until one of them gives way."""
        for fact in rivals:
            others = "; ".join(
                f"fact {other.id} says “{other.answer}” in “{' '.join(other.citation.split())[:120]}”"
                for other in rivals
                if other is not fact
            )
            self.hold(fact, f"but {others}")

    def hold(self, fact: Fact, reason: str) -> None:
        """Take a fact and its questions out of exams and teaching while something contradicts it."""
        if fact.state != CONFLICT and _id(fact) not in self.report.conflicts:
            self.report.conflicts.append(_id(fact))
        fact.state, fact.reason = CONFLICT, reason
        self.session.add(fact)
        for question in self.questions(_id(fact)):
            if question.state == "active":
                question.state, question.reason = "superseded", CONFLICT
                self.session.add(question)

    def release(self, fact: Fact) -> None:
        """Let a fact hold again, with the questions that it had."""
        fact.state, fact.reason = "active", ""
        self.session.add(fact)
        self.report.settled.append(_id(fact))
        held = [question for question in self.questions(_id(fact)) if question.reason == CONFLICT]
        for question in held:
            question.state, question.reason = "active", ""
            self.session.add(question)
        if not held:
            self.know([fact.key])
            self.write(self.asked(fact, self.wordings_of(draft_of(fact))))

    def _now(self) -> Any:
        return self.session.info.get("clock", now)()


def draft_of(fact: Fact) -> FactDraft:
    """The draft that a stored fact was made from."""
    return FactDraft(
        fact.kind,
        fact.subject,
        fact.relation,
        fact.answer,
        fact.claim,
        fact.citation,
        fact.start,
        fact.end,
        fact.language,
    )


def _id(row: Fact | Passage) -> int:
    if row.id is None:
        raise ValueError("the row has not been stored yet")
    return row.id
