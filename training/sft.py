"""One training run on TRL, top to bottom: encode, order, train, save.

Only the child process imports this module: it loads torch, transformers, TRL and peft at its top.

Why not SFTTrainer as it comes: on a CPU its fused LM head scores every position (prompts and padding too) and
computes entropy and token accuracy at each step. Here only positions that carry loss meet the LM head, and the
padding mask is left out: with padding on the right and causal attention no real token sees a pad. On a GPU
TRL's own kernels do the first, and its `compute_loss` runs untouched.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import DataLoader
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PrinterCallback, TrainerCallback, set_seed
from transformers.utils import logging as transformers_logging
from trl import SFTConfig, SFTTrainer

from ..evals.answering.prompting import training_ids
from ..store.errors import ModelError
from . import recipe
from .order import epoch_steps, plan_batches, split
from .run import PROGRESS_FILE, RunConfig, read_json, write_json
from .stopping import Stopped, StopRequest

CHECKPOINTS = "checkpoints"
CHECKPOINT_MARK = "nightschool.json"  # written last: a checkpoint without it was cut short
REPORT_SECONDS = 1.0
LOSS_STEPS = 20  # the loss that is reported is the mean of so many steps
LARGE = 500_000_000  # parameters from which a GPU recomputes activations to save memory
NO_LOSS = -100


@dataclass(frozen=True)
class Encoded:
    """Rows as token ids; labels are -100 where no loss is taken."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    weights: list[float]

    @property
    def loss_tokens(self) -> int:
        """Positions that carry loss: the first token of a row is never predicted."""
        return sum(label != NO_LOSS for labels in self.labels for label in labels[1:])


@dataclass(frozen=True)
class Effective:
    """The configuration a run ended up with, saved beside the weights."""

    method: str
    parameters: int
    trainable: int
    steps: int
    batch: int
    learning_rate: float
    bf16: bool
    device: str
    threads: int
    rows: int
    loss_tokens: int


def encode(tokenizer: Any, config: RunConfig) -> Encoded:
    """Render and tokenise the rows. Raises ModelError when no token would carry loss."""
    input_ids, labels, weights = [], [], []
    for row in config.rows:
        if row.weight <= 0:
            continue
        if row.text:
            whole = tokenizer(row.text)["input_ids"]
            if tokenizer.eos_token_id is not None and whole[-1:] != [tokenizer.eos_token_id]:
                whole = [*whole, tokenizer.eos_token_id]
            mask = [1] * len(whole)
        else:
            whole, mask = training_ids(tokenizer, row.question, row.answer, config.system)
        whole = whole[: config.max_length]
        masked = [token if learn else NO_LOSS for token, learn in zip(whole, mask, strict=False)]
        if all(label == NO_LOSS for label in masked[1:]):
            continue  # an empty answer, or a question longer than max_length: nothing to learn from
        input_ids.append(whole)
        labels.append(masked)
        weights.append(row.weight)
    if not input_ids:
        raise ModelError(
            f"nothing to train on: of {len(config.rows)} rows none has a token that carries loss "
            f"(answers are empty, or questions are longer than max_length = {config.max_length} tokens)"
        )
    return Encoded(input_ids, labels, weights)


class _Batches:
    """A batch sampler over a fixed plan."""

    def __init__(self, plan: list[list[int]]) -> None:
        self.plan = plan

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.plan)

    def __len__(self) -> int:
        return len(self.plan)


class Trainer(SFTTrainer):
    """SFTTrainer with a fixed order of batches and, on one CPU process, a leaner loss."""

    plan: list[list[int]]
    lean: bool
    step_loss: torch.Tensor | float = 0.0  # of the optimiser step under way; left on its device

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        """One micro-batch; its loss is added to the step's."""
        loss = super().training_step(*args, **kwargs)
        self.step_loss = self.step_loss + loss
        return loss

    def get_train_dataloader(self) -> DataLoader:
        """Batches in the planned order, so that a resumed run sees what it would have seen."""
        columns = self.train_dataset[:]
        rows = [
            {"input_ids": ids, "labels": labels}
            for ids, labels in zip(columns["input_ids"], columns["labels"], strict=True)
        ]
        loader = DataLoader(rows, batch_sampler=_Batches(self.plan), collate_fn=self.data_collator)  # pyright: ignore[reportArgumentType]
        return self.accelerator.prepare(loader)

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Cross-entropy on the labelled positions only: the same sum as SFTTrainer's, for less work."""
        if not self.lean or return_outputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        causal = self.model.get_base_model() if hasattr(self.model, "peft_config") else self.model
        hidden = causal.base_model(input_ids=inputs["input_ids"], use_cache=False).last_hidden_state[:, :-1]
        labels = inputs["labels"][:, 1:]
        mask = labels != NO_LOSS
        logits = causal.get_output_embeddings()(hidden[mask]).float()
        total = torch.nn.functional.cross_entropy(logits, labels[mask], reduction="sum")
        return total / (mask.sum() if num_items_in_batch is None else num_items_in_batch)

    def floating_point_ops(self, inputs: dict[str, Any]) -> int:
        """Not counted: the count walks over all parameters at each step."""
        return 0

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """No card in checkpoints; the registry writes one for the finished model."""


def _lean_loss_is_right(model: Any) -> bool:
    """Whether the LM head is a plain projection of the backbone's output, on a CPU."""
    text = model.config.get_text_config()
    scaled = ("final_logit_softcapping", "logit_scale", "output_multiplier", "lm_head_multiplier", "logits_scaling")
    plain = all(getattr(text, name, None) in (None, 1.0) for name in scaled)
    return plain and model.device.type == "cpu" and not getattr(text, "num_local_experts", None)


class _Watch(TrainerCallback):
    """Reports progress, stops on request or on NaN, and marks checkpoints as whole."""

    def __init__(self, folder: Path, plan: list[list[int]], encoded: Encoded, request: StopRequest) -> None:
        self.folder = folder
        self.request = request
        self.plan = plan
        self.tokens = 0
        self.losses: deque[torch.Tensor | float] = deque(maxlen=LOSS_STEPS)
        self._row_tokens = [len(ids) for ids in encoded.input_ids]
        self._trainer: Trainer | None = None
        self._started = self._reported = time.monotonic()

    @property
    def loss(self) -> float:
        """Mean over the last steps. Waits for a GPU."""
        values = [float(each) for each in self.losses]
        return sum(values) / len(values) if values else math.nan

    def begin(self, trainer: Trainer, checkpoint: Path | None) -> int:
        """Start, or go on from a checkpoint; returns the step it stands at."""
        self._trainer = trainer
        mark = (read_json(checkpoint / CHECKPOINT_MARK) if checkpoint else None) or {"step": 0, "losses": []}
        self.losses.extend(mark["losses"])
        self.tokens = sum(self._tokens_of(step) for step in range(mark["step"]))
        return mark["step"]

    def _tokens_of(self, step: int) -> int:
        return sum(self._row_tokens[row] for row in self.plan[step])

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        assert self._trainer is not None
        step = state.global_step
        self.tokens += self._tokens_of(step - 1)
        self.losses.append(self._trainer.step_loss)
        self._trainer.step_loss = 0.0
        if self.request.made():
            control.should_save = control.should_training_stop = True
        last = step >= state.max_steps or control.should_training_stop
        now = time.monotonic()
        # Reading the loss waits for a GPU, so it is read when something hangs on it.
        if last or step % args.save_steps == 0 or now - self._reported >= REPORT_SECONDS:
            loss = self.loss
            if not math.isfinite(loss):
                raise ModelError(
                    f"the loss became {loss} by step {step}; the last good checkpoint is kept. "
                    "Set a lower learning_rate"
                )
            self._reported = now
            self.report(step=step, steps=state.max_steps, loss=round(loss, 5), tokens=self.tokens)
        return control

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        write_json(checkpoint / CHECKPOINT_MARK, {"step": state.global_step, "losses": [float(each) for each in self.losses]})
        return control

    def report(self, **values: Any) -> None:
        """Append one line to progress.jsonl."""
        values["seconds"] = round(time.monotonic() - self._started, 2)
        with (self.folder / PROGRESS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")


def last_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; torn ones are removed."""
    whole: list[tuple[int, Path]] = []
    for path in (folder / CHECKPOINTS).glob("checkpoint-*"):
        if (path / CHECKPOINT_MARK).exists():
            whole.append((int(path.name.rsplit("-", 1)[1]), path))
        else:
            shutil.rmtree(path, ignore_errors=True)
    return max(whole)[1] if whole else None


def load_base(config: RunConfig) -> tuple[Any, Any]:
    """Load (or, for method `created`, initialise) the model and its tokenizer. Raises ModelError."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(config.base)
        if config.method == "created":
            set_seed(config.seed)
            model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(config.base))
        else:
            dtype = torch.float32 if not torch.cuda.is_available() else "auto"
            model = AutoModelForCausalLM.from_pretrained(config.base, dtype=dtype, use_safetensors=True)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"the model {config.base} can't be loaded: {reason}") from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
    return model, tokenizer


def with_adapter(model: Any, config: RunConfig) -> Any:
    """Put a LoRA adapter on all linear layers but the LM head."""
    from peft import LoraConfig, get_peft_model

    set_seed(config.seed)
    lora = LoraConfig(
        r=config.lora_r,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, lora)


def resolve(config: RunConfig, model: Any, encoded: Encoded) -> Effective:
    """Fill in what the run leaves to the size of the model."""
    parameters = sum(each.numel() for each in model.parameters())
    method = recipe.choose_method(config.method, parameters)
    epochs = config.epochs or recipe.epochs(method, parameters)
    cuda = torch.cuda.is_available()
    bf16 = config.bf16 == "on" or (config.bf16 == "auto" and cuda and torch.cuda.is_bf16_supported())
    return Effective(
        method=method,
        parameters=parameters,
        trainable=parameters,
        steps=config.max_steps or epoch_steps(encoded.weights, epochs=epochs, batch=config.batch),
        batch=config.batch,
        learning_rate=config.learning_rate or recipe.learning_rate(method, parameters),
        bf16=bf16,
        device="cuda" if cuda else "cpu",
        threads=torch.get_num_threads(),
        rows=len(encoded.input_ids),
        loss_tokens=encoded.loss_tokens,
    )


def arguments(folder: Path, config: RunConfig, effective: Effective, pieces: int) -> SFTConfig:
    """TRL's configuration: quiet, offline, checkpoints every N steps."""
    recompute = effective.device == "cuda" and effective.parameters >= LARGE
    known = SFTConfig.__dataclass_fields__  # transformers 5.x renamed it on the way
    name = "activation_checkpointing" if "activation_checkpointing" in known else "gradient_checkpointing"
    return SFTConfig(
        **{name: recompute},
        output_dir=str(folder / CHECKPOINTS),
        max_steps=effective.steps,
        per_device_train_batch_size=max(1, effective.batch // pieces),
        gradient_accumulation_steps=pieces,
        learning_rate=effective.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=min(effective.steps // 2, math.ceil(config.warmup * effective.steps)),
        weight_decay=config.weight_decay,
        optim="adamw_torch_fused",
        adam_beta2=recipe.adam_beta2(effective.parameters),
        bf16=effective.bf16,
        fp16=False,
        use_cpu=effective.device == "cpu",
        max_length=None,  # rows are cut in `encode`
        dataset_kwargs={"skip_prepare_dataset": True},
        completion_only_loss=False,  # the labels say where loss is taken
        save_strategy="steps",
        save_steps=config.checkpoint_every,
        save_total_limit=2,
        logging_strategy="no",
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=True,
        dataloader_num_workers=0,
        dataloader_pin_memory=effective.device == "cuda",
        seed=config.seed,
        data_seed=config.seed,
    )


@dataclass(frozen=True)
class Fit:
    """What a finished training loop leaves."""

    model: Any
    tokenizer: Any
    effective: Effective
    loss: float
    tokens: int


def fit(
    folder: Path,
    config: RunConfig,
    request: StopRequest,
    pieces: int = 1,
    trainer_class: type[Trainer] = Trainer,
) -> Fit:
    """Train from the base or the last whole checkpoint to the end, each batch cut into `pieces`.

    Raises Stopped (state kept), ModelError, or torch's out-of-memory errors, which the caller handles by
    calling again with more pieces.
    """
    transformers_logging.disable_progress_bar()
    if config.threads:
        torch.set_num_threads(config.threads)
    model, tokenizer = load_base(config)
    encoded = encode(tokenizer, config)
    effective = resolve(config, model, encoded)
    lean = _lean_loss_is_right(model)
    if effective.method == "lora":
        model = with_adapter(model, config)
        effective = replace(
            effective, trainable=sum(each.numel() for each in model.parameters() if each.requires_grad)
        )
    lengths = [len(ids) for ids in encoded.input_ids]
    plan = plan_batches(lengths, encoded.weights, steps=effective.steps, batch=effective.batch, seed=config.seed)
    watch = _Watch(folder, plan, encoded, request)
    trainer = trainer_class(
        model=model,
        args=arguments(folder, config, effective, pieces),
        train_dataset=Dataset.from_dict({"input_ids": encoded.input_ids, "labels": encoded.labels}),
        processing_class=tokenizer,
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.plan, trainer.lean = split(plan, pieces), lean and not effective.bf16
    checkpoint = last_checkpoint(folder)
    step = watch.begin(trainer, checkpoint)
    watch.report(event="resumed" if checkpoint else "started", step=step, steps=effective.steps)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.state.global_step < effective.steps:
        raise Stopped(trainer.state.global_step)
    return Fit(trainer.model, tokenizer, effective, watch.loss, watch.tokens)


def save(fitted: Fit, target: Path, store_dtype: Callable[[Any], Any] | None = None) -> None:
    """Write the full model (adapters merged), tokenizer and generation settings to `target`."""
    model = fitted.model.merge_and_unload() if hasattr(fitted.model, "peft_config") else fitted.model
    if store_dtype is not None:
        model = store_dtype(model)
    model.config.use_cache = True
    model.save_pretrained(target)
    fitted.tokenizer.save_pretrained(target)
