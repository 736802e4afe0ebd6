"""The refining rule set: what is taken out of documents, masked, flagged or held, each time with its evidence."""

from .apply import Refined, refine
from .catalogue import RULES, VERSION, Rule, RulingDraft, fingerprint, is_on

__all__ = ["RULES", "VERSION", "Refined", "Rule", "RulingDraft", "fingerprint", "is_on", "refine"]
