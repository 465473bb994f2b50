"""Angles in float64, reduced modulo a full turn, and only then cast: cosines and sines are taken in the table's dtype."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.frequencies import duplicate_angles, position_angles, rope_frequencies

Floats = NDArray[np.float64]


def _reduced(T: int, inv_freq: Floats) -> Floats:
    """Angles in 0 .. 2 pi, where even float32 has room for the digits that matter."""
    return np.asarray(np.mod(position_angles(np.arange(T), inv_freq), 2.0 * np.pi))


def precompute_rope(T: int, d_head: int, base: float = 10000.0) -> tuple[Floats, Floats]:
    if T < 0:
        raise ValueError(f"T must not be negative: {T}")
    angles = _reduced(T, rope_frequencies(d_head, base))
    return np.cos(angles), np.sin(angles)


def precompute_freqs_cis(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex64]:
    if max_seq_len < 0:
        raise ValueError(f"max_seq_len must not be negative: {max_seq_len}")
    if head_dim <= 0 or head_dim % 2:
        raise ValueError(f"head_dim must be positive and even: {head_dim}")
    if theta <= 0:
        raise ValueError(f"theta must be above 0: {theta}")
    angles = _reduced(max_seq_len, rope_frequencies(head_dim, theta)).astype(np.float32)
    return np.asarray(np.cos(angles) + np.complex64(1j) * np.sin(angles))


class RotaryCache:
    dtype: np.dtype[Any]
    max_seq_len_cached: int
    cos_cached: NDArray[Any]
    sin_cached: NDArray[Any]

    def __init__(
        self,
        dim: int,
        max_position_embeddings: int = 2048,
        base: float = 10000.0,
        dtype: DTypeLike = np.float32,
        growth: float = 1.0,
    ) -> None:
        if growth < 1.0:
            raise ValueError(f"growth must not be below 1: {growth}")
        if np.dtype(dtype).type not in (np.float16, np.float32, np.float64, np.longdouble):
            raise ValueError(f"dtype must be a floating-point type: {np.dtype(dtype)}")
        if max_position_embeddings < 0:
            raise ValueError(f"max_position_embeddings must not be negative: {max_position_embeddings}")
        if dim <= 0 or dim % 2:
            raise ValueError(f"dim must be positive and even: {dim}")
        self.inv_freq = rope_frequencies(dim, base)
        self.dim, self.base, self.max_position_embeddings = dim, base, max_position_embeddings
        self.dtype, self.growth = np.dtype(dtype), growth
        self._set_cos_sin_cache(max_position_embeddings)

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        if seq_len < 0:
            raise ValueError(f"seq_len must not be negative: {seq_len}")
        angles = duplicate_angles(_reduced(seq_len, self.inv_freq)).astype(self.dtype)
        self.cos_cached, self.sin_cached = np.cos(angles), np.sin(angles)
        self.max_seq_len_cached = seq_len

    def ensure_length(self, seq_len: int) -> None:
        present = self.max_seq_len_cached
        if seq_len > present:
            self._set_cos_sin_cache(int(max(seq_len, self.growth * present)))

    def __getstate__(self) -> dict[str, Any]:
        tables = {"cos_cached", "sin_cached"}
        return {name: self.__dict__[name] for name in self.__dict__.keys() - tables}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._set_cos_sin_cache(self.max_seq_len_cached)
