"""Wrong answers to rotate_in_place (lab 08): what becomes of x.

hint: Write x and the view that complex_pairs gives of it side by side: what is written into the view is in x.
hint: Which of these changes an array, and which a name only: x = x * 2, x *= 2, x[...] = x * 2, np.multiply(x, 2, out=x)? And
    which of them makes no array on the way?
hint: np.multiply(pairs, factors, out=pairs), then return x. Before it: is x writeable, and does the table fit?
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import complex_pairs, rotate_complex, rotate_in_place

Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


def _factors(table: Table, seq_axis: int) -> Table:
    return table[:, None] if seq_axis == 1 else table


def _checked(x: Reals, table: Table, seq_axis: int) -> None:
    """Refuse what the reference refuses, and write nothing."""
    rotate_in_place(x[:0], table, seq_axis=seq_axis)


def new_array_returned(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """x left as it was, a new array returned

    met: a classic: x = x * ... gives the name to a new array, and the caller's x is what it was
    checks: its own
    hint: Print x before and after the call, and whether the result is x.
    hint: An assignment to a name changes no array. In place means writing into the memory of x: with *=, or with out=.
    """
    _checked(x, table, seq_axis)
    return (complex_pairs(x) * _factors(table, seq_axis)).view(np.float32)


def copied_to_be_safe(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """a copy rotated and returned

    variant of: new_array_returned
    checks: its own
    """
    _checked(x, table, seq_axis)
    return rotate_in_place(x.copy(), table, seq_axis=seq_axis)


def another_object_returned(x: Reals, table: Table, *, seq_axis: int = 1) -> NDArray[Any]:
    """something else than x returned

    met: a classic: the view through which x was rotated is what is at hand at the end
    checks: its own
    hint: Is the result x: rotate_in_place(x, table) is x?
    hint: x has been rotated, but what you return is another object. Return x itself.
    """
    return complex_pairs(rotate_in_place(x, table, seq_axis=seq_axis))


def nothing_returned(x: Reals, table: Table, *, seq_axis: int = 1) -> None:
    """nothing returned, as list.sort does

    variant of: another_object_returned
    checks: its own
    """
    rotate_in_place(x, table, seq_axis=seq_axis)


def view_returned(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """a view of x returned

    variant of: another_object_returned
    checks: its own
    """
    return complex_pairs(rotate_in_place(x, table, seq_axis=seq_axis)).view(np.float32)


def lost_in_a_copy(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """result lost where x is not contiguous

    met: a classic: np.ascontiguousarray or reshape, which copies what has gaps
    checks: its own
    hint: Pass every second head of a wider array, and print it afterwards.
    hint: np.ascontiguousarray and reshape return a copy where memory has gaps, and the result stays there. complex_pairs
        takes x as it is.
    """
    _checked(x, table, seq_axis)
    pairs = np.ascontiguousarray(x).view(np.complex64)
    pairs *= _factors(table, seq_axis)
    return x


def lost_in_a_reshape(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """lost in a reshape

    variant of: lost_in_a_copy
    checks: its own
    """
    _checked(x, table, seq_axis)
    pairs = x.reshape(-1).view(np.complex64).reshape(*x.shape[:-1], -1)
    pairs *= _factors(table, seq_axis)
    return x


def temporaries(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """intermediate arrays as large as x

    met: a classic: x[...] = ... is in place for the caller, but not for the memory
    checks: its own
    hint: How many arrays as large as x does your code make, the unnamed ones counted?
    hint: x[...] = y * z computes y * z into a new array first and copies it then. np.multiply with out= writes where it
        reads; broadcasting repeats the table for nothing.
    """
    _checked(x, table, seq_axis)
    x[...] = (complex_pairs(x) * _factors(table, seq_axis)).view(np.float32)
    return x


def by_way_of_a_new_array(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """through rotate_complex

    variant of: temporaries
    checks: its own
    """
    _checked(x, table, seq_axis)
    x[...] = rotate_complex(x, table, seq_axis=seq_axis)
    return x


def table_repeated_for_the_heads(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """the table repeated for every head

    variant of: temporaries
    checks: its own
    """
    _checked(x, table, seq_axis)
    pairs = complex_pairs(x)
    pairs *= np.broadcast_to(_factors(table, seq_axis), pairs.shape).copy()
    return x


def even_and_odd_features(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """the textbook form

    variant of: temporaries
    checks: its own
    """
    _checked(x, table, seq_axis)
    factors = _factors(table, seq_axis)
    even, odd = x[..., 0::2].copy(), x[..., 1::2].copy()
    x[..., 0::2] = even * factors.real - odd * factors.imag
    x[..., 1::2] = even * factors.imag + odd * factors.real
    return x


def even_features_overwritten(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """new even features used for the odd ones

    met: a classic: two assignments, and the second reads what the first has written
    checks: its own
    hint: After your first assignment, is the old even feature still anywhere?
    hint: x[..., 0::2] is a view, not a copy: once it is written, the old values are gone. A complex product reads both
        features before it writes either.
    """
    _checked(x, table, seq_axis)
    factors = _factors(table, seq_axis)
    even, odd = x[..., 0::2], x[..., 1::2]
    even[...] = even * factors.real - odd * factors.imag
    odd[...] = even * factors.imag + odd * factors.real
    return x


def odd_features_overwritten(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """new odd features used for the even ones

    met: a classic: two assignments, and the second reads what the first has written
    checks: its own
    hint: After your first assignment, is the old odd feature still anywhere?
    hint: x[..., 1::2] is a view, not a copy: once it is written, the old values are gone. A complex product reads both
        features before it writes either.
    """
    _checked(x, table, seq_axis)
    factors = _factors(table, seq_axis)
    even, odd = x[..., 0::2], x[..., 1::2]
    odd[...] = even * factors.imag + odd * factors.real
    even[...] = even * factors.real - odd * factors.imag
    return x


def conjugate(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """multiplied by the conjugate

    met: karpathy/nanochat#489: the other direction gives the same scores, and breaks only against foreign weights
    checks: its own
    hint: Rotate a pair (1, 0) by a small positive angle. Is its second feature positive?
    hint: The product with cos - i sin turns clockwise. The table is multiplied as it is.
    """
    return rotate_in_place(x, table.conj(), seq_axis=seq_axis)


def turned_twice(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """rotated twice

    met: labmlai/annotated_deep_learning_paper_implementations#251: a rotation called once more than it should be
    checks: its own
    hint: Rotate (1, 0) by a right angle. Where is it?
    hint: In place, every product counts: one for a try and one for the result are two rotations.
    """
    return rotate_in_place(rotate_in_place(x, table, seq_axis=seq_axis), table, seq_axis=seq_axis)


def one_sequence_only(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """only the first sequence of the batch

    met: a classic: written and tried with a batch of one
    checks: its own
    hint: Call it with a batch of two. What has become of x[1]?
    hint: You rotate x[0] alone. Broadcasting takes all sequences at once.
    """
    _checked(x, table, seq_axis)
    rotate_in_place(x[:1], table, seq_axis=seq_axis)
    return x


def sequence_always_at_axis_1(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """seq_axis ignored

    met: a classic: one layout is tried, (batch, seq, heads, D), and its axis is written into the code
    checks: its own
    hint: Call it with x of shape (2, 3, 5, 8) and seq_axis 2. Where is seq_axis used in your code?
    hint: Your rows always lie along axis 1. With (batch, heads, seq, D) that axis counts heads: an error, or with as many
        heads as tokens a wrong result without one.
    """
    _checked(x, table, seq_axis)
    pairs = complex_pairs(x)
    pairs *= table[:, None]
    return x


def rows_along_the_heads(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """rows of the table along the heads

    met: xformers#841, open_lm#4: the rotation runs along the head axis, and the model learns no positions
    checks: its own
    hint: Print the shapes of the two factors one below the other, from the right. Which axes of theirs meet?
    hint: Broadcasting lines shapes up from the right: with (batch, seq, heads, D) the rows meet the heads unless the table
        gets an axis of length 1 behind its rows.
    """
    _checked(x, table, seq_axis)
    pairs = complex_pairs(x)
    pairs *= table
    return x


def row_0_for_all_tokens(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """row 0 for all tokens

    met: jundot/omlx#2363: one position for a whole window of tokens
    checks: its own
    hint: Give two equal tokens. Do they come out different?
    hint: Token t takes row t. With one row for all, every token stands at the same place and the order is lost.
    """
    return rotate_in_place(x, np.broadcast_to(table[:1], table.shape), seq_axis=seq_axis)


def split_half_pairs(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """split-half pairs

    met: TinyLlama#24 and ggml-org/llama.cpp#3018: weights for one layout, code for the other
    checks: its own
    hint: Which two features does the first complex number hold?
    hint: You take the first half of the features for the real parts and the second for the imaginary ones. Here the two
        features of a pair are neighbours.
    """
    _checked(x, table, seq_axis)
    half = x.shape[-1] // 2
    turned = (x[..., :half] + 1j * x[..., half:]) * _factors(table, seq_axis)
    x[..., :half], x[..., half:] = turned.real, turned.imag
    return x
