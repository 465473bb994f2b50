"""The NumPy forms that are compared: the reference's functions, and copies of the same array, which are the limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.implementation import Implementation, course_files
from labkit.labs import Course

Array = NDArray[Any]
INTERLEAVED, SPLIT_HALF = "interleaved", "split-half"
COPY = "copy"
TABLE_COPY = "copy of the complex64 table"


class Threads(Enum):
    """What two threads are for a form."""

    HALVES = "a pool rotates two halves of the sequence; the two results are not put together"
    OWN = "the library divides the work itself"
    NONE = "the function offers nothing to divide"


@dataclass(frozen=True)
class Form:
    """One way to rotate, or to build tables.

    Attributes:
        name: what it is called in print.
        run: does the work for the tokens it is given; unless ``threads`` is HALVES these are always all.
        layout: INTERLEAVED or SPLIT_HALF for what rotates x; otherwise empty.
        threads: what two threads are here.
        whole: one array of x's shape from what ``run`` returned for all tokens; this is not timed.
    """

    name: str
    run: Callable[[slice], Any]
    layout: str = ""
    threads: Threads = Threads.HALVES
    whole: Callable[[Any], Array] = np.asarray


class Inputs:
    """An array of one shape with the tables of all forms, and the reference.

    Args:
        course: whose solutions are loaded.
        shape: (batch, seq, heads, D).
    """

    def __init__(self, course: Course, shape: Sequence[int]) -> None:
        code = Implementation(course_files(course, "solutions"), course.root)
        self.cache, self.forward, self.relative, self.rotation, self.attention = (
            code.load(name) for name in ("cache", "forward", "relative", "rotation", "attention")
        )
        self.shape = shape
        _, self.seq, _, self.size = shape
        self.tokens = slice(0, self.seq)
        self.x = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
        self.target = np.zeros_like(self.x) + 1  # zeros alone have no memory behind them yet
        self.cos, self.sin = (table.astype(np.float32) for table in self.cache.precompute_rope(self.seq, self.size))
        self.wide_cos, self.wide_sin = self.forward.RotaryEmbedding(self.size, self.seq).forward(self.x, self.seq)
        self.freqs_cis: NDArray[np.complex64] = self.cache.precompute_freqs_cis(self.size, self.seq)
        self.table_target = np.zeros_like(self.freqs_cis) + 1
        self.position_ids = np.arange(self.seq)


def numpy_forms(inputs: Inputs) -> list[Form]:
    """The reference, form by form, and the copies; the first is the one that all are compared with."""
    x, target = inputs.x, inputs.target

    def split_half(tokens: slice) -> Any:
        part = x[:, tokens]  # keys without heads: one array is rotated
        cos, sin = inputs.wide_cos[tokens], inputs.wide_sin[tokens]
        return inputs.forward.apply_rotary_pos_emb(part, part[:, :, :0], cos, sin, unsqueeze_dim=2)[0]

    def head_by_head(tokens: slice) -> Any:  # the function takes one head of q and one of k: here two of x
        heads = [x[batch, tokens, head] for batch in range(x.shape[0]) for head in range(x.shape[2])]
        cos, sin = inputs.cos[tokens], inputs.sin[tokens]
        pairs = zip(heads[0::2], heads[1::2], strict=True)
        return [inputs.relative.apply_rope(even, odd, cos, sin) for even, odd in pairs]

    def viewed(tokens: slice) -> Any:
        return (x[:, tokens].view(np.complex64) * inputs.freqs_cis[tokens, None]).view(np.float32)

    def by_complex(tokens: slice) -> Any:
        return inputs.rotation.apply_rotary_pos_emb_complex(x[:, tokens], inputs.freqs_cis[tokens])

    def from_positions(tokens: slice) -> Any:
        return inputs.attention.apply_rotary_pos_emb(x[:, tokens], inputs.position_ids[tokens])

    return [
        Form(COPY, lambda tokens: np.copyto(target[:, tokens], x[:, tokens])),
        Form("copy into a new array", lambda tokens: x[:, tokens].copy()),
        Form("one product, x viewed as complex64", viewed, INTERLEAVED),
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
    return [
        Form(TABLE_COPY, lambda tokens: np.copyto(target[tokens], table[tokens])),
        Form(
            "lab 02 precompute_rope, float64", lambda _: inputs.cache.precompute_rope(seq, size), threads=Threads.NONE
        ),
        Form(
            "lab 02 precompute_freqs_cis", lambda _: inputs.cache.precompute_freqs_cis(size, seq), threads=Threads.NONE
        ),
    ]


def disagreement(inputs: Inputs, form: Form) -> float:
    """How far a form is from a rotation in float64, as a multiple of what float32 allows; above 1 something is wrong.

    The bound for a cos - b sin, with u half a unit in the last place of 1: tables, products and sum round once each, so it
    is off by at most 3 u (|a| + |b|), and terms in u squared.
    """
    some = slice(0, None, max(1, inputs.seq // 32))
    x = inputs.x[:, some].astype(np.float64)
    done = form.whole(form.run(inputs.tokens))[:, some]
    half = inputs.size // 2
    first, second = (
        (slice(0, None, 2), slice(1, None, 2)) if form.layout == INTERLEAVED else (slice(half), slice(half, None))
    )
    cos, sin = (table[some, None] for table in inputs.cache.precompute_rope(inputs.seq, inputs.size))
    a, b = x[..., first], x[..., second]
    bound = 3.001 * np.finfo(np.float32).epsneg * (np.abs(a) + np.abs(b))
    errors = (np.abs(done[..., first] - (a * cos - b * sin)), np.abs(done[..., second] - (a * sin + b * cos)))
    return float(max(np.max(error / bound) for error in errors))
