"""Wrong answers to interleaved_to_half (lab 04).

hint: For the features 0 1 2 3 4 5, write down which pairs there are, and then the order 0 2 4 1 3 5.
hint: The first feature of every pair comes first, then the second feature of every pair. Both can be taken along the
    last axis with a step of 2.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.relative import half_to_interleaved, interleaved_to_half

Array = NDArray[Any]


def the_other_direction(x: Array) -> Array:
    """the other direction

    met: TinyLlama#24 and llama.cpp#3018: weights permuted the wrong way, and a model that writes gibberish
    hint: Reorder 0 1 2 3 4 5. With four features the two directions are the same, with six they are not.
    hint: You weave the two halves together, which is what half_to_interleaved is for. Here the pairs stand together and
        have to be taken apart.
    """
    return half_to_interleaved(x)


def the_other_direction_by_reshaping(x: Array) -> Array:
    """by reshaping, which gives a view of x where nothing moves

    variant of: the_other_direction
    """
    return x.reshape(*x.shape[:-1], 2, -1).swapaxes(-1, -2).reshape(x.shape)


def nothing_moved(x: Array) -> Array:
    """nothing is moved

    met: nanotron#427: the permutation between the two layouts is missing
    hint: Reorder 0 1 2 3 4 5. Has anything changed places?
    hint: Splitting an array and putting the parts together again the same way gives back the same order, and so do two
        reshapes with nothing between them.
    """
    return x.copy()


def reshaped_only(x: Array) -> Array:
    """reshaped without exchanging two axes

    met: nanotron#427: the permutation between the two layouts is missing
    hint: Reorder 0 1 2 3 4 5. Has anything changed places?
    hint: A reshape never moves an entry: it reads the same row of memory with other line breaks. Between a reshape into
        pairs and one back, the two axes have to change places.
    """
    return x.reshape(*x.shape[:-1], -1, 2).reshape(x.shape)


def odd_features_first(x: Array) -> Array:
    """odd features first

    met: a classic: features are counted from 1, and "odd" is taken for the first of a pair
    hint: Which feature should come first, and which does?
    hint: Counted from 0, the first feature of pair i is 2i, which is even. Yours puts the second ones in front, so that
        every pair is exchanged, and turns the other way.
    """
    return np.concatenate([x[..., 1::2], x[..., 0::2]], axis=-1)


def rows_reordered(x: Array) -> Array:
    """first axis reordered instead of the last

    met: a classic: x[0::2] takes features of a vector, but rows of a matrix
    hint: Pass an array of shape (5, 6). Which of the two axes has been reordered?
    hint: An index without a leading ellipsis counts along the first axis. The features are the last one, however many
        come before.
    """
    return np.concatenate([x[0::2], x[1::2]])


def over_the_whole_array(x: Array) -> Array:
    """whole array flattened and reordered

    met: a classic: right for one vector, and for a batch the tokens are mixed
    hint: Pass two rows of six. Does each row keep its own six numbers?
    hint: Flattened, all rows become one long vector, and the even features of all tokens come first. Every row has to
        be reordered on its own.
    """
    flat = x.reshape(-1)
    return np.concatenate([flat[0::2], flat[1::2]]).reshape(x.shape)


def x_overwritten(x: Array) -> Array:
    """x overwritten

    met: a classic: written for memory's sake, and the caller's array is gone
    hint: Print x before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The docstring
        promises a new array.
    """
    x[...] = interleaved_to_half(x)
    return x


def a_view_of_x(x: Array) -> Array:
    """a view of x where nothing has to move

    met: a classic: a reshape copies only when it must
    hint: Reorder two features, change one of the result, and print x.
    hint: With two features both layouts are the same, so NumPy hands out the memory of x under another shape. The
        docstring promises a new array.
    """
    return x.reshape(*x.shape[:-1], -1, 2).swapaxes(-1, -2).reshape(x.shape)


def read_after_overwriting(x: Array) -> Array:
    """entries read after they were overwritten

    met: a classic of in-place code: a slice shows what the array holds now
    hint: Reorder 0 1 2 3 4 5. Which number is there twice?
    hint: A slice is a view. Once the first half is overwritten, the odd features that stood there are gone. Read from
        one array and write to another.
    """
    out, half = x.copy(), x.shape[-1] // 2
    out[..., :half] = out[..., 0::2]
    out[..., half:] = out[..., 1::2]
    return out


def read_after_overwriting_x(x: Array) -> Array:
    """another way to write it

    variant of: read_after_overwriting
    """
    half = x.shape[-1] // 2
    x[..., :half], x[..., half:] = x[..., 0::2], x[..., 1::2]
    return x


def always_float64(x: Array) -> Array:
    """result always in float64

    met: a classic: np.zeros(x.shape) as the place for the result
    hint: Reorder a float16 array. What is the dtype of the result?
    hint: Nothing but the order changes, so the dtype stays. np.zeros and np.empty make float64 arrays unless told
        otherwise.
    """
    return interleaved_to_half(x).astype(np.float64)


def nothing_checked(x: Array) -> Array:
    """odd number of features accepted

    met: a classic: the two parts then have different lengths, which nothing here minds
    checks: its own
    hint: Reorder five features. Which pair does the last one belong to?
    hint: One feature is left without a partner, and no error says so. Refuse it by name, with the shape of x.
    """
    x = np.asarray(x)
    return np.concatenate([x[..., 0::2], x[..., 1::2]], axis=-1)


def number_of_entries_checked(x: Array) -> Array:
    """number of all entries checked

    met: a classic: x.size is the length of a vector, but not the width of a matrix
    checks: its own
    hint: Pass an array of shape (4, 7). It has 28 entries: is it refused?
    hint: It is the last dimension that has to be even. The number of all entries can be even without that.
    """
    x = np.asarray(x)
    if x.size % 2:
        raise ValueError(f"the last dimension of x must be even, got shape {x.shape}")
    return np.concatenate([x[..., 0::2], x[..., 1::2]], axis=-1)


def nameless_refusal(x: Array) -> Array:
    """refused without naming x and its shape

    met: a classic: the message says that something is odd, and not what
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. What was passed?
    hint: The message has to name x and the shape that it had: that is all there is to go by.
    """
    x = np.asarray(x)
    if x.shape[-1] % 2:
        raise ValueError("dimension must be even")
    return interleaved_to_half(x)


def refused_by_assert(x: Array) -> Array:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    x = np.asarray(x)
    assert x.shape[-1] % 2 == 0, f"x: {x.shape}"
    return interleaved_to_half(x)


def lists_not_converted(x: Array) -> Array:
    """lists not turned into arrays

    met: a classic: written for arrays, called with a list
    hint: Call it with plain lists of numbers, as its type hints allow.
    hint: A list has neither a shape nor arithmetic of its own. Turn every argument into an array first; an array stays
        what it is.
    checks: its own
    """
    if any(isinstance(one, list) for one in (x,)):
        raise TypeError("list indices must be integers or slices, not tuple")
    return interleaved_to_half(x)
