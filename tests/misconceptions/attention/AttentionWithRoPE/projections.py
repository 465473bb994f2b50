"""Wrong answers to AttentionWithRoPE (lab 06): projections."""

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
    """The reference, with its projections apart."""

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
        parts = self.projected(self.cast(x))
        q, k, v = (part.reshape(*x.shape[:2], -1, self.head_dim) for part in parts)
        q, k = (apply_rotary_pos_emb(part, ids, self.theta).swapaxes(1, 2) for part in (q, k))
        k, v = (k, v.swapaxes(1, 2)) if kv_cache is None else kv_cache.update(k, v.swapaxes(1, 2))
        heads = scaled_dot_product_attention(q, k, v, attention_mask=attention_mask)
        return self.projected_back(heads.swapaxes(1, 2).reshape(*x.shape[:2], -1))

    def cast(self, x: Array) -> Array:
        return x.astype(self.q_proj.dtype)

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        return x @ self.q_proj.T, x @ self.k_proj.T, x @ self.v_proj.T

    def projected_back(self, x: Array) -> Array:
        return np.asarray(x @ self.o_proj.T)


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


class NoneTransposed(_InSteps):
    """o_proj neither

    variant of: WeightsNotTransposed
    """

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        return x @ self.q_proj, x @ self.k_proj, x @ self.v_proj

    def projected_back(self, x: Array) -> Array:
        return np.asarray(x @ self.o_proj)


class QueryWeightNotTransposed(_InSteps):
    """x times q_proj, not its transpose

    met: a classic: q_proj is square, so either way fits
    hint: Put a single 1 into row 0, column 5 of q_proj. Which feature of x should reach which of q?
    hint: Like the other weights, q_proj has a row for each feature that comes out. k and v show how: their weights need not
        be square, and there the other way does not fit.
    """

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        return x @ self.q_proj, x @ self.k_proj.T, x @ self.v_proj.T


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
