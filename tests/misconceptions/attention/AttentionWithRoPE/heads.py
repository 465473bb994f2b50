"""Wrong answers to AttentionWithRoPE (lab 06): projections, heads, and attention."""

import copy
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
    """The reference, with its projections and reshapes apart."""

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        super().forward(x, position_ids, copy.deepcopy(kv_cache), attention_mask)  # for its refusals
        past = 0 if kv_cache is None else kv_cache.length
        if position_ids is not None:
            ids = np.asarray(position_ids)
        elif attention_mask is not None:
            ids = position_ids_from_mask(attention_mask)[:, past:]
        else:
            ids = np.arange(past, past + x.shape[1])
        q, k, v = self.split(*self.projected(self.cast(x)))
        q = apply_rotary_pos_emb(q.swapaxes(1, 2), ids, self.theta).swapaxes(1, 2)
        k = apply_rotary_pos_emb(k.swapaxes(1, 2), ids, self.theta).swapaxes(1, 2)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
        return self.projected_back(self.merged(scaled_dot_product_attention(q, k, v, attention_mask=attention_mask)))

    def cast(self, x: Array) -> Array:
        return x.astype(self.q_proj.dtype)

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        return x @ self.q_proj.T, x @ self.k_proj.T, x @ self.v_proj.T

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(*x.shape[:2], -1, self.head_dim).swapaxes(1, 2) for x in (q, k, v))

    def merged(self, heads: Array) -> Array:
        return heads.swapaxes(1, 2).reshape(len(heads), heads.shape[2], -1)

    def projected_back(self, x: Array) -> Array:
        return np.asarray(x @ self.o_proj.T)


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


class AsManyKeyHeads(_InSteps):
    """keys and values split into num_heads heads

    met: mlc-ai/mlc-llm pull request 576 and tinygrad/tinygrad pull request 2267: the number of query heads used for the cache
    hint: Print the shapes of q, k and v for six query heads and two key heads.
    hint: The keys have num_kv_heads heads of the same size D. Split into num_heads, each is too small.
    """

    def split(self, q: Array, k: Array, v: Array) -> tuple[Array, ...]:
        return tuple(x.reshape(*x.shape[:2], self.num_heads, -1).swapaxes(1, 2) for x in (q, k, v))


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


class KeyForValue(_InSteps):
    """key and value projections exchanged

    met: a classic: three products in a row, and two names in the other order
    hint: Put zeros into v_proj. Should the result be zero?
    hint: What is averaged comes from v_proj, and what is compared from k_proj. Follow both from the weights on.
    """

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        q, k, v = super().projected(x)
        return q, v, k


class QueriesForKeys(_InSteps):
    """keys made with the projection of the queries

    met: a classic: a line copied, and one of its names not changed
    hint: Put zeros into k_proj. What should become of the weights?
    hint: Look at the line that makes the keys: which weight does it use?
    """

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        q, k, v = super().projected(x)
        return q, q[..., : k.shape[-1]].copy(), v


class WeightsNotTransposed(_InSteps):
    """x times the weights, not their transposes

    met: skyzh/tiny-llm pull request 60: shapes in a course's text the other way round; a square weight hides it
    hint: Make a layer with fewer key heads than query heads. Does x @ k_proj work?
    hint: The weights have a row for each feature that comes out, as in PyTorch's Linear. Multiply by the transpose.
    """

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        return x @ self.q_proj, x @ self.k_proj, x @ self.v_proj


class OutputNotProjected(_InSteps):
    """output projection forgotten

    met: a classic: the heads side by side already have the right shape
    hint: Put zeros into o_proj. What comes out?
    hint: o_proj mixes what the heads found. Without it each head stays alone in its features.
    """

    def projected_back(self, x: Array) -> Array:
        return x


class OutputNotTransposed(_InSteps):
    """output times o_proj, not its transpose

    met: a classic: o_proj is square, so either way fits
    hint: Put a single 1 into row 0, column 5 of o_proj. Which feature of the heads should reach which of the result?
    hint: Like the other weights, o_proj has a row for each feature that comes out. Multiply by the transpose.
    """

    def projected_back(self, x: Array) -> Array:
        return np.asarray(x @ self.o_proj)


class XAdded(_InSteps):
    """x added to the result

    met: a classic: the residual connection belongs to the block around the layer
    hint: Put zeros into o_proj. What comes out?
    hint: Blocks of a model add the input to what attention gives. This layer gives attention alone.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        return self.cast(x) + super().forward(x, position_ids, kv_cache, attention_mask)


class DtypeOfX(_InSteps):
    """x in its own dtype

    met: a classic: NumPy promotes whatever meets, and float64 inputs make a float32 layer slow and wide
    hint: Print the dtype of the result for float32 weights and a float64 x.
    hint: The dtype of the weights is that of the layer. Cast x before the first product.
    """

    def cast(self, x: Array) -> Array:
        return x
