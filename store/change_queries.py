"""The named queries about editions: what changed between them, and where documents contradict each other."""

from __future__ import annotations

from .query import Query

# The ingest before the last one that changed something: what came after it is what the last one did. Ids tell it, as
# two ingests may share a second; the events of older versions don't hold them, and there times have to do.
_BEFORE = "client_id = :client_id AND what = 'documents.ingested' ORDER BY id DESC LIMIT 1 OFFSET 1"
_SINCE = f"coalesce((SELECT created_at FROM event WHERE {_BEFORE}), '')"
_SINCE_DOCUMENT = f"""coalesce((SELECT coalesce(json_extract(detail, '$.newest_document'), (SELECT max(x.id)
            FROM document AS x WHERE x.client_id = :client_id AND x.created_at <= event.created_at))
            FROM event WHERE {_BEFORE}), 0)"""
_SINCE_EVENT = f"coalesce((SELECT id FROM event WHERE {_BEFORE}), 0)"

# Whether fact {0} was made after document d was taken in.
_MADE_AFTER = """coalesce({0}.id > (SELECT json_extract(e.detail, '$.newest_fact') FROM event AS e
            WHERE e.client_id = d.client_id AND e.what = 'documents.ingested'
            AND json_extract(e.detail, '$.newest_document') >= d.id ORDER BY e.id LIMIT 1),
            {0}.created_at >= d.created_at)"""

_FACT = "{0}.id AS {1}id, {0}.answer AS {1}answer, {0}.citation AS {1}citation"

CHANGE_QUERIES = {
    # Facts that are held back, and those that were chosen over one of them.
    "conflicts": Query(
        """
        WITH held AS (SELECT id, reason FROM fact WHERE client_id = :client_id AND state = 'conflict'),
        chosen AS (SELECT CAST(substr(reason, instr(reason, ' (fact ') + 7) AS INTEGER) AS id FROM held
            WHERE reason LIKE 'settled: %')
        SELECT f.id, f.key, f.kind, f.subject, f.relation, f.answer, f.citation, f.state, f.reason, f.start, f.end,
            p.page, p.heading, d.id AS document_id, d.path AS document, d.version
        FROM fact AS f JOIN document AS d ON d.id = f.document_id JOIN passage AS p ON p.id = f.passage_id
        WHERE f.id IN (SELECT id FROM held UNION SELECT id FROM chosen) ORDER BY f.id""",
        needs=("client_id",),
    ),
    # Of one document, or all that the last ingest added, edited or removed.
    "editions": Query(
        f"""
        SELECT d.id, d.path, d.version, d.title, d.state, d.reason, d.previous_id, b.path AS previous_path,
            b.version AS previous_version, d.created_at, d.ended_at,
            CASE WHEN d.state = 'removed' THEN 'removed' WHEN d.previous_id IS NULL THEN 'added'
                WHEN b.path <> d.path THEN 'moved and edited' WHEN b.state = 'removed' THEN 'added'
                ELSE 'edited' END AS change
        FROM document AS d LEFT JOIN document AS b ON b.id = d.previous_id
        WHERE d.client_id = :client_id AND (d.id = :document_id OR :document_id IS NULL AND (
            d.state NOT IN ('superseded', 'removed') AND d.id > {_SINCE_DOCUMENT}
            OR d.state = 'removed' AND d.ended_at >= {_SINCE}
                AND NOT EXISTS (SELECT 1 FROM document AS n WHERE n.previous_id = d.id)))
        ORDER BY d.path, d.id""",
        needs=("client_id",),
    ),
    "document_moves": Query(
        f"""
        SELECT detail, created_at FROM event
        WHERE client_id = :client_id AND what = 'document.moved' AND id > {_SINCE_EVENT} ORDER BY id""",
        json=("detail",),
        needs=("client_id",),
    ),
    # What became of the facts between a document's edition `previous_id` and `document_id`.
    "edition_facts": Query(
        f"""
        SELECT 'changed' AS change, new.kind, new.subject, new.relation, {_FACT.format("old", "old_")},
            {_FACT.format("new", "new_")}, old.reason, b.path AS old_document, d.path AS new_document
        FROM fact AS old JOIN fact AS new ON new.id = old.successor_id
        JOIN document AS d ON d.id = :document_id JOIN document AS b ON b.id = old.document_id
        WHERE old.document_id = :previous_id OR new.document_id = d.id AND {_MADE_AFTER.format("new")}
        UNION ALL
        SELECT 'reworded', f.kind, f.subject, f.relation, f.id, json_extract(e.detail, '$.answer'),
            json_extract(e.detail, '$.citation'), {_FACT.format("f", "new_")},
            json_extract(e.detail, '$.subject') || ' ' || json_extract(e.detail, '$.relation'), d.path, d.path
        FROM event AS e JOIN fact AS f ON f.id = json_extract(e.detail, '$.fact_id')
        JOIN document AS d ON d.id = :document_id
        WHERE e.what = 'fact.reworded' AND e.client_id = d.client_id
            AND json_extract(e.detail, '$.document_id') = d.id
        UNION ALL
        SELECT 'gone', f.kind, f.subject, f.relation, {_FACT.format("f", "old_")}, NULL, NULL, NULL, f.reason,
            b.path, NULL
        FROM fact AS f JOIN document AS b ON b.id = f.document_id
        WHERE f.document_id = :previous_id AND f.state = 'withdrawn'
        UNION ALL
        SELECT 'added', f.kind, f.subject, f.relation, NULL, NULL, NULL, {_FACT.format("f", "new_")}, '', NULL, d.path
        FROM fact AS f JOIN document AS d ON d.id = f.document_id
        WHERE d.id = :document_id AND f.state IN ('active', 'conflict') AND {_MADE_AFTER.format("f")}
            AND NOT EXISTS (SELECT 1 FROM fact AS old WHERE old.successor_id = f.id)
        UNION ALL
        SELECT 'kept', f.kind, f.subject, f.relation, f.id, f.answer, f.citation, {_FACT.format("f", "new_")}, '',
            d.path, d.path
        FROM fact AS f JOIN document AS d ON d.id = f.document_id
        WHERE d.id = :document_id AND f.state IN ('active', 'conflict') AND NOT {_MADE_AFTER.format("f")}
            AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.what = 'fact.reworded' AND e.client_id = d.client_id
                AND json_extract(e.detail, '$.document_id') = d.id AND json_extract(e.detail, '$.fact_id') = f.id)""",
        needs=("document_id",),
    ),
}
