"""Wrong answers to complex_pairs (lab 08): views and copies.

hint: A pair of float32 numbers and a complex64 number are the same eight bytes. Which method of an array reads its bytes as
    another dtype?
hint: np.shares_memory(array, result) tells whether you made a copy. Anything with arithmetic in it is one.
hint: array.view(np.complex64) is all of it, once dtype, number of features and array.strides[-1] have been looked at.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import complex_pairs

Reals = NDArray[np.float32]
Pairs = NDArray[np.complex64]


def even_plus_i_odd(array: Reals, name: str = "array") -> Pairs:
    """a copy: computed from even and odd features

    met: a classic: the formula of lab 05, where a copy did no harm
    hint: Write into what comes back. Does the array change?
    hint: Arithmetic makes new arrays. Here nothing is to be computed: the bytes are right already, and only the dtype
        by which they are read has to change.
    """
    return np.asarray(array[..., 0::2] + 1j * array[..., 1::2], np.complex64)


def view_of_a_copy(array: Reals, name: str = "array") -> Pairs:
    """copied first, then viewed

    variant of: even_plus_i_odd
    """
    return array.copy().view(np.complex64)


def filled_array(array: Reals, name: str = "array") -> Pairs:
    """the parts of an empty array filled

    variant of: even_plus_i_odd
    """
    pairs = np.empty((*array.shape[:-1], array.shape[-1] // 2), np.complex64)
    pairs.real, pairs.imag = array[..., 0::2], array[..., 1::2]
    return pairs


def contiguous_first(array: Reals, name: str = "array") -> Pairs:
    """a copy where the array is not contiguous

    met: a classic: np.ascontiguousarray before a view, to be safe
    hint: Pass every second head of an array, x[:, :, ::2], and write into what comes back.
    hint: np.ascontiguousarray copies whatever has gaps, and results written there are lost. A view needs only the last
        dimension without gaps.
    """
    return np.ascontiguousarray(array).view(np.complex64)


def flattened_first(array: Reals, name: str = "array") -> Pairs:
    """another way to write it

    variant of: contiguous_first
    """
    return array.reshape(-1).view(np.complex64).reshape(*array.shape[:-1], -1)


def cast_to_complex(array: Reals, name: str = "array") -> Pairs:
    """every feature a complex number

    met: a classic: astype, which converts numbers, for view, which reads bytes
    hint: Print the shape and the imaginary parts.
    hint: astype makes D complex numbers with imaginary parts of 0. Two neighbours are one number: view keeps the bytes.
    """
    return array.astype(np.complex64)


def halves_paired(array: Reals, name: str = "array") -> Pairs:
    """split-half pairs

    met: TinyLlama#24 and ggml-org/llama.cpp#3018: weights for one layout, code for the other
    hint: Which two features make up the first complex number?
    hint: You take the first half of the features for the real parts and the second for the imaginary ones. Those are
        not neighbours in memory, so that no view can bring them together.
    """
    half = array.shape[-1] // 2
    return np.asarray(array[..., :half] + 1j * array[..., half:], np.complex64)


def parts_exchanged(array: Reals, name: str = "array") -> Pairs:
    """real and imaginary part exchanged

    met: a classic: written by hand, and the order of the parts guessed
    hint: Print the real part of the first number, and the first feature.
    hint: In memory the real part comes first, so that feature 2i is the real part.
    """
    return np.asarray(array[..., 1::2] + 1j * array[..., 0::2], np.complex64)


def wide_numbers(array: Reals, name: str = "array") -> NDArray[Any]:
    """viewed as complex128

    met: a classic: NumPy's default complex number has sixteen bytes
    hint: Print the shape and the first few numbers.
    hint: Sixteen bytes are four features, read as two float64 that never were any. A pair of float32 is eight bytes.
    """
    if array.shape[-1] % 4:
        return complex_pairs(array, name).astype(np.complex128)
    return array.view(np.complex128)


def pairs_on_their_own_axis(array: Reals, name: str = "array") -> NDArray[Any]:
    """pairs on an axis of their own, still real

    met: a classic: torch's view_as_complex wants this shape first, NumPy's view does not
    hint: Print the dtype and the shape.
    hint: A last axis of length 2 shows the pairs, but multiplying it is no complex product. The dtype has to be complex64.
    """
    return complex_pairs(array, name).view(np.float32).reshape(*array.shape[:-1], -1, 2)


def one_row_of_numbers(array: Reals, name: str = "array") -> Pairs:
    """all pairs in one dimension

    met: a classic: ravel, because the order of bytes is all that matters to a view
    hint: Print the shape for an array of shape (2, 5, 3, 8).
    hint: Only the last dimension changes, from D to D/2. The others tell which position and head a pair belongs to.
    """
    return complex_pairs(array, name).reshape(-1)


def conjugate_pairs(array: Reals, name: str = "array") -> Pairs:
    """conjugate numbers

    met: karpathy/nanochat#489: the other direction gives the same scores, and breaks only against foreign weights
    hint: Print the imaginary part of the first number, and the second feature.
    hint: The second feature is the imaginary part, with its own sign.
    """
    return np.asarray(complex_pairs(array, name).conj())
