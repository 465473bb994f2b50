"""Wrong answers to RotaryCache (lab 02): tables."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ropelab.cache import RotaryCache
from ropelab.frequencies import duplicate_angles, position_angles, rope_frequencies


def _from_angles(cache: RotaryCache, angles: NDArray[Any]) -> None:
    cache.cos_cached = np.cos(np.concatenate([angles, angles], axis=-1)).astype(cache.dtype)
    cache.sin_cached = np.sin(np.concatenate([angles, angles], axis=-1)).astype(cache.dtype)


class InterleavedTables(RotaryCache):
    """each angle twice in a row: the other layout

    met: how-to-train-your-gpt 7: repeated angles used with a rotation of halves
    hint: Print row 1 of the cosines. Which columns are the same?
    hint: In the split-half layout feature i goes with feature i + D/2, so the second copy of the angles begins after
        the whole first one. Yours are neighbours.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        half = self.dim // 2
        self.cos_cached = np.repeat(self.cos_cached[:, :half], 2, axis=1)
        self.sin_cached = np.repeat(self.sin_cached[:, :half], 2, axis=1)


class HalfWidth(RotaryCache):
    """one column for each pair

    met: a classic: the tables of the tasks above, which are half as wide
    hint: Print the shape of the tables. How many features does the head have?
    hint: These tables serve the split-half layout: each row holds the angles twice, in D columns.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.cos_cached = self.cos_cached[:, : self.dim // 2].copy()
        self.sin_cached = self.sin_cached[:, : self.dim // 2].copy()


class Exchanged(RotaryCache):
    """sine and cosine exchanged

    met: a classic: two tables of the same shape, unpacked in the other order
    hint: Print row 0 of cos_cached. What is the cosine of 0?
    hint: At position 0 the cosines are all 1 and the sines all 0. Yours are the other way round.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.cos_cached, self.sin_cached = self.sin_cached, self.cos_cached


class CountedFromOne(RotaryCache):
    """positions counted from 1

    met: fla-org/flash-linear-attention 766: a length advanced too early puts every token one place off
    hint: Print row 0 of cos_cached. Which position is that?
    hint: Row p belongs to position p, and the first token stands at position 0, where nothing is turned.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len + 1)
        self.cos_cached, self.sin_cached = self.cos_cached[1:].copy(), self.sin_cached[1:].copy()
        self.max_seq_len_cached = seq_len


class BaseIgnored(RotaryCache):
    """base kept but not used

    met: ggml-org/llama.cpp pull request 2773, Lightning-AI/litgpt 2217: rope_theta of the configuration never read
    hint: Make two caches with different bases. Do their tables differ?
    hint: The base is stored as an attribute and never reaches the frequencies, which take their own default.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        self.inv_freq = rope_frequencies(self.dim)
        super()._set_cos_sin_cache(seq_len)


class FrequenciesInTheTablesDtype(RotaryCache):
    """inv_freq cast to the dtype of the tables

    met: EleutherAI/gpt-neox issue 1003, huggingface/transformers issue 25681: inv_freq cast together with the model
    hint: Print the dtype of inv_freq in a float16 cache.
    hint: A frequency with three digits gives angles that are off by whole radians further on. inv_freq stays float64;
        only finished cosines and sines are cast.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        self.inv_freq = self.inv_freq.astype(self.dtype)
        super()._set_cos_sin_cache(seq_len)


class PositionsInTheTablesDtype(RotaryCache):
    """positions cast to the dtype of the tables

    met: huggingface/candle pull request 3520: positions cast to bfloat16 before the product, neighbours fall together
    hint: Print np.float16(2049). Is it 2049?
    hint: Half precision holds whole numbers up to 2,048 exactly; beyond, neighbouring rows of your table are the same.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        _from_angles(self, position_angles(np.arange(seq_len).astype(self.dtype), self.inv_freq))


class AnglesInTheTablesDtype(RotaryCache):
    """angles formed in the dtype of the tables

    met: EleutherAI/gpt-neox issue 1003: positions and frequencies made "type as" each other, in half precision
    hint: Compare row 5,000 of a float16 cache with the cosine of the same angle in Python's own floats.
    hint: inv_freq is float64, but the product is not: an angle of a thousand radians in float16 is a guess. Cast
        cosines and sines, not what they are made of.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        positions = np.arange(seq_len).astype(self.dtype)
        _from_angles(self, np.outer(positions, self.inv_freq.astype(self.dtype)))


class AnglesCast(RotaryCache):
    """the product cast

    variant of: AnglesInTheTablesDtype
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        _from_angles(self, position_angles(np.arange(seq_len), self.inv_freq).astype(self.dtype))


class SinglePrecisionAngles(RotaryCache):
    """float32 angles

    met: kekzl/imp pull request 1325: angles formed in float32, drift of 1e-2 at position 131,072
    hint: Compare row 6,000 of a float32 cache with the cosine of the same angle in Python's own floats.
    hint: The usual PyTorch code forms the angles in float32 whatever the dtype of the tables, and their error grows
        with the position. Here they are float64.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        _from_angles(self, np.outer(np.arange(seq_len, dtype=np.float32), self.inv_freq.astype(np.float32)))


class SinglePrecisionProduct(RotaryCache):
    """only the product in float32

    variant of: SinglePrecisionAngles
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        _from_angles(self, position_angles(np.arange(seq_len), self.inv_freq).astype(np.float32))


class TablesNotCast(RotaryCache):
    """float64 tables whatever the dtype

    met: a classic: NumPy computes in double precision, and the last step is missing
    hint: Print the dtype of cos_cached in a cache made without naming one.
    hint: The angles are float64, the tables are not: cosines and sines are cast to the dtype that was asked for.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        angles = duplicate_angles(position_angles(np.arange(seq_len), self.inv_freq))
        self.cos_cached, self.sin_cached = np.cos(angles), np.sin(angles)


class BaseChangedWithTheLength(RotaryCache):
    """frequencies that change as the tables grow

    met: huggingface/transformers 25104: keys cached under the old base meet queries under the new one
    hint: Keep a copy of row 3, let the tables grow, and compare.
    hint: Scaling the base with the length is another scheme ("dynamic NTK"). Here a row stays the same however many
        follow.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        stretch = max(seq_len / max(self.max_position_embeddings, 1), 1.0)
        self.inv_freq = rope_frequencies(self.dim, self.base * stretch ** (self.dim / (self.dim - 2)))
        super()._set_cos_sin_cache(seq_len)


class TablesSharedBetweenCaches(RotaryCache):
    """tables shared between caches that differ

    met: lucidrains/rotary-embedding-torch issue 11: a key of the cache that leaves out what the entries depend on
    hint: Make two caches of the same length with different bases, and compare their tables.
    hint: What is kept for all caches together is found by head dimension and length. Base and dtype decide the numbers
        as well, and are not asked.
    """

    _tables: ClassVar[dict[Any, Any]] = {}

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        key = (self.dim, seq_len)
        if key not in self._tables:
            super()._set_cos_sin_cache(seq_len)
            self._tables[key] = self.cos_cached, self.sin_cached
        self.cos_cached, self.sin_cached = self._tables[key]
        self.max_seq_len_cached = seq_len
