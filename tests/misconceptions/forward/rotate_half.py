"""Wrong answers to rotate_half (lab 03).

hint: Write down what has to come out for [1, 2, 3, 4, 5, 6]. Which numbers are the first half, and which the second?
hint: A quarter turn takes a pair (x0, x1) to (-x1, x0). In the split-half layout x0 is a feature of the first half and x1 the
    feature in the same place of the second half, so all pairs turn at once when the halves change places and one is negated.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.forward import rotate_half

Array = NDArray[Any]


def sign_on_the_wrong_half(x: Array) -> Array:
    """the minus sign on the wrong half

    met: karpathy/nanochat pull request 489: a rotation the other way round, which scores alone do not show
    hint: Call it on [1, 0]. A quarter turn counter-clockwise takes the x axis to the y axis: is that what you get?
    hint: You return [x2, -x1], a quarter turn clockwise. It is the half that moves to the front that is negated.
    """
    return -rotate_half(x)


def no_sign(x: Array) -> Array:
    """halves exchanged, nothing negated

    met: a classic: the exchange is remembered, the sign is not
    hint: Call it twice in a row on [1, 0]. Two quarter turns make a half turn, which gives [-1, 0].
    hint: Exchanging the halves alone reflects every pair at the diagonal. A turn needs a minus sign on one of them.
    """
    x1, x2 = np.split(x, 2, axis=-1)
    return np.concatenate([x2, x1], axis=-1)


def both_halves_negated(x: Array) -> Array:
    """both halves negated

    met: a classic: the sign is put in front of the finished array instead of one half
    hint: Call it twice in a row. Is a half turn the same as no turn at all?
    hint: You return [-x2, -x1]. Only the half that moves to the front is negated.
    """
    x1, x2 = np.split(x, 2, axis=-1)
    return -np.concatenate([x2, x1], axis=-1)


def halves_not_exchanged(x: Array) -> Array:
    """halves left where they are

    met: a classic: the name says "rotate half", so half of the vector gets a minus sign
    hint: Call it on [1, 0]. After a quarter turn the 1 belongs in the other place.
    hint: Negating one half mirrors every pair. The two halves change places as well.
    """
    x1, x2 = np.split(x, 2, axis=-1)
    return np.concatenate([-x1, x2], axis=-1)


def neighbours_as_pairs(x: Array) -> Array:
    """neighbouring features taken for pairs

    met: huggingface/transformers issue 25199 and others, which take the split-half layout for a mistake
    hint: Call it on [1, 2, 3, 4, 5, 6]. Which feature ended up in the place of the 1, and which one belongs there?
    hint: You turn the pairs (0, 1), (2, 3), ... of the interleaved layout. Here feature i and feature i + D/2 form a pair.
    """
    return np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)


def halves_of_the_first_axis(x: Array) -> Array:
    """the first axis split in two

    met: a classic: np.split and np.concatenate work on axis 0 unless they are told otherwise
    hint: Print the shapes of your two halves for an x of shape (6, 10).
    hint: It is the features that are halved, and they are on the last axis. Yours are the first and the last tokens.
    """
    x1, x2 = np.split(x, 2)
    return np.concatenate([-x2, x1])


def joined_along_the_first_axis(x: Array) -> Array:
    """halves joined along the first axis

    met: a classic: np.concatenate works on axis 0 unless it is told otherwise
    hint: Print the shape of what you return for an x of shape (3, 6).
    hint: The halves of the features have to stand beside each other again, on the last axis. Yours are stacked as new rows.
    """
    return np.concatenate(np.split(rotate_half(x), 2, axis=-1))


def first_half_overwritten_too_early(x: Array) -> Array:
    """first half overwritten before it was read

    met: a classic: a slice of an array is a view, so both assignments work on the same memory
    hint: Call it on [1, 2, 3, 4]. Where did the 1 and the 2 go?
    hint: x1 is a window on x, no copy. Once the first half of x holds -x2, so does x1. Build a new array instead.
    """
    x1, x2 = np.split(x, 2, axis=-1)
    x1[...], x2[...] = -x2, x1
    return x


def x_overwritten(x: Array) -> Array:
    """x itself overwritten

    met: a classic, from saving one array
    hint: Print x before and after the call.
    hint: The values are right, but they are written into the caller's array, which still needs the old ones: the rotation
        multiplies x itself by the cosines.
    """
    x[...] = rotate_half(x)
    return x


def always_float64(x: Array) -> Array:
    """float64 whatever x is

    met: a classic: np.zeros and np.empty make float64 unless they are told otherwise
    hint: Print the dtype of what you return for a float32 x.
    hint: No arithmetic is done here that would need another dtype. Make the result in the dtype of x.
    """
    out = np.empty(x.shape)
    out[...] = rotate_half(x)
    return out


def odd_dimension_accepted(x: Array) -> Array:
    """odd last dimension accepted

    met: a classic: slices up to and from D // 2 work for every D
    checks: its own
    hint: Call it on an array of 7 features. Which feature is the partner of the last one?
    hint: With D odd one feature has no partner, and slicing says nothing about it. Refuse such an x before you slice.
    """
    half = x.shape[-1] // 2
    return np.concatenate([-x[..., half:], x[..., :half]], axis=-1)


def odd_dimension_left_to_numpy(x: Array) -> Array:
    """odd last dimension refused without naming x

    met: a classic: np.split refuses it, and so it seems to be taken care of
    checks: its own
    hint: Read the message for an array of 7 features as somebody who does not know your code. What was wrong with what?
    hint: "Array split does not result in an equal division" is NumPy's message. Yours says that x is at fault, and its shape.
    """
    x1, x2 = np.split(x, 2, axis=-1)
    return np.concatenate([-x2, x1], axis=-1)


def odd_dimension_asserted(x: Array) -> Array:
    """odd last dimension refused by an assertion

    met: a classic: assert is the shortest check there is
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assertion states what your own code believes, and python -O leaves it out. Bad input raises ValueError.
    """
    assert x.shape[-1] % 2 == 0, f"the last dimension of x must be even, got shape {x.shape}"
    return rotate_half(x)
