"""The grader that a client's settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cascade import CascadeGrader
from .rules import RuleGrader

if TYPE_CHECKING:
    from ..settings import GradingSettings
    from .base import Grader


def open_grader(settings: GradingSettings) -> Grader:
    """Rules alone, or rules with a judge behind them where `settings.judge` names one.

    Raises ModelError when the judge's address names no host or model; nothing is contacted yet.
    """
    if not settings.judge:
        return RuleGrader()
    from ..chat import open_chat_model
    from .judge import JudgeGrader

    model = open_chat_model(settings.judge, temperature=0.0, api_key_env=settings.judge_key)
    uncertain = (settings.uncertain_low, settings.uncertain_high)
    return CascadeGrader(RuleGrader(), JudgeGrader(model), uncertain)
