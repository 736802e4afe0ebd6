"""The named queries about what the client's users asked."""

from __future__ import annotations

from .query import Query

_COLUMNS = """a.id, c.name AS client, a.text, a.count, a.state, a.reason, a.score, a.first_seen, a.last_seen,
            a.answers, a.sources, a.passage_id, a.fact_id, a.question_id, d.path AS document, p.area,
            f.answer AS reference, f.citation, q.pool, a.created_at, a.updated_at"""
_FROM = """asked AS a JOIN client AS c ON c.id = a.client_id
            LEFT JOIN passage AS p ON p.id = a.passage_id LEFT JOIN document AS d ON d.id = p.document_id
            LEFT JOIN fact AS f ON f.id = a.fact_id LEFT JOIN question AS q ON q.id = a.question_id"""

ASKED_QUERIES = {
    # Most asked first.
    "asked": Query(
        f"""
        SELECT {_COLUMNS} FROM {_FROM}
        WHERE (:client_id IS NULL OR a.client_id = :client_id) AND (:state IS NULL OR a.state = :state)
            AND (:reason IS NULL OR a.reason = :reason)
        ORDER BY a.count DESC, a.id LIMIT coalesce(:limit, -1)""",
        json=("answers", "sources"),
    ),
    "asked_one": Query(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE a.id = :asked_id",
        json=("answers", "sources"),
        needs=("asked_id",),
    ),
    "question": Query(
        """
        SELECT q.id, c.name AS client, q.fact_id, f.area, q.pool, q.kind, q.wording, q."references", q.template,
            q.generator, q.state, q.reason, f.control, f.subject, f.relation, f.citation, d.path AS document,
            q.created_at, q.unsealed_at
        FROM question AS q JOIN client AS c ON c.id = q.client_id JOIN fact AS f ON f.id = q.fact_id
        JOIN document AS d ON d.id = f.document_id WHERE q.id = :question_id""",
        json=("references",),
        flags=("control",),
        needs=("question_id",),
    ),
    "asked_states": Query("""
        SELECT state, reason, count(*) AS questions, sum(count) AS asked FROM asked
        WHERE :client_id IS NULL OR client_id = :client_id
        GROUP BY state, reason ORDER BY state, asked DESC, reason"""),
}
