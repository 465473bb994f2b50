"""A cache that computes only the rows it lacks and appends them; pickles hold the arguments of __init__ and the length."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def _rows(first: int, end: int, inv_freq: Floats) -> Floats:
    """The angles of positions first to end - 1."""
    return np.arange(first, end, dtype=np.float64)[:, None] * inv_freq[None, :]


def precompute_rope(T: int, d_head: int, base: float = 10000.0) -> tuple[Floats, Floats]:
    inv_freq = rope_frequencies(d_head, base)
    if T < 0:
        raise ValueError(f"T={T} is negative")
    cos, sin = np.ones((0, d_head // 2)), np.zeros((0, d_head // 2))
    while len(cos) < T:
        block = _rows(len(cos), min(len(cos) + 512, T), inv_freq)
        cos, sin = np.vstack([cos, np.cos(block)]), np.vstack([sin, np.sin(block)])
    return cos, sin


def precompute_freqs_cis(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex64]:
    if head_dim <= 0 or head_dim % 2:
        raise ValueError(f"head_dim={head_dim} is not a positive even number")
    if max_seq_len < 0:
        raise ValueError(f"max_seq_len={max_seq_len} is negative")
    if theta <= 0:
        raise ValueError(f"theta={theta} is not above 0")
    cos, sin = precompute_rope(max_seq_len, head_dim, theta)
    table = np.zeros((max_seq_len, head_dim // 2), dtype=np.complex64)
    table.real, table.imag = cos, sin
    return table


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
        if dim <= 0 or dim % 2:
            raise ValueError(f"dim={dim} is not a positive even number")
        if max_position_embeddings < 0:
            raise ValueError(f"max_position_embeddings={max_position_embeddings} is negative")
        if not np.issubdtype(dtype, np.floating):
            raise ValueError(f"dtype={np.dtype(dtype).name} is not a floating-point type")
        if growth < 1:
            raise ValueError(f"growth={growth} is below 1")
        self.dim = dim
        self.max_position_embeddings = max_position_embeddings
        self.base = base
        self.dtype = np.dtype(dtype)
        self.growth = growth
        self.inv_freq = rope_frequencies(dim, base)
        self._set_cos_sin_cache(max_position_embeddings)

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        if seq_len < 0:
            raise ValueError(f"seq_len={seq_len} is negative")
        self.cos_cached = np.zeros((0, self.dim), dtype=self.dtype)
        self.sin_cached = np.zeros((0, self.dim), dtype=self.dtype)
        self.max_seq_len_cached = 0
        self._extend(seq_len)

    def _extend(self, seq_len: int) -> None:
        new = _rows(self.max_seq_len_cached, seq_len, self.inv_freq)
        new = np.concatenate([new, new], axis=1)
        self.cos_cached = np.append(self.cos_cached, np.cos(new).astype(self.dtype), axis=0)
        self.sin_cached = np.append(self.sin_cached, np.sin(new).astype(self.dtype), axis=0)
        self.max_seq_len_cached = seq_len

    def ensure_length(self, seq_len: int) -> None:
        if self.max_seq_len_cached < seq_len:
            self._extend(max(seq_len, int(self.growth * self.max_seq_len_cached)))

    def __getstate__(self) -> dict[str, Any]:
        names = ("dim", "max_position_embeddings", "base", "dtype", "growth", "max_seq_len_cached")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        length = state.pop("max_seq_len_cached")
        self.__init__(**state)  # type: ignore[misc]
        self._set_cos_sin_cache(length)
