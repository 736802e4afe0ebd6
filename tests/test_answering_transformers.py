"""Answers from tiny random models in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nightschool.evals.answering import AnsweringSettings, open_answerer
from nightschool.evals.answering.loading import Loaded, check_folder, load
from nightschool.evals.answering.transformers_backend import TransformersAnswerer
from nightschool.store.errors import ModelError

from .support.tiny_models import TEMPLATES, make_model, make_tokenizer

pytestmark = pytest.mark.slow

CPU = AnsweringSettings(device="cpu", max_new_tokens=12)
QUESTIONS = [
    "How much is the basic plan?",
    "Who leads the support team in Seoul?",
    "요금은 얼마입니까?",
    "When?",
    "On which working days does the office open, and at what time does it close?",
]


def one_by_one(path: Path, question: str, settings: AnsweringSettings = CPU) -> str:
    """The reference: plain greedy search with no batch, no padding and no cache."""
    import torch
    from nightschool.evals.answering.loading import end_ids
    from nightschool.evals.answering.prompting import clean, encode, has_template, render

    loaded = load(str(path), settings)
    ids = encode(loaded.tokenizer, render(loaded.tokenizer, question, settings.system))
    start, ends = len(ids), end_ids(loaded)
    with torch.inference_mode():
        for _ in range(settings.max_new_tokens):
            logits = loaded.model(torch.tensor([ids]), use_cache=False).logits[0, -1]
            ids.append(int(logits.argmax()))
            if ids[-1] in ends:
                break
    text = loaded.tokenizer.decode(ids[start:], skip_special_tokens=True)
    return clean(text, plain=not has_template(loaded.tokenizer))


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("pad", [True, False])
def test_batched_answers_equal_plain_greedy_search(tmp_path, name, pad):
    path = make_model(tmp_path / "m", make_tokenizer(name, pad=pad, bos=name == "none"), tie=pad)
    answerer = TransformersAnswerer(str(path), CPU)
    replies = answerer.answer(QUESTIONS)
    assert [reply.text for reply in replies] == [one_by_one(path, question) for question in QUESTIONS]
    assert len({reply.text for reply in replies}) > 1
    assert all(0 < reply.completion_tokens <= 12 and reply.prompt_tokens > 0 for reply in replies)
    assert len({reply.latency_ms for reply in replies}) == 1
    assert replies[0].latency_ms > 0
    answerer.close()
    answerer.close()
    with pytest.raises(ModelError, match="closed"):
        answerer.answer(["Who?"])


def test_an_answer_ends_at_each_of_the_models_end_tokens(tmp_path):
    path = make_model(tmp_path / "m")
    free = TransformersAnswerer(str(path), CPU)
    row = free.answer(QUESTIONS[:1])[0]
    assert row.completion_tokens == 12
    second = free._generate_ids([free._prompt(QUESTIONS[0])])[0][1]  # the token that it says second
    generation = json.loads((path / "generation_config.json").read_text())
    generation["eos_token_id"] = [generation["eos_token_id"], second]
    (path / "generation_config.json").write_text(json.dumps(generation))
    stopped = TransformersAnswerer(str(path), CPU).answer(QUESTIONS[:1])[0]
    assert stopped.completion_tokens == 2
    assert row.text.startswith(stopped.text)


def test_the_models_sampling_defaults_are_put_aside(tmp_path):
    path = make_model(tmp_path / "m")
    before = TransformersAnswerer(str(path), CPU).answer(QUESTIONS)
    generation = json.loads((path / "generation_config.json").read_text())
    generation |= {
        "do_sample": True,
        "temperature": 1.7,
        "top_k": 9,
        "repetition_penalty": 1.8,
        "num_beams": 3,
    }
    (path / "generation_config.json").write_text(json.dumps(generation))
    after = TransformersAnswerer(str(path), CPU).answer(QUESTIONS)
    assert [reply.text for reply in after] == [reply.text for reply in before]


def test_the_plan_is_fixed_complete_sorted_by_length_and_within_its_bounds(tmp_path):
    settings = CPU.model_copy(update={"batch_size": 3, "batch_tokens": 160})
    answerer = TransformersAnswerer(str(make_model(tmp_path / "m")), settings)
    questions = [f"{'why ' * (i % 7)}number {i}?" for i in range(20)]
    plan = answerer.plan(questions)
    assert plan == answerer.plan(list(questions))
    assert sorted(index for batch in plan for index in batch) == list(range(20))
    lengths = [[len(answerer._prompt(questions[index])) for index in batch] for batch in plan]
    flat = [length for batch in lengths for length in batch]
    assert flat == sorted(flat, reverse=True)
    assert all(len(b) <= 3 and (len(b) == 1 or len(b) * (b[0] + 12) <= 160) for b in lengths)
    assert answerer.plan([]) == []
    assert answerer.answer([]) == []


def test_a_question_longer_than_the_context_is_asked_by_its_end(tmp_path):
    path = make_model(tmp_path / "m", context=40)
    answerer = TransformersAnswerer(str(path), CPU)
    reply = answerer.answer(["word " * 200 + "?"])[0]
    assert reply.prompt_tokens == 28
    with pytest.raises(ModelError, match="40 tokens in all"):
        TransformersAnswerer(str(path), AnsweringSettings(device="cpu", max_new_tokens=40)).answer(["Why?"])


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")  # peft 0.21
def test_a_peft_adapter_answers_as_the_base_with_the_adapter_on(tmp_path):
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = make_model(tmp_path / "base")
    torch.manual_seed(1)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    tuned = get_peft_model(AutoModelForCausalLM.from_pretrained(base), config)
    tuned.save_pretrained(tmp_path / "adapter")
    whole: Any = tuned.merge_and_unload()
    whole.save_pretrained(tmp_path / "whole")
    make_tokenizer().save_pretrained(tmp_path / "whole")
    answers = [
        [reply.text for reply in TransformersAnswerer(str(tmp_path / name), CPU).answer(QUESTIONS)]
        for name in ("adapter", "whole", "base")
    ]
    assert answers[0] == answers[1]
    assert answers[0] != answers[2]


class Crowded:
    """A model whose memory holds `most` rows."""

    def __init__(self, model: Any, most: int) -> None:
        self.model, self.most, self.sizes = model, most, []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def generate(self, **options: Any) -> Any:
        self.sizes.append(len(options["input_ids"]))
        if self.sizes[-1] > self.most:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return self.model.generate(**options)


def test_out_of_memory_halves_the_batch(tmp_path):
    path = str(make_model(tmp_path / "m"))
    loaded = load(path, CPU)
    crowded = Crowded(loaded.model, most=2)
    answerer = TransformersAnswerer(path, CPU, loaded=Loaded(crowded, loaded.tokenizer, "cpu", "float32"))
    expected = [reply.text for reply in TransformersAnswerer(path, CPU, loaded=loaded).answer(QUESTIONS)]
    assert [reply.text for reply in answerer.answer(QUESTIONS)] == expected
    assert crowded.sizes == [5, 2, 3, 1, 2]
    crowded.most = 0
    with pytest.raises(ModelError, match="not enough memory for a single question"):
        answerer.answer(QUESTIONS)


def test_a_failure_of_another_kind_is_no_shortage(tmp_path):
    path = str(make_model(tmp_path / "m"))
    loaded = load(path, CPU)

    class Broken(Crowded):
        def generate(self, **options: Any) -> Any:
            raise RuntimeError("the kernel\nis wrong")

    answerer = TransformersAnswerer(
        path, CPU, loaded=Loaded(Broken(loaded.model, 0), loaded.tokenizer, "cpu", "")
    )
    with pytest.raises(ModelError, match="failed while answering: the kernel is wrong"):
        answerer.answer(QUESTIONS)


def bad_folder(tmp_path: Path, what: str) -> Path:
    path = make_model(tmp_path / "m")
    if what == "no config":
        (path / "config.json").unlink()
    elif what == "no tokenizer":
        for file in [*path.glob("tokenizer*"), *path.glob("special*")]:
            file.unlink()
    elif what == "no weights":
        (path / "model.safetensors").unlink()
    elif what == "pickle":
        (path / "model.safetensors").rename(path / "pytorch_model.bin")
    elif what == "cut weights":
        (path / "model.safetensors").write_bytes((path / "model.safetensors").read_bytes()[:5000])
    elif what == "broken config":
        (path / "config.json").write_text("{")
    elif what == "unknown type":
        (path / "config.json").write_text('{"model_type": "brandnew"}')
    elif what == "own code":
        config = json.loads((path / "config.json").read_text())
        config |= {
            "model_type": "own",
            "auto_map": dict.fromkeys(("AutoConfig", "AutoModelForCausalLM"), "own.X"),
        }
        (path / "config.json").write_text(json.dumps(config))
        (path / "own.py").write_text("raise SystemExit('this code ran')")
    elif what == "other layers":
        config = json.loads((path / "config.json").read_text()) | {"num_hidden_layers": 3}
        (path / "config.json").write_text(json.dumps(config))
    return path


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("no config", "holds no config.json"),
        ("no tokenizer", "holds no tokenizer"),
        ("no weights", "model.safetensors is missing"),
        ("pickle", "pytorch_model.bin, a pickle that can run code"),
        ("cut weights", "can't be loaded"),
        ("broken config", "can't be loaded"),
        ("unknown type", "can't be loaded"),
        ("own code", "Python code of its own"),
        ("other layers", "don't fit its config.json"),
    ],
)
def test_a_bad_folder_is_refused_in_one_line(tmp_path, what, message):
    path = bad_folder(tmp_path, what)
    with pytest.raises(ModelError, match=message) as caught:
        open_answerer(str(path), CPU)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("path", ["/no/such/folder", "./nothing", "a/b/c", ""])
def test_a_missing_folder_is_told_from_a_hub_name(path):
    with pytest.raises(ModelError, match="no folder"):
        check_folder(path)


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "model.gguf").write_bytes(b"")
    with pytest.raises(ModelError, match="is a file"):
        check_folder(str(tmp_path / "model.gguf"))


def test_an_adapter_as_pickle_or_without_its_base_is_refused(tmp_path):
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    (tmp_path / "adapter_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="adapter_model.bin, a pickle"):
        open_answerer(str(tmp_path), CPU)
    (tmp_path / "adapter_model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="names no base model"):
        open_answerer(str(tmp_path), CPU)
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "/gone/base"}')
    with pytest.raises(ModelError, match="no folder /gone/base"):
        open_answerer(str(tmp_path), CPU)


def test_tokenizer_and_weights_of_different_models_are_told(tmp_path):
    path = make_model(tmp_path / "m")
    wide = make_tokenizer("llama3")
    wide.add_tokens([f"extra{i}" for i in range(200)])
    wide.save_pretrained(path)
    with pytest.raises(ModelError, match="don't belong together"):
        TransformersAnswerer(str(path), CPU).answer(["extra199 who?"])


def test_an_unknown_device_is_told(tmp_path):
    with pytest.raises(ModelError, match="device gpu9 can't be used"):
        open_answerer(str(make_model(tmp_path / "m")), AnsweringSettings(device="gpu9"))


def test_a_hub_name_that_can_not_be_had_is_told_in_one_line(tmp_path):
    # In a process of its own, as the hub library reads the variable when it is imported.
    program = (
        "from nightschool.evals.answering import open_answerer\n"
        "from nightschool.store.errors import ModelError\n"
        "try:\n    open_answerer('nobody/nothing')\nexcept ModelError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "no model nobody/nothing" in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
