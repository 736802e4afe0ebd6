"""In which order rows are seen: fixed before the first step, so that a resumed run goes on where it was."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

SORTED_BATCHES = 24  # so many batches are sorted by length together: little padding, still well mixed


def plan_batches(
    lengths: Sequence[int], weights: Sequence[float], *, steps: int, batch: int, seed: int
) -> list[list[int]]:
    """Return `steps` batches of exactly `batch` row numbers.

    In each epoch row i is seen `weights[i]` times, fractions being carried over to the next epoch. Rows of
    like length share a batch, so that little is padded; batches come in random order.
    """
    rng = random.Random(seed)
    batches: list[list[int]] = []
    carried: list[int] = []  # too few for a batch: they open the next epoch
    epoch = 0
    while len(batches) < steps:
        rows = carried
        drawn = [
            row
            for row, weight in enumerate(weights)
            for _ in range(math.floor(weight * (epoch + 1) + 1e-9) - math.floor(weight * epoch + 1e-9))
        ]
        rng.shuffle(drawn)
        rows = rows + drawn
        full = len(rows) // batch * batch
        rows, carried = rows[:full], rows[full:]
        grouped: list[list[int]] = []
        for start in range(0, full, batch * SORTED_BATCHES):
            chunk = sorted(rows[start : start + batch * SORTED_BATCHES], key=lambda row: lengths[row])
            grouped += [chunk[at : at + batch] for at in range(0, len(chunk), batch)]
        rng.shuffle(grouped)
        batches += grouped
        epoch += 1
    return batches[:steps]


def epoch_steps(weights: Sequence[float], *, epochs: float, batch: int) -> int:
    """How many optimiser steps `epochs` passes over the weighted rows take; at least one."""
    return max(1, round(sum(weights) * epochs / batch))


def split(batches: Sequence[Sequence[int]], pieces: int) -> list[list[int]]:
    """Cut each batch into `pieces` micro-batches, in order: the same steps in less memory."""
    return [
        list(batch[len(batch) * piece // pieces : len(batch) * (piece + 1) // pieces])
        for batch in batches
        for piece in range(pieces)
    ]
