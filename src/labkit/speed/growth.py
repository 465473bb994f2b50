"""What each way to keep a table costs while a text grows token by token: in all, and in the worst step."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.complex64]
Step = Callable[[int], object]

ROWS = 256
"""Rows of the fine level, and how far apart those of the coarse one are."""

SAMPLES = (1, 4096, 8192, 16384, 24576, 32768)
"""Lengths, in tokens, at which a step is timed where a whole run would take minutes."""

RUNS = 2


@dataclass(frozen=True)
class Cost:
    """What a policy took.

    Attributes:
        name: of the policy.
        total: seconds of all steps.
        worst: seconds of the longest step.
        integrated: whether only steps at SAMPLES were run, and the total is the area under straight lines between them.
    """

    name: str
    total: float
    worst: float
    integrated: bool = False


def two_level_rows(first: int, count: int, inv_freq: NDArray[np.float64]) -> Table:
    """Rows of cis(p f) for positions first, first + 1, ..: count of them, both multiples of ROWS.

    cis(256 a + b) = cis(256 a) cis(b): a cosine and a sine for count / 256 + 256 rows, and a complex product for every row,
    formed in complex128 and cast once.
    """
    coarse, fine = (_cis(rows, inv_freq) for rows in (np.arange(first, first + count, ROWS), np.arange(ROWS)))
    table = np.empty((count // ROWS, ROWS, inv_freq.size), np.complex64)
    np.multiply(coarse[:, None], fine, out=table, casting="same_kind")
    return table.reshape(count, inv_freq.size)


def float32_rows(positions: NDArray[np.int64], inv_freq: NDArray[np.float64]) -> Table:
    """Rows with everything in float32, angles too: what most code does, and wrong far from 0."""
    angles = np.multiply.outer(positions.astype(np.float32), inv_freq.astype(np.float32))
    table = np.empty(angles.shape, np.complex64)
    np.cos(angles, out=table.real)
    np.sin(angles, out=table.imag)
    return table


def _cis(positions: NDArray[np.int64], inv_freq: NDArray[np.float64]) -> NDArray[np.complex128]:
    return np.asarray(np.exp(1j * np.multiply.outer(positions, inv_freq)))


def growth_costs(
    inv_freq: NDArray[np.float64],
    base: float,
    rotation_table: Callable[..., Table],
    rotary_cache: Callable[..., Any],
) -> list[Cost]:
    """Every policy from the first to the last token, the costliest first as a rule.

    Args:
        inv_freq: of one head.
        base: that they belong to, for lab 02's cache.
        rotation_table: lab 08's function.
        rotary_cache: lab 02's class. It keeps a cosine and a sine for both features of a pair: four numbers where the other
            policies have two.
    """
    size, tokens = 2 * inv_freq.size, SAMPLES[-1]

    def rebuild(length: int) -> Step:
        cache = rotary_cache(size, length - 1, base)
        return lambda position: cache.ensure_length(position + 1)

    def append(length: int) -> Step:
        table = np.ones((length - 1, inv_freq.size), np.complex64)
        return lambda position: np.concatenate([table, rotation_table([position], inv_freq)])

    def double_cache() -> Step:
        cache = rotary_cache(size, 1, base, growth=2.0)
        return lambda position: cache.ensure_length(position + 1)

    def preallocate() -> Step:
        return lambda position: rotation_table(np.arange(tokens), inv_freq) if position == 0 else None

    return [
        _integrated("rebuild every step, RotaryCache", rebuild, SAMPLES),
        _integrated("append a row every step", append, SAMPLES),
        _in_full("double, rebuild, RotaryCache", double_cache, tokens),
        _in_full("double, new rows only", lambda: _doubling(lambda rows: rotation_table(rows, inv_freq)), tokens),
        _in_full(
            "double, new rows by two levels",
            lambda: _doubling(lambda rows: two_level_rows(int(rows[0]), rows.size, inv_freq)),
            tokens,
        ),
        _in_full("allocate all at the first step", preallocate, tokens),
        _in_full("no table: a row every step", lambda: lambda position: rotation_table([position], inv_freq), tokens),
    ]


def _doubling(build: Callable[[NDArray[np.int64]], Table]) -> Step:
    """Twice as many rows whenever the table is full, from ROWS on; those that it has are copied."""
    tables = [build(np.arange(ROWS))]

    def step(position: int) -> None:
        old = tables[0]
        if position >= len(old):
            tables[0] = np.concatenate([old, build(np.arange(len(old), 2 * len(old)))])

    return step


def _integrated(name: str, prepare: Callable[[int], Step], lengths: Sequence[int]) -> Cost:
    seconds = []
    for length in lengths:
        steps = [prepare(length) for _ in range(RUNS)]
        seconds.append(min(_seconds(step, length - 1) for step in steps))
    return Cost(name, float(np.trapezoid(seconds, lengths)), max(seconds), integrated=True)


def _in_full(name: str, prepare: Callable[[], Step], tokens: int) -> Cost:
    """Every step, in the quicker of its runs: what else the machine did at that moment is not the policy's."""
    runs = np.empty((RUNS, tokens))
    for run in runs:
        start = time.perf_counter()
        step = prepare()
        started = time.perf_counter() - start
        for position in range(tokens):
            run[position] = _seconds(step, position)
        run[0] += started
    steps = runs.min(axis=0)
    return Cost(name, float(steps.sum()), float(steps.max()))


def _seconds(step: Step, position: int) -> float:
    start = time.perf_counter()
    step(position)
    return time.perf_counter() - start
