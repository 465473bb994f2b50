"""Wrong answers to rotate_complex (lab 08): what is multiplied with what."""

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import complex_pairs, rotate_complex

Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


def _checked(x: Reals, table: Table, out: Reals | None, seq_axis: int) -> None:
    """Refuse what the reference refuses, and write nothing."""
    if out is not None and np.shares_memory(x, out):
        raise ValueError("out shares memory with x")
    fits = out is not None and out.shape == x.shape
    rotate_complex(x[:0], table, out[:0] if out is not None and fits else out, seq_axis=seq_axis)


def _product(x: Reals, factors: Table, out: Reals | None) -> Reals:
    target = np.empty(x.shape, np.float32) if out is None else out
    np.multiply(complex_pairs(x), factors, out=complex_pairs(target))
    return target


def conjugate(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """multiplied by the conjugate

    met: karpathy/nanochat#489: the other direction gives the same scores, and breaks only against foreign weights
    checks: its own
    hint: Rotate a pair (1, 0) by a small positive angle. Is its second feature positive?
    hint: The product with cos - i sin turns clockwise. The table is multiplied as it is.
    """
    return rotate_complex(x, table.conj(), out, seq_axis=seq_axis)


def sequence_always_at_axis_1(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """seq_axis ignored

    met: a classic: one layout is tried, (batch, seq, heads, D), and its axis is written into the code
    checks: its own
    hint: Call it with x of shape (2, 3, 5, 8) and seq_axis 2. Where is seq_axis used in your code?
    hint: Your rows always lie along axis 1. With (batch, heads, seq, D) that axis counts heads: an error, or with as many
        heads as tokens a wrong result without one.
    """
    _checked(x, table, out, seq_axis)
    return _product(x, table[:, None], out)


def rows_along_the_heads(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """rows of the table along the heads

    met: xformers#841, open_lm#4: the rotation runs along the head axis, and the model learns no positions
    checks: its own
    hint: Print the shapes of the two factors one below the other, from the right. Which axes of theirs meet?
    hint: Broadcasting lines shapes up from the right: with (batch, seq, heads, D) the rows meet the heads unless the table
        gets an axis of length 1 behind its rows.
    """
    _checked(x, table, out, seq_axis)
    return _product(x, table, out)


def rows_exchanged(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """the two layouts exchanged

    met: a classic: 1 and 2 counted from the end, or from 1
    checks: its own
    hint: For seq_axis 1, which axis of x is the sequence, and which axis does the table have to be repeated along?
    hint: Yours puts the rows along axis 2 for seq_axis 1, and along axis 1 for seq_axis 2. seq_axis counts from 0, from the
        front.
    """
    _checked(x, table, out, seq_axis)
    return _product(x, table if seq_axis == 1 else table[:, None], out)


def row_0_for_all_tokens(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """row 0 for all tokens

    met: jundot/omlx#2363: one position for a whole window of tokens
    checks: its own
    hint: Give two equal tokens. Do they come out different?
    hint: Token t takes row t. With one row for all, every token stands at the same place and the order is lost.
    """
    return rotate_complex(x, np.broadcast_to(table[:1], table.shape), out, seq_axis=seq_axis)


def one_angle_for_all_pairs(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """one angle for all pairs

    met: a classic: the formula of the plane, with one theta, is applied to every pair
    checks: its own
    hint: How far does the last pair of a token turn?
    hint: Column i of the table belongs to pair i. Yours turns all pairs of a token by the angle of pair 0.
    """
    return rotate_complex(x, np.broadcast_to(table[:, :1], table.shape), out, seq_axis=seq_axis)


def one_sequence_only(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """only the first sequence of the batch

    met: a classic: written and tried with a batch of one
    checks: its own
    hint: Call it with a batch of two. What is in result[1]?
    hint: You take x[0], or its strides alone. Broadcasting takes all sequences at once.
    """
    _checked(x, table, out, seq_axis)
    target = np.zeros(x.shape, np.float32) if out is None else out
    rotate_complex(x[:1], table, target[:1], seq_axis=seq_axis)
    return target


def split_half_pairs(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """split-half pairs

    met: TinyLlama#24 and ggml-org/llama.cpp#3018: weights for one layout, code for the other
    checks: its own
    hint: Which two features does the first complex number hold?
    hint: You take the first half of the features for the real parts and the second for the imaginary ones. Here the two
        features of a pair are neighbours, and complex_pairs brings them together.
    """
    _checked(x, table, out, seq_axis)
    half = x.shape[-1] // 2
    turned = (x[..., :half] + 1j * x[..., half:]) * (table[:, None] if seq_axis == 1 else table)
    target = np.empty(x.shape, np.float32) if out is None else out
    target[..., :half], target[..., half:] = turned.real, turned.imag
    return target


def features_exchanged(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """real and imaginary parts exchanged on the way back

    met: a classic: the two halves of an assignment in the wrong order
    checks: its own
    hint: Rotate by the angle 0. Do the features keep their order?
    hint: The real part goes back to feature 2i, the imaginary part to 2i + 1. A view of out as complex numbers does that
        by itself.
    """
    result = rotate_complex(x, table, out, seq_axis=seq_axis)
    result[...] = result.reshape(*x.shape[:-1], -1, 2)[..., ::-1].reshape(x.shape)
    return result


def turned_twice(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """rotated twice

    met: labmlai/annotated_deep_learning_paper_implementations#251: a rotation called once more than it should be
    checks: its own
    hint: Rotate (1, 0) by a right angle. Where is it?
    hint: The result is copied and rotated, and then the product is taken again. Each pair turns once.
    """
    _checked(x, table, out, seq_axis)
    return rotate_complex(x, table * table, out, seq_axis=seq_axis)
