"""One question in its place: the fact that it asks for, its passage, or what it waits for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..bank import USERS_OWN, Bank, draft_of
from ..change.answers import REWORDED, SAME, compare_answers
from ..exam_report import ExamReport
from ..facts.model import FactDraft, has_hangul
from ..facts.quality import gives_away
from ..facts.wordings import question_kind
from .custody import GENERATOR, free_wording, pool_of
from .given import Place, locate, too_long
from .linking import PASSAGE, FactTerms, best_fact
from .ranking import Hit, PassageIndex
from .stored import LINKED, WAITING
from .terms import terms

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...store.tables import Asked, Document, Fact, Passage
    from ..settings import ExamSettings

MOST_PASSAGES = 10  # looked at for a question
TEMPLATE = "asked"

NOT_IN_DOCUMENTS = "not_in_documents"
NO_FACT = "no_fact"
NO_REFERENCE = "no_reference"
LONG_ANSWER = "long_answer"
GIVES_AWAY = "gives_away"
WAS_TAUGHT = "was_taught"


@dataclass
class Placer:
    """Places questions in an open session. `taught`: texts that a training run has had in nearly the same words."""

    session: Session
    client_id: int
    index: PassageIndex
    settings: ExamSettings
    seed: int
    taught: set[str]
    facts: int = 0
    _seen: dict[int, tuple[Passage, Document]] = field(default_factory=dict)

    def place(self, row: Asked) -> None:
        """Link a question or say what it waits for; its old link, if it had one, is taken back."""
        wanted = terms(row.text)
        hits = self.index.rank(wanted, MOST_PASSAGES)
        if row.text in self.taught:
            self._wait(row, WAS_TAUGHT, hits[:1])
            return
        facts = self._facts(hits)
        link = best_fact(self.index, row.text, [terms_of for terms_of, _ in facts.values()])
        fact = facts[link.fact.id][1] if link is not None else None
        if row.answers:
            self._with_answer(row, hits, fact, link.score if link else 0.0)
        elif fact is not None and link is not None:
            self._link(row, fact, [fact.answer], link.score)
        else:
            near = [hit for hit in hits if hit.coverage >= PASSAGE]
            self._wait(row, NO_FACT if near else NOT_IN_DOCUMENTS, near[:1] or hits[:1])

    def take_back(self, row: Asked) -> None:
        """No file holds the question any more: it is asked no more."""
        from ...store.tables import Question

        question = self.session.get(Question, row.question_id) if row.question_id is not None else None
        if question is not None and question.generator == GENERATOR and question.state == "active":
            question.state, question.reason = "retired", "no file of questions holds it any more"
            self.session.add(question)

    def _with_answer(self, row: Asked, hits: list[Hit], fact: Fact | None, score: float) -> None:
        """The given answer decides: with the fact that says the same, or where a passage holds it."""
        if fact is not None:
            agreeing = [
                answer
                for answer in row.answers
                if compare_answers(fact.answer, answer, fact.kind) in (SAME, REWORDED)
            ]
            if agreeing:
                self._link(row, fact, list(dict.fromkeys([fact.answer, *agreeing])), score)
                return
        short = [answer for answer in row.answers if not too_long(answer)]
        near = [hit for hit in hits if hit.coverage >= PASSAGE]
        best: tuple[Place, Hit] | None = None
        for hit in near:
            passage, document = self._passage(hit.passage_id)
            text = document.text[passage.start : passage.end]
            for answer in short:
                place = locate(self.index, row.text, answer, text, f"{document.title} {passage.heading}")
                if place is not None and (best is None or place.nearness > best[0].nearness):
                    best = place, hit
        if best is None:
            reason = NO_REFERENCE if near and short else LONG_ANSWER if near else NOT_IN_DOCUMENTS
            self._wait(row, reason, near[:1] or hits[:1])
            return
        place, hit = best
        if gives_away(row.text, [place.answer]):
            self._wait(row, GIVES_AWAY, [hit])
            return
        self._link(
            row, self._own_fact(row, place, hit), list(dict.fromkeys([place.answer, *short])), place.nearness
        )

    def _own_fact(self, row: Asked, place: Place, hit: Hit) -> Fact:
        """The fact that a given answer makes, or the one that stands already."""
        passage, document = self._passage(hit.passage_id)
        draft = FactDraft(
            USERS_OWN,
            row.text,
            "question",
            place.answer,
            f"{row.text} {place.answer}",
            place.citation,
            passage.start + place.start,
            passage.start + place.end,
            "ko" if has_hangul(row.text) else document.language or "en",
        )
        bank = Bank(
            self.session, self.client_id, GENERATOR, self.settings, self.seed, ExamReport(), lambda _: []
        )
        for fact in bank.current(draft.key):
            if fact.passage_id == passage.id and fact.answer == draft.answer and fact.state == "active":
                return fact
            if fact.kind == USERS_OWN:
                bank.withdraw(fact, "the file of questions gives another answer or the text moved")
        self.facts += 1
        return bank.add(draft, passage)

    def _link(self, row: Asked, fact: Fact, references: list[str], score: float) -> None:
        """Make the question one of the fact's, in its pool."""
        from ...store.tables import Question

        assert fact.id is not None
        pool = self._pool(row)
        self._let_go(row, fact)
        wording, question = free_wording(self.session, fact.id, row.text)
        if question is None:
            question = Question(
                client_id=self.client_id,
                fact_id=fact.id,
                pool=pool,
                kind=question_kind(draft_of(fact)),
                wording=wording,
                references=references,
                template=TEMPLATE,
                generator=GENERATOR,
                created_at=self.session.info["clock"](),
            )
            self.session.add(question)
            self.session.flush()
        elif question.generator == GENERATOR:
            question.references, question.state, question.reason = references, "active", ""
            self.session.add(question)
        row.state, row.reason, row.score = LINKED, "", round(score, 4)
        row.fact_id, row.passage_id, row.question_id = fact.id, fact.passage_id, question.id

    def _pool(self, row: Asked) -> str:
        """The pool by hash; exam for good once a gate has used the question."""
        from sqlmodel import or_, select

        from ...store.tables import Question

        pool = pool_of(row.key, self.seed)
        if pool == "exam":
            return pool
        used = select(Question.id).where(
            Question.client_id == self.client_id,
            Question.generator == GENERATOR,
            Question.pool == "exam",
            or_(Question.wording == row.text, Question.id == row.question_id),
        )
        return "exam" if self.session.exec(used).first() is not None else pool

    def _wait(self, row: Asked, reason: str, hits: list[Hit]) -> None:
        self._let_go(row, None)
        row.state, row.reason = WAITING, reason
        row.score = round(hits[0].coverage, 4) if hits else 0.0
        found = hits[0].passage_id if hits and reason != NOT_IN_DOCUMENTS else None
        row.passage_id, row.fact_id, row.question_id = found, None, None

    def _let_go(self, row: Asked, fact: Fact | None) -> None:
        """Retire the question that asked for another fact."""
        if row.question_id is None or (fact is not None and row.fact_id == fact.id):
            return
        self.take_back(row)

    def _facts(self, hits: list[Hit]) -> dict[int, tuple[FactTerms, Fact]]:
        """The facts of the passages that hold, without those that were made from what users asked."""
        from sqlmodel import col, select

        from ...store.tables import Fact

        if not hits:
            return {}
        query = select(Fact).where(
            col(Fact.passage_id).in_([hit.passage_id for hit in hits]),
            Fact.state == "active",
            Fact.kind != USERS_OWN,
        )
        found: dict[int, tuple[FactTerms, Fact]] = {}
        for fact in self.session.exec(query.order_by(col(Fact.id))):
            _, document = self._passage(fact.passage_id)
            passage, _ = self._passage(fact.passage_id)
            around = f"{document.title} {passage.heading} {passage.area}"
            assert fact.id is not None
            seen = FactTerms(
                fact.id, fact.kind, fact.subject, fact.relation, fact.answer, fact.citation, around
            )
            found[fact.id] = (seen, fact)
        return found

    def _passage(self, passage_id: int) -> tuple[Passage, Document]:
        from ...store.tables import Document, Passage

        if passage_id not in self._seen:
            passage = self.session.get_one(Passage, passage_id)
            self._seen[passage_id] = passage, self.session.get_one(Document, passage.document_id)
        return self._seen[passage_id]
