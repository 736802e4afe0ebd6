"""Facts and questions by a language model, held to the rules of the deterministic engine.

The model proposes; what counts is checked against the passage's own text: the citation stands in it word for
word, the answer stands in the citation, the question is understood alone and does not hold its answer. What
fails is dropped and counted by reason in `rejected`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from .chat import model_name
from .facts.model import FAMILIES, Extraction, FactDraft, PassageText, Wording, normalise
from .facts.quality import fault, gives_away
from .prompt_files import load_prompt
from .structured_chat import METHODS, Budget, Method, StructuredChat, Unreadable

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

Kind = Literal[
    "definition",
    "name",
    "place",
    "number",
    "money",
    "percentage",
    "duration",
    "date",
    "time",
    "contact",
    "list",
    "other",
]

_POINTS_BACK = re.compile(
    r"\b(?:(?:this|that|these|those|above|below|following|given|said)\s+"
    r"(?:passages?|documents?|texts?|sections?|pages?|tables?|lists?|articles?|excerpts?|facts?|statements?)"
    r"|according to (?:the|this) (?:passage|text|document|table|excerpt)"
    r"|(?:in|from) the (?:passage|text|excerpt)|mentioned (?:above|below)|the above|the following)\b"
    r"|(?:이|위|아래|본|해당|다음)\s?(?:문서|글|본문|표|구절|문장|내용)|위에서|아래에서|상기",
    re.IGNORECASE,
)
_PRONOUN_FIRST = re.compile(r"\s*(?:it|they|he|she|this|that|these|those|here|there)\b", re.IGNORECASE)
_LONGEST_QUESTION = 300  # characters


class LLMEngineSettings(BaseModel):
    """What the engine may ask for and spend."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_facts: int = Field(default=12, ge=1, le=100)
    """Most facts from one passage."""
    per_form: int = Field(default=2, ge=1, le=5)
    """Questions of each form (plain, polite, situation, keywords) for one fact."""
    max_calls: int | None = Field(default=None, ge=1)
    """Most calls to the model in one run; None: no limit."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Most tokens (as the endpoint counts them) in one run; None: no limit."""
    methods: tuple[Method, ...] = METHODS
    """Ways of asking for JSON, the strictest first; the first that the endpoint takes is used."""


class ProposedFact(BaseModel):
    """One fact of the passage."""

    kind: Kind
    subject: str
    relation: str
    answer: str
    claim: str
    citation: str


class FactsReply(BaseModel):
    """The facts of a passage."""

    facts: list[ProposedFact]


class ProposedQuestion(BaseModel):
    """One question."""

    form: Literal["plain", "polite", "situation", "keywords"]
    text: str


class WordingsReply(BaseModel):
    """The questions for a fact, one of each form."""

    questions: list[ProposedQuestion]


class LLMEngine:
    """An `Engine` on a LangChain chat model.

    `cache` keeps replies by a hash of what was asked (a dict, or `FolderCache` to survive a kill); `rejected`
    counts what was dropped, by reason. Raises ModelError when the endpoint can't be used or the budget is
    spent: what was made before is in the store and in the cache by then.
    """

    name = "llm"

    def __init__(
        self,
        chat_model: BaseChatModel,
        settings: LLMEngineSettings | None = None,
        *,
        cache: MutableMapping[str, str] | None = None,
    ) -> None:
        self.settings = settings or LLMEngineSettings()
        self.budget = Budget(self.settings.max_calls, self.settings.max_tokens)
        self.rejected: Counter[str] = Counter()
        self._chat = StructuredChat(
            chat_model, self.settings.methods, {} if cache is None else cache, self.budget
        )
        self._facts, self._wordings = load_prompt("facts"), load_prompt("wordings")

    @property
    def version(self) -> str:
        """Model, prompt versions and the start of the prompts' hashes."""
        prompts = ",".join(f"{p.name}-{p.version}-{p.hash[:8]}" for p in (self._facts, self._wordings))
        return f"{model_name(self._chat.chat_model)}/{prompts}"

    def facts(self, passage: PassageText) -> Extraction:
        """The facts that the model finds in `passage` and the passage bears out, in reading order."""
        rejected: Counter[str] = Counter()
        kept: dict[tuple[str, str], FactDraft] = {}
        for proposed in self._ask_facts(passage, rejected):
            draft, reason = build(proposed, passage)
            if draft is None:
                rejected[reason] += 1
            elif (draft.key, normalise(draft.answer)) in kept:
                rejected["repeated"] += 1
            else:
                kept[draft.key, normalise(draft.answer)] = draft
        self.rejected.update(rejected)
        return Extraction(sorted(kept.values(), key=lambda draft: (draft.start, draft.end)), rejected)

    def wordings(self, fact: FactDraft) -> list[Wording]:
        """Questions for `fact`, at most `per_form` of each form; the same while the cache lives.

        One form alone is none: a fact needs a structure for practice and another for exams.
        """
        values = {name: getattr(fact, name) for name in ("subject", "answer", "claim", "language")}
        system, user = self._wordings.fill(
            relation=re.sub(r"[{}]", "", fact.relation), per_form=str(self.settings.per_form), **values
        )
        try:
            reply = self._chat.ask(system, user, WordingsReply)
        except Unreadable:
            self.rejected["unreadable"] += 1
            return []
        found: list[Wording] = []
        seen: set[str] = set()
        forms: Counter[str] = Counter()
        for question in reply.questions:
            text = " ".join(question.text.split())
            reason = question_fault(text, fact)
            if not reason and (normalise(text) in seen or forms[question.form] == self.settings.per_form):
                reason = "repeated"
            if reason:
                self.rejected[reason] += 1
                continue
            seen.add(normalise(text))
            forms[question.form] += 1
            template = f"llm-{question.form}.{forms[question.form]}"
            found.append(Wording(text, template, _question_kind(fact.kind)))
        if len(forms) < 2:  # pools share no form
            self.rejected["too_few_wordings"] += 1
            return []
        return found

    def _ask_facts(self, passage: PassageText, rejected: Counter[str]) -> list[ProposedFact]:
        system, user = self._facts.fill(
            max_facts=str(self.settings.max_facts),
            title=passage.title,
            heading=passage.heading,
            language=passage.language,
            passage=passage.text,
        )
        try:
            facts = self._chat.ask(system, user, FactsReply).facts
        except Unreadable:
            rejected["unreadable"] += 1
            return []
        if len(facts) > self.settings.max_facts:
            rejected["over_max_facts"] += len(facts) - self.settings.max_facts
        return facts[: self.settings.max_facts]


def build(proposed: ProposedFact, passage: PassageText) -> tuple[FactDraft | None, str]:
    """The proposed fact with the document's own words and offsets, or None and the reason why not."""
    span = locate(proposed.citation, passage.text)
    if span is None:
        return None, "citation_not_in_passage"
    citation = passage.text[span[0] : span[1]]
    answers = proposed.answer.split("; ") if proposed.kind == "list" else [proposed.answer]
    spans = [locate(answer, citation) for answer in answers]
    if any(found is None for found in spans):
        return None, "answer_not_in_citation"
    subject, relation, claim = (
        " ".join(text.split()) for text in (proposed.subject, proposed.relation, proposed.claim)
    )
    if not subject or not relation or not claim:
        return None, "empty"
    if any(_POINTS_BACK.search(text) or _PRONOUN_FIRST.match(text) for text in (subject, claim)):
        return None, "not_self_contained"
    answer = "; ".join(citation[found[0] : found[1]] for found in spans if found is not None)
    if "\n" in answer:
        return None, "answer_over_lines"
    if proposed.kind != "list" and normalise(subject) in normalise(answer):
        return None, "answer_holds_subject"  # a sentence, not an answer
    draft = FactDraft(
        kind=proposed.kind,
        subject=subject,
        relation=relation,
        answer=answer,
        claim=claim,
        citation=citation,
        start=passage.start + span[0],
        end=passage.start + span[1],
        language=passage.language or "en",
    )
    reason = fault(draft, passage)
    return (None, reason) if reason else (draft, "")


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text` word for word, as `(start, end)`; None when it doesn't.

    Runs of white space count as one, and the marks by which `neutralise` made the text harmless count as what
    they stand for.
    """
    words = quote.split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word).replace("‹", "[<‹]").replace("⁅", r"[\[⁅]") for word in words)
    match = re.search(pattern, text)
    return match.span() if match else None


def question_fault(text: str, fact: FactDraft) -> str:
    """Why `text` can't be asked about `fact`: the name of the first rule that it breaks, or ""."""
    if not normalise(text) or len(text) > _LONGEST_QUESTION:
        return "question_length"
    if _POINTS_BACK.search(text) or _PRONOUN_FIRST.match(text) and not text.rstrip().endswith("?"):
        return "not_self_contained"
    answers = fact.answer.split("; ") if fact.kind == "list" else [fact.answer]
    return "gives_away" if gives_away(text, answers) else ""


def _question_kind(kind: str) -> str:
    if kind == "list":
        return "list"
    return {"quantity": "number", "when": "date"}.get(FAMILIES.get(kind, ""), "short")
