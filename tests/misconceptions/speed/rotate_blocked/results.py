"""Wrong answers to rotate_blocked (lab 08): what becomes of x."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import _strips, rotate_blocked

Array = NDArray[Any]
Table = NDArray[np.complex64]


def _checked(x: Array, table: Table, block: int, seq_axis: int) -> None:
    """Refuse what the reference refuses, and write nothing."""
    rotate_blocked(x[:0], table, block, seq_axis=seq_axis)


def computed_in_half_precision(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """float16 computed in float16

    met: a classic: rounding after every product and every sum, for want of one conversion
    checks: its own
    hint: What is the dtype of each product in your loop for a float16 x?
    hint: Three roundings in place of one. Copy the block into float32 first and round when it goes back.
    """
    _checked(x, table, block, seq_axis)
    cos, sin = table.real.astype(x.dtype), table.imag.astype(x.dtype)
    if seq_axis == 1:
        cos, sin = cos[:, None], sin[:, None]
    for strip in _strips(x, seq_axis):
        for start in range(0, len(strip), block):
            rows = slice(start, start + block)
            even, odd = strip[rows][..., 0::2].copy(), strip[rows][..., 1::2].copy()
            strip[rows][..., 0::2] = even * cos[rows] - odd * sin[rows]
            strip[rows][..., 1::2] = even * sin[rows] + odd * cos[rows]
    return x


def table_in_half_precision(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """the table rounded to the dtype of x

    met: huggingface/transformers#29285, vllm-project/vllm#863: tables in the dtype of the model
    checks: its own
    hint: Which dtype has the table when it meets a float16 block?
    hint: The table stays as it is; x is brought to float32, not the table to float16.
    """
    rounded = table.view(np.float32).astype(x.dtype).astype(np.float32).view(np.complex64)
    return rotate_blocked(x, rounded if table.dtype == np.complex64 else table, block, seq_axis=seq_axis)


def half_precision_read_as_complex(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """float16 memory read as complex64

    met: a classic: torch's view_as_complex checks the dtype, NumPy's view does not
    checks: its own
    hint: Print the shape of a float16 block viewed as complex64.
    hint: The view takes four float16 features for one number, without a word. Convert the block to float32 before it is
        viewed.
    """
    _checked(x, table, block, seq_axis)
    if x.dtype == np.float32:
        return rotate_blocked(x, table, block, seq_axis=seq_axis)
    for strip in _strips(x, seq_axis):
        for start in range(0, len(strip), block):
            part = strip[start : start + block]
            with np.errstate(all="ignore"):
                pairs = np.ascontiguousarray(part[..., : x.shape[-1] // 4 * 4]).view(np.complex64)
                rows = table[start : start + block, : pairs.shape[-1]]
                turned = (pairs * (rows[:, None] if seq_axis == 1 else rows)).astype(np.complex64)
            part[..., : x.shape[-1] // 4 * 4] = turned.view(np.float16)
    return x


def new_array_returned(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """x left as it was, a new array returned

    met: a classic: the float32 copy rotated, and handed back as it is
    checks: its own
    hint: Print x before and after the call, and whether the result is x.
    hint: What is rotated in a copy has to go back into the part of x that it came from, for every block.
    """
    _checked(x, table, block, seq_axis)
    return rotate_blocked(x.copy(), table, block, seq_axis=seq_axis)


def float32_returned(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """a float32 array returned

    variant of: new_array_returned
    checks: its own
    """
    _checked(x, table, block, seq_axis)
    return rotate_blocked(x.astype(np.float32), table, block, seq_axis=seq_axis)


def scratch_not_copied_back(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """rotated blocks not copied back

    met: a classic: part = copy gives the name to another array
    checks: its own
    hint: Print x before and after the call.
    hint: An assignment to a name changes no array. One to all items of a view, view[...], writes into the memory of x.
    """
    _checked(x, table, block, seq_axis)
    rotate_blocked(x.copy(), table, block, seq_axis=seq_axis)
    return x


def another_object_returned(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """something else than x returned

    met: a classic: the last block, or nothing at all
    checks: its own
    hint: Is the result x: rotate_blocked(x, table, 4) is x?
    hint: x has been rotated, but what you return is another object. Return x itself.
    """
    return rotate_blocked(x, table, block, seq_axis=seq_axis)[:]


def nothing_returned(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> None:
    """nothing returned, as list.sort does

    variant of: another_object_returned
    checks: its own
    """
    rotate_blocked(x, table, block, seq_axis=seq_axis)


def last_block_returned(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """the last block returned

    variant of: another_object_returned
    checks: its own
    """
    return _strips(rotate_blocked(x, table, block, seq_axis=seq_axis), seq_axis)[-1][-block:]


def lost_in_a_reshape(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """result lost where x is not contiguous

    met: a classic: reshape and np.ascontiguousarray copy what has gaps
    checks: its own
    hint: Pass every second feature of a wider array, and print it afterwards.
    hint: reshape returns a copy where memory has gaps, and the result stays there. Slices of x are views, whatever its
        strides.
    """
    _checked(x, table, block, seq_axis)
    rotate_blocked(np.ascontiguousarray(x), table, block, seq_axis=seq_axis)
    return x


def one_sequence_only(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """only the first sequence of the batch

    met: a classic: written and tried with a batch of one
    checks: its own
    hint: Call it with a batch of two. What has become of x[1]?
    hint: You rotate x[0] alone. Every sequence has its blocks.
    """
    _checked(x, table, block, seq_axis)
    rotate_blocked(x[:1], table, block, seq_axis=seq_axis)
    return x


def one_head_only(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """only the first head for seq_axis 2

    met: a classic: two loops needed where the other layout needs one
    checks: its own
    hint: Call it with seq_axis 2 and three heads. What has become of x[0, 1]?
    hint: In (batch, heads, seq, D) each head of each sequence is a strip of its own. You rotate the first head of each.
    """
    if seq_axis != 2:
        return rotate_blocked(x, table, block, seq_axis=seq_axis)
    _checked(x, table, block, seq_axis)
    rotate_blocked(x[:, :1], table, block, seq_axis=seq_axis)
    return x


def conjugate(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """multiplied by the conjugate

    met: karpathy/nanochat#489: the other direction gives the same scores, and breaks only against foreign weights
    checks: its own
    hint: Rotate a pair (1, 0) by a small positive angle. Is its second feature positive?
    hint: The product with cos - i sin turns clockwise. The table is multiplied as it is.
    """
    return rotate_blocked(x, table.conj(), block, seq_axis=seq_axis)


def turned_twice(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """rotated twice

    met: labmlai/annotated_deep_learning_paper_implementations#251: a rotation called once more than it should be
    checks: its own
    hint: Rotate (1, 0) by a right angle. Where is it?
    hint: In place, every pass over x counts: a loop inside another one rotates again what has been rotated.
    """
    return rotate_blocked(rotate_blocked(x, table, block, seq_axis=seq_axis), table, block, seq_axis=seq_axis)


def sequence_always_at_axis_1(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """seq_axis ignored

    met: a classic: one layout is tried, (batch, seq, heads, D), and its axis is written into the code
    checks: its own
    hint: Call it with x of shape (2, 3, 5, 8) and seq_axis 2. Where is seq_axis used in your code?
    hint: You cut blocks along axis 1. With (batch, heads, seq, D) that axis counts heads.
    """
    _checked(x, table, block, seq_axis)
    for sequence in x:
        for start in range(0, len(sequence), block):
            part = sequence[start : start + block]
            copy = part.astype(np.float32, order="C")
            pairs = copy.view(np.complex64)
            pairs *= table[start : start + block, None]
            part[...] = copy
    return x


def table_by_head(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """rows of the table along the heads

    met: xformers#841, open_lm#4: the rotation runs along the head axis, and the model learns no positions
    checks: its own
    hint: Print the shapes of a block and of its rows one below the other, from the right. Which axes of theirs meet?
    hint: A block of seq_axis 1 is (positions, heads, D): its rows need an axis of length 1 behind the positions.
    """
    _checked(x, table, block, seq_axis)
    for strip in _strips(x, seq_axis):
        for start in range(0, len(strip), block):
            part = strip[start : start + block]
            copy = part.astype(np.float32, order="C")
            pairs = copy.view(np.complex64)
            pairs *= table[: copy.shape[-2]] if seq_axis == 1 else table[start : start + block]
            part[...] = copy
    return x


def split_half_pairs(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """split-half pairs

    met: TinyLlama#24 and ggml-org/llama.cpp#3018: weights for one layout, code for the other
    checks: its own
    hint: Which two features does the first complex number hold?
    hint: You take the first half of the features for the real parts and the second for the imaginary ones. Here the two
        features of a pair are neighbours.
    """
    _checked(x, table, block, seq_axis)
    order = np.arange(x.shape[-1]).reshape(2, -1).T.ravel()
    woven = np.ascontiguousarray(x[..., order])
    x[..., order] = rotate_blocked(woven, table, block, seq_axis=seq_axis)
    return x
