"""Wrong answers to RotaryEmbedding (lab 03): growth."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.forward import RotaryEmbedding
from ropelab.frequencies import duplicate_angles, position_angles

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


class RowsComputedAgain(RotaryEmbedding):
    """rows computed again at every call

    met: Hugging Face's Llama code today, which keeps no tables
    hint: Put zeros into cos_cached and call forward. Do the zeros come back?
    hint: The rows are right, but the tables are there to be read: slice them, or look the positions up.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self.ensure_length(needed)
        positions = np.arange(needed)[rows]
        angles = duplicate_angles(position_angles(positions.ravel(), self.inv_freq)).reshape(*positions.shape, self.dim)
        return np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)


class RowsComputedWithoutTables(RotaryEmbedding):
    """another way to write it

    variant of: RowsComputedAgain
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        positions = np.arange(needed)[rows]
        angles = duplicate_angles(position_angles(positions.ravel(), self.inv_freq)).reshape(*positions.shape, self.dim)
        return np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)


class TableOfTheLastRequest(RotaryEmbedding):
    """table built anew at every call, as long as the request

    met: a classic: the table is built in forward because the length is known there
    hint: Print max_seq_len_cached after a call with 7 tokens and another with 3.
    hint: Every call throws the table away, and a short one leaves a short table behind. Rows that are there stay there.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self._set_cos_sin_cache(needed)
        return _cast(self, rows, x)


class ComparedWithTheFirstLength(RotaryEmbedding):
    """request compared with the length the table had at first

    met: a classic: max_position_embeddings looks like the length of the table
    hint: Make a table of 5 rows. Call it with 9 tokens, then with 7: how long is the table now?
    hint: max_position_embeddings never changes. From the first extension on, every request above it builds the table again.
        Compare with max_seq_len_cached, or let ensure_length do it.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        if needed > self.max_position_embeddings:
            self._set_cos_sin_cache(needed)
        return _cast(self, rows, x)


class RebuiltWithoutNeed(RotaryEmbedding):
    """table built again although it is long enough

    met: a classic: a maximum keeps the length right and hides that all is computed again
    hint: Look at rotary.cos_cached before and after a short call: is it the same object?
    hint: The length is right, but each call pays for the whole table. Build only when rows are missing.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self._set_cos_sin_cache(max(needed, self.max_seq_len_cached))
        return _cast(self, rows, x)


class GrowthPassedOver(RotaryEmbedding):
    """extended without asking growth

    met: TransformerLensOrg/TransformerLens pull request 1457: tables that grew by exactly what was missing were slow
    hint: Make an object with growth 2.0 and a table of 8 rows, and ask for 9. How long is the table?
    hint: You build the table yourself, as long as the request. ensure_length knows about growth: leave the extension to it.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        if needed > self.max_seq_len_cached:
            self._set_cos_sin_cache(needed)
        return _cast(self, rows, x)


class NeverExtended(RotaryEmbedding):
    """never extended

    met: Meta's Llama code, whose table has a fixed length
    hint: How many rows come back for 7 tokens from a table of 5?
    hint: A slice beyond the end gives what there is, without an error. Call ensure_length before you slice.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, _ = _checked(x, seq_len, position_ids)
        return _cast(self, rows, x)


class TokensCountedInsteadOfPositions(RotaryEmbedding):
    """as many rows as tokens, wherever they stand

    met: karpathy/nanochat pull request 520: the length of the chunk was checked, not where it begins
    hint: Ask for the single position 100 from a table of 10 rows. How many rows does that need?
    hint: You extend for the number of positions. It is the largest of them that decides.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self.ensure_length(needed if position_ids is None else rows.size)
        return _cast(self, rows, x)


class OneRowTooFew(RotaryEmbedding):
    """not extended for the position right behind the table

    met: a classic: positions count from 0, lengths from 1
    hint: Ask for position 10 from a table of 10 rows. Which rows are there, by number?
    hint: A table of 10 rows ends with row 9. Your comparison lets position 10 through: compare lengths with lengths, and the
        length that a position needs is one more than its number.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        if position_ids is None or needed - 1 > self.max_seq_len_cached:
            self.ensure_length(needed)
        return _cast(self, rows, x)


class OneRowTooMany(RotaryEmbedding):
    """one row too many

    met: a classic: one is added to be on the safe side, also where a length is meant
    hint: How long is the table after 7 tokens? Which rows did they need?
    hint: Only a position needs one row more than its number. A number of tokens is a length already.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self.ensure_length(needed + 1)
        return _cast(self, rows, x)


class LastPositionTakenForTheLargest(RotaryEmbedding):
    """last position taken for the largest

    met: a classic: in a prompt the last position is the largest
    hint: Ask for positions 10, 2 and 7 from a table of 4 rows.
    hint: Positions come in any order and any shape. Extend for the largest of all of them.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows, needed = _checked(x, seq_len, position_ids)
        self.ensure_length(needed if position_ids is None else int(rows.flat[-1]) + 1)
        return _cast(self, rows, x)
