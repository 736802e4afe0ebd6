"""The rules of custody asked after the fact: what the triggers should have refused, and whether they stand.

The triggers guard every write; these questions find what came in while they were gone (a tool that dropped
them, a file put together by hand).
"""

from __future__ import annotations

import sqlite3

from .migrations import rules_0001, rules_0002, rules_0003

_NAMED = 5  # ids named in one line

# Each gives ids; `{}` in the sentence becomes "3, 7" or "3, 7, … (12 in all)".
_QUESTIONS = (
    (
        "training rows {} come from questions outside practice",
        "SELECT t.id FROM trainingrow t JOIN question q ON q.id = t.question_id WHERE q.pool <> 'practice'",
    ),
    (
        "training rows {} teach control facts",
        "SELECT t.id FROM trainingrow t LEFT JOIN question q ON q.id = t.question_id "
        "JOIN fact f ON f.id IN (t.fact_id, q.fact_id) WHERE f.control GROUP BY t.id",
    ),
    (
        "questions {} are practice wordings of control facts",
        "SELECT q.id FROM question q JOIN fact f ON f.id = q.fact_id WHERE f.control AND q.pool = 'practice'",
    ),
    (
        "questions {} are in no known pool",
        "SELECT id FROM question WHERE pool NOT IN ('practice', 'exam', 'sealed')",
    ),
    (
        "practice questions {} have the wording of an exam or sealed question",
        # Grouped, since wordings have no index: pairing them up took minutes over 60,000 questions.
        "SELECT q.id FROM question q JOIN (SELECT client_id, wording FROM question WHERE state = 'active' "
        "GROUP BY client_id, wording HAVING count(DISTINCT pool = 'practice') = 2) twice "
        "ON twice.client_id = q.client_id AND twice.wording = q.wording "
        "WHERE q.pool = 'practice' AND q.state = 'active'",
    ),
    (
        "questions {} are users' own and in the pool practice",
        "SELECT id FROM question WHERE generator = 'client' AND pool = 'practice'",
    ),
    (
        "answers {} have several first verdicts",
        "SELECT answer_id FROM verdict WHERE supersedes_id IS NULL GROUP BY answer_id HAVING count(*) > 1",
    ),
    (
        "verdicts {} are superseded more than once",
        "SELECT supersedes_id FROM verdict WHERE supersedes_id IS NOT NULL GROUP BY supersedes_id "
        "HAVING count(*) > 1",
    ),
    (
        "verdicts {} supersede a verdict of another answer",
        "SELECT v.id FROM verdict v JOIN verdict o ON o.id = v.supersedes_id "
        "WHERE o.answer_id <> v.answer_id",
    ),
    (
        "verdicts {} have a label that isn't one",
        "SELECT id FROM verdict "
        "WHERE label NOT IN ('correct', 'partial', 'incorrect', 'refused', 'ungraded')",
    ),
    (
        "facts {} have a citation that doesn't stand at its place in the document",
        "SELECT f.id FROM fact f JOIN document d ON d.id = f.document_id "
        "WHERE substr(d.text, f.start + 1, f.end - f.start) <> f.citation",
    ),
    (
        "aliases {} point at another client's model version",
        "SELECT a.id FROM alias a JOIN modelversion m ON m.id = a.model_version_id "
        "WHERE m.client_id <> a.client_id",
    ),
)


def custody_faults(connection: sqlite3.Connection) -> list[str]:
    """One line for each kind of broken rule, with the first ids, and for each rule that is gone."""
    faults = _missing_rules(connection)
    for sentence, sql in _QUESTIONS:
        ids = [row[0] for row in connection.execute(f"{sql} ORDER BY 1")]
        if ids:
            named = ", ".join(map(str, ids[:_NAMED]))
            faults.append(sentence.format(named if len(ids) <= _NAMED else f"{named}, … ({len(ids)} in all)"))
    return faults


def _missing_rules(connection: sqlite3.Connection) -> list[str]:
    there = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    faults = []
    for rule in (*rules_0001.rules(), *rules_0002.rules(), *rules_0003.rules()):
        name = rule.split()[2]
        if name not in there:
            faults.append(f"the rule {name} is gone: restore a backup, or create it again")
        elif there[name] != rule:
            faults.append(f"the rule {name} was changed: restore a backup, or create it again")
    return faults
