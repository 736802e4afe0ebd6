"""A language model as judge: guided by reference and passage, reason first, verdict on the last line.

The judge never sees an instruction outside our tags, and its verdict is only read where it was told to put
it: the last line of a complete reply. An answer that contains a verdict, or a judge that quotes one while it
reasons, can't be taken for the judge's own. What can't be read is `ungraded` after one repair.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from ..chat import ReplyCut, RequestRefused, model_name, say
from ..prompt_files import load_prompt
from .base import Case, Grade, Label

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

# Nominal until reviews calibrate it: good LLM judges agree with people on 90 to 93 % of short answers
# (EVOUNA, UMass TriviaQA; shared/research/grading.md section 2.1).
_PROBABILITY: dict[str, float] = {"correct": 0.92, "partial": 0.5, "incorrect": 0.08, "refused": 0.02}
_VERDICT = re.compile(
    r"[\W_]*verdict[\W_]*?[:：][\W_]*(correct|partial|incorrect|refused)[\W_]*", re.IGNORECASE
)
_REPAIR = (
    "That reply can't be read. Write your reasoning in one or two sentences, then alone on the last line "
    "`Verdict: ` and one of correct, partial, incorrect, refused."
)


class JudgeGrader:
    """Grades by asking a chat model at temperature 0. Never ask the model that sits the exam to judge itself.

    `judge_model` is the name that verdicts carry (the chat model's own when left out); `temperature` is what
    the chat model was opened with. Raises ModelError when the endpoint can't be used at all.
    """

    name = "judge"

    def __init__(self, chat_model: BaseChatModel, judge_model: str = "", *, temperature: float = 0.0) -> None:
        self.chat_model = chat_model
        self.judge_model = judge_model or model_name(chat_model)
        self.temperature = temperature
        self._prompt = load_prompt("judge")

    @property
    def version(self) -> str:
        return f"{self._prompt.version}-{self._prompt.hash[:8]}"

    def grade(self, case: Case) -> Grade:
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        system, user = self._prompt.fill(
            question=case.question,
            references="\n".join(f"- {reference}" for reference in case.references) or "(none)",
            citation=case.citation or "(none)",
            answer=case.answer or "(empty)",
        )
        messages = [SystemMessage(system), HumanMessage(user)]
        raw = ""
        for _ in range(2):
            try:
                raw = str(say(self.chat_model, messages).text)
            except ReplyCut:
                raw = ""
            except RequestRefused as error:
                return self._grade("ungraded", f"the judge's endpoint refused: {error}", raw)
            label = read_verdict(raw)
            if label is not None:
                return self._grade(label, reason_of(raw), raw)
            messages = [*messages, AIMessage(raw or "(empty)"), HumanMessage(_REPAIR)]
        return self._grade("ungraded", "the judge's reply can't be read", raw)

    def _grade(self, label: Label, reason: str, raw: str) -> Grade:
        return Grade(
            label=label,
            probability=_PROBABILITY.get(label),
            grader=self.name,
            grader_version=self.version,
            reason=reason,
            raw_reply=raw,
            prompt_hash=self._prompt.hash,
            judge_model=self.judge_model,
            temperature=self.temperature,
        )


def read_verdict(reply: str) -> Label | None:
    """The label on the reply's last line that holds anything; None when no verdict stands there alone."""
    lines = [line for line in reply.strip().splitlines() if re.search(r"\w", line)]
    match = _VERDICT.fullmatch(lines[-1].strip()) if lines else None
    return cast(Label, match[1].lower()) if match else None


def reason_of(reply: str) -> str:
    """What stands before the verdict, in one line of at most 500 characters, without a thinking block."""
    text = reply.strip().rsplit("</think>", 1)[-1].strip()
    lines = [line for line in text.splitlines() if re.search(r"\w", line)][:-1]
    return " ".join(" ".join(lines).split())[:500]
