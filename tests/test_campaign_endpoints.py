"""A campaign in which everything that can be a chat model is one: examiner, student and judge, over real HTTP."""

from __future__ import annotations

import json
from typing import Any

from nightschool.agents.campaigns import run, start
from nightschool.agents.deps import default_deps
from nightschool.agents.report import report
from nightschool.agents.workspace import Workspace

from .support.loopback import serve

SENTENCES = {
    "plans.md": "The monthly fee of the Basic plan is 19 euro. The plan may be cancelled by letter.",
    "offices.md": "The head office of the firm stands in Aldmoor. It has a garden for the staff.",
}
FACTS = {
    "19 euro": ("the Basic plan", "monthly fee", "The monthly fee of the Basic plan is 19 euro."),
    "Aldmoor": ("the head office", "town", "The head office of the firm stands in Aldmoor."),
}
FORMS = ("plain", "polite", "situation", "keywords", "plain", "polite")


def proposed(prompt: str) -> str:
    """The examiner's reply: the fact that stands in the passage."""
    found = [
        {
            "kind": "other",
            "subject": subject,
            "relation": relation,
            "answer": answer,
            "claim": text,
            "citation": text,
        }
        for answer, (subject, relation, text) in FACTS.items()
        if text in prompt
    ]
    return json.dumps({"facts": found})


def worded(prompt: str) -> str:
    """The examiner's reply: questions about the fact that it is shown."""
    subject, relation, _ = next(fact for answer, fact in FACTS.items() if f"answer: {answer}" in prompt)
    texts = (
        f"What is the {relation} of {subject}?",
        f"Could you kindly tell me which {relation} belongs to {subject}?",
        f"Yesterday someone asked about {subject}; I need its {relation} now.",
        f"{subject} {relation}",
        f"Say, do you happen to know the {relation} that {subject} has?",
        f"I wonder what one would name as {relation} for {subject}.",
    )
    return json.dumps(
        {"questions": [{"form": form, "text": text} for form, text in zip(FORMS, texts, strict=False)]}
    )


def reply(request: dict[str, Any]) -> str:
    """One server for all three: which part asks shows in what it says."""
    prompt = "\n".join(message["content"] or "" for message in request["messages"])
    if "You grade one answer" in prompt:
        return "The answer is near the reference.\nVerdict: correct"
    if request["model"] == "student":
        return (
            "I believe it might be somewhere around 19 euro, or maybe not" if "plan" in prompt else "Aldmoor"
        )
    return (
        worded(prompt)
        if '"questions"' in json.dumps(request) or "questions" in prompt[:400]
        else proposed(prompt)
    )


def test_an_endpoint_is_examined_by_a_model_and_judged_by_a_model(tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    for name, text in SENTENCES.items():
        (documents / name).write_text(f"# Handbook\n\n{text}\n", encoding="utf-8")
    with serve(reply, models=("student", "examiner", "judge")) as server:
        (tmp_path / "nightschool.toml").write_text(
            "[clients.acme]\n"
            'documents = "documents"\n'
            f'model = "{server.url}#student"\n'
            f'engine = "{server.url}#examiner"\n'
            f'[clients.acme.grading]\njudge = "{server.url}#judge"\n'
            "[clients.acme.exam]\ncontrol_share = 0.0\n",
            encoding="utf-8",
        )
        place = Workspace.find(tmp_path)
        with place.store() as store:
            deps = default_deps(place, "acme", store)
            row = run(deps, start(deps, seed=1))
            assert row.id is not None
            found = report(store, row.id)
            verdicts = store.read("verdicts", campaign_id=row.id)
            facts = store.read("facts")
        asked = {request["model"] for request in server.requests}
    assert asked == {"student", "examiner", "judge"}
    assert sorted(fact["answer"] for fact in facts) == ["19 euro", "Aldmoor"]
    judged = {verdict["answer"]: verdict["grader"] for verdict in verdicts}
    assert judged["Aldmoor"] == "rules"  # no judge is asked where the rules are sure
    assert [grader for answer, grader in judged.items() if answer != "Aldmoor"] == ["judge"]
    assert found["campaign"]["state"] == "done"
    assert found["campaign"]["outcome"] == "nothing_to_do"  # an endpoint's weights can't be trained
    assert found["exam"]["accuracy"]["n"] == len(verdicts)
