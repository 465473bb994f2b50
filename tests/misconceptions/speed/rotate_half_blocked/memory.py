"""Wrong answers to rotate_half_blocked (lab 08): memory."""

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


def whole_arrays_as_scratch(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """more scratch than one block

    met: Hugging Face's apply_rotary_pos_emb: three intermediate arrays, and most of the time goes into fresh memory
    checks: its own
    hint: Which arrays does your code make, the unnamed ones counted, and how many positions of how many sequences do they hold?
    hint: A block is some positions of one sequence, for seq_axis 2 of one head. One scratch array of that size is enough: out
        holds the exchanged halves and their product with sin, the scratch x times cos.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    if seq_axis == 1:
        cos, sin = cos[:, None], sin[:, None]
    half = x.shape[-1] // 2
    out[...] = x * cos + np.concatenate([-x[..., half:], x[..., :half]], axis=-1) * sin
    return out


def one_large_scratch(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """one scratch array as large as x

    variant of: whole_arrays_as_scratch
    checks: its own
    """
    _checked(x, cos, sin, out, seq_axis, block)
    turned = np.empty(x.shape, np.float32)
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, turned, seq_axis, block):
        _turn(source, target, cos_rows, sin_rows)
    out[...] = turned
    return out


def several_blocks_of_scratch(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """several arrays as large as a block

    variant of: whole_arrays_as_scratch
    checks: its own
    """
    for source, target, cos_rows, sin_rows in _blocks(x, cos, sin, out, seq_axis, block):
        half = x.shape[-1] // 2
        turned = np.concatenate([-source[..., half:], source[..., :half]], axis=-1)
        target[...] = source * cos_rows + turned * sin_rows
    return out


def no_block_means_one_block(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """None taken for one block of all positions

    met: a classic: a default that switches the limit off
    checks: its own
    hint: Call it without block, and measure the memory.
    hint: None stands for as many positions as take 128 KiB: a block that fits the cache, whatever heads and D are.
    """
    block = x.shape[seq_axis] or 1 if block is None else block
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def blocks_of_the_whole_batch(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """blocks of all sequences

    variant of: whole_arrays_as_scratch
    checks: its own
    """
    _checked(x, cos, sin, out, seq_axis, block)
    size = block or max(1, 2**17 // (4 * int(np.prod(x.shape[seq_axis + 1 :]))))
    every, wide = (slice(None),) * seq_axis, (slice(None), None) if seq_axis == 1 else (slice(None),)
    for start in range(0, len(cos), size):
        rows = slice(start, start + size)
        _turn(x[(*every, rows)], out[(*every, rows)], cos[rows][wide], sin[rows][wide])
    return out


def blocks_of_all_heads(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """blocks of all heads for seq_axis 2

    met: a classic: one definition of a block for both layouts
    checks: its own
    hint: For seq_axis 2, how many numbers has your scratch array? How many does the docstring allow?
    hint: In (batch, heads, seq, D) the same positions of two heads lie far apart. There a block is positions of one head.
    """
    if seq_axis != 2:
        return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
    _checked(x, cos, sin, out, seq_axis, block)
    size = block or max(1, 2**17 // (4 * x.shape[3]))
    for source, target in zip(x, out, strict=True):
        for start in range(0, len(cos), size):
            rows = slice(start, start + size)
            _turn(source[:, rows], target[:, rows], cos[rows], sin[rows])
    return out


def scratch_as_long_as_block_says(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """scratch for a block that is longer than the sequence

    met: a classic: a block size from a configuration, and a prompt of eleven tokens
    checks: its own
    hint: Call it with five positions and a block of a million millions.
    hint: No block is longer than the sequence. The smaller of the two is what the scratch array needs.
    """
    _checked(x, cos, sin, out, seq_axis, block)
    np.empty((block or 1, *x.shape[seq_axis + 1 :]), np.float32)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def default_block_of_0(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """default block of 0 for many or long heads

    met: a classic: a quotient rounded down, and nobody tried a large model
    checks: its own
    hint: Call it without block for 300 heads of 128 features. How many positions take 128 KiB then?
    hint: Where one position takes more than 128 KiB the quotient is 0. The docstring asks for at least 1.
    """
    if block is None:
        block = 2**17 // max(1, 4 * int(np.prod(x.shape[seq_axis + 1 :])))
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
