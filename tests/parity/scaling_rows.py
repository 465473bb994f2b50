"""The reference beside the rules for longer contexts of transformers (ROPE_INIT_FUNCTIONS), for published configurations."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import transformers
from precision import array, in_float64, tensor
from rounding import (
    EPS,
    EPS32,
    dynamic_frequency_error,
    frequency_error,
    llama3_share_error,
    mixed_frequency_error,
    table_error,
    yarn_share_error,
)
from row import Row, compare
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.deepseek_v3 import modeling_deepseek_v3 as deepseek_v3
from transformers.models.llama import modeling_llama as llama

PEER = f"transformers {transformers.__version__}"
TITLES = {
    "llama-2-7b-32k": "Llama-2-7B-32K",
    "llama-3.1": "Llama 3.1",
    "deepseek-v3": "DeepSeek-V3",
    "kimi-k2": "Kimi-K2",
}


def configuration(preset: dict[str, Any], max_position_embeddings: int | None = None) -> Any:
    """transformers' configuration of a preset; the DeepSeek class where the head is DeepSeek's."""
    rest = {name: value for name, value in preset.items() if name not in ("d_head", "base")}
    parameters = rest | {"rope_theta": preset["base"]}
    trained = preset.get("original_max_position_embeddings", 4096)
    longest = max_position_embeddings or int(trained * preset["factor"])
    if "mscale" in preset:
        return transformers.DeepseekV3Config(
            qk_rope_head_dim=preset["d_head"],
            max_position_embeddings=longest,
            rope_parameters=parameters,
            hidden_size=64,
            num_attention_heads=2,
            q_lora_rank=16,
            kv_lora_rank=16,
        )
    return transformers.LlamaConfig(
        head_dim=preset["d_head"], max_position_embeddings=longest, rope_parameters=parameters
    )


def preset_error(preset: dict[str, Any], eps: float) -> float:
    factor, frequency = preset["factor"], frequency_error(preset["base"], preset["d_head"], eps)
    if preset["rope_type"] == "linear":
        return frequency + eps
    if preset["rope_type"] == "yarn":
        return mixed_frequency_error(frequency, factor, yarn_share_error(eps), eps)
    share = llama3_share_error(frequency, preset["low_freq_factor"], preset["high_freq_factor"], eps)
    return mixed_frequency_error(frequency, factor, share, eps)


def preset_rows(ropelab: Any) -> Iterator[Row]:
    for name, preset in ropelab.scaling.PRESETS.items():
        rule = ROPE_INIT_FUNCTIONS[preset["rope_type"]]
        ours, attention_factor = ropelab.scaling.preset_frequencies(name)
        config = configuration(preset)
        shipped, _ = rule(config)
        with in_float64():
            theirs, their_factor = rule(config)
        for dtype, expected, eps in (("float64", theirs, EPS), ("float32", shipped, EPS32)):
            bound = preset_error(preset, EPS) + preset_error(preset, eps)
            labels = (PEER, f"{preset['rope_type']}, {TITLES[name]}", dtype, "07 preset_frequencies")
            yield compare(labels, ours, array(expected), bound, relative=True)
        if preset["rope_type"] == "yarn":
            yield factor_row(f"attention factor, {TITLES[name]}", "preset_frequencies", attention_factor, their_factor)
            with in_float64():
                scale = deepseek_v3.DeepseekV3Attention(config, 0).scaling
            ours = ropelab.scaling.yarn_softmax_scale(config.qk_head_dim, preset["factor"], preset["mscale_all_dim"])
            yield factor_row(f"softmax scale, {TITLES[name]}", "yarn_softmax_scale", ours, scale)


def factor_row(compared: str, function: str, ours: float, theirs: float) -> Row:
    """A logarithm, two products and sums, a square, a root and a quotient: no more than ten roundings on each side."""
    return compare((PEER, compared, "float64", f"07 {function}"), ours, theirs, 10 * EPS, relative=True)


def dynamic_row(ropelab: Any) -> Row:
    """The frequencies that Llama's module has after a text of each length, one module a length."""
    head, base, factor, trained, lengths = 96, 10000.0, 4.0, 2048, (1, 2048, 2049, 3000, 8192, 40000)
    config = transformers.LlamaConfig(
        head_dim=head,
        max_position_embeddings=trained,
        rope_parameters={"rope_type": "dynamic", "rope_theta": base, "factor": factor},
    )
    theirs = []
    with in_float64():
        for length in lengths:
            module = llama.LlamaRotaryEmbedding(config)
            module(tensor(np.zeros(1)), tensor(np.array([[length - 1]])))
            theirs.append(array(module.inv_freq))
    ours = [ropelab.scaling.dynamic_ntk_frequencies(head, base, factor, length, trained) for length in lengths]
    bound = 2 * min(dynamic_frequency_error(base, head, factor, max(n, trained) / trained) for n in lengths)
    labels = (PEER, "dynamic, texts of 1 to 40,000 tokens", "float64", "07 dynamic_ntk_frequencies")
    return compare(labels, ours, theirs, bound, relative=True)


def yarn_table_row(ropelab: Any) -> Row:
    """YaRN by the paper's rule, without the settings of DeepSeek: cosines and sines are multiplied by the factor."""
    head, base, factor, trained = 48, 20000.0, 16.0, 2048
    positions = np.array([[0, 1, 77, 2047, 2048, 30001]])
    parameters = {
        "rope_type": "yarn",
        "rope_theta": base,
        "factor": factor,
        "original_max_position_embeddings": trained,
    }
    config = transformers.LlamaConfig(
        head_dim=head, max_position_embeddings=int(factor * trained), rope_parameters=parameters
    )
    with in_float64():
        cos, sin = llama.LlamaRotaryEmbedding(config)(tensor(np.zeros(1)), tensor(positions))
    theirs = np.stack([array(cos)[0, :, : head // 2], array(sin)[0, :, : head // 2]])
    angles = np.outer(positions[0], ropelab.scaling.yarn_frequencies(head, base, factor, trained))
    attention_factor = ropelab.scaling.yarn_attention_factor(factor)
    ours = attention_factor * np.stack([np.cos(angles), np.sin(angles)])
    frequency = mixed_frequency_error(frequency_error(base, head), factor, yarn_share_error())
    bound = 2 * attention_factor * (table_error(float(positions.max()), frequency) + 11 * EPS)
    labels = (
        PEER,
        "yarn, factor 16, cosines and sines to 30,001",
        "float64",
        "07 yarn_frequencies, yarn_attention_factor",
    )
    return compare(labels, ours, theirs, bound)


def rows(ropelab: Any) -> Iterator[Row]:
    yield from preset_rows(ropelab)
    yield dynamic_row(ropelab)
    yield yarn_table_row(ropelab)
