"""Settings as dataclasses that know their rule, functools.partial, and np.interp for every ramp."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _refuse_unless(good: object, what: str, **argument: object) -> None:
    if not good:
        ((name, value),) = argument.items()
        raise ValueError(f"{name} must be {what}: {value}")


def _trained(d_head: int, base: float) -> Floats:
    exponents = np.linspace(0.0, 1.0, d_head // 2, endpoint=False)
    return np.float_power(base, -exponents)


def linear_frequencies(inv_freq: ArrayLike, factor: float) -> Floats:
    _refuse_unless(factor >= 1, "at least 1", factor=factor)
    return np.divide(inv_freq, np.float64(factor), dtype=np.float64)


def ntk_frequencies(d_head: int, base: float, factor: float) -> Floats:
    _refuse_unless(factor >= 1, "at least 1", factor=factor)
    _refuse_unless(d_head >= 4 and d_head % 2 == 0, "even and at least 4", d_head=d_head)
    _refuse_unless(base > 0, "above 0", base=base)
    return _trained(d_head, (base ** (1 - 2 / d_head) * factor) ** (d_head / (d_head - 2)))


def dynamic_ntk_frequencies(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    _refuse_unless(factor >= 1, "at least 1", factor=factor)
    _refuse_unless(seq_len >= 0, "at least 0", seq_len=seq_len)
    _refuse_unless(max_position_embeddings > 0, "above 0", max_position_embeddings=max_position_embeddings)
    stretch = max(1.0, factor * seq_len / max_position_embeddings - (factor - 1))
    return ntk_frequencies(d_head, base, stretch)


def yarn_frequencies(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    return Yarn(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow).frequencies()


def _m(factor: float, setting: float) -> float:
    return float(np.polyval([0.1 * np.log(factor), 1.0], setting))


def yarn_attention_factor(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    _refuse_unless(factor >= 1, "at least 1", factor=factor)
    m: Callable[[float], float] = partial(_m, factor)
    return m(mscale) / m(mscale_all_dim) if mscale and mscale_all_dim else m(1.0)


def yarn_softmax_scale(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    _refuse_unless(factor >= 1, "at least 1", factor=factor)
    _refuse_unless(d_query > 0, "above 0", d_query=d_query)
    return _m(factor, mscale_all_dim) ** 2 / float(np.sqrt(d_query))


def llama3_frequencies(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    rule = Llama3(0, 1.0, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
    return rule.scaled(np.asarray(inv_freq, dtype=np.float64))


class Rule(Protocol):
    def frequencies(self) -> Floats: ...

    def attention_factor(self) -> float: ...


@dataclass(frozen=True)
class Linear:
    d_head: int
    base: float
    factor: float

    def frequencies(self) -> Floats:
        return linear_frequencies(_trained(self.d_head, self.base), self.factor)

    def attention_factor(self) -> float:
        return 1.0


@dataclass(frozen=True)
class Llama3(Linear):
    low_freq_factor: float
    high_freq_factor: float
    original_max_position_embeddings: int

    def scaled(self, inv_freq: Floats) -> Floats:
        length, low, high = self.original_max_position_embeddings, self.low_freq_factor, self.high_freq_factor
        _refuse_unless(self.factor >= 1, "at least 1", factor=self.factor)
        _refuse_unless(inv_freq.min() > 0, "above 0", inv_freq=inv_freq.min())
        _refuse_unless(low > 0, "above 0", low_freq_factor=low)
        _refuse_unless(high > low, f"above {low}", high_freq_factor=high)
        _refuse_unless(length > 0, "above 0", original_max_position_embeddings=length)
        limits = 2 * np.pi / length * np.array([low, high])
        return np.asarray(inv_freq * np.interp(inv_freq, limits, [1 / self.factor, 1.0]))

    def frequencies(self) -> Floats:
        return self.scaled(_trained(self.d_head, self.base))


@dataclass(frozen=True)
class Yarn(Linear):
    original_max_position_embeddings: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    mscale: float | None = None
    mscale_all_dim: float | None = None

    def __post_init__(self) -> None:
        length = self.original_max_position_embeddings
        _refuse_unless(self.d_head > 0 and self.d_head % 2 == 0, "even and above 0", d_head=self.d_head)
        _refuse_unless(self.base > 1, "above 1", base=self.base)
        _refuse_unless(self.factor >= 1, "at least 1", factor=self.factor)
        _refuse_unless(length > 0, "above 0", original_max_position_embeddings=length)
        _refuse_unless(0 < self.beta_slow <= self.beta_fast, "in their order", beta_slow=self.beta_slow)

    def index(self, turns: float) -> float:
        wavelength = self.original_max_position_embeddings / turns
        return float(self.d_head / 2 * (np.log(wavelength) - np.log(2 * np.pi)) / np.log(self.base))

    def frequencies(self) -> Floats:
        low, high = np.floor(self.index(self.beta_fast)), np.ceil(self.index(self.beta_slow))
        ends = np.array([max(low, 0), min(high, self.d_head - 1)])
        ends[1] += 0.001 * (ends[0] == ends[1])
        slowing = np.interp(np.arange(self.d_head // 2), ends, [1.0, 1 / self.factor])
        return np.asarray(_trained(self.d_head, self.base) * slowing)

    def attention_factor(self) -> float:
        return yarn_attention_factor(self.factor, self.mscale, self.mscale_all_dim)


DEEPSEEK = Yarn(64, 10000.0, 40.0, 4096, 32.0, 1.0, mscale=1.0, mscale_all_dim=1.0)

PRESETS: dict[str, Rule] = {
    "llama-2-7b-32k": Linear(128, 10000.0, 8.0),
    "llama-3.1": Llama3(128, 500000.0, 8.0, 1.0, 4.0, 8192),
    "deepseek-v3": DEEPSEEK,
    "kimi-k2": replace(DEEPSEEK, base=50000.0, factor=32.0, beta_fast=1.0),
}


def preset_frequencies(name: str) -> tuple[Floats, float]:
    _refuse_unless(name in PRESETS, "one of the presets", name=name)
    rule = PRESETS[name]
    return rule.frequencies(), rule.attention_factor()
