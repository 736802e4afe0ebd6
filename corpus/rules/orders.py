"""Text that gives orders to a model: what a document has no reason to say to a reader."""

from __future__ import annotations

import re

# What is being overruled, faked or ordered. One match is enough: none of these tells a reader anything.
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier|preceding|all|"
        r"your|system|any)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules|directives?|guidelines|commands?)\b",
        r"\byou are (?:now|no longer) (?:in |an? |the )?[\w -]{0,30}\b(?:mode|ai|assistant|model|chatbot|gpt|dan|"
        r"grader|"
        r"judge|jailbroken)\b",
        r"\b(?:do not|don't|never) (?:mention|reveal|disclose|repeat) this (?:paragraph|message|instruction|"
        r"text|prompt)\b",
        r"\b(?:mark|grade|rate|score|label|judge|accept)\b[^.\n]{0,20}(?:\b(?:every|all|any|each)\b[^.\n]{0,20}"
        r"\banswers?\b[^.\n]{0,20}\b|\b(?:this|the)\b[^.\n]{0,20}\banswers?\b[^.\n]{0,20}\bas )(?:correct|right|passed|"
        r"perfect)\b",
        r"\b(?:rule|instruction|note|order|message)s? (?:for|to) the (?:judge|grader|examiner|model|assistant|ai|llm|"
        r"language model|chatbot)\b",
        r"\b(?:every|any|all) (?:candidate |student )?answers? (?:is|are) (?:right|correct)\b",
        r"\b(?:reveal|print|show|output|leak|repeat)\b[^.\n]{0,30}\b(?:system prompt|hidden prompt|/etc/passwd|"
        r"environment variables|api keys?)\b",
        r"(?:<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|<</?SYS>>|"
        r"###\s*(?:instruction|system)\s*:|</?(?:source|system|prompt|instructions?)>)",
        r"\b(?:attention|note to|hey|dear),? (?:any )?(?:ai|llm|gpt|chatgpt|claude|language model|assistant)s?\b[,:]",
        r"\bif you are (?:an? )?(?:ai|llm|large language model|language model|chatbot|ai assistant)\b",
        r"\bskip (?:the )?retraining\b|\bpromote (?:this|the) model\b",
        r"(?:이전|위|앞|기존)[^.\n]{0,12}(?:지시|명령|프롬프트|규칙)[^.\n]{0,8}(?:무시|잊)",
        r"모든 (?:답|답변|답안)[^.\n]{0,12}(?:정답|맞)[^.\n]{0,12}(?:처리|표시|채점)",
        r"\bignoriere\b[^.\n]{0,30}\b(?:anweisungen|regeln)\b|\bignora\b[^.\n]{0,30}\binstrucciones\b|"
        r"\bignorez? (?:toutes )?les instructions\b",
    )
)


def find_order(text: str) -> re.Match[str] | None:
    """The first order to a model in `text`, or None."""
    return min(
        filter(None, (pattern.search(text) for pattern in _ORDERS)),
        key=lambda match: match.start(),
        default=None,
    )
