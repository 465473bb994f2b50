"""np.empty filled under masks and in slices; each frequency from the one before it."""

from math import ceil, floor, log, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

KEYS = ("rope_type", "d_head", "base", "factor", "original_max_position_embeddings")

PRESETS: dict[str, dict[str, Any]] = {
    "llama-2-7b-32k": dict(zip(KEYS, ("linear", 128, 10000.0, 8.0), strict=False)),
    "llama-3.1": dict(zip(KEYS, ("llama3", 128, 500000.0, 8.0, 8192), strict=True))
    | {"low_freq_factor": 1.0, "high_freq_factor": 4.0},
    "deepseek-v3": dict(zip(KEYS, ("yarn", 64, 10000.0, 40.0, 4096), strict=True))
    | {"beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0},
    "kimi-k2": dict(zip(KEYS, ("yarn", 64, 50000.0, 32.0, 4096), strict=True))
    | {"beta_fast": 1.0, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0},
}


def _at_least_one(factor: float) -> None:
    if factor < 1.0:
        raise ValueError(f"factor = {factor} is below 1")


def _geometric(pairs: int, ratio: float) -> Floats:
    frequencies = np.empty(pairs)
    frequencies[0] = 1.0
    for i in range(1, pairs):
        frequencies[i] = frequencies[i - 1] * ratio
    return frequencies


def linear_frequencies(inv_freq: ArrayLike, factor: float) -> Floats:
    _at_least_one(factor)
    slower = np.empty(np.shape(inv_freq))
    slower[...] = inv_freq
    slower *= 1.0 / factor
    return slower


def ntk_frequencies(d_head: int, base: float, factor: float) -> Floats:
    _at_least_one(factor)
    if d_head < 4 or d_head % 2:
        raise ValueError(f"d_head = {d_head} is odd or too small")
    if base <= 0:
        raise ValueError(f"base = {base} is not positive")
    return _geometric(d_head // 2, base ** (-2 / d_head) * factor ** (-2 / (d_head - 2)))


def dynamic_ntk_frequencies(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    _at_least_one(factor)
    if seq_len < 0:
        raise ValueError(f"seq_len = {seq_len} is negative")
    if max_position_embeddings < 1:
        raise ValueError(f"max_position_embeddings = {max_position_embeddings} is not positive")
    now = 1.0
    if seq_len > max_position_embeddings:
        now = factor * (seq_len / max_position_embeddings) - factor + 1
    return ntk_frequencies(d_head, base, now)


def yarn_frequencies(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    _at_least_one(factor)
    if d_head < 2 or d_head % 2:
        raise ValueError(f"d_head = {d_head} is odd or too small")
    if base <= 1:
        raise ValueError(f"base = {base} is not above 1")
    if original_max_position_embeddings <= 0:
        raise ValueError(f"original_max_position_embeddings = {original_max_position_embeddings} is not positive")
    if beta_slow <= 0 or beta_slow > beta_fast:
        raise ValueError(f"beta_slow = {beta_slow} is not between 0 and beta_fast = {beta_fast}")
    per_turn = original_max_position_embeddings / (2 * pi)
    low = floor(d_head * (log(per_turn) - log(beta_fast)) / log(base) / 2)
    high = ceil(d_head * (log(per_turn) - log(beta_slow)) / log(base) / 2)
    low, high = max(low, 0), min(high, d_head - 1)
    frequencies = _geometric(d_head // 2, base ** (-2 / d_head))
    middle = np.arange(low + 1, min(high, d_head // 2))
    frequencies[high:][low >= high :] /= factor
    frequencies[middle] *= 1 - (middle - low) / (high - low) * (1 - 1 / factor)
    return frequencies


def yarn_attention_factor(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    _at_least_one(factor)
    m = [1 + 0.1 * log(factor) * (setting or 0.0) for setting in (mscale, mscale_all_dim)]
    if not mscale or not mscale_all_dim:
        m = [1 + 0.1 * log(factor), 1.0]
    return m[0] / m[1]


def yarn_softmax_scale(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    _at_least_one(factor)
    if d_query <= 0:
        raise ValueError(f"d_query = {d_query} is not positive")
    return ((1 + 0.1 * mscale_all_dim * log(factor)) / sqrt(sqrt(d_query))) ** 2


def llama3_frequencies(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    _at_least_one(factor)
    scaled = np.array(inv_freq, dtype=np.float64)
    if scaled.min() <= 0:
        raise ValueError(f"inv_freq holds {scaled.min()}, which is not positive")
    if low_freq_factor <= 0:
        raise ValueError(f"low_freq_factor = {low_freq_factor} is not positive")
    if high_freq_factor <= low_freq_factor:
        raise ValueError(f"high_freq_factor = {high_freq_factor} is not above {low_freq_factor}")
    if original_max_position_embeddings <= 0:
        raise ValueError(f"original_max_position_embeddings = {original_max_position_embeddings} is not positive")
    turns = scaled * (original_max_position_embeddings / (2 * pi))
    slow, fast = turns <= low_freq_factor, turns >= high_freq_factor
    between = ~(slow | fast)
    share = (turns[between] - low_freq_factor) / (high_freq_factor - low_freq_factor)
    scaled[slow] /= factor
    scaled[between] *= 1 / factor + share * (1 - 1 / factor)
    return scaled


def preset_frequencies(name: str) -> tuple[Floats, float]:
    preset = PRESETS.get(name)
    if preset is None:
        raise ValueError(f"name = {name} is not among {sorted(PRESETS)}")
    kind, d_head, base, factor = (preset[key] for key in KEYS[:4])
    rest = {key: value for key, value in preset.items() if key not in KEYS[:4]}
    if kind == "yarn":
        attention_factor = yarn_attention_factor(factor, rest.pop("mscale"), rest.pop("mscale_all_dim"))
        return yarn_frequencies(d_head, base, factor, **rest), attention_factor
    trained = _geometric(d_head // 2, base ** (-2 / d_head))
    if kind == "linear":
        return linear_frequencies(trained, factor), 1.0
    return llama3_frequencies(trained, factor, **rest), 1.0
