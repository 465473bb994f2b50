"""The ways to rotate that lab 08 measures, all on one array, beside the copy that they are compared with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.timing import ratios_to, seconds_in_turns

Array = NDArray[Any]

SHAPE = (2, 2048, 32, 128)
"""(batch, seq, heads, D): 64 MiB of float32, more than most caches hold."""

BASE = 500000.0
BLOCK = 16
"""Positions of all heads: 256 KiB in float32 at SHAPE."""

COPY = "copy"
INTERLEAVED, SPLIT_HALF = "interleaved", "split-half"
HALF_EPS = float(np.finfo(np.float32).epsneg)


@dataclass(frozen=True)
class Form:
    """One way to rotate an array, or something to compare it with.

    Attributes:
        label: what it is called in print and in charts.
        run: does it once; returns the array that holds the result.
        layout: INTERLEAVED or SPLIT_HALF; empty where nothing is rotated.
        seq_axis: which dimension of the result is the sequence.
        moved: bytes to and from memory for each element, counted from the array operations of the reference. What a block
            leaves in the cache does not count, nor what the system does to hand out new memory.
        operations: of floating-point arithmetic, for each element.
    """

    label: str
    run: Callable[[], Array]
    layout: str = ""
    seq_axis: int = 1
    moved: int = 8
    operations: int = 3


class Arrays:
    """What all forms work on: x, an array to write into, and tables for positions far from 0.

    Args:
        shape: (batch, seq, heads, D). The same memory is also seen as (batch, heads, seq, D).
    """

    def __init__(self, shape: Sequence[int]) -> None:
        batch, seq, heads, size = shape
        rng = np.random.default_rng(8)
        self.x = rng.standard_normal(shape, dtype=np.float32)
        self.out = np.ones_like(self.x)  # zeros alone have no memory behind them yet
        self.heads_first = tuple(array.reshape(batch, heads, seq, size) for array in (self.x, self.out))
        self.inv_freq = BASE ** (-np.arange(0, size, 2) / size)
        self.positions = np.sort(rng.choice(16 * seq, seq, replace=False))
        self.angles = np.multiply.outer(self.positions.astype(np.float64), self.inv_freq)
        full = np.concatenate([self.angles, self.angles], axis=1)
        self.cos, self.sin = np.cos(full).astype(np.float32), np.sin(full).astype(np.float32)


def numpy_forms(arrays: Arrays, speed: Any, apply_rotary_pos_emb: Callable[..., Any]) -> dict[str, Form]:  # noqa: ANN401
    """The copy first, then the other forms, by the names of the record.

    Args:
        arrays: what they work on.
        speed: a module of lab 08.
        apply_rotary_pos_emb: lab 03's function.
    """
    x, out, cos, sin = arrays.x, arrays.out, arrays.cos, arrays.sin
    xh, outh = arrays.heads_first
    table = speed.rotation_table(arrays.positions, arrays.inv_freq)

    def copy() -> Array:
        np.copyto(out, x)
        return out

    def textbook() -> Array:  # keys without heads: one array is rotated
        return np.asarray(apply_rotary_pos_emb(x, x[:, :, :0], cos, sin, unsqueeze_dim=2)[0])

    one, two = INTERLEAVED, SPLIT_HALF
    rotate_half_blocked = speed.rotate_half_blocked
    return {
        COPY: Form("copy", copy, operations=0),
        "scale": Form("x *= 1, in place", lambda: np.multiply(x, np.float32(1.0), out=x), operations=1),
        "textbook": Form("textbook (lab 03), split-half", textbook, two, moved=40),
        "rotate_in_place": Form("rotate_in_place", lambda: speed.rotate_in_place(x, table), one),
        "rotate_complex": Form("rotate_complex, out=", lambda: speed.rotate_complex(x, table, out), one),
        "rotate_complex_new": Form("rotate_complex, new array", lambda: speed.rotate_complex(x, table), one),
        "rotate_blocked": Form("rotate_blocked", lambda: speed.rotate_blocked(x, table, BLOCK), one),
        "rotate_half_blocked": Form("rotate_half_blocked", lambda: rotate_half_blocked(x, cos, sin, out), two),
        "rotate_in_place_bhsd": Form(
            "rotate_in_place, heads first", lambda: speed.rotate_in_place(xh, table, seq_axis=2), one, 2
        ),
        "rotate_complex_bhsd": Form(
            "rotate_complex, out=, heads first", lambda: speed.rotate_complex(xh, table, outh, seq_axis=2), one, 2
        ),
        "rotate_half_blocked_bhsd": Form(
            "rotate_half_blocked, heads first", lambda: rotate_half_blocked(xh, cos, sin, outh, seq_axis=2), two, 2
        ),
    }


def disagreement(arrays: Arrays, form: Form) -> float:
    """How far a form is from a rotation in float64, over what float32 allows: above 1 something is wrong.

    Table, products and sum round once each, by half an eps: a cos - b sin is off by at most 3/2 eps (|a| + |b|), and terms
    in eps squared. float64 adds angles below 2**16 radians that are off by 1e-11.
    """
    seq = len(arrays.positions)
    some = np.unique([*range(0, seq, seq // 32 | 1), seq - 1])  # in no step with the blocks, and the last one too
    batch, _, heads, size = arrays.x.shape
    where: tuple[Any, ...] = (slice(None), some) if form.seq_axis == 1 else (slice(None), slice(None), some)
    shape = arrays.x.shape if form.seq_axis == 1 else (batch, heads, seq, size)
    before = arrays.x.reshape(shape)[where].astype(np.float64)
    after = form.run().reshape(shape)[where]
    half = size // 2
    interleaved = (slice(0, None, 2), slice(1, None, 2))
    first, second = interleaved if form.layout == INTERLEAVED else (slice(half), slice(half, None))
    angles = arrays.angles[some, None] if form.seq_axis == 1 else arrays.angles[some]
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = before[..., first], before[..., second]
    bound = 3.001 * HALF_EPS * (np.abs(a) + np.abs(b))
    errors = np.abs(after[..., first] - (a * cos - b * sin)), np.abs(after[..., second] - (a * sin + b * cos))
    return float(np.max([np.max(error / bound) for error in errors]))


@dataclass(frozen=True)
class Measured:
    """What a run of forms in turns gave.

    Attributes:
        ratios: by the name of a form, to the copy: the median over all rounds.
        seconds: by the name of a form, its ratio times the median time of the copy, so that both say the same.
        disagreements: by the name of a form that rotates, as ``disagreement`` has it.
        rounds: how many there were.
        copies: lower and upper quartile of the copy's times. Far apart they say that something else was running.
    """

    ratios: dict[str, float]
    seconds: dict[str, float]
    disagreements: dict[str, float]
    rounds: int
    copies: tuple[float, float]


def measure(arrays: Arrays, forms: dict[str, Form]) -> Measured:
    """Check every form once, which is not timed, then time them in turns."""
    disagreements = {name: disagreement(arrays, form) for name, form in forms.items() if form.layout}
    times = seconds_in_turns({name: form.run for name, form in forms.items()})
    ratios, copy = ratios_to(times, COPY), float(np.median(times[COPY]))
    seconds = {name: ratio * copy for name, ratio in ratios.items()}
    low, high = np.quantile(times[COPY], [0.25, 0.75]).tolist()
    return Measured(ratios, seconds, disagreements, len(times[COPY]), (low, high))


def gigabytes_per_second(arrays: Arrays, form: Form, seconds: float) -> float:
    """Bytes that a form moves to and from memory in a second, in 10**9."""
    return form.moved * arrays.x.size / seconds / 1e9
