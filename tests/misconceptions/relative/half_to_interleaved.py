"""Wrong answers to half_to_interleaved (lab 04).

hint: For the features 0 1 2 3 4 5, write down which pairs there are, and then the order 0 3 1 4 2 5.
hint: Split the last axis into its two halves. Taken from both by turns, their features make the pairs of the new order.
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
    hint: You take even and odd features apart, which is what interleaved_to_half is for. Here the two features of a
        pair stand D/2 apart and have to come together.
    """
    return interleaved_to_half(x)


def the_other_direction_by_reshaping(x: Array) -> Array:
    """by reshaping, which gives a view of x where nothing moves

    variant of: the_other_direction
    """
    return x.reshape(*x.shape[:-1], -1, 2).swapaxes(-1, -2).reshape(x.shape)


def nothing_moved(x: Array) -> Array:
    """nothing is moved

    met: nanotron#427: the permutation between the two layouts is missing
    hint: Reorder 0 1 2 3 4 5. Has anything changed places?
    hint: Splitting an array and putting the parts together again the same way gives back the same order. If you stack
        the halves, look at the axis along which you do it.
    """
    return x.copy()


def reshaped_only(x: Array) -> Array:
    """reshaped without exchanging two axes

    met: nanotron#427: the permutation between the two layouts is missing
    hint: Reorder 0 1 2 3 4 5. Has anything changed places?
    hint: A reshape never moves an entry: it reads the same row of memory with other line breaks. Between a reshape into
        halves and one back, the two axes have to change places.
    """
    return x.reshape(*x.shape[:-1], 2, -1).reshape(x.shape)


def second_half_first(x: Array) -> Array:
    """second half first

    met: a classic: the halves are woven in the order of rotate_half, which puts the second one in front
    hint: Which feature should come first, and which does?
    hint: Pair i is made of feature i and feature i + D/2, in this order. Yours exchanges the two, so that every pair
        turns the other way.
    """
    first, second = np.split(x, 2, axis=-1)
    return np.stack([second, first], axis=-1).reshape(x.shape)


def second_half_backwards(x: Array) -> Array:
    """second half from its end

    met: a classic: the first feature is paired with the last, as if the row were folded in the middle
    hint: Reorder 0 1 2 3 4 5. What stands beside 0?
    hint: The partner of feature i is i + D/2, so both halves are read from their beginnings. You fold the row, which
        pairs 0 with the last.
    """
    first, second = np.split(x, 2, axis=-1)
    return np.stack([first, second[..., ::-1]], axis=-1).reshape(x.shape)


def over_the_whole_array(x: Array) -> Array:
    """whole array flattened and reordered

    met: a classic: right for one vector, and for a batch the tokens are mixed
    hint: Pass two rows of six. Does each row keep its own six numbers?
    hint: Flattened, all rows become one long vector, whose halves are whole tokens. Every row has to be split on its
        own, along the last axis.
    """
    first, second = np.split(x.reshape(-1), 2)
    return np.stack([first, second], axis=-1).reshape(x.shape)


def x_overwritten(x: Array) -> Array:
    """x overwritten

    met: a classic: written for memory's sake, and the caller's array is gone
    hint: Print x before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The docstring
        promises a new array.
    """
    x[...] = half_to_interleaved(x)
    return x


def a_view_of_x(x: Array) -> Array:
    """a view of x where nothing has to move

    met: a classic: a reshape copies only when it must
    hint: Reorder two features, change one of the result, and print x.
    hint: With two features both layouts are the same, so NumPy hands out the memory of x under another shape. The
        docstring promises a new array.
    """
    return x.reshape(*x.shape[:-1], 2, -1).swapaxes(-1, -2).reshape(x.shape)


def read_after_overwriting(x: Array) -> Array:
    """entries read after they were overwritten

    met: a classic of in-place code: a slice shows what the array holds now
    hint: Reorder 0 1 2 3 4 5. Which number is there twice?
    hint: A slice is a view. Once the even places are overwritten, the features that stood there are gone. Read from one
        array and write to another.
    """
    out, half = x.copy(), x.shape[-1] // 2
    out[..., 0::2] = out[..., :half]
    out[..., 1::2] = out[..., half:]
    return out


def read_after_overwriting_x(x: Array) -> Array:
    """another way to write it

    variant of: read_after_overwriting
    """
    first, second = np.split(x, 2, axis=-1)
    x[..., 0::2], x[..., 1::2] = first, second
    return x


def always_float64(x: Array) -> Array:
    """result always in float64

    met: a classic: np.zeros(x.shape) as the place for the result
    hint: Reorder a float16 array. What is the dtype of the result?
    hint: Nothing but the order changes, so the dtype stays. np.zeros and np.empty make float64 arrays unless told
        otherwise.
    """
    return half_to_interleaved(x).astype(np.float64)


def nothing_checked(x: Array) -> Array:
    """odd number of features not refused by name

    met: a classic: NumPy's own error about a split or a shape is taken to be good enough
    checks: its own
    hint: Reorder seven features and read the message. Does it say which argument is wrong, and what it was?
    hint: The halves have different lengths, and whatever NumPy says about that knows nothing of x. Refuse it yourself,
        by name, with its shape.
    """
    x = np.asarray(x)
    first, second = np.split(x, 2, axis=-1)
    return np.stack([first, second], axis=-1).reshape(x.shape)


def last_feature_dropped(x: Array) -> Array:
    """odd number of features accepted

    met: a classic: D // 2 rounds down, and nobody asks what was lost
    checks: its own
    hint: Reorder five features. What has become of the last one?
    hint: D // 2 rounds down, so one feature is left out and its place never filled. Refuse an odd D by name.
    """
    x = np.asarray(x)
    out, half = np.zeros_like(x), x.shape[-1] // 2
    out[..., 0 : 2 * half : 2], out[..., 1::2] = x[..., :half], x[..., half : 2 * half]
    return out


def number_of_entries_checked(x: Array) -> Array:
    """number of all entries checked

    met: a classic: x.size is the length of a vector, but not the width of a matrix
    checks: its own
    hint: Pass an array of shape (4, 7). It has 28 entries: does your own message come?
    hint: It is the last dimension that has to be even. The number of all entries can be even without that.
    """
    x = np.asarray(x)
    if x.size % 2:
        raise ValueError(f"the last dimension of x must be even, got shape {x.shape}")
    first, second = np.split(x, 2, axis=-1)
    return np.stack([first, second], axis=-1).reshape(x.shape)


def refused_by_assert(x: Array) -> Array:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    x = np.asarray(x)
    assert x.shape[-1] % 2 == 0, f"x: {x.shape}"
    return half_to_interleaved(x)


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
    return half_to_interleaved(x)
