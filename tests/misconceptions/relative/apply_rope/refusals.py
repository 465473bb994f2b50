"""Wrong answers to apply_rope (lab 04): refusals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.relative import apply_rope

Array = NDArray[Any]
Pair = tuple[Array, Array]


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    cos, sin = cos[: len(x)], sin[: len(x)]
    even, odd = x[:, 0::2], x[:, 1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def nothing_checked(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """no shape is checked

    met: a classic: NumPy is trusted to complain, but one row or one column broadcasts
    checks: its own
    hint: Pass tables with one row for eight tokens, and then with one column.
    hint: NumPy stretches one row over all tokens without a word, and its own errors name none of your arguments.
        Compare the shapes before you compute, and name the argument and its shape.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    return _turned(q, cos_pe, sin_pe), _turned(k, cos_pe, sin_pe)


def rows_used_again(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """tables that are too short begin again

    met: a classic: a remainder in the index makes the error go away
    checks: its own
    hint: Rotate eight equal tokens with tables of seven rows. Which two results are equal?
    hint: The token behind the end of a table is turned like the first one, without a word. Refuse tables that have fewer
        rows than there are tokens.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    rows = np.arange(len(q))
    return apply_rope(q, k, cos_pe[rows % len(cos_pe)], sin_pe[rows % len(sin_pe)])


def rows_used_again_and_nothing_checked(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """nothing else checked either

    variant of: rows_used_again
    checks: its own
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    rows = np.arange(len(q)) % len(cos_pe)
    cos, sin = cos_pe[rows], sin_pe[rows]

    def turned(x: Array) -> Array:
        even, odd = x[:, 0::2], x[:, 1::2]
        return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)

    return turned(q), turned(k)


def k_may_be_shorter(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """k may have fewer tokens than q

    met: a classic: q is checked against the tables, and k against nothing
    checks: its own
    hint: Pass a k with one token fewer than q.
    hint: Here q and k are the tokens of one sequence, so k has to have the shape of q. Each fits the tables on its own,
        and that is all that yours asks.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    apply_rope(q, q, cos_pe, sin_pe)
    return _turned(q, cos_pe, sin_pe), _turned(k, cos_pe, sin_pe)


def sin_not_checked(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """sin_pe is not checked

    met: a classic: a check is written for the first table and forgotten for its twin
    checks: its own
    hint: Pass a good cos_pe and a sin_pe with one row.
    hint: What you ask of cos_pe has to be asked of sin_pe too, under its own name.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    apply_rope(q, k, cos_pe, cos_pe)
    return _turned(q, cos_pe, sin_pe), _turned(k, cos_pe, sin_pe)


def longer_tables_refused(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """tables with more rows than tokens are refused

    met: a classic: the check asks for equal lengths where at least as many are asked
    checks: its own
    hint: Pass a table with more rows than there are tokens. Does the docstring allow it?
    hint: A table is made once, for the longest sequence, so shorter sequences have to be fine. Too few rows is the
        mistake to refuse.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if len(cos_pe) != len(q):
        raise ValueError(f"cos_pe must have {len(q)} rows, got shape {cos_pe.shape}")
    if len(sin_pe) != len(q):
        raise ValueError(f"sin_pe must have {len(q)} rows, got shape {sin_pe.shape}")
    return apply_rope(q, k, cos_pe, sin_pe)


def nameless_refusal(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """refused without naming the argument and its shape

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument and the shape that it had: that is all there is to go by.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    try:
        return apply_rope(q, k, cos_pe, sin_pe)
    except ValueError:
        raise ValueError("dimensions do not fit") from None


def refused_by_assert(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    assert q.ndim == 2 and q.shape[1] % 2 == 0 and k.shape == q.shape, f"q: {q.shape}, k: {k.shape}"
    for table in (cos_pe, sin_pe):
        assert table.ndim == 2 and len(table) >= len(q) and table.shape[1] == q.shape[1] // 2, f"{table.shape}"
    return apply_rope(q, k, cos_pe, sin_pe)


def lists_not_converted(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> tuple[Array, Array]:
    """lists not turned into arrays

    met: a classic: written for arrays, called with a list
    hint: Call it with plain lists of numbers, as its type hints allow.
    hint: A list has neither a shape nor arithmetic of its own. Turn every argument into an array first; an array stays
        what it is.
    checks: its own
    """
    if any(isinstance(one, list) for one in (q, k, cos_pe, sin_pe)):
        raise TypeError("list indices must be integers or slices, not tuple")
    return apply_rope(q, k, cos_pe, sin_pe)
