"""Wrong answers to KVCache (lab 06): refusals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import KVCache

Array = NDArray[Any]
Pair = tuple[Array, Array]


class NothingRefused(KVCache):
    """nothing refused

    met: a classic: what cannot be joined raises by itself
    hint: Pass values of fewer tokens than keys. What is kept?
    hint: NumPy refuses some shapes, without naming an argument, and not that of values beside keys. Compare before you join.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        if self.keys is None or self.values is None:
            self.keys, self.values = keys.copy(), values.copy()
        else:
            keys, values = np.concatenate([self.keys, keys], axis=2), np.concatenate([self.values, values], axis=2)
            self.keys, self.values = keys, values
        return self.keys, self.values


class ValuesNotCompared(KVCache):
    """values not compared with keys

    met: a classic: values have the shape of keys, except when they have not
    hint: Pass values of fewer tokens than keys. What is kept?
    hint: Your comparisons are about keys. values must have their shape, all of it.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        if values.shape[:2] + values.shape[3:] != keys.shape[:2] + keys.shape[3:] or keys.ndim != 4:
            return super().update(keys, values)
        old = values[:, :, :0] if self.values is None else self.values
        super().update(keys, np.zeros_like(keys))
        assert self.keys is not None
        self.values = np.concatenate([old, values], axis=2)
        return self.keys, self.values


class ANewTextBegun(KVCache):
    """what does not fit taken for a new text

    met: a classic: another batch size is read as a wish to begin again
    hint: Pass keys of another batch size than those that are held. What becomes of the old ones?
    hint: A mistake of the caller's then silently forgets the text. Refuse what does not fit, and leave the cache as it is.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        if self.keys is not None and keys.ndim == 4 and keys.shape[:2] != self.keys.shape[:2]:
            self.keys = self.values = None
        return super().update(keys, values)


class RefusedByAssertions(KVCache):
    """bad input refused by assertions

    met: a classic: assert is the shortest check there is
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assertion states what your own code believes, and python -O leaves it out. Bad input raises ValueError.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        try:
            return super().update(keys, values)
        except ValueError as error:
            raise AssertionError(str(error)) from error


class CountedAlthoughRefused(KVCache):
    """length advanced by a refused update

    met: a classic; fla-org/flash-linear-attention issue 766 advanced a length before its tokens were there
    hint: Pass values of another shape, catch the error, and print the length.
    hint: The counter is moved before the check. Check first, or count what is kept.
    """

    counted = 0

    @property
    def length(self) -> int:
        return self.counted

    def update(self, keys: Array, values: Array) -> Pair:
        self.counted += keys.shape[-2]
        return super().update(keys, values)


class KeysKeptAlthoughRefused(KVCache):
    """keys kept although the values are refused

    met: a classic: keys checked and extended, then values checked and extended
    hint: Pass values of another shape, catch the error, and print the shapes of keys and values.
    hint: A refusal halfway leaves keys without values. Check both before either is changed.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        values_before = self.values
        super().update(keys, np.zeros_like(keys))
        self.values = values_before
        if values.shape != keys.shape:
            raise ValueError(f"values must have the shape of keys, {keys.shape}, got {values.shape}")
        self.values = values.copy() if values_before is None else np.concatenate([values_before, values], axis=2)
        assert self.keys is not None
        return self.keys, self.values
