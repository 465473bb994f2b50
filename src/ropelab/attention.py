"""Lab 06: attention with rotary position embeddings, a KV cache, grouped-query heads and padded batches.

The interleaved layout throughout: features 2i and 2i + 1 form pair i, turned counter-clockwise. Hugging Face's Llama code uses
the split-half layout; ``projection_to_interleaved`` carries its weights over.

Sources: Su et al. (2021), section 3.2.2 (rotation); Vaswani et al. (2017), section 3.2.1 (attention); Ainslie et al. (2023),
section 2.2 (grouped-query heads). Names are those of Hugging Face's modelling code.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.relative import half_to_interleaved


def apply_rotary_pos_emb(
    x: NDArray[Any], position_ids: ArrayLike, theta: float = 10000.0, rotary_dim: int | None = None
) -> NDArray[Any]:
    """Rotate every head of every token by the token's own position, interleaved layout.

    Args:
        x: floating point, shape (batch, seq, heads, D).
        position_ids: in tokens, shape (batch, seq), or (seq,) for the whole batch; any order, with repeats.
        theta: the base of the inverse frequencies, above 0.
        rotary_dim: rotate the first rotary_dim features of each head, with the frequencies of a head of that size, and pass
            the others through (partial rotary, as in GPT-J and GPT-NeoX). None rotates all D.

    Returns:
        A new array of x's shape and dtype. Angles are formed in float64. x is left as it was.

    Raises:
        ValueError: x is not four-dimensional, position_ids has another shape than those two, theta is not above 0, or
            rotary_dim (D, where it is None) is odd or not in 2 .. D. The message names the argument and its value (for
            an array, its shape).
    """
    # TODO: refuse what does not fit; one angle for each token and pair; rotate rotary_dim features, leave the others.
    raise NotImplementedError("apply_rotary_pos_emb (lab 06-attention) is not written yet")


def scaled_dot_product_attention(
    q: NDArray[Any],
    k: NDArray[Any],
    v: NDArray[Any],
    causal: bool = True,
    attention_mask: ArrayLike | None = None,
) -> NDArray[Any]:
    """softmax(q kᵀ / sqrt(D)) v, for every head, with a softmax that cannot overflow.

    Args:
        q: shape (batch, heads, queries, D).
        k, v: shape (batch, kv_heads, keys, D), kv_heads a divisor of heads. Query head h reads key and value head
            ``h // (heads // kv_heads)``: neighbouring query heads share one (grouped-query attention).
        causal: the queries are the last tokens of the keys. With it, query i sees keys 0 to ``keys - queries + i``.
        attention_mask: shape (batch, keys), true for a token and false for padding, which nobody sees. None: no padding.

    Returns:
        A new array of q's shape and dtype. Scores, softmax and weighted sum are formed in float32 or, for float64, in
        float64. A query that sees no key gets zeros. The arguments are left as they were.

    Raises:
        ValueError: q is not four-dimensional, k does not fit q, v not k, attention_mask is not of shape (batch, keys), or
            queries outnumber keys although causal. The message names that argument (in the last case q or k) and its shape.
    """
    # TODO: refuse what does not fit; share key and value heads among query heads; scores; hide what may not be seen;
    #   a softmax that subtracts the largest score first; then the weighted sum of v, in q's dtype.
    raise NotImplementedError("scaled_dot_product_attention (lab 06-attention) is not written yet")


def projection_to_interleaved(weight: NDArray[Any], num_heads: int) -> NDArray[Any]:
    """Reorder a query or key projection that was made for the split-half layout, so that it fits the interleaved one.

    Args:
        weight: shape (num_heads * D, d_model), D even, as in ``y = x @ weight.T``: D rows for each head, one head after
            the other, and within a head row i and row i + D/2 make pair i.
        num_heads: how many heads the rows hold, above 0 (for a key projection: the key heads).

    Returns:
        A new array of the same shape and dtype: within each head, rows 2i and 2i + 1 make pair i. Queries and keys that
        are made with it and rotated in the interleaved layout have the scores of the original in the split-half layout.

    Raises:
        ValueError: weight is not two-dimensional (the message names weight and its shape), or num_heads does not divide
            its rows into heads of even size (the message names num_heads and its value).
    """
    # TODO: refuse what does not fit; the rows of each head by themselves; reorder them; one array again.
    raise NotImplementedError("projection_to_interleaved (lab 06-attention) is not written yet")


def position_ids_from_mask(attention_mask: ArrayLike) -> NDArray[np.int64]:
    """The position of every token of a padded batch: tokens are counted, padding is not.

    Args:
        attention_mask: shape (batch, keys), true (or 1) for a token, false (or 0) for padding.

    Returns:
        int64 of the same shape: how many tokens of its row stand before it. The first token of each row is at position 0.

    Raises:
        ValueError: attention_mask is not two-dimensional. The message names attention_mask and its shape.
    """
    # TODO: refuse what is not two-dimensional; count the tokens of each row; the first one is number 0.
    raise NotImplementedError("position_ids_from_mask (lab 06-attention) is not written yet")


class KVCache:
    """The rotated keys and the values of all tokens that a layer has seen, in arrays of its own from the first update on.

    Attributes:
        keys, values: shape (batch, kv_heads, length, D); None as long as the cache is empty.
        length: how many tokens it holds.
    """

    def __init__(self) -> None:
        self.keys: NDArray[Any] | None = None
        self.values: NDArray[Any] | None = None

    @property
    def length(self) -> int:
        return 0 if self.keys is None else int(self.keys.shape[2])

    def update(self, keys: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Put the keys and values of new tokens behind those that are there.

        Args:
            keys, values: shape (batch, kv_heads, new, D). Keys are rotated already: a key's position never changes.

        Returns ``(self.keys, self.values)``: those of all tokens so far, the new ones last.

        Raises:
            ValueError: keys is not four-dimensional or differs from what is held in more than its length, or values has
                another shape. The message names the argument and its shape, and nothing has changed.
        """
        # TODO: refuse what does not fit; then keep the old ones with the new ones behind them, and return both.
        raise NotImplementedError("KVCache.update (lab 06-attention) is not written yet")


class AttentionWithRoPE:
    """One self-attention layer whose queries and keys are rotated by their positions, and whose values are not.

    Attributes:
        d_model, num_heads, num_kv_heads, max_seq_len, theta: as given; num_kv_heads is num_heads where it was None.
        head_dim: D = d_model / num_heads.
        q_proj, o_proj: shape (d_model, d_model), as in ``q = x @ q_proj.T``: D rows for each head, one head after the other.
        k_proj, v_proj: shape (num_kv_heads * D, d_model). All four may be set to others; their dtype is the whole layer's.
    """

    q_proj: NDArray[Any]
    k_proj: NDArray[Any]
    v_proj: NDArray[Any]
    o_proj: NDArray[Any]

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
        """Draw the weights from ``np.random.default_rng(seed)``.

        Raises:
            ValueError: d_model is not num_heads times an even number (the message names d_model and its value), or
                num_kv_heads is not a positive divisor of num_heads (it names num_kv_heads and its value).
        """
        kv_heads = num_heads if num_kv_heads is None else num_kv_heads
        # TODO: refuse head counts that do not fit, in place of the next line; what follows it is given.
        raise NotImplementedError("AttentionWithRoPE.__init__ (lab 06-attention) is not written yet")
        self.d_model, self.num_heads, self.num_kv_heads = d_model, num_heads, kv_heads
        self.max_seq_len, self.theta, self.head_dim = max_seq_len, theta, d_model // num_heads
        rng, kv_rows = np.random.default_rng(seed), kv_heads * self.head_dim
        drawn = [rng.standard_normal((rows, d_model)) for rows in (d_model, kv_rows, kv_rows, d_model)]
        scaled = [np.asarray(weight / np.sqrt(d_model), dtype=dtype) for weight in drawn]
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = scaled

    def forward(
        self,
        x: NDArray[Any],
        position_ids: ArrayLike | None = None,
        kv_cache: KVCache | None = None,
        attention_mask: ArrayLike | None = None,
    ) -> NDArray[Any]:
        """Causal self-attention over x and, with a cache, over all tokens before it.

        Args:
            x: shape (batch, seq, d_model); it is cast to the dtype of the weights.
            position_ids: integers in 0 .. max_seq_len - 1, shape (batch, seq) or (seq,). None numbers the tokens of x
                on from those in the cache; with an attention_mask, from ``position_ids_from_mask``.
            kv_cache: holds the tokens before x, and is extended by the rotated keys and the values of x. Feeding a text in
                pieces gives what feeding it at once gives.
            attention_mask: shape (batch, tokens in the cache + seq), true for a token, false for padding.

        Returns:
            A new array of x's shape, in the dtype of the weights.

        Raises:
            ValueError: x, position_ids or attention_mask has another shape, or a position is not in 0 .. max_seq_len - 1.
                The message names the argument and its shape or value. The cache is then as before.
        """
        # TODO: refuse what does not fit; positions; project and split into heads; rotate q and k; extend the cache;
        #   attend; put the heads side by side again and project.
        raise NotImplementedError("AttentionWithRoPE.forward (lab 06-attention) is not written yet")
