"""Wrong answers to AttentionWithRoPE (lab 06): splitting into heads and merging them."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import (
    AttentionWithRoPE,
    KVCache,
    apply_rotary_pos_emb,
    position_ids_from_mask,
    scaled_dot_product_attention,
)

Array = NDArray[Any]
Ids = ArrayLike | None
Mask = ArrayLike | None


class _InSteps(AttentionWithRoPE):
    """The reference, with its reshapes apart. Heads before tokens behind the split."""

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        past = 0 if kv_cache is None else kv_cache.length
        held = KVCache()  # as long, and right: what this layer has kept may be of any shape
        if past:
            held.update(*np.zeros((2, len(x), self.num_kv_heads, past, self.head_dim)))
        super().forward(x, position_ids, held, attention_mask)  # for its refusals
        if position_ids is not None:
            ids = np.asarray(position_ids)
        elif attention_mask is not None:
            ids = position_ids_from_mask(attention_mask)[:, past:]
        else:
            ids = np.arange(past, past + x.shape[1])
        x = x.astype(self.q_proj.dtype)
        q, k, v = self.split(x @ self.q_proj.T, x @ self.k_proj.T, x @ self.v_proj.T)
        q, k = self.rotated(q, ids), self.rotated(k, ids)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
        heads = scaled_dot_product_attention(q, k, v, attention_mask=attention_mask)
        return np.asarray(self.merged(heads) @ self.o_proj.T)

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(*x.shape[:2], -1, self.head_dim).swapaxes(1, 2) for x in (q, k, v))

    def rotated(self, x: Array, ids: Array) -> Array:
        return apply_rotary_pos_emb(x.swapaxes(1, 2), ids, self.theta).swapaxes(1, 2)

    def merged(self, heads: Array) -> Array:
        return heads.swapaxes(1, 2).reshape(len(heads), heads.shape[2], -1)


class SplitWithoutSwap(_InSteps):
    """split into heads by a reshape alone

    met: reczoo/FuxiCTR issue 30 and hyunwoongko/transformer issue 15: view(batch, heads, seq, D) has the right shape
    hint: Number the features of x from 0 on, and print the first head of the first token.
    hint: A reshape moves nothing, so the heads get other tokens' features. First (batch, seq, heads, D), then exchange two
        axes.
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(len(x), -1, x.shape[1], self.head_dim) for x in (q, k, v))


class MergedWithoutSwap(_InSteps):
    """heads put together without exchanging axes

    met: jsbaan/transformer-from-scratch pull request 6 and ajhalthor/Transformer-Neural-Network pull request 4
    hint: Let every head return its own number. Print the first row of what goes into the last projection.
    hint: A reshape moves nothing, so that rows of one head follow each other. Tokens before heads first, then the reshape.
    """

    def merged(self, heads: Array) -> Array:
        return heads.reshape(len(heads), heads.shape[2], -1)


class FeaturesByTurns(_InSteps):
    """features given to the heads by turns

    met: a classic: reshape to (batch, seq, D, heads) instead of (batch, seq, heads, D)
    hint: With three heads of six features, to which head does feature 1 belong?
    hint: The weights hold D rows for each head, one head after the other. Put the heads before D when you reshape.
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        parts = (x.reshape(*x.shape[:2], self.head_dim, -1) for x in (q, k, v))
        return tuple(part.transpose(0, 3, 1, 2) for part in parts)


class FeaturesByTurnsBeforeTheHeads(_InSteps):
    """left before the heads: the features are then taken for heads

    variant of: FeaturesByTurns
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(*x.shape[:2], self.head_dim, -1).swapaxes(1, 2) for x in (q, k, v))


class AsManyKeyHeads(_InSteps):
    """keys and values split into num_heads heads

    met: mlc-ai/mlc-llm pull request 576 and tinygrad/tinygrad pull request 2267: the number of query heads used for the cache
    hint: Print the shapes of q, k and v for six query heads and two key heads.
    hint: The keys have num_kv_heads heads of the same size D. Split into num_heads, each is too small.
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(*x.shape[:2], self.num_heads, -1).swapaxes(1, 2) for x in (q, k, v))


class AsManyKeyHeadsOfFullSize(_InSteps):
    """heads of D features, for which there are not enough

    variant of: AsManyKeyHeads
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(*x.shape[:2], self.num_heads, self.head_dim).swapaxes(1, 2) for x in (q, k, v))


class RepeatedBeforeTheCache(_InSteps):
    """key heads repeated before they are kept

    met: EricLBuehler/candle-vllm pull request 52: kept without the repetition, the cache became that much smaller
    hint: Print cache.keys.shape for six query heads and two key heads.
    hint: That grouped heads need a small cache is what they are for. Keep the heads as they are; attention shares them.
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        q, k, v = super().split(q, k, v)
        group = q.shape[1] // k.shape[1]
        return q, np.repeat(k, group, axis=1), np.repeat(v, group, axis=1)


class EveryCallRefused(_InSteps):
    """every call ends with a ValueError

    met: a classic: heads before tokens go into the rotation, which then compares the positions with the heads
    hint: Which call raised it, for which array? Print the shape of q before that line, for two sequences of seven tokens.
    hint: With three heads of six features apply_rotary_pos_emb wants (2, 7, 3, 6), tokens before heads, and
        scaled_dot_product_attention (2, 3, 7, 6). Between the two an exchange of axes is needed, and a split before both.
    """

    def rotated(self, x: Array, ids: Array) -> Array:
        return apply_rotary_pos_emb(x, ids, self.theta)


class NotSplitBeforeTheRotation(_InSteps):
    """rotated before the split, without an axis for the heads

    variant of: EveryCallRefused
    """

    def rotated(self, x: Array, ids: Array) -> Array:
        return apply_rotary_pos_emb(self.merged(x), ids, self.theta)
