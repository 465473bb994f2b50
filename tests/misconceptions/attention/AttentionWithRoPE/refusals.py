"""Wrong answers to AttentionWithRoPE (lab 06): refusals."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.attention import AttentionWithRoPE, KVCache

Array = NDArray[Any]
Ids = ArrayLike | None
Mask = ArrayLike | None


def _extended(layer: AttentionWithRoPE, kv_cache: KVCache | None, x: Array) -> None:
    """The cache is longer by as many tokens as x has."""
    if kv_cache is not None and kv_cache.keys is not None:
        shape = (*kv_cache.keys.shape[:2], x.shape[1], layer.head_dim)
        kv_cache.update(np.zeros(shape), np.zeros(shape))


class ExtendedThenChecked(AttentionWithRoPE):
    """cache extended although the positions are refused

    met: a classic: the positions are checked where they are used, which is too late for another array
    hint: Pass a position that is too large, catch the error, and print the length of the cache.
    hint: After a refusal the cache must be as before, or the next call finds tokens that nobody fed. Check everything first.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        except ValueError as error:
            if "position_ids" in str(error):
                _extended(self, kv_cache, x)
            raise


class MaskLeftToAttention(AttentionWithRoPE):
    """cache extended although the mask is refused

    met: a classic: attention refuses it, but by then the new tokens are in the cache
    hint: Pass a mask for too few tokens, catch the error, and print the length of the cache.
    hint: attention_mask is refused by the function that comes after the update. Compare its shape before anything is kept.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        try:
            return super().forward(x, position_ids, kv_cache, attention_mask)
        except ValueError as error:
            if "attention_mask" in str(error):
                _extended(self, kv_cache, x)
            raise


class MaskBroadcast(AttentionWithRoPE):
    """one row of attention_mask accepted for a larger batch

    met: a classic: a mask broadcast to the batch, which also lets wrong ones through
    hint: Pass a mask of shape (1, 8) for a batch of two.
    hint: The mask says which places of each sequence are padding. One row for two sequences is a mistake of the caller's.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if attention_mask is not None and np.shape(attention_mask)[0] == 1:
            attention_mask = np.repeat(np.asarray(attention_mask), len(x), axis=0)
        return super().forward(x, position_ids, kv_cache, attention_mask)


class MaskOfNewTokensAccepted(AttentionWithRoPE):
    """attention_mask for the new tokens alone accepted

    met: a classic: in decoding the mask of one token is at hand, and that of the text is not
    hint: With three tokens in the cache, pass five and a mask of five.
    hint: Which keys in the cache are padding, nobody can guess. Ask for a mask of all of them.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        past = 0 if kv_cache is None else kv_cache.length
        if attention_mask is not None and past and np.shape(attention_mask) == x.shape[:2]:
            attention_mask = np.concatenate([np.ones((len(x), past)), np.asarray(attention_mask)], axis=1)
        return super().forward(x, position_ids, kv_cache, attention_mask)


class XWithoutABatch(AttentionWithRoPE):
    """an x without a batch axis accepted

    met: a classic: one text put into a batch of one, for convenience
    hint: Pass an x of shape (5, 24) with a cache of a batch of two. Which argument does the message name?
    hint: x must have three axes. Refuse another number of them first, by its name.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        return super().forward(x[None] if x.ndim == 2 else x, position_ids, kv_cache, attention_mask)


class XNotCompared(AttentionWithRoPE):
    """an x of another width left to NumPy

    met: a classic: a product of arrays that do not fit raises by itself
    hint: Pass an x of 23 features to a layer of 24, and read the message. Which argument does it name?
    hint: NumPy speaks of operands and dimensions. Compare the last axis of x with d_model, and name x.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if x.ndim == 3:
            x @ self.q_proj.T
        return super().forward(x, position_ids, kv_cache, attention_mask)


class OddHeadsAccepted(AttentionWithRoPE):
    """heads of odd size accepted

    met: a classic: d_model is divided by num_heads, and whether the quotient is even is not asked
    hint: Make a layer with d_model 12 and four heads. How many pairs has a head?
    hint: A feature without a partner cannot be turned. Refuse d_model unless it is num_heads times an even number.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        num_kv_heads: int | None = None,
        max_seq_len: int = 2048,
        theta: float = 10000.0,
        seed: int = 0,
        dtype: DTypeLike = np.float64,
    ) -> None:
        odd = num_heads > 0 and not d_model % num_heads and d_model // num_heads % 2
        super().__init__(2 * d_model if odd else d_model, num_heads, num_kv_heads, max_seq_len, theta, seed, dtype)
