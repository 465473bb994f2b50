"""Wrong answers to rotate_by_offset (lab 04).

hint: Take x = [1, 0], one frequency of 1 and the offset -1, on paper: [cos 1, -sin 1].
hint: Pair i turns by offset times inv_freq[i]. With the cosines and the sines of these angles, apply_rope_single does
    the rest.
hint: No table is needed, and none would have a row for a negative offset. A cosine does not mind a negative angle.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.relative import apply_rope_single, half_to_interleaved, interleaved_to_half, rotate_by_offset

Array = NDArray[Any]


def negative_index_into_a_table(x: Array, offset: int, inv_freq: Array) -> Array:
    """negative offset used as an index into a table

    met: a classic of notes on RoPE, where a key that stands before the query is looked up at minus the distance
    hint: Compare the offset -1 with the offset that undoes it, +1. Does the one take the other back?
    hint: A table has no row for a negative position. Python counts a negative index from the end, so that the row of
        quite another position comes back without an error. Compute the angles of the offset itself.
    """
    angles = np.outer(np.arange(abs(offset) + 1), np.asarray(inv_freq, dtype=np.float64))
    return apply_rope_single(x, np.cos(angles)[offset], np.sin(angles)[offset])


def absolute_offset(x: Array, offset: int, inv_freq: Array) -> Array:
    """sign of the offset dropped

    met: a classic: a distance is taken to be positive
    hint: Rotate by 3 and by -3. Should the two be equal?
    hint: A token that stands before another is not where one behind it is: a negative offset turns clockwise. The
        cosine hides the sign, the sine does not.
    """
    return rotate_by_offset(x, abs(offset), inv_freq)


def negative_offset_as_0(x: Array, offset: int, inv_freq: Array) -> Array:
    """negative offsets treated as 0

    met: a classic: positions are clipped to those that exist
    hint: Rotate by -3. Does anything happen?
    hint: An offset is a difference of positions and not a position, so there is nothing wrong with a negative one: it
        turns clockwise.
    """
    return rotate_by_offset(x, max(offset, 0), inv_freq)


def backwards(x: Array, offset: int, inv_freq: Array) -> Array:
    """turned backwards

    met: karpathy/nanochat#489: the transposed rotation gives the same scores, and breaks only against foreign weights
    hint: Rotate [1, 0] by an offset of 1 at a frequency of 1. Is the second feature positive?
    hint: A positive offset turns counter-clockwise, towards the second feature. Yours does so for negative offsets.
    """
    return rotate_by_offset(x, -offset, inv_freq)


def float32_angles(x: Array, offset: int, inv_freq: Array) -> Array:
    """angles in float32

    met: kekzl/imp#1325: an angle formed and reduced in float32 drifts to errors of 1e-2 at 131k tokens
    hint: Print offset * inv_freq for an offset of 90,000, and its dtype.
    hint: A float32 number has 24 bits. Those before the point are spent on whole radians, so that at 90,000 the angle
        is off by some thousandths. Form the angle in float64; here the result too is float64.
    """
    angles = (offset * np.asarray(inv_freq, dtype=np.float64)).astype(np.float32)
    return apply_rope_single(x, np.cos(angles), np.sin(angles))


def float32_product(x: Array, offset: int, inv_freq: Array) -> Array:
    """another way to write it

    variant of: float32_angles
    """
    angles = np.float32(offset) * np.asarray(inv_freq, dtype=np.float32)
    return apply_rope_single(x, np.cos(angles), np.sin(angles))


def float32_product_float64_result(x: Array, offset: int, inv_freq: Array) -> Array:
    """another way to write it

    variant of: float32_angles
    """
    angles = (np.float32(offset) * np.asarray(inv_freq, dtype=np.float32)).astype(np.float64)
    return apply_rope_single(x, np.cos(angles), np.sin(angles))


def precision_of_inv_freq(x: Array, offset: int, inv_freq: Array) -> Array:
    """angles in whatever precision the frequencies have

    met: EleutherAI/gpt-neox#1003: frequencies that arrive in low precision decide the precision of every angle
    hint: Pass the frequencies as float32. What is the dtype of the angles, and of the result?
    hint: A whole number times a float32 array is a float32 array. Convert the frequencies to float64 before you
        multiply; the result is float64 whatever the arguments are.
    """
    angles = offset * inv_freq
    return apply_rope_single(x, np.cos(angles), np.sin(angles))


def dtype_of_x(x: Array, offset: int, inv_freq: Array) -> Array:
    """result in the dtype of x

    met: a classic: many models cast back to the dtype of the query, and this function does not
    hint: Pass a float32 x. Which dtype does the docstring promise?
    hint: The result is float64, whatever x is: this function is for checking the property, and a cast to float32 would
        hide differences below 1e-7.
    """
    return rotate_by_offset(x, offset, inv_freq).astype(x.dtype)


def degrees(x: Array, offset: int, inv_freq: Array) -> Array:
    """angles taken for degrees

    met: a classic: radians are converted once too often
    hint: With a frequency of 1, by how many degrees does a token turn?
    hint: Frequencies are in radians per token, and NumPy's cosine takes radians: there is nothing to convert.
    """
    return rotate_by_offset(x, offset, np.deg2rad(np.asarray(inv_freq, dtype=np.float64)))


def split_half_pairs(x: Array, offset: int, inv_freq: Array) -> Array:
    """split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: weights for one layout, code for the other
    hint: Rotate [1, 0, 0, 0]. Which of the other entries becomes non-zero?
    hint: You pair feature i with feature i + D/2. In the interleaved layout of this lab the two features of a pair are
        neighbours.
    """
    return interleaved_to_half(rotate_by_offset(half_to_interleaved(x), offset, inv_freq))


def default_frequencies(x: Array, offset: int, inv_freq: Array) -> Array:
    """inv_freq ignored

    met: llama.cpp#2773 and litgpt#2217: the base of the model was not read, and 10000 was used
    hint: Change inv_freq. Does the result change?
    hint: The frequencies are an argument because models use other bases than 10000. Yours makes its own.
    """
    return rotate_by_offset(x, offset, rope_frequencies(x.size))


def one_frequency_for_all_pairs(x: Array, offset: int, inv_freq: Array) -> Array:
    """one frequency for all pairs

    met: a classic: the formula of the plane, with one theta, is applied to every pair
    hint: How far does the last pair turn, and how far should it?
    hint: Pair i has the frequency inv_freq[i]. Yours turns all pairs as fast as pair 0.
    """
    return rotate_by_offset(x, offset, np.full_like(inv_freq, inv_freq[0]))


def x_itself_at_offset_0(x: Array, offset: int, inv_freq: Array) -> Array:
    """x itself at offset 0

    met: a classic: a shortcut for the case in which nothing turns
    hint: Rotate by 0, and then change an entry of the result. Has x changed?
    hint: The docstring promises a new array for every offset. A caller who writes into the result must not find it in
        x.
    """
    return x if offset == 0 else rotate_by_offset(x, offset, inv_freq)


def negative_offset_refused(x: Array, offset: int, inv_freq: Array) -> Array:
    """negative offsets refused

    met: a classic: a table's check of positions is copied to where there is no table
    hint: May an offset be negative? Read its line in the docstring.
    hint: An offset is a difference of positions: from a later token to an earlier one it is negative, and turns
        clockwise.
    """
    if offset < 0:
        raise ValueError(f"offset must not be negative, got {offset}")
    return rotate_by_offset(x, offset, inv_freq)


def inner_names_in_messages(x: Array, offset: int, inv_freq: Array) -> Array:
    """a bad inv_freq is refused under the name of another function's argument

    met: a classic: checking is left to the function that is called, which knows its own arguments only
    checks: its own
    hint: Pass an inv_freq that is too short, and read the message. Did you pass anything of that name?
    hint: apply_rope_single complains about its cos. Your caller has never heard of it: compare the shape of inv_freq
        with x before you compute the angles.
    """
    angles = offset * np.asarray(inv_freq, dtype=np.float64)
    return apply_rope_single(x, np.cos(angles), np.sin(angles))


def nothing_checked(x: Array, offset: int, inv_freq: Array) -> Array:
    """no shape is checked

    met: a classic: NumPy is trusted to complain, but a single frequency broadcasts
    checks: its own
    hint: Pass an inv_freq with one entry for ten features.
    hint: NumPy stretches the one frequency over all pairs without a word, and its own errors name none of your
        arguments. Compare the shapes before you compute, and name the argument and its shape.
    """
    angles = offset * np.asarray(inv_freq, dtype=np.float64)
    cos, sin = np.cos(angles), np.sin(angles)
    even, odd = x[0::2], x[1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def refused_by_assert(x: Array, offset: int, inv_freq: Array) -> Array:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    x, inv_freq = np.asarray(x), np.asarray(inv_freq)
    assert x.ndim == 1 and x.size % 2 == 0, f"x: {x.shape}"
    assert inv_freq.shape == (x.size // 2,), f"inv_freq: {inv_freq.shape}"
    return rotate_by_offset(x, offset, inv_freq)


def lists_not_converted(x: Array, offset: int, inv_freq: Array) -> Array:
    """lists not turned into arrays

    met: a classic: written for arrays, called with a list
    hint: Call it with plain lists of numbers, as its type hints allow.
    hint: A list has neither a shape nor arithmetic of its own. Turn every argument into an array first; an array stays
        what it is.
    checks: its own
    """
    if any(isinstance(one, list) for one in (x, inv_freq)):
        raise TypeError("list indices must be integers or slices, not tuple")
    return rotate_by_offset(x, offset, inv_freq)
