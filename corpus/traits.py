"""What is kept of a document to compare it with the others without reading it again: a few hundred bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

_HEAD = struct.Struct("<8s?BBB")
FINGERPRINT = 8
"""Leading bytes of a packed `Traits` that say which rules, with which choices, refined the document."""
SETTLED = FINGERPRINT
"""Place of the byte in a packed `Traits` that says whether it is settled: 0 or 1."""


@dataclass(frozen=True)
class Traits:
    """`edges`: hashes of the lines at head and foot; `telling`: those of them that say something; `removed`: those that
    were taken out as boilerplate.

    `minhash` is that of the text without them (see `rules.similar`); `settled`: it was compared with the others.
    """

    fingerprint: bytes
    settled: bool = False
    edges: tuple[int, ...] = ()
    telling: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    minhash: bytes = b""

    def pack(self) -> bytes:
        """As it is stored in `document.signature`."""
        counts = (len(self.edges), len(self.telling), len(self.removed))
        hashes = (*self.edges, *self.telling, *self.removed)
        head = _HEAD.pack(self.fingerprint, self.settled, *counts)
        return head + struct.pack(f"<{len(hashes)}Q", *hashes) + self.minhash

    @classmethod
    def unpack(cls, data: bytes) -> Traits:
        """From `document.signature`."""
        fingerprint, settled, edges, telling, removed = _HEAD.unpack_from(data)
        count = edges + telling + removed
        hashes = struct.unpack_from(f"<{count}Q", data, _HEAD.size)
        parts = hashes[:edges], hashes[edges : edges + telling], hashes[edges + telling :]
        return cls(fingerprint, settled, *parts, minhash=data[_HEAD.size + 8 * count :])

    def as_settled(self, settled: bool = True) -> Traits:
        """The same, compared with the others, or to be compared again."""
        return replace(self, settled=settled)


def is_settled(data: bytes) -> bool:
    """`Traits.settled` of a packed one."""
    return bool(data[SETTLED])


def edges_of(data: bytes) -> bytes:
    """`Traits.edges` of a packed one, as unsigned 64-bit numbers, little-endian."""
    count = data[FINGERPRINT + 1]
    return data[_HEAD.size : _HEAD.size + 8 * count]


def has_removed(data: bytes) -> bool:
    """Whether lines of a packed one's document were taken out as boilerplate."""
    return bool(data[FINGERPRINT + 3])


def minhash_of(data: bytes) -> bytes:
    """`Traits.minhash` of a packed one."""
    return data[_HEAD.size + 8 * sum(data[FINGERPRINT + 1 : _HEAD.size]) :]
