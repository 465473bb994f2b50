"""Wrong answers to RotaryCache (lab 02): refusals."""

from typing import Any

import numpy as np

from ropelab.cache import RotaryCache
from ropelab.frequencies import rope_frequencies


class NegativeRebuild(RotaryCache):
    """a negative seq_len accepted

    met: a classic: a range that ends before it begins is empty, not an error
    hint: Call _set_cos_sin_cache(-2) and print max_seq_len_cached.
    hint: An empty table with a negative length hides a mistake of the caller. Refuse it, by name and value, before
        anything is changed.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(max(seq_len, 0))
        self.max_seq_len_cached = seq_len


class ChangedBeforeTheCheck(RotaryCache):
    """changed first, checked afterwards

    met: a classic: the assignments stand above the check
    hint: Catch the error of _set_cos_sin_cache(-2), then print max_seq_len_cached.
    hint: The error comes too late: the length has been overwritten, and no longer says how many rows there are. Check
        first.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        self.max_seq_len_cached = seq_len
        super()._set_cos_sin_cache(seq_len)


class OtherDefaults(RotaryCache):
    """4,096 rows unless told otherwise

    met: a classic: the default of another model
    hint: Make a cache with nothing but a head dimension and print max_position_embeddings.
    hint: The defaults are part of the contract: 2,048 rows, base 10,000, float32, growth 1.0.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 4096, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class ChecksLeftToOthers(RotaryCache):
    """no checks of its own

    met: a classic: the functions called inside refuse, in their own words
    hint: Call it with dim 9 and read the message; then with dtype int32 and with growth 0.5.
    hint: Whoever makes a cache passed dim and max_position_embeddings, and looks for these names in the message. And
        nobody else checks dtype and growth.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        self.dim, self.base, self.growth = dim, base, growth
        self.max_position_embeddings, self.dtype = max_position_embeddings, np.dtype(dtype)
        self.inv_freq = rope_frequencies(dim, base)
        self._set_cos_sin_cache(max_position_embeddings)


class GrowthBelowOneAccepted(RotaryCache):
    """growth between 0 and 1 accepted

    met: a classic: "positive" where "at least 1" is meant
    hint: Call it with growth 0.5. What would it mean?
    hint: A factor below 1 makes shorter what is to be extended. The smallest that makes sense is 1.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        if growth <= 0:
            raise ValueError(f"growth must be positive, got {growth}")
        super().__init__(dim, max_position_embeddings, base, dtype, max(growth, 1.0))
        self.growth = growth


class GrowthNotChecked(RotaryCache):
    """growth not checked

    met: a classic: four checks written, and the last argument forgotten
    hint: Make a cache with growth 0.5, and one with growth -2. What does the docstring say?
    hint: With a growth below 1 the product is always less than the request, and nobody notices. Refuse it by name and
        value.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        super().__init__(dim, max_position_embeddings, base, dtype)
        self.growth = growth


class DimNamedAsElsewhere(RotaryCache):
    """a bad dim refused by the name that it has elsewhere

    met: a classic: rope_frequencies refuses it, and calls it d_head
    hint: Call it with dim 9 and read the message. Is there an argument of that name here?
    hint: Whoever makes a cache passed dim and looks for this name in the message. Check it before you pass it on.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        rope_frequencies(dim)
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class LengthNamedAsElsewhere(RotaryCache):
    """a bad max_position_embeddings refused as seq_len

    met: a classic: _set_cos_sin_cache refuses it, and calls it seq_len
    hint: Call it with max_position_embeddings -1 and read the message. Is there an argument of that name here?
    hint: Whoever makes a cache passed max_position_embeddings and looks for this name in the message. Check it before
        you pass it on.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        if max_position_embeddings < 0:
            raise ValueError(f"seq_len must not be negative, got {max_position_embeddings}")
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class EmptyTablesRefused(RotaryCache):
    """a cache without rows refused

    met: a classic: "must be positive" written for "must not be negative"
    hint: What does the docstring say of max_position_embeddings = 0?
    hint: A cache may start empty and grow with the first request. Only negative numbers are refused.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        if max_position_embeddings <= 0:
            raise ValueError(f"max_position_embeddings must be positive, got {max_position_embeddings}")
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class TypeErrorForABadDtype(RotaryCache):
    """TypeError for a bad dtype

    met: a classic: a dtype is a type, so its error is a TypeError
    hint: Which exception does the docstring promise for a dtype that will not do?
    hint: A dtype that is no floating-point type is a bad value of the argument: ValueError, as for the others.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        if not np.issubdtype(dtype, np.floating):
            raise TypeError(f"dtype must be a floating-point type, got {dtype}")
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class NamelessErrors(RotaryCache):
    """errors that do not name the argument

    met: a classic: one message for five arguments
    hint: Read your message as somebody who passed five arguments. Which one was bad?
    hint: Each refusal names its argument and the value.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        good = dim > 0 and dim % 2 == 0 and max_position_embeddings >= 0 and base > 0 and growth >= 1
        if not good or not np.issubdtype(dtype, np.floating):
            raise ValueError("invalid argument")
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class ValueMissing(RotaryCache):
    """errors that name the argument and not its value

    met: a classic: the message says what is allowed, and not what came
    hint: Read your message as somebody whose growth was computed somewhere else. What was it?
    hint: Each refusal names its argument and also the value that was passed.
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        try:
            super().__init__(dim, max_position_embeddings, base, dtype, growth)
        except ValueError as error:
            raise ValueError(str(error).split(", got")[0]) from error


class ValueMissingButForTheBase(RotaryCache):
    """the check of the base left to rope_frequencies, which tells its value

    variant of: ValueMissing
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        try:
            super().__init__(dim, max_position_embeddings, 1e4, dtype, growth)
        except ValueError as error:
            raise ValueError(str(error).split(", got")[0]) from error
        super().__init__(dim, max_position_embeddings, base, dtype, growth)


class ValueMissingEverywhere(RotaryCache):
    """when the tables are built, too

    variant of: ValueMissing
    """

    def __init__(
        self, dim: int, max_position_embeddings: int = 2048, base: float = 1e4, dtype: Any = "f4", growth: float = 1.0
    ) -> None:
        try:
            super().__init__(dim, max_position_embeddings, base, dtype, growth)
        except ValueError as error:
            raise ValueError(str(error).split(", got")[0]) from error

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        if seq_len < 0:
            raise ValueError("seq_len must not be negative")
        super()._set_cos_sin_cache(seq_len)
