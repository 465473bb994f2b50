"""Lab 08's functions, which are about memory, in both layouts of it, and an in-place scale, which moves as much as they do."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from rotations import INTERLEAVED, SPLIT_HALF, Array, Form, Inputs

IN_PLACE, OUT, NEW = "lab 08 rotate_in_place", "lab 08 rotate_complex, out=", "lab 08 rotate_complex, new array"
BLOCKED, HALF_BLOCKED = "lab 08 rotate_blocked", "lab 08 rotate_half_blocked"
HEADS_FIRST = ", heads first"
BLOCK = 2**17
"""Bytes of a block of ``rotate_blocked``; ``rotate_half_blocked`` chooses its own."""


def memory_forms(inputs: Inputs) -> list[Form]:
    """The scale, then (batch, seq, heads, D), then what (batch, heads, seq, D) makes different."""
    x, target, table = inputs.x, inputs.target, inputs.table
    _, _, heads, size = inputs.shape
    block = max(1, BLOCK // (x.itemsize * heads * size))

    def scale(tokens: slice) -> Callable[[], Any]:
        return partial(np.multiply, target[:, tokens], -1, out=target[:, tokens])

    def new(tokens: slice) -> Callable[[], Any]:
        return partial(inputs.speed.rotate_complex, x[:, tokens], table[tokens])

    def blocked(tokens: slice) -> Callable[[], Any]:
        return partial(inputs.speed.rotate_blocked, target[:, tokens], table[tokens], block)

    in_place, out, half = _both_layouts(inputs, 1)
    return [
        Form("in-place scale", scale),
        in_place,
        out,
        Form(NEW, new, INTERLEAVED),
        Form(BLOCKED, blocked, INTERLEAVED, prepare=partial(np.copyto, target, x)),
        half,
        *_both_layouts(inputs, 2),
    ]


def _both_layouts(inputs: Inputs, seq_axis: int) -> list[Form]:
    """In place, out of place and split-half, for x in one of the layouts of memory."""
    speed, table = inputs.speed, inputs.table
    x, target = (inputs.x, inputs.target) if seq_axis == 1 else (inputs.heads_first, inputs.heads_first_target)
    suffix = "" if seq_axis == 1 else HEADS_FIRST

    def part(array: Array, tokens: slice) -> Array:
        return array[:, tokens] if seq_axis == 1 else array[:, :, tokens]

    def in_place(tokens: slice) -> Callable[[], Any]:
        return partial(speed.rotate_in_place, part(target, tokens), table[tokens], seq_axis=seq_axis)

    def out(tokens: slice) -> Callable[[], Any]:
        arguments = (part(x, tokens), table[tokens], part(target, tokens))
        return partial(speed.rotate_complex, *arguments, seq_axis=seq_axis)

    def half(tokens: slice) -> Callable[[], Any]:
        arguments = (part(x, tokens), inputs.wide_cos[tokens], inputs.wide_sin[tokens], part(target, tokens))
        return partial(speed.rotate_half_blocked, *arguments, seq_axis=seq_axis)

    def by_token(done: Array) -> Array:
        return done.swapaxes(1, seq_axis)

    # What was not written would stay nan, and the form would be found wrong.
    empty = partial(target.fill, np.nan)
    return [
        Form(IN_PLACE + suffix, in_place, INTERLEAVED, whole=by_token, prepare=partial(np.copyto, target, x)),
        Form(OUT + suffix, out, INTERLEAVED, whole=by_token, prepare=empty),
        Form(HALF_BLOCKED + suffix, half, SPLIT_HALF, whole=by_token, prepare=empty),
    ]
