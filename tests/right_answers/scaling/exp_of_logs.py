"""Sums of logarithms in place of products, one exponential at the end, and NumPy's logarithms to base 2."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TRAINED = {"original_max_position_embeddings": 4096, "beta_slow": 1, "mscale": 1, "mscale_all_dim": 1}

# As configuration files have them: whole numbers for whole numbers.
PRESETS: dict[str, dict[str, Any]] = {
    "llama-2-7b-32k": {"rope_type": "linear", "d_head": 128, "base": 10_000, "factor": 8},
    "llama-3.1": {"rope_type": "llama3", "d_head": 128, "base": 500_000, "factor": 8}
    | {"low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192},
    "deepseek-v3": {"rope_type": "yarn", "d_head": 64, "base": 10_000, "factor": 40, "beta_fast": 32} | TRAINED,
    "kimi-k2": {"rope_type": "yarn", "d_head": 64, "base": 50_000, "factor": 32, "beta_fast": 1} | TRAINED,
}


def _wanted(good: bool, name: str, value: object) -> None:
    if not good:
        raise ValueError(f"bad {name}: {value}")


def linear_frequencies(inv_freq: ArrayLike, factor: float) -> Floats:
    _wanted(factor >= 1, "factor", factor)
    return np.asarray(np.exp(np.log(np.asarray(inv_freq, dtype=np.float64)) - np.log(factor)))


def ntk_frequencies(d_head: int, base: float, factor: float) -> Floats:
    _wanted(d_head >= 4 and d_head % 2 == 0, "d_head", d_head)
    _wanted(base > 0, "base", base)
    _wanted(factor >= 1, "factor", factor)
    log_base = np.log(base) + d_head / (d_head - 2) * np.log(factor)
    return np.asarray(np.exp(-log_base * np.arange(0, d_head, 2) / d_head))


def dynamic_ntk_frequencies(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    _wanted(seq_len >= 0, "seq_len", seq_len)
    _wanted(max_position_embeddings > 0, "max_position_embeddings", max_position_embeddings)
    _wanted(factor >= 1, "factor", factor)
    surplus = max(seq_len / max_position_embeddings - 1, 0)
    return ntk_frequencies(d_head, base, float(np.exp(np.log1p(factor * surplus))))


def yarn_frequencies(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    _wanted(d_head > 0 and d_head % 2 == 0, "d_head", d_head)
    _wanted(base > 1, "base", base)
    _wanted(factor >= 1, "factor", factor)
    _wanted(original_max_position_embeddings > 0, "original_max_position_embeddings", original_max_position_embeddings)
    _wanted(0 < beta_slow <= beta_fast, "beta_slow", beta_slow)
    betas = np.array([beta_fast, beta_slow], dtype=np.float64)
    octaves = np.log2(original_max_position_embeddings) - np.log2(2 * np.pi) - np.log2(betas)
    first, last = d_head / 2 * octaves / np.log2(base)
    low, high = max(np.floor(first), 0.0), min(np.ceil(last), d_head - 1.0)
    pairs = np.arange(d_head // 2)
    ramp = np.clip((pairs - low) / max(high - low, 0.001), 0, 1)
    log_f = -2 * pairs / d_head * np.log(base)
    return np.asarray(np.exp(log_f) * (1 - ramp) + np.exp(log_f - np.log(factor)) * ramp)


def yarn_attention_factor(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    _wanted(factor >= 1, "factor", factor)
    above, below = (mscale, mscale_all_dim) if mscale and mscale_all_dim else (1.0, 0.0)
    tenth = np.log(factor) / 10
    return float(np.exp(np.log1p(above * tenth) - np.log1p(below * tenth)))


def yarn_softmax_scale(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    _wanted(d_query > 0, "d_query", d_query)
    _wanted(factor >= 1, "factor", factor)
    return float(np.exp(2 * np.log1p(mscale_all_dim * np.log(factor) / 10) - np.log(d_query) / 2))


def llama3_frequencies(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    _wanted(bool((inv_freq > 0).all()), "inv_freq", inv_freq)
    _wanted(factor >= 1, "factor", factor)
    _wanted(low_freq_factor > 0, "low_freq_factor", low_freq_factor)
    _wanted(high_freq_factor > low_freq_factor, "high_freq_factor", high_freq_factor)
    _wanted(original_max_position_embeddings > 0, "original_max_position_embeddings", original_max_position_embeddings)
    log_f = np.log(inv_freq)
    turns = np.exp(log_f + np.log(original_max_position_embeddings) - np.log(2 * np.pi))
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0, 1)
    return np.asarray(np.exp(log_f + np.log(share + (1 - share) / factor)))


def preset_frequencies(name: str) -> tuple[Floats, float]:
    _wanted(name in PRESETS, "name", name)
    settings = PRESETS[name].copy()
    kind = settings.pop("rope_type")
    if kind == "yarn":
        mscale, mscale_all_dim = settings.pop("mscale"), settings.pop("mscale_all_dim")
        return yarn_frequencies(**settings), yarn_attention_factor(settings["factor"], mscale, mscale_all_dim)
    trained = ntk_frequencies(settings.pop("d_head"), settings.pop("base"), 1.0)
    return linear_frequencies(trained, **settings) if kind == "linear" else llama3_frequencies(trained, **settings), 1.0
