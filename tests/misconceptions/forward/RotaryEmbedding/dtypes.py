"""Wrong answers to RotaryEmbedding (lab 03): dtypes.

hint: Begin without position_ids: how many rows does the call need, and does the table have them?
hint: Three questions, in this order: which rows does this call want, is the table long enough for the largest of them, and in
    which dtype does the caller want them?
hint: ensure_length of lab 02 extends the table or leaves it alone. After it, index the tables with a slice or with the
    positions, and cast what you return to the dtype of x.
"""

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


class DtypeOfTheTables(RotaryEmbedding):
    """rows in the dtype of the tables

    met: a classic: the cast looks like a detail, as the values are right
    hint: Print the dtype of what comes back for a float16 x.
    hint: With float32 rows a float16 query becomes float32, and so does everything behind it. Return the rows in x's dtype.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        super().forward(x, seq_len, position_ids)
        rows, _ = _checked(x, seq_len, position_ids)
        return self.cos_cached[rows], self.sin_cached[rows]


class AlwaysFloat32(RotaryEmbedding):
    """rows always in float32

    met: a classic: most models compute their tables in float32
    hint: Print the dtype of what comes back for a float16 x, and for a float64 x with float64 tables.
    hint: The dtype is written into your code. It is x that says which one the caller wants.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        super().forward(x, seq_len, position_ids)
        rows, _ = _checked(x, seq_len, position_ids)
        return self.cos_cached[rows].astype(np.float32), self.sin_cached[rows].astype(np.float32)


class TableCast(RotaryEmbedding):
    """table itself cast to the dtype of x

    met: EleutherAI/gpt-neox issue 1003 and huggingface/transformers issue 25681, where half precision got into what was kept
    hint: Call it with a float16 x, then with a float32 x. How many digits do the second cosines have?
    hint: Digits that a table has lost do not come back when it is cast to float32 again. Cast what you return, and keep the
        tables as they are.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self.ensure_length(needed)
        self.cos_cached, self.sin_cached = self.cos_cached.astype(x.dtype), self.sin_cached.astype(x.dtype)
        return self.cos_cached[rows], self.sin_cached[rows]


class TableCastWhereItDiffers(RotaryEmbedding):
    """another way to write it

    variant of: TableCast
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self.ensure_length(needed)
        if self.cos_cached.dtype != x.dtype:
            self.cos_cached, self.sin_cached = self.cos_cached.astype(x.dtype), self.sin_cached.astype(x.dtype)
        return self.cos_cached[rows], self.sin_cached[rows]


class ExtendedInTheDtypeOfX(RotaryEmbedding):
    """table extended in the dtype of x

    met: a classic: older Llama code built its tables in the dtype of the call that needed them
    hint: Let the call that extends the table have a float16 x. Which dtype do the tables have afterwards?
    hint: Whoever comes first with a long request decides the precision for all others. The tables keep the dtype they were
        made with.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        if needed > self.max_seq_len_cached:
            self.dtype = x.dtype
            self.ensure_length(needed)
        return _cast(self, rows, x)
