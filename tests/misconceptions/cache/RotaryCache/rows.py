"""Wrong answers to RotaryCache (lab 02): rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.cache import RotaryCache
from ropelab.frequencies import position_angles


def _cast(cache: RotaryCache, angles: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    both = np.concatenate([angles, angles], axis=1)
    return np.cos(both).astype(cache.dtype), np.sin(both).astype(cache.dtype)


class SineNegated(RotaryCache):
    """negative sine

    met: a classic: the minus of the rotation matrix put into the table
    hint: Print row 1 of sin_cached. Is the sine of one radian above 0?
    hint: The table holds the sine itself. The minus sign belongs to the formula of the rotation, in a later lab.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.sin_cached = -self.sin_cached


class OneRowTooFew(RotaryCache):
    """one row too few

    met: a classic: the last position is seq_len - 1, so the range is made to end there
    hint: Print max_seq_len_cached and the shape of cos_cached. Do they agree?
    hint: np.arange leaves its end out by itself. Positions 0 to seq_len - 1, both included, are seq_len rows.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.cos_cached, self.sin_cached = self.cos_cached[:-1], self.sin_cached[:-1]


class FirstRowMissing(RotaryCache):
    """the first row missing instead of the last

    variant of: OneRowTooFew
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.cos_cached, self.sin_cached = self.cos_cached[1:], self.sin_cached[1:]


class OneRowTooMany(RotaryCache):
    """one row too many

    met: a classic: positions 0 to seq_len, both included
    hint: Print max_seq_len_cached and the shape of cos_cached. Do they agree?
    hint: Positions start at 0, so that the last of seq_len positions is seq_len - 1.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.cos_cached, self.sin_cached = _cast(self, position_angles(np.arange(seq_len + 1), self.inv_freq))


class DtypeIgnored(RotaryCache):
    """float32 whatever the dtype

    met: a classic: the default is written into the code, and the argument not looked at again
    hint: Make a cache with dtype float16, and print its dtype and that of its tables.
    hint: float32 is only the default. The tables have the dtype that was asked for, and the attribute says which.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        super().__init__(dim, max_position_embeddings, base, dtype, growth)
        self.dtype = np.dtype(np.float32)
        self._set_cos_sin_cache(max_position_embeddings)


class TablesAlwaysFloat32(RotaryCache):
    """the attribute right, the tables not

    variant of: DtypeIgnored
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        asked, self.dtype = self.dtype, np.dtype(np.float32)
        super()._set_cos_sin_cache(seq_len)
        self.dtype = asked


class NewRowsInHalfPrecision(RotaryCache):
    """appended rows formed in half precision

    met: EleutherAI/gpt-neox issue 1003: angles in the low precision of whatever is at hand
    hint: Let a table of 9 rows grow to 40, and compare it with one that had 40 rows from the beginning.
    hint: A row has the same numbers whether it was there at first or added later. You form the angles of the new rows in
        float16; angles are float64, and only finished cosines and sines are cast.
    """

    def ensure_length(self, seq_len: int) -> None:
        old = self.max_seq_len_cached
        if seq_len > old:
            rows = max(seq_len, int(self.growth * old))
            cos, sin = _cast(self, position_angles(np.arange(old, rows), self.inv_freq).astype(np.float16))
            self.cos_cached = np.concatenate([self.cos_cached, cos])
            self.sin_cached = np.concatenate([self.sin_cached, sin])
            self.max_seq_len_cached = rows


class NewRowsFromHalfPrecisionFactors(RotaryCache):
    """positions and frequencies rounded before they are multiplied

    variant of: NewRowsInHalfPrecision
    """

    def ensure_length(self, seq_len: int) -> None:
        old = self.max_seq_len_cached
        if seq_len > old:
            rows = max(seq_len, int(self.growth * old))
            cos, sin = _cast(self, np.outer(np.arange(old, rows, dtype=np.float16), self.inv_freq.astype(np.float16)))
            self.cos_cached = np.concatenate([self.cos_cached, cos])
            self.sin_cached = np.concatenate([self.sin_cached, sin])
            self.max_seq_len_cached = rows
