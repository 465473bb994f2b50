"""Wrong answers to RotaryEmbedding (lab 03): refusals."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.forward import RotaryEmbedding

Array = NDArray[Any]
Ids = ArrayLike | None
Rows = tuple[Array, Array]


def _checked(x: Array, seq_len: int | None, position_ids: Ids) -> tuple[Any, int]:
    """Which rows a call wants and how many the tables need, after the checks."""
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"x must have a floating-point dtype, got {x.dtype}")
    if seq_len is not None and seq_len < 0:
        raise ValueError(f"seq_len must not be negative, got {seq_len}")
    if position_ids is None:
        needed = x.shape[-2] if seq_len is None else seq_len
        return slice(needed), needed
    ids = np.asarray(position_ids, dtype=np.int64)
    if np.any(ids < 0):
        raise ValueError(f"position_ids must not be negative, got {ids.min()}")
    return ids, int(ids.max(initial=-1)) + 1


def _cast(rotary: RotaryEmbedding, rows: Any, x: Array) -> Rows:
    return rotary.cos_cached[rows].astype(x.dtype), rotary.sin_cached[rows].astype(x.dtype)


class NothingRefused(RotaryEmbedding):
    """nothing refused

    met: a classic: Hugging Face's class has no checks, for its callers are known
    hint: Call it with seq_len=-1, with a position of -1, and with an x of whole numbers. What comes back?
    hint: All three give an answer of the right kind, and a wrong one: NumPy counts negative numbers from the end of the table,
        and whole numbers cut the cosines off. Refuse them first.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        if position_ids is None:
            needed = x.shape[-2] if seq_len is None else seq_len
            self.ensure_length(needed)
            return _cast(self, slice(needed), x)
        self.ensure_length(int(np.max(position_ids)) + 1)
        return _cast(self, np.asarray(position_ids), x)


class NegativeLengthAccepted(RotaryEmbedding):
    """negative seq_len accepted

    met: a classic: a slice up to -1 leaves the last row out and raises nothing
    hint: Call it with seq_len=-1. How many rows come back?
    hint: There is no such length. Refuse it by name before you slice.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        if position_ids is None and seq_len is not None and seq_len < 0:
            _checked(x, None, None)
            return _cast(self, slice(seq_len), x)
        return super().forward(x, seq_len, position_ids)


class NegativePositionsWrap(RotaryEmbedding):
    """negative positions counted from the end of the table

    met: a classic: NumPy reads a negative index from the end
    hint: Ask for position -1. Which row comes back?
    hint: You get the last row of the table, and which one that is depends on earlier calls. Refuse negative positions by name.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        if position_ids is None:
            return super().forward(x, seq_len)
        _checked(x, seq_len, None)
        self.ensure_length(int(np.max(position_ids)) + 1)
        return _cast(self, np.asarray(position_ids), x)


class WholeNumbersAccepted(RotaryEmbedding):
    """x of whole numbers accepted

    met: a classic: the cast works for every dtype, and token ids are passed by mistake
    hint: Pass an x of dtype int64. What do the cosines look like?
    hint: Cast to whole numbers, nearly every cosine is 0. Refuse an x whose dtype is not floating point.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        cos, sin = super().forward(x.real.astype(np.float64), seq_len, position_ids)
        return cos.astype(x.dtype), sin.astype(x.dtype)


class ComplexAccepted(RotaryEmbedding):
    """complex x accepted

    met: a classic: only whole numbers were thought of, or np.inexact was asked about, which complex numbers are too
    hint: Pass an x of dtype complex64. Which dtype comes back?
    hint: Rows of cosines have no imaginary part. Ask whether the dtype is floating point, not whether it is no integer.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        if not np.issubdtype(x.dtype, np.complexfloating):
            return super().forward(x, seq_len, position_ids)
        cos, sin = super().forward(x.real, seq_len, position_ids)
        return cos.astype(x.dtype), sin.astype(x.dtype)


class RefusedWithoutTheValue(RotaryEmbedding):
    """refused without saying which value

    met: a classic: the message says what is allowed, and not what came
    hint: Read your message as somebody who has a thousand positions in front of them. Which one is it?
    hint: The message names the argument and the value that is refused.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        try:
            return super().forward(x, seq_len, position_ids)
        except ValueError as error:
            raise ValueError(str(error).split(", got")[0]) from error


class Assertions(RotaryEmbedding):
    """bad input refused by assertions

    met: a classic: assert is the shortest check there is
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assertion states what your own code believes, and python -O leaves it out. Bad input raises ValueError.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        try:
            return super().forward(x, seq_len, position_ids)
        except ValueError as error:
            raise AssertionError(str(error)) from error
