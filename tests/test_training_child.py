"""Real runs of a very small model: methods, resume after SIGKILL, cancel, and what makes a run fail."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from nightschool.store.errors import CampaignCancelled, ModelError
from nightschool.training import blank, child
from nightschool.training.launch import launch
from nightschool.training.run import COMPLETE_FILE, ERROR_FILE, Row, RunConfig, read_json
from nightschool.training.weights import hash_weights

pytestmark = [
    pytest.mark.slow,
    # peft 0.21 reads an attribute that transformers 5.23 has renamed
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

SHAPE = blank.Size(layers=1, width=32, heads=2, vocabulary=512, context=128)
PRICES = {f"model {letter}": f"{number} euros" for number, letter in enumerate("ABCDEFGHIJ", 101)}
ROWS = tuple(
    Row("new", question.format(name=name), price)
    for name, price in PRICES.items()
    for question in ("What does {name} cost?", "The price of {name}?")
) + (Row("passage", text="All bicycles are built to order in our workshop.", weight=0.5),)


@pytest.fixture(scope="module")
def blank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blank")
    blank.make_blank(folder, [row.question + row.answer + row.text for row in ROWS], SHAPE)
    return folder


@pytest.fixture(scope="module")
def base_folder(blank_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with weights, to start from."""
    folder = tmp_path_factory.mktemp("base")
    child.train(config(blank_folder, method="created", max_steps=1), folder)
    return folder / "weights"


def config(base: Path, **changes: object) -> RunConfig:
    plain = RunConfig(
        base=str(base), method="full", rows=ROWS, max_steps=20, batch=8, threads=1, max_length=64, seed=3
    )
    return dataclasses.replace(plain, **changes)  # pyright: ignore[reportArgumentType]


def progress(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "progress.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("method", ["full", "lora", "created"])
def test_a_run_learns_and_leaves_a_model_that_loads(
    method: str, blank_folder: Path, base_folder: Path, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = blank_folder if method == "created" else base_folder
    result = child.train(config(base, method=method, learning_rate=0.01, max_steps=60), tmp_path)
    assert result["method"] == method
    assert result["steps"] == 60
    assert result["sha256"] == hash_weights(tmp_path / "weights")
    assert result["tokens"] > 0
    assert progress(tmp_path)[-1]["step"] == 60
    untaught = child.train(config(base, method=method, max_steps=1), tmp_path / "untaught")
    assert result["loss"] < untaught["loss"] * (0.97 if method == "lora" else 0.5)
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "weights")
    AutoTokenizer.from_pretrained(tmp_path / "weights")
    assert not [name for name, _ in model.named_parameters() if "lora" in name]
    effective = read_json(tmp_path / "weights" / "training.json")
    assert effective is not None
    assert effective["effective"]["learning_rate"] == 0.01
    assert not (tmp_path / "checkpoints").exists()


def test_lora_trains_few_values_and_changes_the_merged_weights(base_folder: Path, tmp_path: Path) -> None:
    result = child.train(config(base_folder, method="lora", lora_r=2, lora_alpha=4), tmp_path)
    assert 0 < result["trainable"] < result["parameters"]
    assert result["sha256"] != hash_weights(base_folder)


def test_killed_with_sigkill_it_ends_with_the_same_weights(base_folder: Path, tmp_path: Path) -> None:
    run = config(base_folder, method="lora", lora_dropout=0.1, max_steps=60, checkpoint_every=10)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    expected = child.train(run, whole)

    path = run.save(broken)
    process = subprocess.Popen([sys.executable, "-m", "nightschool.training.child", str(path)])
    _wait_for(broken / "checkpoints/checkpoint-10/nightschool.json", process)
    process.kill()
    process.wait()
    assert not (broken / COMPLETE_FILE).exists()

    lines: list[dict] = []
    result = launch(broken, progress=lines.append)
    assert lines[0]["event"] == "resumed"
    assert lines[0]["step"] >= 10
    assert result["sha256"] == expected["sha256"]
    assert result["tokens"] == expected["tokens"]
    assert result["loss"] == expected["loss"]


def test_a_torn_checkpoint_is_not_gone_on_from(base_folder: Path, tmp_path: Path) -> None:
    from nightschool.training.watch import last_checkpoint

    torn = tmp_path / "checkpoints" / "checkpoint-30"
    torn.mkdir(parents=True)
    (torn / "model.safetensors").write_bytes(b"half")
    assert last_checkpoint(tmp_path) is None
    assert not torn.exists()


def test_a_stop_file_ends_it_with_the_state_kept(base_folder: Path, tmp_path: Path) -> None:
    from nightschool.training.stopping import Stopped, StopRequest

    run = config(base_folder)
    stop = tmp_path / "stop"
    stop.touch()
    with pytest.raises(Stopped) as stopped:
        child.train(run, tmp_path, request=StopRequest(stop))
    assert stopped.value.step == 1
    stop.unlink()
    result = child.train(run, tmp_path)
    unbroken = child.train(run, tmp_path / "unbroken")
    assert result["sha256"] == unbroken["sha256"]


def test_cancelled_it_ends_and_can_go_on(base_folder: Path, tmp_path: Path) -> None:
    config(base_folder, max_steps=100_000, checkpoint_every=5_000).save(tmp_path)
    seen: list[dict] = []
    with pytest.raises(CampaignCancelled):
        launch(tmp_path, progress=seen.append, cancelled=lambda: any("loss" in line for line in seen))
    kept = list((tmp_path / "checkpoints").glob("checkpoint-*/nightschool.json"))
    assert len(kept) == 1
    assert not (tmp_path / ERROR_FILE).exists()


def test_a_complete_run_is_not_run_again(tmp_path: Path) -> None:
    (tmp_path / COMPLETE_FILE).write_text('{"sha256": "abc"}')
    assert launch(tmp_path) == {"sha256": "abc"}


def test_the_child_does_not_outlive_a_killed_parent(base_folder: Path, tmp_path: Path) -> None:
    config(base_folder, max_steps=100_000).save(tmp_path)
    imports = "from pathlib import Path; from nightschool.training.launch import launch"
    code = f"{imports}; launch(Path({str(tmp_path)!r}))"
    parent = subprocess.Popen([sys.executable, "-c", code])
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    while not children.read_text().split():
        assert parent.poll() is None
    child_id = int(children.read_text().split()[0])
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while _runs(child_id):  # the test's timeout is the judge
        os.sched_yield()


def test_rows_without_a_loss_are_an_error_before_anything_starts(base_folder: Path, tmp_path: Path) -> None:
    masked = (Row("new", "What does model A cost? " * 40, "101 euros"),)
    with pytest.raises(ModelError, match="nothing to train on: of 1 rows none"):
        child.train(config(base_folder, rows=masked, max_length=16), tmp_path)
    with pytest.raises(ModelError, match="no rows"):
        child.train(config(base_folder, rows=()), tmp_path)
    assert not (tmp_path / "checkpoints").exists()


def test_nan_stops_with_the_last_good_checkpoint(base_folder: Path, tmp_path: Path) -> None:
    run = config(base_folder, learning_rate=1e30, checkpoint_every=1, warmup=0.9)
    with pytest.raises(ModelError, match=r"loss became nan .* lower learning_rate"):
        child.train(run, tmp_path)
    assert not (tmp_path / COMPLETE_FILE).exists()


def test_a_base_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be loaded") as error:
        child.train(config(tmp_path / "nowhere"), tmp_path)
    assert "\n" not in str(error.value)


def test_a_failure_reaches_the_parent_as_one_line(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"rows": [], "colour": "red"}')
    with pytest.raises(ModelError, match="unknown keys: colour") as error:
        launch(tmp_path)
    assert "\n" not in str(error.value)


def test_the_lean_loss_is_sfttrainers_loss(base_folder: Path, tmp_path: Path) -> None:
    lean = child.train(config(base_folder, max_steps=5), tmp_path / "lean")
    stock = _stock_loss(base_folder, tmp_path / "stock")
    assert lean["loss"] == pytest.approx(stock, rel=1e-4)


def _stock_loss(base: Path, folder: Path) -> float:
    """The same steps through SFTTrainer's own compute_loss."""
    from nightschool.training import sft
    from nightschool.training.stopping import StopRequest

    class Stock(sft.Trainer):
        def compute_loss(self, *args, **kwargs):
            self.lean = False
            return super().compute_loss(*args, **kwargs)

    folder.mkdir()
    return sft.fit(folder, config(base, max_steps=5), StopRequest(folder / "stop"), trainer_class=Stock).loss


def test_running_out_of_memory_halves_the_batch_and_keeps_the_steps(
    base_folder: Path, tmp_path: Path
) -> None:
    from nightschool.training import sft
    from nightschool.training.stopping import StopRequest

    tried: list[int] = []

    def fit(pieces: int) -> sft.Fit:
        tried.append(pieces)
        if pieces < 4:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes")
        return sft.fit(tmp_path, config(base_folder, max_steps=5), StopRequest(tmp_path / "stop"), pieces)

    fitted = child.fit_in_memory(fit, 8, tmp_path / "pieces.json")
    assert tried == [1, 2, 4]
    whole = child.train(config(base_folder, max_steps=5), tmp_path / "whole")
    assert fitted.loss == pytest.approx(whole["loss"], rel=1e-3)
    tried.clear()
    child.fit_in_memory(fit, 8, tmp_path / "pieces.json")
    assert tried == [4]


def test_memory_for_not_even_one_row_is_a_clear_error(tmp_path: Path) -> None:
    def fit(pieces: int) -> None:
        raise MemoryError

    with pytest.raises(ModelError, match="one row at a time"):
        child.fit_in_memory(fit, 4, tmp_path / "pieces.json")


def test_errors_are_told_in_one_line() -> None:
    assert "disk is full" in child.describe(OSError(28, "No space left on device"))
    assert "no permission" in child.describe(PermissionError(13, "denied", "/x"))
    assert child.describe(KeyError("a\nb")).count("\n") == 0


def test_a_disk_too_full_for_the_error_is_told_by_the_exit_code(tmp_path: Path) -> None:
    from nightschool.training.launch import _result
    from nightschool.training.run import EXIT_NO_ROOM

    assert child._fail(tmp_path / "cannot be written", "the disk is full") == EXIT_NO_ROOM
    with pytest.raises(ModelError, match="disk is full"):
        _result(tmp_path, EXIT_NO_ROOM)
    with pytest.raises(ModelError, match="killed by SIGKILL .* run it again and it goes on"):
        _result(tmp_path, -signal.SIGKILL)


def _wait_for(path: Path, process: subprocess.Popen) -> None:
    while not path.exists():
        assert process.poll() is None, "the child ended too early"


def _runs(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
