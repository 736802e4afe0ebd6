"""MODEL_CARD.md: what a model is, what it is made of and how it did, beside its weights."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import NotFound
from .bill import obligations

if TYPE_CHECKING:
    from ..store.engine import Store

CARD_FILE = "MODEL_CARD.md"
LABELS = ("correct", "partial", "incorrect", "refused", "ungraded")


def write_card(store: Store, version_id: int) -> Path | None:
    """Write (or renew) the card beside a version's weights; None for models that live elsewhere."""
    from ..store.tables import ModelVersion

    with store.session(write=False) as session:
        version = session.get(ModelVersion, version_id)
    if version is None:
        raise NotFound(f"there is no model version {version_id}")
    folder = Path(version.path)
    if version.method == "given" or not folder.is_dir():
        return None
    path = folder / CARD_FILE
    path.write_text(render_card(store, version), encoding="utf-8")
    return path


def render_card(store: Store, version: Any) -> str:
    """The card as Markdown. Names and titles come from clients, so they stand in code spans."""
    bill = version.bill_of_materials or {}
    lines = [
        f"# {_code(version.name)}",
        "",
        f"- Method: {version.method}",
        f"- Trained from: {_code(version.base)}",
        f"- Parameters: {version.parameters:,}",
        f"- Weights (SHA-256): `{version.sha256}`",
        f"- Made: {version.created_at:%Y-%m-%d %H:%M} UTC",
        f"- State: {version.state}",
        *([f"- Due for retraining: {_code(version.due_reason)}"] if version.due_reason else []),
        "",
        "## Rows it was taught",
        "",
        *[f"- {role}: {count}" for role, count in sorted(bill.get("rows", {}).items())],
        "",
        "## Exams",
        "",
        *_exam_lines(store, version.id),
        "",
        "## Decisions",
        "",
        *_decision_lines(store, version.id),
        "",
        "## Licences",
        "",
        *_licence_lines(bill),
        "",
        "## Bill of materials",
        "",
        "Rows 0: only the tokenizer has seen it. A base's name: not this training but its base learnt from it.",
        "",
        "| document | id | version | rows | licence | clearance | rights | base | SHA-256 |",
        "|---|---|---|---|---|---|---|---|---|",
        *[_document_line(each) for each in bill.get("documents", [])],
    ]
    return "\n".join(lines) + "\n"


def _document_line(each: dict[str, Any]) -> str:
    cells = (
        _code(each["path"]),
        str(each["id"]),
        str(each["version"]),
        str(each.get("rows", "")),
        _code(each.get("licence", "")),
        each.get("clearance", ""),
        _code(each["rights"]),
        _code(each.get("base", "")),
        f"`{each['sha256']}`",
    )
    return f"| {' | '.join(cells)} |"


def _licence_lines(bill: dict[str, Any]) -> list[str]:
    """Documents by licence, and what passing the model on asks for: in a sentence, with whom to name."""
    documents = bill.get("documents", [])
    if not documents:
        return ["No document is on its bill of materials."]
    counted = Counter(each.get("licence", "") for each in documents)
    lines = ["| licence | documents |", "|---|---|"]
    lines += [f"| {_code(name) or 'none is known'} | {number} |" for name, number in counted.most_common()]
    owed = obligations(bill)
    if not owed["attribution"]:
        return [*lines, "", "No licence here that is known asks for attribution or share-alike."]
    names = {each["licence"] for each in owed["share-alike"]}
    alike = (
        f" Under {', '.join(map(_code, sorted(names)))} what is adapted from the works must be passed on under the "
        "same licence: whether that holds for a model is a question for the firm's lawyers."
        if names
        else ""
    )
    return [
        *lines,
        "",
        f"Whoever passes the model on must name the sources of these {len(owed['attribution'])} documents.{alike}",
        "",
        *[
            f"- {_code(each['path'])}, {_code(each['licence'])}: {_code(each.get('evidence', ''))}"
            for each in owed["attribution"]
        ],
    ]


def _exam_lines(store: Store, version_id: int) -> list[str]:
    from sqlmodel import col, select

    from ..store.tables import Answer, CampaignQuestion, Verdict

    with store.session(write=False) as session:
        rows = session.exec(
            select(Answer.campaign_id, CampaignQuestion.purpose, Verdict.answer_id, Verdict.label)
            .join(Verdict, col(Verdict.answer_id) == col(Answer.id))
            .join(
                CampaignQuestion,
                (col(CampaignQuestion.question_id) == col(Answer.question_id))
                & (col(CampaignQuestion.campaign_id) == col(Answer.campaign_id)),
            )
            .where(Answer.model_version_id == version_id)
            .order_by(col(Verdict.id))
        ).all()
    last = {(campaign, purpose, answer): label for campaign, purpose, answer, label in rows}
    counts: dict[tuple[int, str], dict[str, int]] = {}
    for (campaign, purpose, _), label in last.items():
        exam = counts.setdefault((campaign, purpose), dict.fromkeys(LABELS, 0))
        exam[label] = exam.get(label, 0) + 1
    if not counts:
        return ["It has sat no exam yet."]
    lines = ["| campaign | exam | questions | " + " | ".join(LABELS) + " |", "|---" * (len(LABELS) + 3) + "|"]
    for (campaign, purpose), exam in sorted(counts.items()):
        total = sum(exam.values())
        lines.append(
            f"| {campaign} | {purpose} | {total} | " + " | ".join(str(exam[each]) for each in LABELS) + " |"
        )
    return lines


def _decision_lines(store: Store, version_id: int) -> list[str]:
    from sqlmodel import col, select

    from ..store.tables import Decision

    with store.session(write=False) as session:
        rows = session.exec(
            select(Decision).where(Decision.challenger_id == version_id).order_by(col(Decision.id))
        ).all()
    if not rows:
        return ["None yet."]
    lines = []
    for row in rows:
        reasons = row.evidence.get("reasons") or [row.evidence.get("reason", "")]
        lines.append(
            f"- {row.created_at:%Y-%m-%d}: {row.verdict} by {_code(row.author)}. {_code('; '.join(reasons))}"
        )
    return lines


def _code(text: str) -> str:
    """Untrusted text as a code span in one line: no Markdown or HTML in it is ever rendered."""
    flat = " ".join(str(text).split()).replace("`", "'").replace("|", "/")
    return f"`{flat}`" if flat else ""
