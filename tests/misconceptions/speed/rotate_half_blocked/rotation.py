"""Wrong answers to rotate_half_blocked (lab 08): halves, signs and rows.

hint: Rotate one vector of four features on paper: x * cos + rotate_half(x) * sin. Which two features meet in each sum?
hint: out can hold an intermediate result: the halves of x, exchanged, then times sin. What has to be negative there?
hint: Four sweeps over a block that stays in the cache: exchange into out, times sin with the sign of its first half turned, x
    times cos into a scratch array, the sum. The sign goes into a copy of the rows of sin.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import _strips, rotate_half_blocked

Reals = NDArray[np.float32]
Size = int | None
Block = tuple[Reals, Reals, Reals, Reals]


def _checked(x: Reals, cos: Reals, sin: Reals, out: Reals, seq_axis: int, block: Size) -> None:
    """Refuse what the reference refuses, and write nothing."""
    if np.shares_memory(x, out):
        raise ValueError("out shares memory with x")
    fitting = out[:0] if out.shape == x.shape else out
    rotate_half_blocked(x[:0], cos, sin, fitting, seq_axis=seq_axis, block=block)


def _blocks(x: Reals, cos: Reals, sin: Reals, out: Reals, seq_axis: int, block: Size) -> Iterator[Block]:
    """Each block of x and of out with its rows of the tables."""
    _checked(x, cos, sin, out, seq_axis, block)
    size = block or max(1, 2**17 // (4 * int(np.prod(x.shape[seq_axis + 1 :]))))
    if seq_axis == 1:
        cos, sin = cos[:, None], sin[:, None]
    for source, target in zip(_strips(x, seq_axis), _strips(out, seq_axis), strict=True):
        for start in range(0, len(cos), size):
            rows = slice(start, start + size)
            yield source[rows], target[rows], cos[rows], sin[rows]


def _exchange(source: Reals, target: Reals) -> int:
    """The halves of source into target, exchanged; returns the length of one."""
    half: int = source.shape[-1] // 2
    target[..., :half], target[..., half:] = source[..., half:], source[..., :half]
    return half


def _turn(source: Reals, target: Reals, cos: Reals, sin: Reals) -> None:
    signed = sin.copy()
    signed[..., : _exchange(source, target)] *= -1
    target *= signed
    target += source * cos


def sign_on_the_second_half(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """minus at the second half

    met: a classic: it turns the other way, so that scores agree and only foreign weights show it
    checks: its own
    hint: Rotate (1, 0, 0, 0) by a small positive angle. Is feature 2 of the result positive?
    hint: rotate_half puts the negative second half first. Your minus stands at the half that comes from the first one.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        half, signed = _exchange(source, target), sin_rows.copy()
        signed[..., half:] *= -1
        target *= signed
        target += source * cos_rows
    return out


def no_sign(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """no minus anywhere

    met: a classic: halves exchanged without the sign, as a swap does it
    checks: its own
    hint: Do the lengths of the pairs stay the same?
    hint: A rotation needs one minus: the second half goes to the front with its sign turned.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _exchange(source, target)
        target *= sin_rows
        target += source * cos_rows
    return out


def sign_on_both_halves(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """minus at both halves

    met: a classic: the whole of the exchanged array negated
    checks: its own
    hint: Do the lengths of the pairs stay the same?
    hint: One half keeps its sign: the first one, which goes to the back.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _exchange(source, target)
        target *= sin_rows
        np.subtract(source * cos_rows, target, out=target)
    return out


def halves_not_exchanged(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """halves not exchanged

    met: a classic: the sign remembered, and the exchange forgotten
    checks: its own
    hint: Does feature 0 of the result depend on feature D/2 of x?
    hint: A pair is feature i and feature i + D/2. Each has to meet the other's sine.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        signed = sin_rows.copy()
        signed[..., : x.shape[-1] // 2] *= -1
        target[...] = source
        target *= signed
        target += source * cos_rows
    return out


def interleaved_pairs(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """interleaved pairs

    met: TinyLlama#24 and ggml-org/llama.cpp#3018: weights for one layout, code for the other
    checks: its own
    hint: Which feature does feature 0 of the result depend on, beside feature 0?
    hint: You exchange neighbours, as the other functions of this lab do. Here the partner of feature i is i + D/2.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        signed = sin_rows.copy()
        signed[..., 0::2] *= -1
        target[..., 0::2], target[..., 1::2] = source[..., 1::2], source[..., 0::2]
        target *= signed
        target += source * cos_rows
    return out


def cosine_and_sine_exchanged(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """cosine and sine exchanged

    met: a classic: two arrays of the same shape, used in the other order
    checks: its own
    hint: Rotate by the angle 0. Is the result x?
    hint: x itself meets the cosine, and the exchanged halves meet the sine.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _turn(source, target, sin_rows, cos_rows)
    return out


def new_first_half_used(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """new first half used for the second

    met: a classic: two assignments, and the second reads what the first has written
    checks: its own
    hint: Your second half is made of which numbers: those of x, or those of out?
    hint: out holds the rotated first half by then. Both halves of the result are made of the old features, those of x.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        half = x.shape[-1] // 2
        _turn(source, target, cos_rows, sin_rows)
        target[..., half:] = target[..., :half]
        target[..., half:] *= sin_rows[..., half:]
        target[..., half:] += source[..., half:] * cos_rows[..., half:]
    return out


def halves_overwritten_in_out(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """the same half on both sides

    met: a classic: out[first], out[second] = out[second], out[first]: both sides are views
    checks: its own
    hint: Print out after you have exchanged its halves.
    hint: Exchanging two views copies one half over the other, and then that back. Take the halves from x.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        half, signed = x.shape[-1] // 2, sin_rows.copy()
        signed[..., :half] *= -1
        target[..., :half] = source[..., half:]
        target[..., half:] = target[..., :half]
        target *= signed
        target += source * cos_rows
    return out


def added_to_out(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """added to what out held

    met: a classic: += in a loop that was written for an array of zeros
    checks: its own
    hint: Fill out with sevens before the call. Does the result depend on them?
    hint: out is where the result goes, whatever it held before. The first sweep over it assigns.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        turned = np.empty_like(source)
        _turn(source, turned, cos_rows, sin_rows)
        target += turned
    return out


def rows_from_0_in_every_block(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """rows of the tables from 0 in every block

    met: Blaizzy/mlx-vlm#1983: positions counted anew in every piece, and the offset lost
    checks: its own
    hint: Call it with blocks of 4. Which row does position 4 take?
    hint: A block begins at the position start, and so do its rows: the slices of cos and sin are the slice of x.
    """
    wide = (slice(None), None) if seq_axis == 1 else (slice(None),)
    for source, target, _, _ in _blocks(x, cos, sin, out, seq_axis, block):
        _turn(source, target, cos[: len(source)][wide], sin[: len(source)][wide])
    return out


def one_row_for_a_block(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """one row for a whole block

    met: jundot/omlx#2363: one position for a whole window of tokens
    checks: its own
    hint: Give equal tokens, and blocks of 4. Do the first two come out different?
    hint: Every position has its row, within a block too. Take slices of rows, not one.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _turn(source, target, cos_rows[:1], sin_rows[:1])
    return out


def sign_turned_for_each_sequence(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """sign of sin turned again for each sequence

    met: a classic: *= -1 inside the loop over the batch, and the sign is right for every other sequence
    checks: its own
    hint: Call it with a batch of three. Which of them are right?
    hint: *= changes the rows for all that come after. Turn the sign once for a block, before the loop over what uses it.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    size = block or x.shape[seq_axis]
    wide = (slice(None), None) if seq_axis == 1 else (slice(None),)
    for start in range(0, x.shape[seq_axis], size):
        rows = slice(start, start + size)
        signed = sin[rows][wide].copy()
        for source, target in zip(_strips(x, seq_axis), _strips(out, seq_axis), strict=True):
            signed[..., : _exchange(source[rows], target[rows])] *= -1
            turned = target[rows]
            turned *= signed
            turned += source[rows] * cos[rows][wide]
    return out


def sequence_always_at_axis_1(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """seq_axis ignored

    met: a classic: one layout is tried, (batch, seq, heads, D), and its axis is written into the code
    checks: its own
    hint: Call it with x of shape (2, 3, 5, 8) and seq_axis 2. Where is seq_axis used in your code?
    hint: You cut blocks along axis 1. With (batch, heads, seq, D) that axis counts heads.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    if x.shape[1] != len(cos):
        raise IndexError("operands could not be broadcast together")
    return rotate_half_blocked(x, cos, sin, out, seq_axis=1, block=block)


def rows_along_the_heads(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """rows of the tables along the heads

    met: xformers#841, open_lm#4: the rotation runs along the head axis, and the model learns no positions
    checks: its own
    hint: Print the shapes of a block and of its rows one below the other, from the right. Which axes of theirs meet?
    hint: A block of seq_axis 1 is (positions, heads, D): its rows need an axis of length 1 behind the positions.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        if seq_axis == 1:
            _turn(source, target, cos[: source.shape[1]], sin[: source.shape[1]])
        else:
            _turn(source, target, cos_rows, sin_rows)
    return out
