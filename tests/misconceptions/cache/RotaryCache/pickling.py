"""Wrong answers to RotaryCache (lab 02): pickling."""

from typing import Any

import numpy as np

from ropelab.cache import RotaryCache
from ropelab.frequencies import rope_frequencies


class FrequenciesOfTheDefaultBase(RotaryCache):
    """inv_freq unpickled with the default base

    met: a classic: left out of the pickle because it can be computed, then computed without the base
    hint: Pickle a cache whose base is not 10,000, and compare inv_freq before and after.
    hint: The frequencies follow from the head dimension and the base. Either keep them, or compute them from both.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.inv_freq = rope_frequencies(self.dim)
        self._set_cos_sin_cache(self.max_seq_len_cached)


class TablesInThePickle(RotaryCache):
    """a pickle that keeps the tables

    met: a classic: what pickle does by itself
    hint: Compare the sizes of the pickles of a short cache and of a long one.
    hint: The tables follow from the other attributes and are built again anyway, so a checkpoint need not hold them.
    """

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()


class OriginalEmptied(RotaryCache):
    """pickling takes the tables from the original

    met: a classic: __dict__ is the object's own dictionary, not a copy
    hint: Pickle a cache, then use it.
    hint: What you remove from __dict__ is gone from the object. Remove it from a copy.
    """

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__
        del state["cos_cached"], state["sin_cached"]
        return state


class TablesNotRestored(RotaryCache):
    """unpickled without tables

    met: a classic: the attributes come back, and nothing more
    hint: Unpickle a cache and print its cos_cached.
    hint: The pickle holds no tables, so they have to be built when the other attributes are back.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class FirstLengthRestored(RotaryCache):
    """unpickled with the first length

    met: a classic: the length at the start and the length now, confused
    hint: Let a cache grow, pickle and unpickle it, and print the shape.
    hint: The tables should be as long as they were when the cache was pickled. Which attribute says that?
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._set_cos_sin_cache(self.max_position_embeddings)


class MadeAnewFromThreeArguments(RotaryCache):
    """unpickled by __init__ with only some of the arguments

    met: a classic: __init__ builds everything, so call it
    hint: Pickle a float16 cache with growth 2.0, and print dtype and growth of what comes back.
    hint: What is not passed on takes its default, and the rows that had been added are lost too. The state holds it
        all.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        RotaryCache.__init__(self, state["dim"], state["max_position_embeddings"], state["base"])


class FrequenciesEmpty(RotaryCache):
    """inv_freq left out of the pickle and never filled

    met: huggingface/transformers issue 45902: inv_freq not in the checkpoint, and memory that nobody filled
    hint: Unpickle a cache and print its inv_freq. Is the first entry 1?
    hint: What is left out of the pickle has to be made again, before the tables that depend on it.
    """

    def __getstate__(self) -> dict[str, Any]:
        left_out = ("cos_cached", "sin_cached", "inv_freq")
        return {name: value for name, value in self.__dict__.items() if name not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.inv_freq = np.zeros(self.dim // 2)
        self._set_cos_sin_cache(self.max_seq_len_cached)
