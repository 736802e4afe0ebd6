"""The rules of custody of revision 0001, as SQLite triggers; later revisions add or drop their own."""


def refuse(name: str, when: str, condition: str, message: str) -> str:
    """One trigger: `when` names the moment and table, `condition` is what is refused."""
    assert "'" not in message
    guard = f"WHEN {condition} " if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {when} {guard}BEGIN SELECT RAISE(ABORT, 'custody: {message}'); END"


def rules() -> list[str]:
    """All triggers of revision 0001."""
    return _append_only() + _one_chain() + _graded_answers() + _pools() + _control() + _training_rows()


def _append_only() -> list[str]:
    tables = (
        ("verdict", "verdicts"),
        ("review", "reviews"),
        ("decision", "decisions"),
        ("event", "events"),
    )
    return [rule for table, plural in tables for rule in append_only(table, plural)]


def append_only(table: str, plural: str) -> list[str]:
    """Triggers that refuse every change of a table's rows."""
    rules = [
        refuse(
            f"{table}_no_{verb}",
            f"{verb.upper()} ON {table}",
            "",
            f"{plural} are append-only ({verb} refused); a correction is a new row",
        )
        for verb in ("update", "delete")
    ]
    # INSERT OR REPLACE deletes the old row without firing its delete trigger.
    rules.append(
        refuse(
            f"{table}_no_replace",
            f"INSERT ON {table}",
            f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",
            f"{plural} are append-only (replace refused); a correction is a new row",
        )
    )
    return rules


def _one_chain() -> list[str]:
    """An answer's verdicts are one chain, so that exactly one of them holds."""
    return [
        refuse(
            "verdict_one_first",
            "INSERT ON verdict",
            "NEW.supersedes_id IS NULL AND EXISTS "
            "(SELECT 1 FROM verdict WHERE answer_id = NEW.answer_id AND supersedes_id IS NULL)",
            "this answer already has a first verdict; a correction names the verdict it supersedes",
        ),
        refuse(
            "verdict_same_answer",
            "INSERT ON verdict",
            "NEW.supersedes_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM verdict WHERE id = NEW.supersedes_id AND answer_id = NEW.answer_id)",
            "a verdict supersedes an earlier verdict of the same answer only",
        ),
        refuse(
            "verdict_no_fork",
            "INSERT ON verdict",
            "EXISTS (SELECT 1 FROM verdict WHERE supersedes_id = NEW.supersedes_id)",
            "this verdict is superseded already; supersede the newest one of its chain",
        ),
    ]


def _graded_answers() -> list[str]:
    """A verdict speaks of the text that was graded, so that text stays."""
    graded = "EXISTS (SELECT 1 FROM verdict WHERE answer_id = OLD.id)"
    clash = (
        "EXISTS (SELECT 1 FROM answer a JOIN verdict v ON v.answer_id = a.id WHERE a.id = NEW.id OR "
        "(a.campaign_id = NEW.campaign_id AND a.question_id = NEW.question_id "
        "AND a.model_version_id = NEW.model_version_id))"
    )
    message = "an answer that has a verdict stays as it was graded"
    return [
        refuse("answer_graded_no_update", "UPDATE ON answer", graded, message),
        refuse("answer_graded_no_delete", "DELETE ON answer", graded, message),
        refuse("answer_graded_no_replace", "INSERT ON answer", clash, message),
    ]


def _pools() -> list[str]:
    retires = "OLD.pool = 'sealed' AND NEW.pool = 'exam' AND NEW.unsealed_at IS NOT NULL"
    return [
        refuse(
            "question_pool_known",
            "INSERT ON question",
            "NEW.pool NOT IN ('practice', 'exam', 'sealed')",
            "a question belongs to the pool practice, exam or sealed",
        ),
        refuse(
            "question_pool_moves",
            "UPDATE OF pool ON question",
            f"NEW.pool IS NOT OLD.pool AND NOT ({retires})",
            "a question stays in its pool; only sealed moves to exam, with unsealed_at set",
        ),
        refuse(
            "question_wording_stays",
            "UPDATE OF id, fact_id, wording ON question",
            "NEW.id IS NOT OLD.id OR NEW.fact_id IS NOT OLD.fact_id OR NEW.wording IS NOT OLD.wording",
            "a question keeps its fact and its wording; make another question",
        ),
        refuse(
            "question_no_delete",
            "DELETE ON question",
            "",
            "a question is superseded or retired, never deleted",
        ),
        refuse(
            "question_no_replace",
            "INSERT ON question",
            "EXISTS (SELECT 1 FROM question WHERE id = NEW.id OR "
            "(fact_id = NEW.fact_id AND wording = NEW.wording AND pool <> NEW.pool))",
            "this wording is in another pool already, or the id is taken",
        ),
    ]


def _control() -> list[str]:
    """Control facts are never taught: that tells learning from better test-taking."""
    taught = (
        "EXISTS (SELECT 1 FROM question WHERE fact_id = OLD.id AND pool = 'practice') "
        "OR EXISTS (SELECT 1 FROM trainingrow WHERE fact_id = OLD.id)"
    )
    return [
        refuse(
            "question_control_no_practice",
            "INSERT ON question",
            "NEW.pool = 'practice' AND EXISTS (SELECT 1 FROM fact WHERE id = NEW.fact_id AND control)",
            "a control fact has no practice wording",
        ),
        refuse(
            "fact_control_stays",
            "UPDATE OF control ON fact",
            f"OLD.control AND NOT NEW.control OR (NEW.control AND NOT OLD.control AND ({taught}))",
            "a control fact stays one, and a fact that was taught never becomes one",
        ),
        refuse(
            "fact_no_replace",
            "INSERT ON fact",
            "EXISTS (SELECT 1 FROM fact WHERE id = NEW.id)",
            "a fact is superseded, never replaced",
        ),
        refuse(
            "fact_control_no_delete",
            "DELETE ON fact",
            "OLD.control",
            "a control fact is superseded or withdrawn, never deleted",
        ),
    ]


def _training_rows() -> list[str]:
    rules = []
    for name, when in (("insert", "INSERT ON trainingrow"), ("update", "UPDATE ON trainingrow")):
        rules.append(
            refuse(
                f"trainingrow_practice_{name}",
                when,
                "NEW.question_id IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM question WHERE id = NEW.question_id AND pool = 'practice')",
                "only questions of the pool practice reach training",
            )
        )
        rules.append(
            refuse(
                f"trainingrow_control_{name}",
                when,
                "EXISTS (SELECT 1 FROM fact WHERE control AND (id = NEW.fact_id "
                "OR id = (SELECT fact_id FROM question WHERE id = NEW.question_id)))",
                "a control fact is never taught",
            )
        )
    return rules
