"""The named queries: everything that the inspecting commands ask.

Parameters are optional filters unless a query `needs` them; `limit` left out means all rows. The verdict
that holds for an answer is the one that no other verdict supersedes.
"""

from __future__ import annotations

from .asked_queries import ASKED_QUERIES
from .change_queries import CHANGE_QUERIES
from .query import Query

_LIMIT = "LIMIT coalesce(:limit, -1)"

# One row an answer: the end of its chain of verdicts.
_EFFECTIVE = "NOT EXISTS (SELECT 1 FROM verdict AS later WHERE later.supersedes_id = v.id)"

_BY_LABEL = """
    count(v.id) AS verdicts,
    count(*) FILTER (WHERE v.label = 'correct') AS correct,
    count(*) FILTER (WHERE v.label = 'partial') AS partial,
    count(*) FILTER (WHERE v.label = 'incorrect') AS incorrect,
    count(*) FILTER (WHERE v.label = 'refused') AS refused,
    count(*) FILTER (WHERE v.label = 'ungraded') AS ungraded"""

_BY_POOL = """
    count(*) FILTER (WHERE q.pool = 'practice') AS practice,
    count(*) FILTER (WHERE q.pool = 'exam') AS exam,
    count(*) FILTER (WHERE q.pool = 'sealed') AS sealed"""

# An area and everything below it.
_IN_AREA = "(:area IS NULL OR f.area = :area OR substr(f.area, 1, length(:area) + 3) = :area || ' / ')"

_DOCUMENTS = {
    "clients": Query("""
        SELECT c.id, c.name, c.created_at,
            (SELECT count(*) FROM document WHERE client_id = c.id AND state = 'accepted') AS documents,
            (SELECT count(*) FROM fact WHERE client_id = c.id AND state = 'active') AS facts,
            (SELECT count(*) FROM question WHERE client_id = c.id AND state = 'active') AS questions,
            (SELECT m.name FROM alias AS a JOIN modelversion AS m ON m.id = a.model_version_id
             WHERE a.client_id = c.id AND a.name = 'champion') AS champion,
            (SELECT max(id) FROM campaign WHERE client_id = c.id) AS last_campaign
        FROM client AS c ORDER BY c.name"""),
    "documents": Query(f"""
        SELECT d.id, c.name AS client, d.path, d.version, d.media_type, d.title, d.language, d.rights,
            d.licence, d.clearance, d.rights_evidence, d.state, d.reason, d.bytes, d.sha256,
            length(d.text) AS characters,
            (SELECT count(*) FROM passage WHERE document_id = d.id AND state = 'accepted') AS passages,
            (SELECT count(*) FROM fact WHERE document_id = d.id AND state = 'active') AS facts,
            d.created_at, d.ended_at
        FROM document AS d JOIN client AS c ON c.id = d.client_id
        WHERE (:client_id IS NULL OR d.client_id = :client_id) AND (:state IS NULL OR d.state = :state)
            AND (:path IS NULL OR d.path = :path)
        ORDER BY d.client_id, d.path, d.version DESC {_LIMIT}"""),
    "document": Query(
        """
        SELECT d.id, c.name AS client, d.path, d.version, d.sha256, d.bytes, d.media_type, d.title, d.language,
            d.rights, d.licence, d.clearance, d.rights_evidence, d.state, d.reason, d.duplicate_of_id, d.previous_id,
            d.created_at, d.ended_at, d.client_id, d.text,
            (SELECT count(*) FROM passage WHERE document_id = d.id AND state = 'accepted') AS passages,
            (SELECT count(*) FROM fact WHERE document_id = d.id AND state = 'active') AS facts
        FROM document AS d JOIN client AS c ON c.id = d.client_id WHERE d.id = :document_id""",
        needs=("document_id",),
    ),
    "rulings": Query("""
        SELECT r.id, r.document_id, d.path, r.rule, r.version, r.action, r.evidence, r.start, r."end", r.created_at
        FROM ruling AS r JOIN document AS d ON d.id = r.document_id
        WHERE (:document_id IS NULL OR r.document_id = :document_id)
            AND (:client_id IS NULL OR d.client_id = :client_id)
            AND (:document_id IS NOT NULL OR d.state NOT IN ('superseded', 'removed'))
        ORDER BY d.path, r.id"""),
    "document_states": Query("""
        SELECT state, reason, count(*) AS documents, sum(bytes) AS bytes FROM document
        WHERE :client_id IS NULL OR client_id = :client_id
        GROUP BY state, reason ORDER BY state, documents DESC, reason"""),
    "passages": Query(
        f"""
        SELECT p.id, p.document_id, d.path AS document, p.ordinal, p.area, p.heading, p.kind, p.start, p.end,
            p.page, p.state, p.reason, p.examined_by, substr(d.text, p.start + 1, p.end - p.start) AS text,
            (SELECT count(*) FROM fact WHERE passage_id = p.id AND state = 'active') AS facts
        FROM passage AS p JOIN document AS d ON d.id = p.document_id
        WHERE (:document_id IS NULL OR p.document_id = :document_id)
            AND (:client_id IS NULL OR (d.client_id = :client_id AND d.state = 'accepted'))
            AND (:state IS NULL OR p.state = :state)
        ORDER BY p.document_id, p.ordinal {_LIMIT}"""
    ),
    "passage_states": Query("""
        SELECT p.state, p.reason, count(*) AS passages
        FROM passage AS p JOIN document AS d ON d.id = p.document_id
        WHERE (:client_id IS NULL OR d.client_id = :client_id) AND d.state = 'accepted'
        GROUP BY p.state, p.reason ORDER BY p.state, passages DESC, p.reason"""),
}

_EXAMS = {
    "areas": Query(f"""
        WITH passages AS (
            SELECT d.client_id, p.area, count(*) AS n FROM passage AS p
            JOIN document AS d ON d.id = p.document_id
            WHERE d.state = 'accepted' AND p.state = 'accepted' GROUP BY d.client_id, p.area),
        facts AS (
            SELECT client_id, area, count(*) AS n, sum(control) AS control FROM fact
            WHERE state = 'active' GROUP BY client_id, area),
        questions AS (
            SELECT f.client_id, f.area, {_BY_POOL} FROM question AS q JOIN fact AS f ON f.id = q.fact_id
            WHERE q.state = 'active' GROUP BY f.client_id, f.area)
        SELECT a.id, a.client_id, c.name AS client, a.path, coalesce(p.n, 0) AS passages,
            coalesce(f.n, 0) AS facts, coalesce(f.control, 0) AS control, coalesce(q.practice, 0) AS practice,
            coalesce(q.exam, 0) AS exam, coalesce(q.sealed, 0) AS sealed
        FROM area AS a JOIN client AS c ON c.id = a.client_id
        LEFT JOIN passages AS p ON p.client_id = a.client_id AND p.area = a.path
        LEFT JOIN facts AS f ON f.client_id = a.client_id AND f.area = a.path
        LEFT JOIN questions AS q ON q.client_id = a.client_id AND q.area = a.path
        WHERE :client_id IS NULL OR a.client_id = :client_id ORDER BY a.client_id, a.path"""),
    "facts": Query(
        f"""
        SELECT f.id, f.area, f.kind, f.subject, f.relation, f.answer, f.claim, f.citation, f.language,
            f.control, f.state, f.reason, f.successor_id, d.path AS document, f.start, f.end, f.generator,
            f.created_at, f.ended_at
        FROM fact AS f JOIN document AS d ON d.id = f.document_id
        WHERE (:client_id IS NULL OR f.client_id = :client_id) AND (:document_id IS NULL OR
            f.document_id = :document_id) AND (:kind IS NULL OR f.kind = :kind)
            AND (:state IS NULL OR f.state = :state) AND {_IN_AREA}
        ORDER BY f.id DESC {_LIMIT}""",
        flags=("control",),
    ),
    "fact_kinds": Query("""
        SELECT kind, state, count(*) AS facts, sum(control) AS control FROM fact
        WHERE :client_id IS NULL OR client_id = :client_id
        GROUP BY kind, state ORDER BY kind, state"""),
    "questions": Query(
        f"""
        SELECT q.id, q.fact_id, f.area, q.pool, q.kind, q.wording, q."references", q.template, q.generator,
            q.state, q.reason, f.control, q.created_at, q.unsealed_at
        FROM question AS q JOIN fact AS f ON f.id = q.fact_id
        WHERE (:client_id IS NULL OR q.client_id = :client_id) AND (:pool IS NULL OR q.pool = :pool)
            AND (:fact_id IS NULL OR q.fact_id = :fact_id) AND (:kind IS NULL OR q.kind = :kind)
            AND (:state IS NULL OR q.state = :state) AND {_IN_AREA}
        ORDER BY q.id DESC {_LIMIT}""",
        json=("references",),
        flags=("control",),
    ),
    "question_kinds": Query("""
        SELECT kind, pool, state, count(*) AS questions FROM question
        WHERE :client_id IS NULL OR client_id = :client_id
        GROUP BY kind, pool, state ORDER BY kind, pool, state"""),
}

# The wanted campaigns are picked first, so that listing ten doesn't count the verdicts of a thousand.
_CAMPAIGN = """
        WITH g AS (SELECT * FROM campaign {wanted})
        SELECT g.*, c.name AS client, m.name AS model,
            (SELECT count(*) FROM campaignquestion WHERE campaign_id = g.id) AS questions,
            (SELECT count(*) FROM answer WHERE campaign_id = g.id) AS answers, {labels},
            (SELECT count(*) FROM finding WHERE campaign_id = g.id AND alarm) AS alarms
        FROM g JOIN client AS c ON c.id = g.client_id
        JOIN modelversion AS m ON m.id = g.model_version_id
        LEFT JOIN answer AS a ON a.campaign_id = g.id
        LEFT JOIN verdict AS v ON v.answer_id = a.id AND {effective}
        GROUP BY g.id ORDER BY g.id DESC"""


def _campaign(wanted: str) -> str:
    return _CAMPAIGN.format(wanted=wanted, labels=_BY_LABEL.strip(), effective=_EFFECTIVE)


_CAMPAIGNS = {
    "campaigns": Query(
        _campaign(f"""
            WHERE (:client_id IS NULL OR client_id = :client_id) AND (:state IS NULL OR state = :state)
            ORDER BY id DESC {_LIMIT}"""),
        json=("config",),
    ),
    "campaign": Query(_campaign("WHERE id = :campaign_id"), json=("config",), needs=("campaign_id",)),
    "latest_campaign": Query("""
        SELECT id, client_id, state FROM campaign
        WHERE (:client_id IS NULL OR client_id = :client_id) AND (:state IS NULL OR state = :state)
        ORDER BY id DESC LIMIT 1"""),
    # By purpose and model: the nightly exam, the control facts, and both sides of a gate. `n` were drawn.
    "campaign_exams": Query(
        f"""
        WITH drawn AS (SELECT purpose, count(*) AS n FROM campaignquestion WHERE campaign_id = :campaign_id
            GROUP BY purpose),
        sat AS (SELECT k.purpose, a.model_version_id, count(*) AS answers, {_BY_LABEL}
            FROM campaignquestion AS k
            JOIN answer AS a ON a.campaign_id = k.campaign_id AND a.question_id = k.question_id
            LEFT JOIN verdict AS v ON v.answer_id = a.id AND {_EFFECTIVE}
            WHERE k.campaign_id = :campaign_id GROUP BY k.purpose, a.model_version_id)
        SELECT drawn.purpose, sat.model_version_id, m.name AS model, drawn.n,
            coalesce(sat.answers, 0) AS answers, coalesce(sat.verdicts, 0) AS verdicts,
            coalesce(sat.correct, 0) AS correct, coalesce(sat.partial, 0) AS partial,
            coalesce(sat.incorrect, 0) AS incorrect, coalesce(sat.refused, 0) AS refused,
            coalesce(sat.ungraded, 0) AS ungraded
        FROM drawn LEFT JOIN sat ON sat.purpose = drawn.purpose
        LEFT JOIN modelversion AS m ON m.id = sat.model_version_id
        ORDER BY drawn.purpose, sat.model_version_id""",
        needs=("campaign_id",),
    ),
    "campaign_areas": Query(
        f"""
        SELECT f.area, k.purpose, m.name AS model, count(*) AS n, {_BY_LABEL}
        FROM campaignquestion AS k JOIN question AS q ON q.id = k.question_id
        JOIN fact AS f ON f.id = q.fact_id
        JOIN answer AS a ON a.campaign_id = k.campaign_id AND a.question_id = k.question_id
        JOIN modelversion AS m ON m.id = a.model_version_id
        LEFT JOIN verdict AS v ON v.answer_id = a.id AND {_EFFECTIVE}
        WHERE k.campaign_id = :campaign_id AND (:purpose IS NULL OR k.purpose = :purpose)
        GROUP BY f.area, k.purpose, m.id ORDER BY f.area, k.purpose, m.id""",
        needs=("campaign_id",),
    ),
    "findings": Query(
        f"""
        SELECT n.*, g.client_id FROM finding AS n JOIN campaign AS g ON g.id = n.campaign_id
        WHERE (:campaign_id IS NULL OR n.campaign_id = :campaign_id)
            AND (:client_id IS NULL OR g.client_id = :client_id) AND (:kind IS NULL OR n.kind = :kind)
            AND (:alarm IS NULL OR n.alarm = :alarm)
        ORDER BY n.alarm DESC, n.kind, n.area, n.id {_LIMIT}""",
        json=("detail",),
        flags=("alarm",),
    ),
    "events": Query(
        f"""
        SELECT e.*, c.name AS client FROM event AS e LEFT JOIN client AS c ON c.id = e.client_id
        WHERE (:client_id IS NULL OR e.client_id = :client_id)
            AND (:campaign_id IS NULL OR e.campaign_id = :campaign_id) AND (:what IS NULL OR e.what = :what)
        ORDER BY e.id DESC {_LIMIT}""",
        json=("detail",),
    ),
    # A campaign's own story, oldest first.
    "campaign_events": Query(
        "SELECT * FROM event WHERE campaign_id = :campaign_id ORDER BY id",
        json=("detail",),
        needs=("campaign_id",),
    ),
}

_VERDICT_COLUMNS = """
        SELECT v.id, v.answer_id, a.campaign_id, c.name AS client, m.name AS model, a.model_version_id,
            f.area, d.path AS document, v.label, v.probability, q.id AS question_id, q.pool, q.kind,
            q.wording, q."references", a.text AS answer, f.citation, v.grader, v.grader_version, v.reason,
            v.author, v.supersedes_id, v.created_at,
            (SELECT group_concat(purpose, ', ') FROM (SELECT purpose FROM campaignquestion
             WHERE campaign_id = a.campaign_id AND question_id = a.question_id ORDER BY purpose))
             AS purpose"""

_VERDICT_TABLES = """
        FROM verdict AS v JOIN answer AS a ON a.id = v.answer_id
        JOIN question AS q ON q.id = a.question_id JOIN fact AS f ON f.id = q.fact_id
        JOIN document AS d ON d.id = f.document_id JOIN client AS c ON c.id = f.client_id
        JOIN modelversion AS m ON m.id = a.model_version_id"""

_VERDICTS = {
    # Only what holds; `verdict_history` has the rest.
    "verdicts": Query(
        f"""{_VERDICT_COLUMNS}{_VERDICT_TABLES}
        WHERE {_EFFECTIVE} AND (:client_id IS NULL OR f.client_id = :client_id)
            AND (:campaign_id IS NULL OR a.campaign_id = :campaign_id)
            AND (:label IS NULL OR v.label = :label)
            AND (:model_version_id IS NULL OR a.model_version_id = :model_version_id)
            AND (:grader IS NULL OR v.grader = :grader)
            AND (:purpose IS NULL OR EXISTS (SELECT 1 FROM campaignquestion WHERE campaign_id = a.campaign_id
                AND question_id = a.question_id AND purpose = :purpose)) AND {_IN_AREA}
        ORDER BY v.id DESC {_LIMIT}""",
        json=("references",),
    ),
    "verdict": Query(
        f"""{_VERDICT_COLUMNS}, f.id AS fact_id, f.kind AS fact_kind, f.subject, f.relation, f.claim,
            f.answer AS fact_answer, f.control, f.state AS fact_state, f.start, f.end, d.id AS document_id,
            d.version AS document_version, p.heading, p.page, q.template, v.raw_reply, v.prompt_hash,
            v.judge_model, v.temperature, a.prompt_tokens, a.completion_tokens, a.latency_ms, a.backend,
            {_EFFECTIVE} AS holds{_VERDICT_TABLES} JOIN passage AS p ON p.id = f.passage_id
        WHERE v.id = :verdict_id""",
        json=("references",),
        flags=("control", "holds"),
        needs=("verdict_id",),
    ),
    "verdict_history": Query(
        f"SELECT v.*, {_EFFECTIVE} AS holds FROM verdict AS v WHERE v.answer_id = :answer_id ORDER BY v.id",
        flags=("holds",),
        needs=("answer_id",),
    ),
    "verdict_reviews": Query(
        """
        SELECT r.* FROM review AS r JOIN verdict AS v ON v.id = r.verdict_id
        WHERE v.answer_id = :answer_id ORDER BY r.id""",
        needs=("answer_id",),
    ),
    "verdict_labels": Query(f"""
        SELECT v.label, v.grader, v.grader_version, count(*) AS verdicts
        FROM verdict AS v JOIN answer AS a ON a.id = v.answer_id JOIN campaign AS g ON g.id = a.campaign_id
        WHERE {_EFFECTIVE} AND (:client_id IS NULL OR g.client_id = :client_id)
            AND (:campaign_id IS NULL OR a.campaign_id = :campaign_id)
        GROUP BY v.label, v.grader, v.grader_version ORDER BY verdicts DESC, v.label"""),
}

_MODEL = """
        SELECT m.*, c.name AS client, parent.name AS parent,
            coalesce((SELECT group_concat(name, ', ') FROM (SELECT name FROM alias
             WHERE model_version_id = m.id ORDER BY name)), '') AS aliases,
            e.campaign_id AS exam_campaign_id, e.statistic AS accuracy, e.low, e.high, e.n,
            (SELECT verdict FROM decision WHERE challenger_id = m.id ORDER BY id DESC LIMIT 1)
             AS last_decision
        FROM modelversion AS m JOIN client AS c ON c.id = m.client_id
        LEFT JOIN modelversion AS parent ON parent.id = m.parent_id
        LEFT JOIN finding AS e ON e.id = (
            SELECT max(n.id) FROM finding AS n JOIN campaign AS g ON g.id = n.campaign_id
            WHERE g.model_version_id = m.id AND n.kind = 'accuracy' AND n.area = '')"""

_MODELS = {
    # `accuracy` is that of the newest campaign that examined this version.
    "models": Query(
        f"""{_MODEL} WHERE (:client_id IS NULL OR m.client_id = :client_id)
        AND (:state IS NULL OR m.state = :state) ORDER BY m.id DESC {_LIMIT}""",
        json=("bill_of_materials",),
    ),
    "model": Query(
        f"{_MODEL} WHERE m.id = :model_version_id", json=("bill_of_materials",), needs=("model_version_id",)
    ),
    "model_lineage": Query(
        """
        WITH RECURSIVE line(id, depth) AS (
            SELECT :model_version_id, 0 UNION
            SELECT m.parent_id, line.depth + 1 FROM line JOIN modelversion AS m ON m.id = line.id
            WHERE m.parent_id IS NOT NULL AND line.depth < 1000)
        SELECT m.id, m.name, m.base, m.method, m.path, m.sha256, m.state, line.depth, m.created_at
        FROM line JOIN modelversion AS m ON m.id = line.id ORDER BY line.depth""",
        needs=("model_version_id",),
    ),
    "model_exams": Query(
        f"""
        SELECT a.campaign_id, k.purpose, g.started_at, count(*) AS n, {_BY_LABEL}
        FROM answer AS a JOIN campaign AS g ON g.id = a.campaign_id
        JOIN campaignquestion AS k ON k.campaign_id = a.campaign_id AND k.question_id = a.question_id
        LEFT JOIN verdict AS v ON v.answer_id = a.id AND {_EFFECTIVE}
        WHERE a.model_version_id = :model_version_id AND a.campaign_id IN (
            SELECT DISTINCT campaign_id FROM answer WHERE model_version_id = :model_version_id
            ORDER BY campaign_id DESC {_LIMIT})
        GROUP BY a.campaign_id, k.purpose ORDER BY a.campaign_id DESC, k.purpose""",
        needs=("model_version_id",),
    ),
    "model_decisions": Query(
        """
        SELECT * FROM decision WHERE challenger_id = :model_version_id OR champion_id = :model_version_id
        ORDER BY id DESC""",
        json=("evidence",),
        needs=("model_version_id",),
    ),
    "aliases": Query("""
        SELECT a.id, a.client_id, a.name, a.model_version_id, m.name AS model, m.path, a.updated_at
        FROM alias AS a JOIN modelversion AS m ON m.id = a.model_version_id
        WHERE :client_id IS NULL OR a.client_id = :client_id ORDER BY a.client_id, a.name"""),
}

_DECISION = """
        SELECT x.*, c.name AS client, challenger.name AS challenger, champion.name AS champion
        FROM decision AS x JOIN client AS c ON c.id = x.client_id
        LEFT JOIN modelversion AS challenger ON challenger.id = x.challenger_id
        LEFT JOIN modelversion AS champion ON champion.id = x.champion_id"""

_TRAINING = {
    "decisions": Query(
        f"""{_DECISION}
        WHERE (:client_id IS NULL OR x.client_id = :client_id)
            AND (:campaign_id IS NULL OR x.campaign_id = :campaign_id)
            AND (:verdict IS NULL OR x.verdict = :verdict) ORDER BY x.id DESC {_LIMIT}""",
        json=("evidence",),
    ),
    "decision": Query(f"{_DECISION} WHERE x.id = :decision_id", json=("evidence",), needs=("decision_id",)),
    "training_runs": Query(
        f"""
        SELECT r.*, m.name AS model, (SELECT count(*) FROM trainingrow WHERE training_run_id = r.id) AS rows
        FROM trainingrun AS r LEFT JOIN modelversion AS m ON m.id = r.model_version_id
        WHERE (:client_id IS NULL OR r.client_id = :client_id)
            AND (:campaign_id IS NULL OR r.campaign_id = :campaign_id)
            AND (:model_version_id IS NULL OR r.model_version_id = :model_version_id)
        ORDER BY r.id DESC {_LIMIT}""",
        json=("config", "result"),
    ),
    "training_roles": Query(
        """
        SELECT role, count(*) AS rows, sum(weight) AS weight, count(DISTINCT fact_id) AS facts,
            count(DISTINCT question_id) AS questions, count(DISTINCT passage_id) AS passages
        FROM trainingrow WHERE training_run_id = :training_run_id GROUP BY role ORDER BY role""",
        needs=("training_run_id",),
    ),
    "training_rows": Query(
        f"""
        SELECT t.*, coalesce(f.area, p.area) AS area, q.wording, f.answer
        FROM trainingrow AS t LEFT JOIN question AS q ON q.id = t.question_id
        LEFT JOIN fact AS f ON f.id = coalesce(t.fact_id, q.fact_id)
        LEFT JOIN passage AS p ON p.id = t.passage_id
        WHERE t.training_run_id = :training_run_id AND (:role IS NULL OR t.role = :role)
        ORDER BY t.id {_LIMIT}""",
        needs=("training_run_id",),
    ),
}

QUERIES: dict[str, Query] = {
    **_DOCUMENTS,
    **_EXAMS,
    **_CAMPAIGNS,
    **_VERDICTS,
    **_MODELS,
    **_TRAINING,
    **CHANGE_QUERIES,
    **ASKED_QUERIES,
}
