"""Wrong answers to AttentionWithRoPE (lab 06): positions and max_seq_len."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import AttentionWithRoPE, KVCache

Array = NDArray[Any]
Ids = ArrayLike | None
Mask = ArrayLike | None


class PositionsClipped(AttentionWithRoPE):
    """positions outside moved to the nearest inside

    met: a classic: np.clip makes the error go away
    hint: Pass a position beyond max_seq_len. What comes back?
    hint: A wrong position is worse than an error, for nobody notices. Refuse it, by name and value.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is not None:
            position_ids = np.clip(np.asarray(position_ids), 0, self.max_seq_len - 1)
        return super().forward(x, position_ids, kv_cache, attention_mask)


class MaxSeqLenNotEnforced(AttentionWithRoPE):
    """positions of max_seq_len and more accepted

    met: a classic: the rotation works at any position, so that the attribute is kept and never read
    hint: Make a layer with max_seq_len 6, and pass it seven tokens.
    hint: A model has not been trained beyond max_seq_len. Refuse positions outside 0 .. max_seq_len - 1, given or counted.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        asked, self.max_seq_len = self.max_seq_len, 2**40
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        finally:
            self.max_seq_len = asked


class OneTooMany(AttentionWithRoPE):
    """position max_seq_len accepted

    met: a classic: "more than" where "at least" is meant
    hint: Make a layer with max_seq_len 6. Which positions has it, and is 6 among them?
    hint: Positions start at 0, so that the last of six is 5.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        self.max_seq_len += 1
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        finally:
            self.max_seq_len -= 1


class OnlyTheLengthOfX(AttentionWithRoPE):
    """length of x compared instead of the positions

    met: a classic: a table has so many rows, and so many are needed at once
    hint: Pass two tokens at the positions 5,000 and 5,001 of a layer with max_seq_len 3,000.
    hint: Where tokens stand is decided by position_ids and by the cache, not by how many come at once. Compare the positions.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if x.ndim == 3 and x.shape[1] > self.max_seq_len:
            raise ValueError(f"position_ids must lie in 0 .. {self.max_seq_len - 1}, got {self.max_seq_len}")
        asked, self.max_seq_len = self.max_seq_len, 2**40
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        finally:
            self.max_seq_len = asked


class CacheNotCounted(AttentionWithRoPE):
    """tokens in the cache not counted against max_seq_len

    met: karpathy/nanochat pull request 520: the tokens of a call were compared, and those in the cache were not
    hint: Make a layer with max_seq_len 6, and feed a cache with four tokens, then with three.
    hint: The last of the three stands at position 6. What is compared has to begin at the length of the cache.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        asked = self.max_seq_len
        if position_ids is None and attention_mask is None and kv_cache is not None:
            self.max_seq_len += kv_cache.length
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        finally:
            self.max_seq_len = asked


class GivenPositionsNotCompared(AttentionWithRoPE):
    """given positions not compared with max_seq_len

    met: a classic: what the layer counts itself is checked, and what the caller says is believed
    hint: Pass a position of -1, and one of max_seq_len.
    hint: Both kinds of positions end up in one array. Compare that, and name the one that lies outside.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is not None and np.any(np.asarray(position_ids) < 0):
            position_ids = np.abs(np.asarray(position_ids))
        asked, self.max_seq_len = self.max_seq_len, self.max_seq_len if position_ids is None else 2**40
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        finally:
            self.max_seq_len = asked


class PositionsBroadcast(AttentionWithRoPE):
    """one row of positions accepted for a larger batch

    met: a classic: positions broadcast to the batch, which also lets wrong ones through
    hint: Pass positions of shape (1, 5) for a batch of two.
    hint: Whoever means the same positions for all passes shape (seq,). Hand on what comes, and it is refused.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is not None and np.shape(position_ids) == (1, *x.shape[1:2]):
            position_ids = np.asarray(position_ids)[0]
        return super().forward(x, position_ids, kv_cache, attention_mask)
