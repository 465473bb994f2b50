"""The stored values of other implementations, and what of the course answers to them.

tests/oracle/README.md says where each value comes from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rounding import (
    EPS,
    dynamic_frequency_error,
    frequency_error,
    llama3_share_error,
    mixed_frequency_error,
    yarn_share_error,
)

with np.load(Path(__file__).parents[1] / "oracle" / "oracle.npz") as file:
    ORACLE = dict(file)

SETS = {"d128_b1e4": (128, 1e4), "d64_b5e4_kimi_k2": (64, 5e4), "d128_b5e5_llama3": (128, 5e5)}
"""Head size and base of each set of tables."""

LAYER = tuple(ORACLE[f"attn/{name}_proj"] for name in "qkvo")
LAYER_KV_HEADS, LAYER_HEAD_DIM, LAYER_THETA = 2, 8, 10000.0
"""The stored attention layer: its weights, made for the split-half layout, and its sizes."""


@dataclass(frozen=True)
class Scaled:
    """A set of scaled frequencies.

    Attributes:
        title: for people.
        function: the function of lab 07 that answers to it.
        answer: what that function gives, from the modules of the reference: frequencies and attention factor.
        error: what one side may be off, relative, in numbers of the given eps.
    """

    title: str
    function: str
    answer: Callable[[Any], tuple[NDArray[np.float64], float]]
    error: Callable[[float], float]


def linear(ropelab: Any) -> tuple[NDArray[np.float64], float]:
    return ropelab.scaling.linear_frequencies(ropelab.frequencies.rope_frequencies(128, 1e4), 4.0), 1.0


def linear_error(eps: float = EPS) -> float:
    return frequency_error(1e4, 128, eps) + eps


def dynamic(seq_len: int | None) -> Scaled:
    length = seq_len or 0  # no length is taken for the trained one

    def answer(ropelab: Any) -> tuple[NDArray[np.float64], float]:
        return ropelab.scaling.dynamic_ntk_frequencies(128, 1e4, 2.0, length, 2048), 1.0

    def error(eps: float) -> float:
        return dynamic_frequency_error(1e4, 128, 2.0, max(length, 2048) / 2048, eps)

    return Scaled(
        "dynamic NTK, texts of up to 16,384 tokens, trained on 2,048", "dynamic_ntk_frequencies", answer, error
    )


def preset(title: str, name: str, error: Callable[[float], float]) -> Scaled:
    def answer(ropelab: Any) -> tuple[NDArray[np.float64], float]:
        frequencies, attention_factor = ropelab.scaling.preset_frequencies(name)
        return frequencies, attention_factor

    return Scaled(title, "preset_frequencies", answer, error)


def yarn_error(base: float, factor: float) -> Callable[[float], float]:
    return lambda eps: mixed_frequency_error(frequency_error(base, 64, eps), factor, yarn_share_error(eps), eps)


def llama3_error(eps: float = EPS) -> float:
    frequency = frequency_error(5e5, 128, eps)
    return mixed_frequency_error(frequency, 8.0, llama3_share_error(frequency, 1.0, 4.0, eps), eps)


SCALED = {
    "linear_d128_b1e4_f4": Scaled("linear, factor 4", "linear_frequencies", linear, linear_error),
    **{f"dynamic_d128_b1e4_f2_max2048_seq{n}": dynamic(n) for n in (None, 2048, 2049, 4096, 8192, 16384)},
    "yarn_kimi_k2": preset("YaRN, Kimi-K2", "kimi-k2", yarn_error(5e4, 32.0)),
    "yarn_deepseek_v3": preset("YaRN, DeepSeek-V3", "deepseek-v3", yarn_error(1e4, 40.0)),
    "llama31_8b": preset("Llama 3.1", "llama-3.1", llama3_error),
}
"""The stored sets ``scaled/<name>/...``."""
