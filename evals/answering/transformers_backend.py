"""Answers from a model in this process: batched, left-padded, greedy."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import Any

from ...store.errors import ModelError
from .base import Reply
from .loading import Loaded, end_ids, load
from .prompting import clean, encode, has_template, render
from .settings import AnsweringSettings


class TransformersAnswerer:
    """A causal language model from a local folder (whole or peft adapter) or by hub name.

    Decoding is greedy and the model's own sampling defaults (temperature, repetition penalty, …) are put
    aside: a penalty would count the padding too, so an answer would depend on its neighbours' lengths.
    """

    def __init__(
        self, path: str, settings: AnsweringSettings | None = None, *, loaded: Loaded | None = None
    ) -> None:
        """`loaded` takes a model that is in memory already in place of the one at `path`."""
        self.path = path
        self.settings = settings or AnsweringSettings()
        self._loaded: Loaded | None = loaded or load(path, self.settings)
        self._stops = set(end_ids(self._loaded))
        self._plain = not has_template(self._loaded.tokenizer)
        self._pad = _pad_id(self._loaded.tokenizer, self._stops)
        self._config = self._generation_config()
        self._context = int(getattr(self._loaded.model.config, "max_position_embeddings", 0) or 0)
        self._rows = int(self._loaded.model.get_input_embeddings().weight.shape[0])

    @property
    def name(self) -> str:
        loaded = self._open()
        return f"transformers/{loaded.device}/{loaded.dtype}"

    def plan(self, questions: Sequence[str]) -> list[list[int]]:
        """Longest first (a batch that is too large shows at once), equal lengths in their given order."""
        lengths = [len(self._prompt(question)) for question in questions]
        batches: list[list[int]] = []
        for index in sorted(range(len(questions)), key=lambda i: (-lengths[i], i)):
            if batches:
                width = lengths[batches[-1][0]] + self.settings.max_new_tokens
                size = len(batches[-1])
                if size < self.settings.batch_size and (size + 1) * width <= self.settings.batch_tokens:
                    batches[-1].append(index)
                    continue
            batches.append([index])
        return batches

    def answer(self, batch: Sequence[str]) -> list[Reply]:
        """One batch; when memory runs out, its halves one after the other."""
        if not batch:
            return []
        replies = self._try(batch)
        if replies is not None:
            return replies
        # Outside the handler: a live exception would keep the failed batch's tensors in memory.
        self._free()
        if len(batch) == 1:
            raise ModelError(
                f"not enough memory for a single question with {self.path}: choose another device or dtype"
            )
        half = len(batch) // 2
        return [*self.answer(batch[:half]), *self.answer(batch[half:])]

    def close(self) -> None:
        self._loaded = None
        self._free()

    def _open(self) -> Loaded:
        if self._loaded is None:
            raise ModelError(f"{self.path} was closed: open it again")
        return self._loaded

    def _try(self, batch: Sequence[str]) -> list[Reply] | None:
        import torch

        try:
            return self._generate(batch)
        except (torch.OutOfMemoryError, MemoryError):
            return None
        except RuntimeError as error:  # the CPU's allocator has no class of its own
            if "not enough memory" in str(error) or "can't allocate memory" in str(error):
                return None
            raise ModelError(
                f"{self.path} failed while answering: {' '.join(str(error).split())[:300]}"
            ) from error

    def _generate(self, batch: Sequence[str]) -> list[Reply]:
        started, tokenizer = time.perf_counter(), self._open().tokenizer
        prompts = [self._prompt(question) for question in batch]
        made = self._generate_ids(prompts)
        texts = [tokenizer.decode(tokens, skip_special_tokens=True) for tokens in made]
        share = (time.perf_counter() - started) * 1000 / len(batch)
        return [
            Reply(clean(text, plain=self._plain), len(prompt), len(tokens), share)
            for text, prompt, tokens in zip(texts, prompts, made, strict=True)
        ]

    def _generate_ids(self, prompts: list[list[int]]) -> list[list[int]]:
        """The ids that the model adds to each prompt, up to and with its end token."""
        import torch

        loaded, width = self._open(), max(map(len, prompts))
        ids = torch.tensor([[self._pad] * (width - len(p)) + p for p in prompts])
        mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts])
        with torch.inference_mode():
            out = loaded.model.generate(
                input_ids=ids.to(loaded.device),
                attention_mask=mask.to(loaded.device),
                generation_config=self._config,
            )
        return [self._until_end(row) for row in out[:, width:].tolist()]

    def _prompt(self, question: str) -> list[int]:
        tokenizer = self._open().tokenizer
        ids = encode(tokenizer, render(tokenizer, question, self.settings.system))
        if ids and max(ids) >= self._rows:
            raise ModelError(
                f"{self.path}: its tokenizer gives token {max(ids)}, but the model knows only {self._rows}: "
                "tokenizer and weights don't belong together"
            )
        room = self._context - self.settings.max_new_tokens
        if self._context and len(ids) > room:  # keep the question's end, where `Answer:` stands
            if room < 1:
                raise ModelError(f"{self.path} takes {self._context} tokens in all: set max_new_tokens lower")
            ids = ids[-room:]
        return ids or [self._pad]

    def _until_end(self, tokens: list[int]) -> list[int]:
        for position, token in enumerate(tokens):
            if token in self._stops:
                return tokens[: position + 1]
        return tokens

    def _generation_config(self) -> Any:
        from transformers import GenerationConfig

        config = GenerationConfig(
            do_sample=False,
            num_beams=1,
            max_new_tokens=self.settings.max_new_tokens,
            eos_token_id=sorted(self._stops) or None,
            pad_token_id=self._pad,
            use_cache=True,
        )
        # generate() fills every unset field from the model's own defaults, so those are replaced.
        self._open().model.generation_config = config
        return config

    @staticmethod
    def _free() -> None:
        import torch

        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _pad_id(tokenizer: Any, stops: set[int]) -> int:
    """Any id will do, as the attention mask hides it; generation also writes it after an answer's end."""
    if tokenizer.pad_token_id is not None:
        return int(tokenizer.pad_token_id)
    return min(stops) if stops else 0
