"""Wrong answers to rotate_half_blocked (lab 08): blocks, out, memory."""

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


def last_block_skipped(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """the last, shorter block skipped

    met: a classic: seq // block blocks, tried with numbers that divide
    checks: its own
    hint: Call it with 11 positions and blocks of 4. Which positions of out have been written?
    hint: seq // block counts whole blocks only. A range with a step also reaches the rest.
    """
    size = block or x.shape[seq_axis]
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        if block is None or len(source) == size:
            _turn(source, target, cos_rows, sin_rows)
    return out


def last_block_scratch_not_cut(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """scratch not shortened for the last block

    met: a classic: tried with numbers that divide
    checks: its own
    hint: Call it with 11 positions and blocks of 4. Which shapes meet in the last block?
    hint: A slice that reaches beyond the end is shorter without a word, and the scratch array is not. Use as many of its
        rows as the block has.
    """
    scratch: Reals | None = None
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        half, signed = _exchange(source, target), sin_rows.copy()
        signed[..., :half] *= -1
        target *= signed
        if scratch is None:
            scratch = np.empty(source.shape, np.float32)
        np.multiply(source, cos_rows, out=scratch)
        target += scratch
    return out


def first_block_only(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """returned after the first block

    met: a classic: return indented by one step too many
    checks: its own
    hint: Call it with blocks of 4. Which positions of out have been written?
    hint: The return belongs behind the loop.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _turn(source, target, cos_rows, sin_rows)
        break
    return out


def one_sequence_only(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """only the first sequence of the batch

    met: a classic: written and tried with a batch of one
    checks: its own
    hint: Call it with a batch of two. What is in out[1]?
    hint: You rotate x[0] alone. Every sequence has its blocks.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    rotate_half_blocked(x[:1], cos, sin, out[:1], seq_axis=seq_axis, block=block)
    return out


def one_head_only(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """only the first head for seq_axis 2

    met: a classic: two loops needed where the other layout needs one
    checks: its own
    hint: Call it with seq_axis 2 and three heads. What is in out[0, 1]?
    hint: In (batch, heads, seq, D) each head of each sequence is a strip of its own. You rotate the first head of each.
    """
    if seq_axis != 2:
        return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
    _checked(x, cos, sin, out, seq_axis, block)
    rotate_half_blocked(x[:, :1], cos, sin, out[:, :1], seq_axis=seq_axis, block=block)
    return out


def x_overwritten(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """halves exchanged in x itself

    met: a classic: x[...] = rotate_half(x), to save an array
    checks: its own
    hint: Print x before and after the call, and try a read-only x.
    hint: The caller may still need x. out has room for the exchanged halves.
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _turn(source, target, cos_rows, sin_rows)
        half = x.shape[-1] // 2
        source[...] = np.concatenate([-source[..., half:], source[..., :half]], axis=-1)
    return out


def sign_of_sin_turned_for_good(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """the caller's sin overwritten

    met: a classic: sin[..., :half] *= -1, and the next layer turns the other way
    checks: its own
    hint: Call it twice with the same tables. Are the two results the same? Try read-only tables too.
    hint: A slice of sin is a view of the caller's array. Copy the rows of a block before their sign is turned.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    half = x.shape[-1] // 2
    sin[:, :half] *= -1
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _exchange(source, target)
        target *= sin_rows
        target += source * cos_rows
    return out


def sign_of_sin_turned_and_back(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """turned back at the end

    variant of: sign_of_sin_turned_for_good
    checks: its own
    """
    _checked(x, cos, sin, out, seq_axis, block)
    half = x.shape[-1] // 2
    sin[:, :half] *= -1
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        _exchange(source, target)
        target *= sin_rows
        target += source * cos_rows
    sin[:, :half] *= -1
    return out


def out_left_alone(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """out not written to

    met: a classic: out = ... gives the name to another array, and the caller's keeps what it held
    checks: its own
    hint: Print out before and after the call, and whether the result is out.
    hint: An assignment to a name changes no array. Write into slices of out.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    return rotate_half_blocked(x, cos, sin, np.empty(x.shape, np.float32), seq_axis=seq_axis, block=block)


def another_object_returned(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """something else than out returned

    met: a classic: the last block, or nothing at all
    checks: its own
    hint: Is the result out: rotate_half_blocked(x, cos, sin, out) is out?
    hint: The right numbers are in out, but what you return is another object. Return out itself, as NumPy's functions do.
    """
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)[:]


def nothing_returned(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> None:
    """nothing returned

    variant of: another_object_returned
    checks: its own
    """
    rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def lost_in_a_copy(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """result lost where out is not contiguous

    met: a classic: reshape and np.ascontiguousarray copy what has gaps
    checks: its own
    hint: Pass an out with gaps, every second head of a wider array, and print it afterwards.
    hint: reshape returns a copy where memory has gaps, and the result stays there. Slices of out are views, whatever its
        strides.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    rotate_half_blocked(x, cos, sin, np.ascontiguousarray(out), seq_axis=seq_axis, block=block)
    return out
