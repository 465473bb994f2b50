"""Plain Python loops over pairs, with Meta's three cases for each frequency; arrays only at the end."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

YARN = {"original_max_position_embeddings": 4096, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0}
LLAMA = {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}

PRESETS: dict[str, dict[str, Any]] = {
    "llama-2-7b-32k": {"rope_type": "linear", "d_head": 128, "base": 10000.0, "factor": 8.0},
    "llama-3.1": {"rope_type": "llama3", "d_head": 128, "base": 500000.0, "factor": 8.0, **LLAMA},
    "deepseek-v3": {"rope_type": "yarn", "d_head": 64, "base": 10000.0, "factor": 40.0, "beta_fast": 32.0, **YARN},
    "kimi-k2": {"rope_type": "yarn", "d_head": 64, "base": 50000.0, "factor": 32.0, "beta_fast": 1.0, **YARN},
}


def linear_frequencies(inv_freq: ArrayLike, factor: float) -> Floats:
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    slower = []
    for frequency in np.asarray(inv_freq):
        slower.append(float(frequency) / factor)  # noqa: PERF401 - the style of this file
    return np.array(slower)


def ntk_frequencies(d_head: int, base: float, factor: float) -> Floats:
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    if d_head < 4 or d_head % 2 == 1:
        raise ValueError(f"d_head odd or below 4: {d_head}")
    if base <= 0:
        raise ValueError(f"base not above 0: {base}")
    frequencies = []
    for pair in range(d_head // 2):
        # The larger base, multiplied out: pair i is slowed by factor ** (2i / (D - 2)).
        slowing = factor ** (2 * pair / (d_head - 2))
        frequencies.append(base ** (-2 * pair / d_head) / slowing)
    return np.array(frequencies)


def dynamic_ntk_frequencies(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    if seq_len < 0:
        raise ValueError(f"seq_len negative: {seq_len}")
    if max_position_embeddings <= 0:
        raise ValueError(f"max_position_embeddings not above 0: {max_position_embeddings}")
    if seq_len <= max_position_embeddings:
        return ntk_frequencies(d_head, base, 1.0)
    beyond = (seq_len - max_position_embeddings) / max_position_embeddings
    return ntk_frequencies(d_head, base, 1.0 + factor * beyond)


def yarn_frequencies(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    if d_head <= 0 or d_head % 2 == 1:
        raise ValueError(f"d_head odd or not above 0: {d_head}")
    if base <= 1:
        raise ValueError(f"base not above 1: {base}")
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    if original_max_position_embeddings <= 0:
        raise ValueError(f"original_max_position_embeddings not above 0: {original_max_position_embeddings}")
    if not 0 < beta_slow <= beta_fast:
        raise ValueError(f"beta_slow not between 0 and {beta_fast}: {beta_slow}")
    low, high = 0, d_head - 1
    low = max(low, math.floor(_index(d_head, base, original_max_position_embeddings, beta_fast)))
    high = min(high, math.ceil(_index(d_head, base, original_max_position_embeddings, beta_slow)))
    frequencies = np.empty(d_head // 2)
    for pair in range(d_head // 2):
        frequency = base ** (-2 * pair / d_head)
        if pair <= low:
            frequencies[pair] = frequency
        elif pair >= high:
            frequencies[pair] = frequency / factor
        else:
            part = (pair - low) / (high - low)
            frequencies[pair] = frequency - part * (frequency - frequency / factor)
    return frequencies


def _index(d_head: int, base: float, length: int, turns: float) -> float:
    """From the wavelength of a pair: 2 pi base ** (2i / D) tokens a turn."""
    wavelength = length / turns
    return math.log(wavelength / (2 * math.pi), base) * d_head / 2


def yarn_attention_factor(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    if mscale is None or mscale == 0 or mscale_all_dim is None or mscale_all_dim == 0:
        return 1 + math.log(factor) / 10
    return (1 + mscale * math.log(factor) / 10) / (1 + mscale_all_dim * math.log(factor) / 10)


def yarn_softmax_scale(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    if d_query <= 0:
        raise ValueError(f"d_query not above 0: {d_query}")
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    m = 1 + mscale_all_dim * math.log(factor) / 10
    return m * (m / math.sqrt(d_query))


def llama3_frequencies(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    if factor < 1:
        raise ValueError(f"factor below 1: {factor}")
    if low_freq_factor <= 0:
        raise ValueError(f"low_freq_factor not above 0: {low_freq_factor}")
    if high_freq_factor <= low_freq_factor:
        raise ValueError(f"high_freq_factor not above low_freq_factor: {high_freq_factor}")
    if original_max_position_embeddings <= 0:
        raise ValueError(f"original_max_position_embeddings not above 0: {original_max_position_embeddings}")
    longest = original_max_position_embeddings / low_freq_factor
    shortest = original_max_position_embeddings / high_freq_factor
    new_freqs = []
    for freq in np.asarray(inv_freq).tolist():
        if freq <= 0:
            raise ValueError(f"inv_freq holds a frequency not above 0: {freq}")
        wavelen = 2 * math.pi / freq
        if wavelen < shortest:
            new_freqs.append(freq)
        elif wavelen > longest:
            new_freqs.append(freq / factor)
        else:
            smooth = (original_max_position_embeddings / wavelen - low_freq_factor) / (
                high_freq_factor - low_freq_factor
            )
            new_freqs.append((1 - smooth) * freq / factor + smooth * freq)
    return np.array(new_freqs, dtype=np.float64)


def preset_frequencies(name: str) -> tuple[Floats, float]:
    if name not in list(PRESETS):
        raise ValueError(f"name of no preset: {name}")
    settings, others = PRESETS[name], {}
    for key in settings:
        if key not in ("rope_type", "d_head", "base", "mscale", "mscale_all_dim"):
            others[key] = settings[key]
    if settings["rope_type"] == "yarn":
        attention_factor = yarn_attention_factor(settings["factor"], settings["mscale"], settings["mscale_all_dim"])
        return yarn_frequencies(settings["d_head"], settings["base"], **others), attention_factor
    trained = ntk_frequencies(settings["d_head"], settings["base"], 1.0)
    if settings["rope_type"] == "linear":
        return linear_frequencies(trained, **others), 1.0
    return llama3_frequencies(trained, **others), 1.0
