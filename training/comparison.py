"""The gate: does the challenger take the champion's place?

Both sat the same sealed questions. The challenger is promoted when a one-sided paired test, clustered by
document, says that it is better overall, and no area got worse. An equal challenger passes in at most
1 - level of cases (checked by simulation in the tests), for every further rule can only refuse it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..evals.statistics import Pair, PairedResult, compare
from .settings import GateSettings

REST = "(small areas together)"
SEPARATOR = " / "
MARGIN_LEVEL = 0.80  # of the test for drops beyond the margin, over all areas together
FEW_LEVEL = 0.25  # two lost and none won: a group that is too small to judge holds the gate from here


@dataclass(frozen=True)
class AreaVerdict:
    """How one area fared: `worse` vetoes, `short` is the number of questions that are missing to judge it."""

    area: str
    result: PairedResult
    p_worse: float
    worse: bool
    short: int = 0


@dataclass(frozen=True)
class GateResult:
    """promote, hold (not enough evidence) or reject, with the reasons in words."""

    verdict: str
    reasons: list[str]
    overall: PairedResult
    areas: list[AreaVerdict]
    n: int
    missing: int = 0
    control: PairedResult | None = None

    def evidence(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)


def gate(
    pairs: Sequence[Pair], settings: GateSettings, *, missing: int = 0, control: Sequence[Pair] = ()
) -> GateResult:
    """Decide on a challenger from paired scores.

    `missing` counts questions on which one of the two has no readable verdict; `control` are questions on
    facts that nobody was taught, reported apart and never part of the test.
    """
    overall = compare(pairs, settings.level)
    areas = judge_areas(pairs, settings)
    apart = compare(control, settings.level) if control else None
    result = GateResult("hold", [], overall, areas, len(pairs), missing, apart)
    verdict, reasons = _decide(result, settings, _p_worse(pairs, settings.level))
    if apart is not None and apart.n and apart.p_value <= 1 - settings.level:
        reasons.append(
            f"the untaught control facts rose too ({_signed(apart.difference)}, n = {apart.n}): "
            "part of the gain may be test-taking, not knowledge"
        )
    return replace(result, verdict=verdict, reasons=reasons)


def _decide(result: GateResult, settings: GateSettings, p_worse: float) -> tuple[str, list[str]]:
    overall, alpha = result.overall, 1 - settings.level
    asked = result.n + result.missing
    if asked and result.missing / asked > settings.max_missing:
        return "hold", [
            f"{result.missing} of {asked} questions have no two readable verdicts "
            f"(at most {settings.max_missing:.0%} may be missing): grade them again"
        ]
    if result.n < settings.min_questions:
        return "hold", [
            f"{result.n} sealed questions are too few: {settings.min_questions - result.n} are missing"
        ]
    figures = (
        f"{_signed(overall.difference)} ({_signed(overall.low)} to {_signed(overall.high)}), "
        f"p = {overall.p_value:.2g}, n = {overall.n} questions in {overall.clusters} documents"
    )
    worse = [each for each in result.areas if each.worse]
    if worse or p_worse <= alpha:
        reasons = [
            f"worse in {each.area}: {_signed(each.result.difference)}, n = {each.result.n}" for each in worse
        ]
        return "reject", [*reasons, f"overall {figures}"]
    if overall.p_value > alpha:
        if overall.difference > 0:
            more = _more_questions(overall)
            return "hold", [
                f"better, but it may be chance: {figures}; about {more} more questions would tell"
            ]
        return "reject", [f"no better than the champion: {figures}"]
    short = [
        each
        for each in result.areas
        if each.short and each.result.difference < -settings.area_margin and each.p_worse <= FEW_LEVEL
    ]
    if short:
        return "hold", [
            f"{each.area} fell by {-each.result.difference:.0%} on {each.result.n} questions: "
            f"{each.short} more are needed to judge it"
            for each in short
        ]
    return "promote", [f"better: {figures}", f"no area worse ({len(result.areas)} looked at)"]


def judge_areas(pairs: Sequence[Pair], settings: GateSettings) -> list[AreaVerdict]:
    """The floor for each area.

    An area is worse when a test says so, or when it dropped by more than the margin and a more lenient test
    says so. Both are corrected for the number of areas (Holm 1979), so that a client with many areas doesn't
    see more false vetoes: when no area changed, at most 5 % and 20 % of nights have one.
    """
    groups = group_areas(pairs, settings.area_questions)
    results = {area: compare(group, settings.level) for area, group in groups.items()}
    p_worse = {area: _p_worse(group, settings.level) for area, group in groups.items()}
    certain, likely = _holm(p_worse, 1 - settings.level), _holm(p_worse, 1 - MARGIN_LEVEL)
    verdicts = []
    for area, result in sorted(results.items()):
        short = max(0, settings.area_questions - result.n)
        dropped = result.difference < -settings.area_margin and area in likely
        verdicts.append(AreaVerdict(area, result, p_worse[area], area in certain or dropped, short))
    return verdicts


def _holm(p_values: dict[str, float], level: float) -> set[str]:
    """The areas that are significant when the chance of one false alarm among all is held at `level`."""
    found: set[str] = set()
    for rank, area in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        if p_values[area] > level / (len(p_values) - rank):
            break
        found.add(area)
    return found


def group_areas(pairs: Sequence[Pair], minimum: int) -> dict[str, list[Pair]]:
    """Areas with at least `minimum` questions each: smaller ones join their parent, at the top each other."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.area, []).append(pair)
    while True:
        small = [area for area, group in groups.items() if len(group) < minimum and area != REST]
        if not small:
            return groups
        deepest = max(area.count(SEPARATOR) for area in small)
        for area in small:
            if area.count(SEPARATOR) == deepest:
                parent = area.rpartition(SEPARATOR)[0] or REST
                groups.setdefault(parent, []).extend(groups.pop(area))


def _p_worse(pairs: Sequence[Pair], level: float) -> float:
    """One-sided p of "the challenger is no worse"."""
    swapped = [replace(pair, champion=pair.challenger, challenger=pair.champion) for pair in pairs]
    return compare(swapped, level).p_value


def _more_questions(overall: PairedResult) -> int:
    """About how many more questions would show a difference of this size, if it is real."""
    half = overall.difference - overall.low
    return max(1, math.ceil(overall.n * ((half / overall.difference) ** 2 - 1)))


def _signed(value: float) -> str:
    return f"{value * 100:+.1f} points"
