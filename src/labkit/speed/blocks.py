"""What the cache has to do with it: time against block size, and how fast products are that never leave the cache."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from labkit.speed.forms import COPY, Arrays
from labkit.timing import ratios_to, seconds_a_call, seconds_in_turns


@dataclass(frozen=True)
class BlockTimes:
    """Time against block size for one function.

    Attributes:
        label: in charts.
        block_bytes: of one block of x, for each size.
        ratios: to a copy of the array, for each size.
    """

    label: str
    block_bytes: list[int]
    ratios: list[float]


def measure_blocks(arrays: Arrays, speed: Any) -> list[BlockTimes]:  # noqa: ANN401
    """Every block size in turns, on the first sequence of the batch.

    Blocks of one head are small: they begin at 8 positions, for with fewer Python takes most of a second.
    """
    x, out, cos, sin = arrays.x[:1], arrays.out[:1], arrays.cos, arrays.sin
    xh, outh = (array[:1] for array in arrays.heads_first)
    _, seq, heads, size = x.shape
    table = speed.rotation_table(arrays.positions, arrays.inv_freq)
    half = speed.rotate_half_blocked
    ways: dict[str, tuple[int, int, Callable[[int], object]]] = {
        "rotate_blocked": (1, heads, lambda block: speed.rotate_blocked(x, table, block)),
        "rotate_half_blocked": (1, heads, lambda block: half(x, cos, sin, out, block=block)),
        "rotate_half_blocked, heads first": (8, 1, lambda block: half(xh, cos, sin, outh, seq_axis=2, block=block)),
    }
    blocks = {
        label: [2**power for power in range(seq.bit_length()) if least <= 2**power <= seq]
        for label, (least, _, _) in ways.items()
    }
    calls = {
        f"{label} {block}": (lambda run=run, block=block: run(block))
        for label, (_, _, run) in ways.items()
        for block in blocks[label]
    }
    ratios = ratios_to(seconds_in_turns(calls | {COPY: lambda: np.copyto(out, x)}, rounds=5, budget=2.0), COPY)
    return [
        BlockTimes(
            label,
            [block * width * size * x.itemsize for block in blocks[label]],
            [ratios[f"{label} {block}"] for block in blocks[label]],
        )
        for label, (_, width, _) in ways.items()
    ]


def in_cache_peak() -> tuple[float, int]:
    """Floating-point operations in a second, in 10**9, of complex products that stay in the cache, and the bytes they touch.

    Of several sizes the fastest, and of several places in memory: a small one is a call and little more, a large one leaves
    the cache.
    """
    found = []
    for count in 3 * [2**power for power in range(9, 16)]:
        pairs, factors = np.ones((2, count), np.complex64)
        seconds = seconds_a_call(partial(np.multiply, pairs, factors, out=pairs), calls=50)
        found.append((6 * count / seconds / 1e9, 16 * count))
    return max(found)
