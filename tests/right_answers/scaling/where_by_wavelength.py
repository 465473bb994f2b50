"""As published code has it: np.where over wavelengths, a correction range and a ramp for YaRN, two frequencies mixed."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

PRESETS: dict[str, dict[str, Any]] = {
    "llama-2-7b-32k": {"rope_type": "linear", "d_head": 128, "base": 10000.0, "factor": 8.0},
    "llama-3.1": {
        "rope_type": "llama3",
        "d_head": 128,
        "base": 500000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    },
    "deepseek-v3": {
        "rope_type": "yarn",
        "d_head": 64,
        "base": 10000.0,
        "factor": 40.0,
        "original_max_position_embeddings": 4096,
        "beta_fast": 32.0,
        "beta_slow": 1.0,
        "mscale": 1.0,
        "mscale_all_dim": 1.0,
    },
    "kimi-k2": {
        "rope_type": "yarn",
        "d_head": 64,
        "base": 50000.0,
        "factor": 32.0,
        "original_max_position_embeddings": 4096,
        "beta_fast": 1.0,
        "beta_slow": 1.0,
        "mscale": 1.0,
        "mscale_all_dim": 1.0,
    },
}


def _inv_freq(dim: int, base: float) -> Floats:
    return np.asarray(1.0 / (base ** (np.arange(0, dim, 2, dtype=np.float64) / dim)))


def linear_frequencies(inv_freq: ArrayLike, factor: float) -> Floats:
    if factor < 1:
        raise ValueError(f"factor has to be 1 or more, not {factor}")
    inv_freq = np.array(inv_freq, dtype=np.float64)
    inv_freq /= factor
    return inv_freq


def ntk_frequencies(d_head: int, base: float, factor: float) -> Floats:
    if d_head % 2 != 0 or d_head < 4:
        raise ValueError(f"d_head has to be even and 4 or more, not {d_head}")
    if base <= 0:
        raise ValueError(f"base has to be above 0, not {base}")
    if factor < 1:
        raise ValueError(f"factor has to be 1 or more, not {factor}")
    return _inv_freq(d_head, base * factor ** (d_head / (d_head - 2)))


def dynamic_ntk_frequencies(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    if max_position_embeddings <= 0:
        raise ValueError(f"max_position_embeddings has to be above 0, not {max_position_embeddings}")
    if seq_len < 0:
        raise ValueError(f"seq_len has to be 0 or more, not {seq_len}")
    ntk_frequencies(d_head, base, factor)  # refuses what is bad in these three
    seq_len = max(seq_len, max_position_embeddings)
    base = base * ((factor * seq_len / max_position_embeddings) - (factor - 1)) ** (d_head / (d_head - 2))
    return _inv_freq(d_head, base)


def _find_correction_dim(rotations: float, dim: int, base: float, length: int) -> float:
    return (dim * math.log(length / (rotations * 2 * math.pi))) / (2 * math.log(base))


def _linear_ramp_factor(low: float, high: float, dim: int) -> Floats:
    if low == high:
        high += 0.001
    return np.clip((np.arange(dim, dtype=np.float64) - low) / (high - low), 0, 1)


def yarn_frequencies(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    if d_head <= 0 or d_head % 2 != 0:
        raise ValueError(f"d_head has to be even and above 0, not {d_head}")
    if base <= 1:
        raise ValueError(f"base has to be above 1, not {base}")
    if factor < 1:
        raise ValueError(f"factor has to be 1 or more, not {factor}")
    if original_max_position_embeddings <= 0:
        raise ValueError(f"original_max_position_embeddings has to be above 0, not {original_max_position_embeddings}")
    if beta_slow <= 0 or beta_slow > beta_fast:
        raise ValueError(f"beta_slow has to be above 0 and no more than {beta_fast}, not {beta_slow}")
    pos_freqs = base ** (np.arange(0, d_head, 2, dtype=np.float64) / d_head)
    inv_freq_extrapolation = 1.0 / pos_freqs
    inv_freq_interpolation = 1.0 / (factor * pos_freqs)
    low = math.floor(_find_correction_dim(beta_fast, d_head, base, original_max_position_embeddings))
    high = math.ceil(_find_correction_dim(beta_slow, d_head, base, original_max_position_embeddings))
    extrapolated = 1 - _linear_ramp_factor(max(low, 0), min(high, d_head - 1), d_head // 2)
    return np.asarray(inv_freq_interpolation * (1 - extrapolated) + inv_freq_extrapolation * extrapolated)


def _get_mscale(scale: float, mscale: float = 1.0) -> float:
    return 1.0 if scale <= 1 else 0.1 * mscale * math.log(scale) + 1.0


def yarn_attention_factor(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    if factor < 1:
        raise ValueError(f"factor has to be 1 or more, not {factor}")
    if mscale and mscale_all_dim:
        return _get_mscale(factor, mscale) / _get_mscale(factor, mscale_all_dim)
    return _get_mscale(factor)


def yarn_softmax_scale(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    if d_query <= 0:
        raise ValueError(f"d_query has to be above 0, not {d_query}")
    if factor < 1:
        raise ValueError(f"factor has to be 1 or more, not {factor}")
    scaling = float(d_query**-0.5)
    if mscale_all_dim:
        mscale = _get_mscale(factor, mscale_all_dim)
        scaling = scaling * mscale * mscale
    return scaling


def llama3_frequencies(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if (inv_freq <= 0).any():
        raise ValueError(f"inv_freq has to be above 0, not {inv_freq[inv_freq <= 0][0]}")
    if factor < 1:
        raise ValueError(f"factor has to be 1 or more, not {factor}")
    if low_freq_factor <= 0:
        raise ValueError(f"low_freq_factor has to be above 0, not {low_freq_factor}")
    if high_freq_factor <= low_freq_factor:
        raise ValueError(f"high_freq_factor has to be above {low_freq_factor}, not {high_freq_factor}")
    if original_max_position_embeddings <= 0:
        raise ValueError(f"original_max_position_embeddings has to be above 0, not {original_max_position_embeddings}")
    low_freq_wavelen = original_max_position_embeddings / low_freq_factor
    high_freq_wavelen = original_max_position_embeddings / high_freq_factor
    wavelen = 2 * math.pi / inv_freq
    inv_freq_llama = np.where(wavelen > low_freq_wavelen, inv_freq / factor, inv_freq)
    smooth = (original_max_position_embeddings / wavelen - low_freq_factor) / (high_freq_factor - low_freq_factor)
    smoothed = (1 - smooth) * inv_freq_llama / factor + smooth * inv_freq_llama
    is_medium_freq = ~(wavelen < high_freq_wavelen) & ~(wavelen > low_freq_wavelen)
    return np.where(is_medium_freq, smoothed, inv_freq_llama)


def preset_frequencies(name: str) -> tuple[Floats, float]:
    if name not in PRESETS:
        raise ValueError(f"name: no preset is called {name}")
    config = PRESETS[name]
    kind, length = config["rope_type"], config.get("original_max_position_embeddings", 0)
    if kind == "yarn":
        betas = config["beta_fast"], config["beta_slow"]
        inv_freq = yarn_frequencies(config["d_head"], config["base"], config["factor"], length, *betas)
        return inv_freq, yarn_attention_factor(config["factor"], config["mscale"], config["mscale_all_dim"])
    inv_freq = _inv_freq(config["d_head"], config["base"])
    if kind == "linear":
        return linear_frequencies(inv_freq, config["factor"]), 1.0
    limits = config["low_freq_factor"], config["high_freq_factor"]
    return llama3_frequencies(inv_freq, config["factor"], *limits, length), 1.0
