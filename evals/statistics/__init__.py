"""Pure functions from graded answers to decisions with a stated error rate.

Nothing here reads the store or a clock; the same input gives the same output. numpy is the only import;
scipy's special functions load inside the functions that need a t or binomial tail.
"""

from .agreement import Agreement, agreement
from .areas import AreaResult, allocate, weak_areas
from .drift import DriftResult, Night, drift
from .intervals import Interval, Outcome, accuracy
from .paired import Pair, PairedResult, compare

__all__ = [
    "Agreement",
    "AreaResult",
    "DriftResult",
    "Interval",
    "Night",
    "Outcome",
    "Pair",
    "PairedResult",
    "accuracy",
    "agreement",
    "allocate",
    "compare",
    "drift",
    "weak_areas",
]
