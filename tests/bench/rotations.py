"""What is compared: copies of an array, which are the limit, and how labs 02 to 06 rotate it and build tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.implementation import Implementation, course_files
from labkit.labs import Course

Array = NDArray[Any]
INTERLEAVED, SPLIT_HALF = "interleaved", "split-half"
COPY = "copy"
TABLE_COPY = "copy of the complex64 table"
HUGGING_FACE = "torch, Hugging Face's formula"
FIRST = 1000
"""The position of the first token: at 0 nothing would turn."""


class Threads(Enum):
    """What two threads are for a form."""

    HALVES = "a pool rotates two halves of the sequence; the two results are not put together"
    OWN = "the library divides the work itself"
    NONE = "the function offers nothing to divide"


def nothing() -> None:
    """What has to be done before most forms are tried."""


@dataclass(frozen=True)
class Form:
    """One way to rotate, or to build tables.

    Attributes:
        name: what it is called in print.
        on: the work on the tokens it is given, ready to be called and timed; unless ``threads`` is HALVES these are always
            all.
        layout: INTERLEAVED or SPLIT_HALF for what rotates x; otherwise empty.
        threads: what two threads are here.
        whole: one array of x's shape from what a call on all tokens returned; this is not timed.
        prepare: puts into the target what the form needs to be tried: x for what works in place. While it is timed such a
            form turns on and on, which keeps the length of each pair.
    """

    name: str
    on: Callable[[slice], Callable[[], Any]]
    layout: str = ""
    threads: Threads = Threads.HALVES
    whole: Callable[[Any], Array] = np.asarray
    prepare: Callable[[], None] = nothing


class Inputs:
    """An array of one shape with the tables of all forms, and the reference.

    Attributes:
        x: float32, what is rotated.
        target: of the same shape, where results go that are given a place; forms that work in place work here.
        heads_first, heads_first_target: the same two as (batch, heads, seq, D).

    Args:
        course: whose solutions are loaded.
        shape: (batch, seq, heads, D).
    """

    def __init__(self, course: Course, shape: Sequence[int]) -> None:
        code = Implementation(course_files(course, "solutions"), course.root)
        names = ("frequencies", "cache", "forward", "relative", "rotation", "attention", "speed")
        modules = {name: code.load(name) for name in names}
        self.cache, self.forward, self.relative = modules["cache"], modules["forward"], modules["relative"]
        self.rotation, self.attention, self.speed = modules["rotation"], modules["attention"], modules["speed"]
        self.shape = shape
        _, self.seq, _, self.size = shape
        end = FIRST + self.seq
        self.tokens = slice(0, self.seq)
        self.x = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
        self.target = np.zeros_like(self.x) + 1  # zeros alone have no memory behind them yet
        self.heads_first = self.x.swapaxes(1, 2).copy()
        self.heads_first_target = np.zeros_like(self.heads_first) + 1
        self.position_ids = np.arange(FIRST, end)
        self.exact = [table[FIRST:] for table in self.cache.precompute_rope(end, self.size)]
        self.cos, self.sin = (table.astype(np.float32) for table in self.exact)
        wide = self.forward.RotaryEmbedding(self.size, end).forward(self.x, end)
        self.wide_cos, self.wide_sin = (table[FIRST:] for table in wide)
        self.freqs_cis: NDArray[np.complex64] = self.cache.precompute_freqs_cis(self.size, end)[FIRST:]
        self.inv_freq = modules["frequencies"].rope_frequencies(self.size)
        self.table: NDArray[np.complex64] = self.speed.rotation_table(self.position_ids, self.inv_freq)
        self.table_target = np.zeros_like(self.freqs_cis) + 1


def copies(inputs: Inputs) -> list[Form]:
    """What all others are compared with; the first is the limit."""
    x, target = inputs.x, inputs.target
    return [
        Form(COPY, lambda tokens: partial(np.copyto, target[:, tokens], x[:, tokens])),
        Form("copy into a new array", lambda tokens: x[:, tokens].copy),
    ]


def numpy_forms(inputs: Inputs) -> list[Form]:
    """The functions of labs 03 to 06."""
    x = inputs.x

    def split_half(tokens: slice) -> Callable[[], Any]:
        part = x[:, tokens]  # keys without heads: one array is rotated
        arguments = (part, part[:, :, :0], inputs.wide_cos[tokens], inputs.wide_sin[tokens])
        return lambda: inputs.forward.apply_rotary_pos_emb(*arguments, unsqueeze_dim=2)[0]

    def head_by_head(
        tokens: slice,
    ) -> Callable[[], Any]:  # the function takes one head of q and one of k: here two of x
        heads = [x[batch, tokens, head] for batch in range(x.shape[0]) for head in range(x.shape[2])]
        cos, sin = inputs.cos[tokens], inputs.sin[tokens]
        pairs = list(zip(heads[0::2], heads[1::2], strict=True))
        return lambda: [inputs.relative.apply_rope(even, odd, cos, sin) for even, odd in pairs]

    def by_complex(tokens: slice) -> Callable[[], Any]:
        return partial(inputs.rotation.apply_rotary_pos_emb_complex, x[:, tokens], inputs.freqs_cis[tokens])

    def from_positions(tokens: slice) -> Callable[[], Any]:
        return partial(inputs.attention.apply_rotary_pos_emb, x[:, tokens], inputs.position_ids[tokens])

    return [
        Form("lab 03 apply_rotary_pos_emb", split_half, SPLIT_HALF),
        Form("lab 04 apply_rope, head by head", head_by_head, INTERLEAVED, whole=lambda done: _heads(done, x.shape)),
        Form("lab 05 apply_rotary_pos_emb_complex", by_complex, INTERLEAVED),
        Form("lab 06 apply_rotary_pos_emb", from_positions, INTERLEAVED),
    ]


def _heads(pairs: list[tuple[Array, Array]], shape: tuple[int, ...]) -> Array:
    heads = np.stack([head for pair in pairs for head in pair])
    return heads.reshape(shape[0], shape[2], shape[1], shape[3]).swapaxes(1, 2)


def numpy_tables(inputs: Inputs) -> list[Form]:
    """How the reference builds tables, after a copy of one."""
    size, seq, table, target = inputs.size, inputs.seq, inputs.freqs_cis, inputs.table_target
    cache, speed = inputs.cache, inputs.speed
    return [
        Form(TABLE_COPY, lambda tokens: partial(np.copyto, target[tokens], table[tokens])),
        Form(
            "lab 02 precompute_rope, float64", lambda _: partial(cache.precompute_rope, seq, size), threads=Threads.NONE
        ),
        Form(
            "lab 02 precompute_freqs_cis",
            lambda _: partial(cache.precompute_freqs_cis, size, seq),
            threads=Threads.NONE,
        ),
        Form(
            "lab 08 rotation_table",
            lambda tokens: partial(speed.rotation_table, inputs.position_ids[tokens], inputs.inv_freq),
        ),
    ]


def disagreement(inputs: Inputs, form: Form) -> float:
    """How far a form is from a rotation in float64, as a multiple of what float32 allows; above 1 something is wrong.

    The bound for a cos - b sin, with u half a unit in the last place of 1: tables, products and sum round once each, so it
    is off by at most 3 u (|a| + |b|), and terms in u squared.
    """
    some = slice(0, None, max(1, inputs.seq // 32))
    x = inputs.x[:, some].astype(np.float64)
    form.prepare()
    done = form.whole(form.on(inputs.tokens)())[:, some]
    half = inputs.size // 2
    first, second = (
        (slice(0, None, 2), slice(1, None, 2)) if form.layout == INTERLEAVED else (slice(half), slice(half, None))
    )
    cos, sin = (table[some, None] for table in inputs.exact)
    a, b = x[..., first], x[..., second]
    bound = 3.001 * np.finfo(np.float32).epsneg * (np.abs(a) + np.abs(b))
    errors = (np.abs(done[..., first] - (a * cos - b * sin)), np.abs(done[..., second] - (a * sin + b * cos)))
    return float(max(np.max(error / bound) for error in errors))
