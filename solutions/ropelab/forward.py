"""Lab 03: rotating queries and keys with cached tables, as the code of shipping language models does.

Everything here uses the split-half layout: features i and i + D/2 form pair i, and the tables hold ``[theta, theta]``. A pair
(x0, x1) is turned counter-clockwise: (x0 cos - x1 sin, x0 sin + x1 cos).

Sources: the interface of Hugging Face's Llama and DeepSeek modelling code (``rotate_half``, ``apply_rotary_pos_emb``,
``position_ids``, ``unsqueeze_dim``); Su et al. (2021), section 3.4.2, for the elementwise form.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.cache import RotaryCache


def rotate_half(x: NDArray[Any]) -> NDArray[Any]:
    """Every pair of the split-half layout turned by a quarter turn, counter-clockwise.

    Args:
        x: shape (..., D), D even.

    Returns:
        A new array of the same shape and dtype: with x1 the first half of the features and x2 the second, ``[-x2, x1]``.

    Raises:
        ValueError: D is odd. The message names x and its shape.
    """
    # TODO: refuse an odd last dimension; then the negated second half, followed by the first half.
    ### BEGIN SOLUTION
    if x.shape[-1] % 2:
        raise ValueError(f"the last dimension of x must be even, got shape {x.shape}")
    x1, x2 = np.split(x, 2, axis=-1)
    return np.concatenate([-x2, x1], axis=-1)
    ### END SOLUTION


def apply_rotary_pos_emb(
    q: NDArray[Any],
    k: NDArray[Any],
    cos: NDArray[Any],
    sin: NDArray[Any],
    position_ids: ArrayLike | None = None,
    unsqueeze_dim: int = 1,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rotate queries and keys, split-half layout.

    Args:
        q: shape (batch, heads, seq, D) with unsqueeze_dim 1, (batch, seq, heads, D) with unsqueeze_dim 2.
        k: as q; it may have fewer heads (grouped-query attention).
        cos, sin: with position_ids, tables of shape (length, D) that are indexed by them. Without, the rows themselves, in
            token order: shape (seq, D), or (batch, seq, D).
        position_ids: integers of shape (batch, seq), or (seq,) for the whole batch, each in 0 .. length - 1.
        unsqueeze_dim: the axis of q and k that holds the heads, 1 or 2: the rows get an axis of length 1 there.

    Returns:
        ``(q_rotated, k_rotated)``, new arrays of the shapes of q and k. There is no cast: the dtype is the one that NumPy
        promotes q (or k) and the tables to. The arguments are left as they were.

    Raises:
        ValueError: q, k, cos and sin do not fit together, a position lies outside the tables, or unsqueeze_dim is neither
            1 nor 2. The message names the argument and its value (for an array, its shape).
    """
    # TODO: look the rows up when position_ids are given; give them a batch axis and a head axis; then rotate q and k.
    #   Refuse unsqueeze_dim other than 1 or 2, a position outside the tables, and shapes that do not fit.
    ### BEGIN SOLUTION
    if unsqueeze_dim not in (1, 2):
        raise ValueError(f"unsqueeze_dim must be 1 or 2, got {unsqueeze_dim}")
    if cos.shape != sin.shape:
        raise ValueError(f"cos and sin must have one shape, got {cos.shape} and {sin.shape}")
    if position_ids is not None:
        ids = np.asarray(position_ids)
        outside = ids[(ids < 0) | (ids >= len(cos))]
        if outside.size:
            raise ValueError(f"position_ids must lie in 0 .. {len(cos) - 1}, got {outside[0]}")
        cos, sin = cos[ids], sin[ids]
    if cos.ndim == 2:
        cos, sin = cos[None], sin[None]
    for name, x in (("q", q), ("k", k)):
        fits = x.ndim == 4 and (x.shape[3 - unsqueeze_dim], x.shape[3]) == cos.shape[1:]
        if not fits or len(x) != len(q) or len(cos) not in (1, len(q)):
            raise ValueError(f"{name} of shape {x.shape} does not fit rows of shape {cos.shape} (batch, seq, D)")
    cos, sin = np.expand_dims(cos, unsqueeze_dim), np.expand_dims(sin, unsqueeze_dim)
    return q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin
    ### END SOLUTION


class RotaryEmbedding(RotaryCache):
    """A RotaryCache that is asked once per forward pass and hands out the rows that the pass needs (split-half layout)."""

    def forward(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The rows of the tables for one forward pass, in x's dtype.

        Args:
            x: any array with the sequence on axis -2, such as (batch, heads, seq, D); only its length there and its
                floating-point dtype are used, never its values.
            seq_len: how many positions, 0 or more; None means x.shape[-2].
            position_ids: integers of any shape, none negative; when given, they decide which rows come back.

        Returns:
            ``(cos, sin)`` in x's dtype; the tables keep their own. Without position_ids rows 0 to seq_len - 1, shape
            (seq_len, D): a slice, nothing is computed again. With position_ids the rows in their order, shape
            position_ids.shape + (D,).

        The tables are extended (``ensure_length``) only when they are too short: for seq_len, or for
        max(position_ids) + 1. They never shrink.

        Raises:
            ValueError: seq_len or a position is negative, or x is not of a floating-point dtype. The message names the
                argument and its value.
        """
        # TODO: decide how many rows are needed; extend only if they are missing; slice or look up; cast to x's dtype.
        #   Refuse a negative seq_len, a negative position, and an x that is not floating point.
        ### BEGIN SOLUTION
        if not np.issubdtype(x.dtype, np.floating):
            raise ValueError(f"x must have a floating-point dtype, got {x.dtype}")
        if seq_len is not None and seq_len < 0:
            raise ValueError(f"seq_len must not be negative, got {seq_len}")
        rows: slice | NDArray[np.int64]
        if position_ids is not None:
            rows = np.asarray(position_ids, dtype=np.int64)
            if np.any(rows < 0):
                raise ValueError(f"position_ids must not be negative, got {rows.min()}")
            needed = int(rows.max(initial=-1)) + 1
        else:
            needed = x.shape[-2] if seq_len is None else seq_len
            rows = slice(needed)
        self.ensure_length(needed)
        return self.cos_cached[rows].astype(x.dtype, copy=False), self.sin_cached[rows].astype(x.dtype, copy=False)
        ### END SOLUTION

    def __call__(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The same as ``forward``, which is what a model's code writes: ``rotary(x, seq_len)``."""
        return self.forward(x, seq_len=seq_len, position_ids=position_ids)
