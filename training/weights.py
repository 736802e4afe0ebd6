"""The weights of a model as files: whether a folder is a model, and what its weights hash to."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..store.errors import ModelError


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a model folder, sorted by name."""
    return sorted(folder.glob("*.safetensors"))


def hash_weights(folder: Path) -> str:
    """SHA-256 over the safetensors files' names and bytes, in order of name."""
    digest = hashlib.sha256()
    for path in weight_files(folder):
        digest.update(path.name.encode() + b"\0")
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def check_model_folder(folder: Path) -> None:
    """Raise ModelError with one line when `folder` is not a model that can be loaded safely."""
    if not folder.is_dir():
        raise ModelError(f"there is no model folder {folder}")
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} has no config.json: it is not a model folder")
    if not weight_files(folder):
        unsafe = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
        hint = " (pickled weights are not loaded: convert them to safetensors)" if unsafe else ""
        raise ModelError(f"{folder} has no .safetensors weights{hint}")
    names = ("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json")
    if not any((folder / name).is_file() for name in names):
        raise ModelError(f"{folder} has no tokenizer: copy the one the model was trained with into it")


def count_parameters(folder: Path) -> int:
    """Number of values in the safetensors files, from their headers alone; 0 when one can't be read."""
    total = 0
    for path in weight_files(folder):
        try:
            with path.open("rb") as file:
                size = int.from_bytes(file.read(8), "little")
                header = json.loads(file.read(size))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} is not a safetensors file: {error}") from error
        for name, tensor in header.items():
            if name != "__metadata__":
                values = 1
                for side in tensor["shape"]:
                    values *= side
                total += values
    return total


def is_endpoint(path: str) -> bool:
    """Whether a version's path is a served model's URL."""
    return path.startswith(("http://", "https://"))


def is_folder(path: str) -> bool:
    """Whether a version's path names a local folder (that may be gone), not a hub name or an endpoint."""
    return not is_endpoint(path) and (
        Path(path).is_dir() or path.startswith(("/", "./", "../", "~")) or path.count("/") > 1
    )
