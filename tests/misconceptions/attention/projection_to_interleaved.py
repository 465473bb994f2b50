"""Wrong answers to projection_to_interleaved (lab 06).

hint: Write down the order for two heads of six rows each: which rows of the original are rows 0 to 11 of the result?
hint: Give the heads an axis of their own first: (num_heads, D, d_model). Lab 04 reorders features along the last axis; here
    the rows of a head are to be reordered in the same way.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import projection_to_interleaved
from ropelab.relative import half_to_interleaved

Array = NDArray[Any]


def the_other_direction(weight: Array, num_heads: int) -> Array:
    """the other direction

    met: TinyLlama#24 and llama.cpp#3018: weights permuted the wrong way, and a model that writes gibberish
    hint: Reorder one head of six rows. With four rows the two directions are the same, with six they are not.
    hint: You undo what Meta's weights go through on their way to Hugging Face. This function makes weights of the split-half
        layout fit the interleaved one.
    """
    by_head = weight.reshape(num_heads, -1, 2, weight.shape[1])
    return by_head.swapaxes(1, 2).reshape(weight.shape).copy()


def nothing_moved(weight: Array, num_heads: int) -> Array:
    """nothing is moved

    met: nanotron#427: the permutation between the two layouts is missing
    hint: Reorder one head of six rows. Has anything changed places?
    hint: A reshape never moves an entry, and one forth and back is nothing. Between the two, two axes have to change places.
    """
    return weight.reshape(num_heads, 2, -1, weight.shape[1]).reshape(weight.shape).copy()


def all_heads_as_one(weight: Array, num_heads: int) -> Array:
    """all heads reordered as if they were one

    met: a classic: right for one head, and num_heads is never looked at
    hint: Reorder two heads of six rows. Do the first six rows of the result all come from the first head?
    hint: The halves are those of a head, not those of the whole array. Split the rows into heads first.
    """
    return projection_to_interleaved(weight, 1)


def heads_by_turns(weight: Array, num_heads: int) -> Array:
    """rows taken to belong to the heads by turns

    met: a classic: reshape(D, num_heads) for reshape(num_heads, D)
    hint: With two heads of six rows, to which head does row 1 belong?
    hint: One head stands after the other: the first D rows are head 0. Put the heads before D when you reshape.
    """
    by_head = weight.reshape(-1, num_heads, weight.shape[1])
    return half_to_interleaved(by_head.swapaxes(0, 2)).swapaxes(0, 2).reshape(weight.shape)


def columns_reordered(weight: Array, num_heads: int) -> Array:
    """columns reordered instead of rows

    met: a classic: half_to_interleaved works along the last axis, and that is d_model
    hint: Which axis of the weight makes the features of q, and which one those of x?
    hint: Features of q are rows of the weight, for q is x times its transpose. Columns belong to x, which has no pairs.
    """
    return half_to_interleaved(weight)


def columns_of_each_head_reordered(weight: Array, num_heads: int) -> Array:
    """split among the heads, and then the columns

    variant of: columns_reordered
    """
    return half_to_interleaved(weight.reshape(num_heads, -1, weight.shape[1])).reshape(weight.shape)


def second_half_first(weight: Array, num_heads: int) -> Array:
    """second half first

    met: a classic: the halves are woven in the order of rotate_half, which puts the second one in front
    hint: Which row of a head should come first, and which does?
    hint: Pair i is made of row i and row i + D/2, in this order. Yours exchanges the two, so that every pair turns the other
        way.
    """
    first, second = np.split(weight.reshape(num_heads, -1, weight.shape[1]), 2, axis=1)
    return np.stack([second, first], axis=2).reshape(weight.shape)


def neighbours_exchanged(weight: Array, num_heads: int) -> Array:
    """neighbouring rows exchanged

    met: a classic: pairs are thought to be there already, and only their order wrong
    hint: Reorder one head of six rows. Where should row 3 stand?
    hint: In the split-half layout the partner of row 0 is row D/2, far away. It has to come to row 1, and row 1 to row 2.
    """
    by_pair = weight.reshape(len(weight) // 2, 2, -1)
    return by_pair[:, ::-1].reshape(weight.shape)


def heads_left_apart(weight: Array, num_heads: int) -> Array:
    """heads left on an axis of their own

    met: a classic: the last reshape forgotten
    hint: Print the shape of the weight and that of the result.
    hint: The result takes the place of the original in x @ weight.T, so it has the same shape. Put the heads below each other
        again.
    """
    out = projection_to_interleaved(weight, num_heads)
    return out.reshape(num_heads, -1, weight.shape[1])


def transposed(weight: Array, num_heads: int) -> Array:
    """result transposed

    met: a classic: the rows are made columns for the reordering, and not made rows again
    hint: Print the shape of the weight and that of the result, for a weight that is not square.
    hint: What you exchange before the reordering has to be exchanged again after it.
    """
    return projection_to_interleaved(weight, num_heads).T.copy()


def always_float64(weight: Array, num_heads: int) -> Array:
    """result always in float64

    met: a classic: np.empty(weight.shape) as the place for the result
    hint: Reorder a float32 weight. What is the dtype of the result?
    hint: Nothing but the order changes, so the dtype stays. np.zeros and np.empty make float64 arrays unless told otherwise.
    """
    return projection_to_interleaved(weight, num_heads).astype(np.float64)


def weight_overwritten(weight: Array, num_heads: int) -> Array:
    """weight overwritten

    met: a classic: converted in place, and the second call converts it again
    hint: Print the weight before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The docstring
        promises a new array.
    """
    weight[...] = projection_to_interleaved(weight, num_heads)
    return weight


def a_view_of_the_weight(weight: Array, num_heads: int) -> Array:
    """a view of the weight where nothing has to move

    met: a classic: a reshape copies only when it must
    hint: Reorder heads of two rows, change one entry of the result, and print the weight.
    hint: With two rows both layouts are the same, so NumPy hands out the memory of the weight under another shape. The
        docstring promises a new array.
    """
    return weight.reshape(num_heads, 2, -1, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def nothing_refused(weight: Array, num_heads: int) -> Array:
    """nothing refused

    met: a classic: what cannot be reshaped raises by itself
    checks: its own
    hint: Call it with 24 rows and num_heads 24, and with -2. What comes back, or which argument does the message name?
    hint: NumPy's errors about a reshape know nothing of heads, and -1 or 0 may mean something to it. Compare the number of
        rows with num_heads yourself.
    """
    by_head = weight.reshape(num_heads, 2, -1, weight.shape[1])
    return by_head.swapaxes(1, 2).reshape(weight.shape).copy()


def odd_heads_accepted(weight: Array, num_heads: int) -> Array:
    """heads of odd size left to another function's refusal

    met: a classic: the rows are compared with num_heads, and whether they make pairs is not
    checks: its own
    hint: Call it with 24 rows and num_heads 8, and read the message. Does it name an argument of this function?
    hint: The rows must be num_heads times an even number. half_to_interleaved refuses the rest, and calls it x.
    """
    if num_heads > 0 and weight.ndim == 2 and not len(weight) % num_heads:
        half_to_interleaved(np.zeros(len(weight) // num_heads))
    return projection_to_interleaved(weight, num_heads)


def negative_heads_accepted(weight: Array, num_heads: int) -> Array:
    """a negative num_heads accepted

    met: a classic: a remainder of 0 taken for a proof
    checks: its own
    hint: Call it with num_heads -2. What is 24 % -2?
    hint: The remainder says nothing about the sign. Ask for more than no heads first.
    """
    return projection_to_interleaved(weight, abs(num_heads))


def more_axes_accepted(weight: Array, num_heads: int) -> Array:
    """a weight with the heads on an axis of their own accepted

    met: a classic: some checkpoints keep their projections as (num_heads, D, d_model)
    checks: its own
    hint: Call it with an array of shape (2, 12, 5).
    hint: The docstring asks for two axes. Whoever passes three has another array in mind: refuse it, with its shape.
    """
    if weight.ndim != 3:
        return projection_to_interleaved(weight, num_heads)
    return projection_to_interleaved(weight.reshape(-1, weight.shape[2]), num_heads).reshape(weight.shape)
