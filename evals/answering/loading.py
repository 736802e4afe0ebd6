"""Load a causal language model and its tokenizer from a folder or a hub name, or say in one line why not.

Only safetensors: a `.bin` file is a pickle and can run code when it is opened.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...store.errors import ModelError
from .settings import AnsweringSettings

_TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
    "spiece.model",
    "tekken.json",
)


@dataclass(frozen=True)
class Loaded:
    """A model in evaluation mode on its device, and its tokenizer."""

    model: Any
    tokenizer: Any
    device: str
    dtype: str


def load(path: str, settings: AnsweringSettings) -> Loaded:
    """Load from a local folder (whole model, or peft adapter: merged into its base) or by hub name.

    A local folder is read without any network. Raises ModelError.
    """
    check_folder(path)
    no_telemetry()
    # Spinning threads stall each other beside any other busy process (training/child.py has the figures).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    device = _device(settings.device, torch)
    folder = Path(path).expanduser()
    with _quiet(), _one_line(path):
        if (folder / "adapter_config.json").is_file():
            model, tokenizer = _load_adapter(folder, settings, device)
        else:
            source = str(folder) if folder.is_dir() else path
            offline = _offline(source)
            model = _load_model(source, settings, device, offline)
            tokenizer = _load_tokenizer(source, settings, offline)
        model = model.to(device).eval()
    return Loaded(model, tokenizer, device, str(model.dtype).removeprefix("torch."))


def check_folder(path: str) -> None:
    """Refuse what can't be loaded before any heavy library is: ModelError names the file that lacks."""
    folder = Path(path).expanduser()
    if not path.strip() or not folder.is_dir():
        if path.strip() and folder.exists():
            raise ModelError(f"{path} is a file: give the model's folder")
        if path.startswith(("/", ".", "~")) or path.count("/") > 1 or "\\" in path or not path.strip():
            raise ModelError(f"no folder {path or '(empty)'}: give a model's folder or its name on the hub")
        return
    names = {entry.name for entry in folder.iterdir()}
    if "adapter_config.json" in names:
        _check_weights(path, names, "adapter_model")
        return
    if "config.json" not in names:
        raise ModelError(f"{path} holds no config.json: it is not a transformers model folder")
    if not names.intersection(_TOKENIZER_FILES):
        raise ModelError(
            f"{path} holds no tokenizer: copy tokenizer*.json from the model that it was made of"
        )
    _check_weights(path, names, "model")


def no_telemetry() -> None:
    """Switch off what the hub library would report, and its background conversion of weights."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["DISABLE_SAFETENSORS_CONVERSION"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    constants = sys.modules.get("huggingface_hub.constants")  # it read the environment when it was imported
    if constants is not None:
        constants.HF_HUB_DISABLE_TELEMETRY = True  # type: ignore[attr-defined]


def end_ids(loaded: Loaded) -> list[int]:
    """All token ids at which an answer ends: the model's, the tokenizer's and the chat template's."""
    from .prompting import end_token

    model, tokenizer = loaded.model, loaded.tokenizer
    found: set[int] = set()
    for value in (
        getattr(getattr(model, "generation_config", None), "eos_token_id", None),
        getattr(model.config, "eos_token_id", None),
        tokenizer.eos_token_id,
    ):
        found.update(value if isinstance(value, list | tuple) else [] if value is None else [value])
    with suppress(ModelError):  # no end token anywhere: answers end at max_new_tokens
        found.add(tokenizer.convert_tokens_to_ids(end_token(tokenizer)))
    return sorted(found)


def _check_weights(path: str, names: set[str], stem: str) -> None:
    if any(name.startswith(stem) and name.endswith(".safetensors") for name in names):
        return
    pickles = sorted(name for name in names if name.endswith((".bin", ".pt", ".pth", ".ckpt")))
    if pickles:
        raise ModelError(
            f"{path} has its weights only as {pickles[0]}, a pickle that can run code when opened: "
            "save the model again with save_pretrained to get safetensors"
        )
    raise ModelError(f"{path} holds no weights: {stem}.safetensors is missing")


def _load_model(source: str, settings: AnsweringSettings, device: str, offline: bool) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    dtype: Any = settings.dtype
    if dtype == "auto":
        dtype = torch.float32 if device == "cpu" else "auto"
    elif isinstance(dtype, str):
        dtype = getattr(torch, dtype)
    opened: Any = AutoModelForCausalLM.from_pretrained(
        source,
        dtype=dtype,
        use_safetensors=True,
        trust_remote_code=settings.trust_remote_code,
        local_files_only=offline,
        adapter_kwargs={"local_files_only": offline},
        output_loading_info=True,
    )
    model, info = opened
    # transformers fills what the file lacks with random numbers and only warns: such a model answers noise.
    lacking = sorted(info["missing_keys"]) + sorted(str(key[0]) for key in info["mismatched_keys"])
    if lacking:
        raise ModelError(
            f"the weights of {source} don't fit its config.json: {len(lacking)} tensors are missing or of "
            f"another shape, e.g. {lacking[0]}"
        )
    return model


def _load_tokenizer(source: str, settings: AnsweringSettings, offline: bool) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(
        source,
        trust_remote_code=settings.trust_remote_code,
        local_files_only=offline,
        padding_side="left",
    )


def _load_adapter(folder: Path, settings: AnsweringSettings, device: str) -> tuple[Any, Any]:
    from peft import PeftModel

    base = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8")).get(
        "base_model_name_or_path"
    )
    if not base:
        raise ModelError(f"{folder}/adapter_config.json names no base model: set base_model_name_or_path")
    if not Path(base).is_dir() and (folder / base).is_dir():
        base = str((folder / base).resolve())
    check_folder(base)
    own = {entry.name for entry in folder.iterdir()}.intersection(_TOKENIZER_FILES)
    offline = _offline(base)
    tokenizer = _load_tokenizer(str(folder) if own else base, settings, offline)
    model = PeftModel.from_pretrained(_load_model(base, settings, device, offline), str(folder))
    return model.merge_and_unload(), tokenizer  # type: ignore[operator]


def _offline(source: str) -> bool:
    """Whether to do without the hub: for a local folder, or where it can't be reached (its cache must do).

    Asked once and briefly, since the hub library itself would try for a minute, for each file.
    """
    import httpx
    from huggingface_hub import constants

    if Path(source).is_dir() or constants.HF_HUB_OFFLINE:
        return True
    try:
        httpx.head(constants.ENDPOINT, timeout=5.0)
    except httpx.HTTPError:
        return True
    return False


def _device(wanted: str, torch: Any) -> str:
    if wanted != "auto":
        try:
            torch.empty(0, device=wanted)
        except (RuntimeError, AssertionError) as error:
            raise ModelError(f"device {wanted} can't be used: {_squeeze(error)}") from error
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bars and load reports of transformers; what is wrong becomes a ModelError."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            # peft 0.21 asks transformers 5 for a name that it will drop
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def _one_line(path: str) -> Iterator[None]:
    """Turn what the libraries raise on a bad model into a ModelError of one line."""
    import torch
    from safetensors import SafetensorError

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise ModelError(
            f"not enough GPU memory to load {path}: choose device cpu or dtype bfloat16"
        ) from error
    except MemoryError as error:
        raise ModelError(f"not enough memory to load {path}") from error
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RuntimeError,
        ImportError,
        SafetensorError,
    ) as error:
        if isinstance(error, OSError) and not Path(path).expanduser().exists():
            raise ModelError(
                f"no model {path}: it is no folder, not in the hub's cache here, and "
                "can't be had from the hub (unknown name, or no network)"
            ) from error
        if "trust_remote_code" in str(error):
            raise ModelError(
                f"{path} brings Python code of its own, which is not run: "
                "set trust_remote_code for it once you have read it"
            ) from error
        raise ModelError(f"{path} can't be loaded: {_squeeze(error)}") from error


def _squeeze(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else text[:297] + "…"
