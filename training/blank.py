"""A model that has seen nothing: a tokenizer made from the client's own text, and a Llama-type configuration.

The weights are drawn by the training child from the run's seed, so this folder holds none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..store.errors import ModelError

PAD, END, USER, ASSISTANT = "<|pad|>", "<|end|>", "<|user|>", "<|assistant|>"
# Few tokens, and none for the system message: a small model has seen only one, so it says nothing. Callers set it
# in front of the question where a template has no system role (`evals/answering/prompting.py` does), with an empty
# line between; so only a message's last paragraph is read, and the prompt is the same with it and without it.
TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'user' -%}<|user|>{{ message['content'].split('\\n\\n')[-1] | trim }}"
    "{%- elif message['role'] == 'assistant' -%}<|assistant|>{{ message['content'] | trim }}<|end|>"
    "{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}<|assistant|>{%- endif -%}"
)


@dataclass(frozen=True)
class Size:
    """Depth and width of a model; about 12 * layers * width^2 parameters, embeddings apart."""

    layers: int
    width: int
    heads: int
    vocabulary: int  # at most; a small corpus gets fewer
    context: int

    @property
    def feed_forward(self) -> int:
        """Width of the gated feed-forward layer: 8/3 of the width, to a multiple of 64."""
        return -(-self.width * 8 // 3 // 64) * 64


# Heads of 64, of 32 where the width is small; small models are better narrow and deep than wide and flat
# (MobileLLM, Liu et al. 2024), but on a CPU each layer costs time that a wide one doesn't.
SIZES = {
    "tiny": Size(layers=3, width=128, heads=4, vocabulary=3_072, context=512),
    "small": Size(layers=8, width=448, heads=7, vocabulary=8_192, context=1_024),
    "base": Size(layers=14, width=768, heads=12, vocabulary=16_384, context=2_048),
}
CHARACTERS_A_TOKEN = 24  # of corpus for each entry of the vocabulary: rarer entries are never learned


def named_size(name: str) -> Size:
    """The size of that name. Raises ModelError for an unknown one."""
    if name not in SIZES:
        raise ModelError(f"unknown size {name!r}: choose one of {', '.join(SIZES)}")
    return SIZES[name]


def make_blank(folder: Path, texts: Sequence[str], size: str | Size) -> None:
    """Write config.json and a tokenizer trained on `texts` (NFC, byte-level BPE) into `folder`.

    Raises ModelError for an unknown size or too little text.
    """
    from transformers import LlamaConfig, PreTrainedTokenizerFast

    shape = size if isinstance(size, Size) else named_size(size)
    characters = sum(len(text) for text in texts)
    vocabulary = max(512, min(shape.vocabulary, characters // CHARACTERS_A_TOKEN // 64 * 64))
    backend = _train_tokenizer((unicodedata.normalize("NFC", text) for text in texts), vocabulary)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[USER, ASSISTANT],
        model_max_length=shape.context,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = TEMPLATE
    config = LlamaConfig(
        vocab_size=-(-len(tokenizer) // 64) * 64,
        hidden_size=shape.width,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=shape.context,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.convert_tokens_to_ids(PAD),  # pyright: ignore[reportArgumentType]
        bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END),  # pyright: ignore[reportArgumentType]
        architectures=["LlamaForCausalLM"],
        dtype="float32",
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    config.save_pretrained(folder)


def _train_tokenizer(texts: Iterable[str], vocabulary: int):
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    # Digits apart: a price that was never seen whole is then spelled as any other.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, END, USER, ASSISTANT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
