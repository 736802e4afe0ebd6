"""A small client in a real store, for the tests of training."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from nightschool.store.engine import Store, open_store
from nightschool.store.tables import (
    Answer,
    Campaign,
    CampaignQuestion,
    Client,
    Document,
    Fact,
    ModelVersion,
    Passage,
    Question,
    Verdict,
)
from nightschool.training import registry
from nightschool.training.settings import TeachingSettings
from sqlmodel import select

WORDINGS = {
    "practice": ("What does the {s} cost?", "Tell me the price of the {s}."),
    "exam": ("How much must a customer pay for the {s}?",),
    "sealed": ("Which amount is charged for one {s}?",),
}


@dataclass
class World:
    """Ids by name: facts by their subject."""

    store: Store
    client: int
    facts: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    campaign: int = 0
    version: int = 0

    def question(self, subject: str, pool: str) -> int:
        """The first question of a fact in a pool."""
        with self.store.session(write=False) as session:
            query = select(Question.id).where(Question.fact_id == self.facts[subject], Question.pool == pool)
            found = session.exec(query).first()
        assert found is not None
        return found

    def grade(self, subject: str, label: str, *, purpose: str = "exam", version: int | None = None) -> None:
        """Let a version answer a fact's exam (or sealed) question in the campaign, with this verdict."""
        question = self.question(subject, "sealed" if purpose.startswith("gate") else "exam")
        self.grade_question(question, label, purpose=purpose, version=version)

    def grade_question(self, question: int, label: str, *, purpose: str, version: int | None = None) -> None:
        with self.store.session() as session:
            query = select(CampaignQuestion).where(
                CampaignQuestion.campaign_id == self.campaign,
                CampaignQuestion.question_id == question,
                CampaignQuestion.purpose == purpose,
            )
            if session.exec(query).first() is None:
                session.add(
                    CampaignQuestion(campaign_id=self.campaign, question_id=question, purpose=purpose)
                )
            answer = Answer(
                campaign_id=self.campaign,
                question_id=question,
                model_version_id=version or self.version,
                text="an answer",
            )
            session.add(answer)
            session.flush()
            assert answer.id is not None
            session.add(Verdict(answer_id=answer.id, label=label, grader="rules", grader_version="1"))


def make_world(
    folder: Path,
    prices: dict[str, dict[str, str]],
    *,
    control: tuple[str, ...] = (),
    clearance: str = "train",
) -> World:
    """A client whose documents are `prices`: document → subject → answer, a sentence each."""
    store = open_store(folder / "world.db")
    with store.session() as session:
        client = Client(name="firm")
        session.add(client)
        session.flush()
        assert client.id is not None
        world = World(store, client.id)
        version = ModelVersion(client_id=client.id, name="base", path="/models/base")
        session.add(version)
        session.flush()
        campaign = Campaign(client_id=client.id, model_version_id=version.id or 0)
        session.add(campaign)
        session.flush()
        world.campaign, world.version = campaign.id or 0, version.id or 0
        for path, lines in prices.items():
            _add_document(session, world, path, lines, control, clearance)
    return world


def _add_document(session, world: World, path: str, lines: dict[str, str], control, clearance: str) -> None:
    sentences = {subject: f"The {subject} is sold for {answer}." for subject, answer in lines.items()}
    text = "Our shop is open all week. " + " ".join(sentences.values())
    document = Document(
        client_id=world.client, path=path, sha256=f"sha-{path}", title="Shop", text=text, clearance=clearance
    )
    session.add(document)
    session.flush()
    world.documents[path] = document.id
    area = path.removesuffix(".md").replace("/", " / ")
    passage = Passage(document_id=document.id, ordinal=0, area=area, heading="Prices", start=0, end=len(text))
    session.add(passage)
    session.flush()
    for subject, answer in lines.items():
        start = text.index(sentences[subject])
        fact = Fact(
            client_id=world.client,
            passage_id=passage.id,
            document_id=document.id,
            area=area,
            key=f"{subject}|price",
            kind="money",
            subject=subject,
            relation="price",
            answer=answer,
            claim=f"The price of the {subject} is {answer}.",
            citation=sentences[subject],
            start=start,
            end=start + len(sentences[subject]),
            control=subject in control,
        )
        session.add(fact)
        session.flush()
        world.facts[subject] = fact.id
        for pool, templates in WORDINGS.items():
            if pool == "practice" and fact.control:
                continue
            for template in templates:
                session.add(
                    Question(
                        client_id=world.client,
                        fact_id=fact.id,
                        pool=pool,
                        kind="number",
                        wording=template.format(s=subject),
                        references=[answer],
                    )
                )


PRICES = {
    "city/bikes.md": {"Alder": "901 euros", "Birch": "802 euros", "Cedar": "703 euros"},
    "city/cargo.md": {"Dune": "1604 euros", "Ember": "1505 euros"},
    "trail/bikes.md": {"Falcon": "2106 euros", "Glacier": "2207 euros"},
}
TEACHING = TeachingSettings()


def model_folder(folder: Path, weights: bytes = b"abc") -> Path:
    """A folder that passes for a model: a valid safetensors header and some bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"w": {"dtype": "U8", "shape": [len(weights)], "data_offsets": [0, len(weights)]}})
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header.encode() + weights)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    return folder


def two_versions(world: World, folder: Path) -> tuple[int, int]:
    first = registry.add(world.store, world.client, str(model_folder(folder / "one")), name="one")
    spec = registry.VersionSpec("two", str(model_folder(folder / "two", b"other")), method="sft-full")
    return first, registry.register(world.store, world.client, spec)
