"""Every table from complex exponentials, whose real and imaginary parts are the cosines and sines."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.frequencies import position_angles, rope_frequencies

Floats = NDArray[np.float64]


def _unit_numbers(T: int, inv_freq: Floats) -> NDArray[np.complex128]:
    return np.asarray(np.exp(1j * position_angles(np.arange(T), inv_freq)))


def precompute_rope(T: int, d_head: int, base: float = 10000.0) -> tuple[Floats, Floats]:
    if T < 0:
        raise ValueError(f"T must be 0 or more, not {T}")
    turns = _unit_numbers(T, rope_frequencies(d_head, base))
    return turns.real, turns.imag


def precompute_freqs_cis(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex64]:
    if head_dim < 2 or head_dim % 2:
        raise ValueError(f"head_dim must be even and positive, not {head_dim}")
    if max_seq_len < 0:
        raise ValueError(f"max_seq_len must be 0 or more, not {max_seq_len}")
    if not theta > 0:
        raise ValueError(f"theta must be above 0, not {theta}")
    return _unit_numbers(max_seq_len, rope_frequencies(head_dim, theta)).astype(np.complex64)


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
        if dim < 2 or dim % 2:
            raise ValueError(f"dim must be even and positive, not {dim}")
        if max_position_embeddings < 0:
            raise ValueError(f"max_position_embeddings must be 0 or more, not {max_position_embeddings}")
        if not np.issubdtype(np.dtype(dtype), np.floating):
            raise ValueError(f"dtype must be a floating-point type, not {np.dtype(dtype)}")
        if not growth >= 1.0:
            raise ValueError(f"growth must be 1 or more, not {growth}")
        self.dim, self.max_position_embeddings, self.base = dim, max_position_embeddings, base
        self.dtype, self.growth = np.dtype(dtype), growth
        self.inv_freq = rope_frequencies(dim, base)
        self._set_cos_sin_cache(max_position_embeddings)

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        if seq_len < 0:
            raise ValueError(f"seq_len must be 0 or more, not {seq_len}")
        turns = np.tile(_unit_numbers(seq_len, self.inv_freq), 2)
        self.cos_cached, self.sin_cached = turns.real.astype(self.dtype), turns.imag.astype(self.dtype)
        self.max_seq_len_cached = seq_len

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(max(int(self.max_seq_len_cached * self.growth), seq_len))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        state.pop("cos_cached")
        state.pop("sin_cached")
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ = dict(state)
        self._set_cos_sin_cache(self.max_seq_len_cached)
