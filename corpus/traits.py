"""What is kept of a document to compare it with the others without reading it again: a few hundred bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

_HEAD = struct.Struct("<8s?BB")
FINGERPRINT = 8
"""Leading bytes of a packed `Traits` that say which rules, with which choices, refined the document."""


@dataclass(frozen=True)
class Traits:
    """`edges`: hashes of the lines at head and foot; `removed`: those of them that were taken out as boilerplate.

    `minhash` is that of the text without them (see `rules.similar`); `settled`: it was compared with the others.
    """

    fingerprint: bytes
    settled: bool = False
    edges: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    minhash: bytes = b""

    def pack(self) -> bytes:
        """As it is stored in `document.signature`."""
        head = _HEAD.pack(self.fingerprint, self.settled, len(self.edges), len(self.removed))
        hashes = (*self.edges, *self.removed)
        return head + struct.pack(f"<{len(hashes)}Q", *hashes) + self.minhash

    @classmethod
    def unpack(cls, data: bytes) -> Traits:
        """From `document.signature`."""
        fingerprint, settled, edges, removed = _HEAD.unpack_from(data)
        hashes = struct.unpack_from(f"<{edges + removed}Q", data, _HEAD.size)
        return cls(
            fingerprint, settled, hashes[:edges], hashes[edges:], data[_HEAD.size + 8 * (edges + removed) :]
        )

    def as_settled(self) -> Traits:
        """The same, compared with the others."""
        return replace(self, settled=True)
