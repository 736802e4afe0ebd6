"""How a campaign's report looks in a terminal. The figures come from `agents/report.py`; here is no arithmetic."""

from collections.abc import Sequence
from typing import Any

from .output import console, interval, plain, share, table

MOST_CHANGED = 8


def show(report: dict[str, Any]) -> None:
    """Print a report: what was found, what was taught, what the gate decided, what it took."""
    campaign, exam, sealed = report["campaign"], report["exam"], report["sealed"]
    out = console()
    out.print()
    out.print(
        f"Campaign {campaign['id']} of {campaign['client']} with model {campaign['model']}: {_state(campaign)}",
        style="bold",
    )
    if campaign["reason"]:
        out.print(plain(campaign["reason"]))
    _changes(report["changes"])
    if exam:
        out.print()
        out.print(
            f"Exam before: {_accuracy(exam['accuracy'])} on {exam['accuracy']['n']} questions"
            f"{_ungraded(exam['accuracy'])}; control facts, never taught: {_accuracy(exam['control'])}"
        )
    if sealed:
        _sealed(sealed, exam)
    elif exam:
        rows = [
            {
                "area": row["area"],
                "n": row["n"],
                "accuracy": _accuracy(row),
                "": "weak" if row["weak"] else "",
            }
            for row in exam["areas"]
        ]
        table(rows, ("area", "n", "accuracy", ""))
    _decision(report["decision"])
    _totals(report)


def _state(campaign: dict[str, Any]) -> str:
    outcome = (campaign["outcome"] or "").replace("_", " ")
    return (
        f"{campaign['state']}, {outcome}" if outcome and outcome != campaign["state"] else campaign["state"]
    )


def _accuracy(row: dict[str, Any]) -> str:
    return interval(row["estimate"], row["low"], row["high"])


def _ungraded(row: dict[str, Any]) -> str:
    return f" ({row['ungraded']} ungraded, out of the rate)" if row["ungraded"] else ""


def _changes(changes: dict[str, Any]) -> None:
    if not changes["since"]:
        return
    out = console()
    out.print(
        f"Documents since the last campaign: {len(changes['changed'])} facts changed, {changes['new']} new, "
        f"{changes['withdrawn']} withdrawn"
    )
    rows = [
        {
            **row,
            "fact": f"{row['subject']}: {_asked(row['relation'])}",
            "was": row["before"],
            "is": row["after"],
        }
        for row in changes["changed"][:MOST_CHANGED]
    ]
    if rows:
        table(rows, ("document", "fact", "was", "is"))
        left = len(changes["changed"]) - len(rows)
        if left > 0:
            out.print(f"… and {left} more (--json lists them)")


def _asked(relation: str) -> str:
    """A fact's relation without the marks around the place of its answer."""
    return relation.replace("{", "").replace("}", "")


def _sealed(sealed: dict[str, Any], exam: dict[str, Any] | None) -> None:
    """Before and after by area on the sealed questions, the weak areas marked."""
    weak = set(exam["weak"]) if exam else set()
    out = console()
    out.print()
    out.print(f"Sealed questions, unseen wordings: {sealed['champion']} before, {sealed['challenger']} after")
    rows = [
        _before_after(row["area"], row) | {"found": "weak" if row["area"] in weak else ""}
        for row in sealed["areas"]
    ]
    rows.append(_before_after("all taught facts", sealed) | {"found": ""})
    rows.append(_before_after("control facts, never taught", sealed["control"]) | {"found": ""})
    table(rows, ("area", "n", "before", "after", "difference", "found"))


def _before_after(name: str, row: dict[str, Any]) -> dict[str, Any]:
    change = row["difference"]
    return {
        "area": name,
        "n": row["after"]["n"],
        "before": _accuracy(row["before"]),
        "after": _accuracy(row["after"]),
        "difference": _points(change) if change else "–",
    }


def _points(change: dict[str, Any]) -> str:
    """+12 [+5, +19] points."""
    return f"{100 * change['difference']:+.0f} [{100 * change['low']:+.0f}, {100 * change['high']:+.0f}]"


def _decision(decision: dict[str, Any] | None) -> None:
    if not decision:
        return
    out = console()
    out.print()
    out.print(f"Decision: {decision['verdict'].replace('_', ' ')}", style="bold")
    reasons: Sequence[Any] = decision["reasons"] or []
    for reason in reasons:
        out.print(f"  {plain(reason)}")


def _totals(report: dict[str, Any]) -> None:
    counts, training = report["counts"], report["training"]
    out = console()
    out.print()
    asked = sum(counts["questions"].values())
    verdicts = ", ".join(f"{label} {number}" for label, number in counts["verdicts"].items() if number)
    out.print(
        f"{counts['documents']} documents, {counts['facts']} facts, {counts['bank']} questions in the bank; "
        f"{asked} asked, {counts['answers']} answers, {sum(counts['verdicts'].values())} verdicts ({verdicts})"
    )
    if training and training["rows"]:
        rows = ", ".join(f"{role} {number}" for role, number in training["rows"].items())
        out.print(f"{counts['rows']} training rows ({rows}), method {training['method']}")
    seconds = report["seconds"]
    stages = ", ".join(
        f"{stage} {value:.0f}" for stage, value in seconds.items() if stage != "total" and value >= 0.5
    )
    out.print(f"{seconds['total']:.0f} seconds" + (f": {stages}" if stages else ""))


def headline(row: dict[str, Any]) -> str:
    """A rate with its n: 85 % [79, 90], n 120."""
    return f"{_accuracy(row)}, n {row['n']}" if row["n"] else share(None)
