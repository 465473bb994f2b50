"""Wrong answers to rotate_blocked (lab 08): blocks.

hint: Rotate one block first: copy it into a float32 array, rotate that in place, copy it back. What changes for the next one?
hint: Positions start, start + 1, ... below start + block make a block. Which rows of the table are theirs, and how long is the
    last one when block does not divide the sequence?
hint: One scratch array for a block, made before the loop; scratch[:len(part)] fits the last block too. _strips gives what lies
    together in memory, one after another.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import _strips, rotate_blocked, rotate_in_place

Array = NDArray[Any]
Table = NDArray[np.complex64]


def _checked(x: Array, table: Table, block: int, seq_axis: int) -> None:
    """Refuse what the reference refuses, and write nothing."""
    rotate_blocked(x[:0], table, block, seq_axis=seq_axis)


def _factors(table: Table, seq_axis: int) -> Table:
    return table[:, None] if seq_axis == 1 else table


def _blocks(x: Array, table: Table, block: int, seq_axis: int) -> Iterator[tuple[Array, Table]]:
    """Each block of x with its rows of the table."""
    _checked(x, table, block, seq_axis)
    for strip in _strips(x, seq_axis):
        for start in range(0, len(strip), block):
            yield strip[start : start + block], _factors(table, seq_axis)[start : start + block]


def _turn(part: Array, factors: Table) -> None:
    copy = part.astype(np.float32, order="C")
    pairs = copy.view(np.complex64)
    pairs *= factors
    part[...] = copy


def last_block_skipped(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """the last, shorter block skipped

    met: a classic: seq // block blocks, tried with numbers that divide
    checks: its own
    hint: Call it with 11 positions and blocks of 4. Which positions have turned?
    hint: seq // block counts whole blocks only. A range with a step also reaches the rest.
    """
    for part, factors in _blocks(x, table, block, seq_axis):
        if len(part) == block:
            _turn(part, factors)
    return x


def last_block_scratch_not_cut(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """scratch not shortened for the last block

    met: a classic: tried with numbers that divide
    checks: its own
    hint: Call it with 11 positions and blocks of 4. Which shapes meet in the last block?
    hint: A slice that reaches beyond the end is shorter without a word, and the scratch array is not. Use as many of its
        rows as the block has.
    """
    scratch: Array | None = None
    for part, factors in _blocks(x, table, block, seq_axis):
        if scratch is None:
            scratch = np.empty(part.shape, np.float32)
        scratch[...] = part
        pairs = scratch.view(np.complex64)
        pairs *= factors
        part[...] = scratch
    return x


def rows_from_0_in_every_block(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """rows of the table from 0 in every block

    met: Blaizzy/mlx-vlm#1983: positions counted anew in every piece, and the offset lost
    checks: its own
    hint: Call it with blocks of 4. Which row does position 4 take?
    hint: A block begins at the position start, and so do its rows: the slice of the table is the slice of x.
    """
    for part, _ in _blocks(x, table, block, seq_axis):
        _turn(part, _factors(table, seq_axis)[: len(part)])
    return x


def rows_by_number_of_block(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """one row for a whole block

    met: jundot/omlx#2363: one position for a whole window of tokens
    checks: its own
    hint: Give equal tokens, and blocks of 4. Do the first two come out different?
    hint: Every position has its row, within a block too. Take a slice of rows, not one.
    """
    for part, factors in _blocks(x, table, block, seq_axis):
        _turn(part, factors[:1])
    return x


def number_of_blocks(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """block taken for the number of blocks

    met: a classic: np.array_split takes a number of pieces, and a block size looks like one
    checks: its own
    hint: Call it with block=1. How much memory does a call take?
    hint: Results do not tell, memory does: few blocks are large ones. block says how many positions are in one.
    """
    seq = x.shape[seq_axis]
    _checked(x, table, block, seq_axis)
    return rotate_blocked(x, table, max(1, -(-seq // block)), seq_axis=seq_axis)


def whole_array_as_scratch(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """more scratch than one block

    met: a classic: converted to float32 in one piece, and then worked on in blocks
    checks: its own
    hint: Which arrays does your code make, the unnamed ones counted, and how many positions of how many sequences do they
        hold?
    hint: A block is some positions of one sequence, for seq_axis 2 of one head. One scratch array of that size is enough:
        copy in, multiply with out=, copy back, and use it again for the next block.
    """
    _checked(x, table, block, seq_axis)
    wide = x.astype(np.float32, order="C")
    x[...] = rotate_in_place(wide, table, seq_axis=seq_axis)
    return x


def list_of_blocks(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """all rotated blocks kept until the end

    variant of: whole_array_as_scratch
    checks: its own
    """
    blocks = list(_blocks(x, table, block, seq_axis))
    copies = [part.astype(np.float32, order="C") for part, _ in blocks]
    for (part, factors), copy in zip(blocks, copies, strict=True):
        pairs = copy.view(np.complex64)
        pairs *= factors
        part[...] = copy
    return x


def blocks_of_the_whole_batch(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """blocks of all sequences

    variant of: whole_array_as_scratch
    checks: its own
    """
    _checked(x, table, block, seq_axis)
    every = (slice(None),) * seq_axis
    for start in range(0, x.shape[seq_axis], block):
        rows = slice(start, start + block)
        _turn(x[(*every, rows)], _factors(table, seq_axis)[rows])
    return x


def blocks_of_all_heads(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """blocks of all heads for seq_axis 2

    met: a classic: one definition of a block for both layouts
    checks: its own
    hint: For seq_axis 2, how many numbers has your scratch array? How many does the docstring allow?
    hint: In (batch, heads, seq, D) the same positions of two heads lie far apart. There a block is positions of one head.
    """
    if seq_axis != 2:
        return rotate_blocked(x, table, block, seq_axis=seq_axis)
    _checked(x, table, block, seq_axis)
    for sequence in x:
        for start in range(0, x.shape[2], block):
            _turn(sequence[:, start : start + block], table[start : start + block])
    return x


def temporaries_beside_the_scratch(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """a second block for the product

    variant of: whole_array_as_scratch
    checks: its own
    """
    for part, factors in _blocks(x, table, block, seq_axis):
        copy = part.astype(np.float32, order="C")
        part[...] = (copy.view(np.complex64) * factors).view(np.float32)
    return x


def blocks_overlap(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """blocks that overlap by one position

    met: a classic: the end of a slice counted in
    checks: its own
    hint: Call it with blocks of 4. How often is position 4 rotated?
    hint: start:stop ends before stop. With one more, the first position of each block after the first turns twice.
    """
    _checked(x, table, block, seq_axis)
    for strip in _strips(x, seq_axis):
        for start in range(0, len(strip), block):
            rows = slice(start, start + block + 1)
            _turn(strip[rows], _factors(table, seq_axis)[rows])
    return x


def last_position_of_blocks_left_out(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """the last position of each block left out

    met: a classic: 1 subtracted from the end of a slice, which ends before its end already
    checks: its own
    hint: Call it with blocks of 4. Does position 3 turn?
    hint: start:stop ends before stop: start + block is the right end.
    """
    for part, factors in _blocks(x, table, block, seq_axis):
        _turn(part[: block - 1], factors[: block - 1])
    return x


def first_block_only(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """returned after the first block

    met: a classic: return indented by one step too many
    checks: its own
    hint: Call it with blocks of 4. Which positions have turned?
    hint: The return belongs behind the loop.
    """
    for part, factors in _blocks(x, table, block, seq_axis):
        _turn(part, factors)
        break
    return x


def scratch_as_long_as_block_says(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """scratch for a block that is longer than the sequence

    met: a classic: a block size from a configuration, and a prompt of eleven tokens
    checks: its own
    hint: Call it with five positions and a block of a million millions.
    hint: No block is longer than the sequence. The smaller of the two is what the scratch array needs.
    """
    _checked(x, table, block, seq_axis)
    np.empty((block, *x.shape[seq_axis + 1 :]), np.float32)
    return rotate_blocked(x, table, block, seq_axis=seq_axis)
