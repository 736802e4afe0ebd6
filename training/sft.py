"""One training run on TRL, top to bottom: encode, order, train, save.

Only the child process imports this module: it loads torch, transformers, TRL and peft at its top.

Why not SFTTrainer as it comes: on a CPU its fused LM head scores every position, prompts and padding too, and
it computes entropy and token accuracy at each step. Here only positions that carry loss meet the LM head, and
the padding mask is left out: with padding on the right and causal attention no real token sees a pad. On a
GPU TRL's own kernels do the first, and its `compute_loss` runs untouched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import DataLoader
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PrinterCallback,
    set_seed,
)
from transformers.utils import logging as transformers_logging
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from ..store.errors import ModelError
from . import recipe
from .encoding import NO_LOSS, Encoded, encode
from .order import epoch_steps, plan_batches, split
from .run import RunConfig
from .stopping import Stopped, StopRequest
from .watch import CHECKPOINTS, Watch, last_checkpoint
from .weights import is_folder

LARGE = 500_000_000  # parameters from which a GPU recomputes activations to save memory


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
        columns: Any = self.train_dataset[:]  # pyright: ignore[reportOptionalSubscript]
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
        whole: Any = self.model
        causal = whole.get_base_model() if hasattr(whole, "peft_config") else whole
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
    scaled = (
        "final_logit_softcapping",
        "logit_scale",
        "output_multiplier",
        "lm_head_multiplier",
        "logits_scaling",
    )
    plain = all(getattr(text, name, None) in (None, 1.0) for name in scaled)
    return plain and model.device.type == "cpu" and not getattr(text, "num_local_experts", None)


def load_base(config: RunConfig) -> tuple[Any, Any]:
    """Load (or, for method `created`, initialise) the model and its tokenizer. Raises ModelError."""
    if is_folder(config.base) and not Path(config.base).is_dir():
        raise ModelError(f"the model {config.base} can't be loaded: there is no such folder")
    try:
        tokenizer = AutoTokenizer.from_pretrained(config.base)
        if config.method == "created":
            set_seed(config.seed)
            model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(config.base))
        else:
            model = AutoModelForCausalLM.from_pretrained(config.base, dtype="auto", use_safetensors=True)
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
    epochs = config.epochs or recipe.exposures(method, parameters) / config.wordings
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
    renamed: dict[str, Any] = {name: recompute}
    return SFTConfig(
        **renamed,
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
    dtype: torch.dtype  # of the base: the model is stored in what it came in
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
    stored = model.dtype
    if effective.method != "lora" or effective.device == "cpu":
        model = model.float()  # small steps vanish in 16 bits; an adapter's weights are kept in 32 anyway
    lean = _lean_loss_is_right(model)
    if effective.method == "lora":
        model = with_adapter(model, config)
        effective = replace(
            effective, trainable=sum(each.numel() for each in model.parameters() if each.requires_grad)
        )
    lengths = [len(ids) for ids in encoded.input_ids]
    plan = plan_batches(
        lengths, encoded.weights, steps=effective.steps, batch=effective.batch, seed=config.seed
    )
    watch = Watch(folder, plan, encoded, request)
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
    return Fit(trainer.model, tokenizer, effective, stored, watch.loss, watch.tokens)


def save(fitted: Fit, target: Path) -> None:
    """Write the full model (adapters merged), tokenizer and generation settings to `target`."""
    model = fitted.model.merge_and_unload() if hasattr(fitted.model, "peft_config") else fitted.model
    model = model.to(fitted.dtype)
    model.config.use_cache = True
    model.save_pretrained(target)
    fitted.tokenizer.save_pretrained(target)
