"""Wrong answers to apply_rope_single (lab 04).

hint: Take x = [1, 0, 1, 0] and turn both pairs by a quarter turn, cos = [0, 0] and sin = [1, 1], on paper: [0, 1, 0,
    1].
hint: Pair i is the point (x[2i], x[2i + 1]) in the plane. Turned by its angle it is (x0 cos - x1 sin, x0 sin + x1 cos),
    with both x0 and x1 from before the turn.
hint: The even features and the odd ones can each be taken with a step of 2, and put back in the same places of a new
    array.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.relative import apply_rope_single, interleaved_to_half

Array = NDArray[Any]


def clockwise(x: Array, cos: Array, sin: Array) -> Array:
    """clockwise

    met: karpathy/nanochat#489: the transposed rotation gives the same scores, and breaks only against foreign weights
    hint: Turn [1, 0] by a quarter turn, cos 0 and sin 1. Does yours come out at [0, 1]?
    hint: Counter-clockwise is towards the second feature: (1, 0) goes to (cos, sin). Yours goes to (cos, -sin), so the
        minus sign stands before the wrong one of the two sine terms.
    """
    return apply_rope_single(x, cos, -sin)


def reflected(x: Array, cos: Array, sin: Array) -> Array:
    """reflected, not turned

    met: a classic: the minus sign lands on the cosine of the second line
    hint: Turn [0, 1] by the angle 0, cos 1 and sin 0. Is the result still [0, 1]?
    hint: A turn by 0 changes nothing, but yours changes the sign of the second feature: it is a reflection. The one
        minus sign belongs to a sine, and both cosines are positive.
    """
    even, odd = x[0::2], x[1::2]
    return np.stack([even * cos + odd * sin, even * sin - odd * cos], axis=-1).reshape(x.shape)


def no_minus_sign(x: Array, cos: Array, sin: Array) -> Array:
    """no minus sign

    met: a classic: the two lines are typed as copies of each other
    hint: Compare the length of a pair before and after. Does a rotation change it?
    hint: With two plus signs a pair is stretched and not turned. In one of the two lines the sine term is subtracted.
    """
    even, odd = x[0::2], x[1::2]
    return np.stack([even * cos + odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def cos_and_sin_swapped(x: Array, cos: Array, sin: Array) -> Array:
    """cosine and sine swapped

    met: Hugging Face's GPT-J code takes the sine before the cosine; ports forget it
    hint: Rotate by the angle 0, cos 1 and sin 0. What should come back, and what does?
    hint: A feature keeps its own value times the cosine, and takes its partner's times the sine. Yours does it the
        other way round: look at the order in which you pass or name the two tables.
    """
    return apply_rope_single(x, sin, cos)


def split_half_pairs(x: Array, cos: Array, sin: Array) -> Array:
    """split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: weights for one layout, code for the other
    hint: Rotate [1, 0, 0, 0] by a quarter turn. Which entry becomes 1?
    hint: You pair feature i with feature i + D/2, as Hugging Face's code does. In the interleaved layout the two
        features of a pair are neighbours.
    """
    first, second = np.split(x, 2)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos])


def neighbours_angles_on_split_halves(x: Array, cos: Array, sin: Array) -> Array:
    """angles of one layout, pairs of the other

    met: how-to-train-your-gpt#7: angles repeated for neighbours, rotate_half for the pairs
    hint: For six features, write the angle of every feature into a row, and its partner into another. Do partners share
        an angle?
    hint: You repeat each angle twice in a row, which is right for neighbours, but your partners stand D/2 apart: the
        two features of a pair turn by different angles, and its length changes.
    """
    first, second = np.split(x, 2)
    partner: Array = np.concatenate([-second, first])
    return np.asarray(x * np.repeat(cos, 2) + partner * np.repeat(sin, 2))


def split_half_angles_on_neighbours(x: Array, cos: Array, sin: Array) -> Array:
    """neighbours turned by a row made for split halves

    met: a classic: lab 02's [theta, theta] tables meet code for neighbouring pairs
    hint: For six features, write the angle of every feature into a row. Do features 0 and 1 get the same one?
    hint: You lay the D/2 angles out twice, one set behind the other. That row belongs to the split-half layout: with
        neighbouring pairs each angle has to stand twice in a row.
    """
    partner = np.stack([-x[1::2], x[0::2]], axis=-1).reshape(x.shape)
    return np.asarray(x * np.concatenate([cos, cos]) + partner * np.concatenate([sin, sin]))


def halves_not_woven_back(x: Array, cos: Array, sin: Array) -> Array:
    """halves concatenated, not woven back

    met: Hugging Face's DeepSeek-V3 code: interleaved in, halves out; scores agree, the vectors themselves do not
    hint: Rotate [1, 2, 3, 4] by the angle 0. Is the order still 1, 2, 3, 4?
    hint: The values are right, but you put all first features before all second ones. Each pair has to return to the
        two neighbouring places that it came from.
    """
    return interleaved_to_half(apply_rope_single(x, cos, sin))


def odd_from_overwritten_even(x: Array, cos: Array, sin: Array) -> Array:
    """odd features computed from the already turned even ones

    met: a classic of in-place code: the first line's result is read by the second
    hint: Print the even features just before you compute the odd ones. Are they still those of x?
    hint: x[0::2] is a view: it shows what the array holds now, which after your first assignment is the turned values.
        Both lines need the features from before the turn.
    """
    out = x.copy()
    out[0::2] = out[0::2] * cos - out[1::2] * sin
    out[1::2] = out[0::2] * sin + out[1::2] * cos
    return out


def odd_from_overwritten_even_promoted(x: Array, cos: Array, sin: Array) -> Array:
    """another way to write it

    variant of: odd_from_overwritten_even
    """
    even = x[0::2] * cos - x[1::2] * sin
    return np.stack([even, even * sin + x[1::2] * cos], axis=-1).reshape(x.shape)


def first_angle_for_all_pairs(x: Array, cos: Array, sin: Array) -> Array:
    """one angle for all pairs

    met: a classic: the formula of the plane, with one theta, is applied to every pair
    hint: Give the pairs different angles. How far does the last pair turn?
    hint: Every pair has its own frequency and so its own angle: pair i uses entry i of cos and of sin, not entry 0.
    """
    return apply_rope_single(x, np.full_like(cos, cos[0]), np.full_like(sin, sin[0]))


def x_overwritten(x: Array, cos: Array, sin: Array) -> Array:
    """x overwritten

    met: a classic: written for speed, and the caller's query is gone
    hint: Print x before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The result
        needs an array of its own.
    """
    x[0::2], x[1::2] = x[0::2] * cos - x[1::2] * sin, x[0::2] * sin + x[1::2] * cos
    return x


def dtype_of_x(x: Array, cos: Array, sin: Array) -> Array:
    """result in the dtype of x

    met: a classic: np.empty_like(x) as the place for the result
    hint: Rotate an array of whole numbers. What has become of the fractions?
    hint: An array made to be like x has the dtype of x, and an integer array drops every fraction that is written into
        it. The dtype is the one that NumPy promotes x and the tables to.
    """
    return apply_rope_single(x, cos, sin).astype(x.dtype)


def always_float64(x: Array, cos: Array, sin: Array) -> Array:
    """result always in float64

    met: a classic: np.zeros(x.shape) as the place for the result
    hint: Rotate a float32 vector with float32 tables. What is the dtype of the result?
    hint: np.zeros and np.empty make float64 arrays unless told otherwise, so a half-precision model would quietly use
        four times the memory. Let NumPy's promotion of x and the tables decide.
    """
    return apply_rope_single(x, cos, sin).astype(np.float64)


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def nothing_checked(x: Array, cos: Array, sin: Array) -> Array:
    """no shape is checked

    met: a classic: NumPy is trusted to complain, but a table of one entry broadcasts
    checks: its own
    hint: Pass a cos with a single entry, and then a matrix as x. What happens?
    hint: NumPy stretches a table of length 1 over all pairs without a word, and its own errors name none of your
        arguments. Compare the shapes before you compute, and name the argument and its shape.
    """
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    even, odd = x[0::2], x[1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def tables_not_checked(x: Array, cos: Array, sin: Array) -> Array:
    """tables are not checked

    met: a classic: only the first argument gets an input check
    checks: its own
    hint: Pass a sin that has one entry only. Which pairs turn by which angle?
    hint: x is refused as it should be, but cos and sin may have any shape, and some that are wrong broadcast. Each must
        have the shape (D/2,).
    """
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    if x.ndim != 1 or x.size % 2:
        raise ValueError(f"x must be a vector of even length, got shape {x.shape}")
    return _turned(x, cos, sin)


def x_may_be_a_matrix(x: Array, cos: Array, sin: Array) -> Array:
    """a matrix is accepted as x

    met: a classic: the check asks whether the last dimension is even, and for no more
    checks: its own
    hint: Pass an x of shape (2, D). Does the docstring allow it?
    hint: This function is for one vector; a whole head comes in the next task, where each row has an angle of its own.
        Ask for one dimension as well as for an even length.
    """
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    return _turned(x, cos, sin) if x.ndim == 2 else apply_rope_single(x, cos, sin)


def only_cos_checked(x: Array, cos: Array, sin: Array) -> Array:
    """sin is not checked

    met: a classic: a check is written for the first table and forgotten for its twin
    checks: its own
    hint: Pass a good cos and a sin of one entry.
    hint: cos and sin come from different places in real code and can be wrong one at a time. What you ask of cos has to
        be asked of sin too, under its own name.
    """
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    apply_rope_single(x, cos, cos)
    return _turned(x, cos, sin)


def nameless_refusal(x: Array, cos: Array, sin: Array) -> Array:
    """refused without naming the argument and its shape

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument and the shape that it had: that is all there is to go by.
    """
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    try:
        return apply_rope_single(x, cos, sin)
    except ValueError:
        raise ValueError("dimensions do not fit together") from None


def refused_by_assert(x: Array, cos: Array, sin: Array) -> Array:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    assert x.ndim == 1 and x.size % 2 == 0, f"x: {x.shape}"
    assert cos.shape == (x.size // 2,), f"cos: {cos.shape}"
    assert sin.shape == (x.size // 2,), f"sin: {sin.shape}"
    return apply_rope_single(x, cos, sin)


def lists_not_converted(x: Array, cos: Array, sin: Array) -> Array:
    """lists not turned into arrays

    met: a classic: written for arrays, called with a list
    hint: Call it with plain lists of numbers, as its type hints allow.
    hint: A list has neither a shape nor arithmetic of its own. Turn every argument into an array first; an array stays
        what it is.
    checks: its own
    """
    if any(isinstance(one, list) for one in (x, cos, sin)):
        raise TypeError("list indices must be integers or slices, not tuple")
    return apply_rope_single(x, cos, sin)
