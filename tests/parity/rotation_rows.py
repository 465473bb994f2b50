"""The reference beside the rotations of transformers: Llama, GPT-NeoX, GPT-J, DeepSeek-V2 and DeepSeek-V3."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from precision import array, in_float64, tensor
from rounding import EPS, EPS32, frequency_error, table_error
from row import Row, compare
from transformers.models.deepseek_v2 import modeling_deepseek_v2 as deepseek_v2
from transformers.models.deepseek_v3 import modeling_deepseek_v3 as deepseek_v3
from transformers.models.gpt_neox import modeling_gpt_neox as gpt_neox
from transformers.models.gptj import modeling_gptj as gptj
from transformers.models.llama import modeling_llama as llama

from labkit.rounding import rotation_error

Array = NDArray[Any]
PEER = f"transformers {transformers.__version__}"
LAB_06 = "06 apply_rotary_pos_emb"
IDS = np.array([[0, 5, 5, 1023, 3], [20000, 2, 9, 4096, 64]])
HEADS = 3


def features(size: int) -> Array:
    """Queries of shape (batch, seq, heads, size)."""
    return np.random.default_rng(size).standard_normal((*IDS.shape, HEADS, size))


def bound(x: Array, base: float, size: int, peer_eps: float = EPS, ids: Array = IDS) -> float:
    """Both sides make their own frequencies, angles and tables, and rotate x."""
    errors = (table_error(float(ids.max()), frequency_error(base, size, eps), eps) for eps in (EPS, peer_eps))
    largest = float(np.max(np.abs(x)))
    return sum(rotation_error(largest, error, eps) for error, eps in zip(errors, (EPS, peer_eps), strict=True))


def layouts(ropelab: Any, x: Array, size: int) -> Array:
    """The first ``size`` features from interleaved to split-half, the others as they are."""
    return np.concatenate([ropelab.relative.interleaved_to_half(x[..., :size]), x[..., size:]], axis=-1)


def settings(base: float, **more: Any) -> dict[str, Any]:
    return {"rope_type": "default", "rope_theta": base} | more


def llama_rows(ropelab: Any) -> Iterator[Row]:
    """As shipped the angles are float32, and so is all else; in float64 nothing but the dtype differs."""
    size, base = 64, 50000.0
    x = features(size).swapaxes(1, 2)
    config = transformers.LlamaConfig(head_dim=size, rope_parameters=settings(base))

    def peer(given: Array) -> Array:
        cos, sin = llama.LlamaRotaryEmbedding(config)(tensor(given), tensor(IDS))
        return array(llama.apply_rotary_pos_emb(tensor(given), tensor(given), cos, sin)[0])

    with in_float64():
        theirs = peer(x)
    cache = ropelab.forward.RotaryEmbedding(size, base=base, dtype=np.float64)
    ours, _ = ropelab.forward.apply_rotary_pos_emb(x, x, *cache(x, position_ids=IDS))
    compared = "Llama, split-half, positions to 20,000"
    yield compare((PEER, compared, "float64", "03 RotaryEmbedding"), ours, theirs, bound(x, base, size))

    given = ropelab.relative.half_to_interleaved(x).swapaxes(1, 2)
    turned = ropelab.attention.apply_rotary_pos_emb(given, IDS, base).swapaxes(1, 2)
    turned = ropelab.relative.interleaved_to_half(turned)
    yield compare((PEER, compared, "float64", LAB_06), turned, theirs, bound(x, base, size))
    shipped = peer(x.astype(np.float32))
    yield compare((PEER, compared, "float32", LAB_06), turned, shipped, bound(x, base, size, EPS32))


def gpt_neox_row(ropelab: Any) -> Row:
    """A quarter of each head is rotated: 20 of 80 features."""
    size, rotated, base = 80, 20, 10000.0
    x = features(size)
    config = transformers.GPTNeoXConfig(
        hidden_size=size * HEADS, num_attention_heads=HEADS, rope_parameters=settings(base, partial_rotary_factor=0.25)
    )
    with in_float64():
        given = tensor(layouts(ropelab, x, rotated).swapaxes(1, 2))
        cos, sin = gpt_neox.GPTNeoXRotaryEmbedding(config)(given, tensor(IDS))
        theirs = array(gpt_neox.apply_rotary_pos_emb(given, given, cos, sin)[0])
    turned = ropelab.attention.apply_rotary_pos_emb(x, IDS, base, rotated)
    labels = (PEER, "GPT-NeoX, split-half, 20 of 80 features", "float64", LAB_06)
    return compare(labels, layouts(ropelab, turned, rotated).swapaxes(1, 2), theirs, bound(x, base, rotated))


def gptj_row(ropelab: Any) -> Row:
    """The whole attention module, with projections that leave its input as it is: its keys are read from the cache."""
    size, rotated = 16, 12
    x, ids = features(size), IDS % 2048
    config = transformers.GPTJConfig(n_embd=size * HEADS, n_head=HEADS, rotary_dim=rotated, n_positions=2048)
    with in_float64():
        module = gptj.GPTJAttention(config, layer_idx=0).double().eval()
        with torch.no_grad():
            for projection in (module.q_proj, module.k_proj, module.v_proj):
                projection.weight.copy_(torch.eye(size * HEADS))
            cache = transformers.DynamicCache()
            module(tensor(x.reshape(*ids.shape, -1)), layer_past=cache, position_ids=tensor(ids))
    theirs = array(cache.layers[0].keys).swapaxes(1, 2)
    ours = ropelab.attention.apply_rotary_pos_emb(x, ids, 10000.0, rotated)
    labels = (PEER, "GPT-J, interleaved, 12 of 16 features", "float64", LAB_06)
    return compare(labels, ours, theirs, bound(x, 10000.0, rotated, ids=ids))


def deepseek_v2_row(ropelab: Any) -> Row:
    """The complex form, as in Meta's Llama code; lab 05's function has one position for all sequences of the batch."""
    size, base, ids = 32, 10000.0, IDS[1]
    x = features(size)
    config = transformers.DeepseekV2Config(qk_rope_head_dim=size, rope_parameters=settings(base))
    with in_float64():
        given = tensor(x.swapaxes(1, 2))
        freqs_cis = deepseek_v2.DeepseekV2RotaryEmbedding(config)(given, tensor(np.stack([ids, ids])))
        theirs = array(deepseek_v2.apply_rotary_emb(given, given, freqs_cis)[0]).swapaxes(1, 2)
    angles = ropelab.frequencies.position_angles(ids, ropelab.frequencies.rope_frequencies(size, base))
    ours = ropelab.rotation.apply_rotary_pos_emb_complex(x, np.exp(1j * angles))
    labels = (PEER, "DeepSeek-V2, complex", "float64", "05 apply_rotary_pos_emb_complex")
    return compare(labels, ours, theirs, bound(x, base, size))


def deepseek_v3_row(ropelab: Any) -> Row:
    """Interleaved pairs go in, halves come out."""
    size, base = 64, 10000.0
    x = features(size)
    config = transformers.DeepseekV3Config(qk_rope_head_dim=size, rope_parameters=settings(base))
    with in_float64():
        given = tensor(x.swapaxes(1, 2))
        cos, sin = deepseek_v3.DeepseekV3RotaryEmbedding(config)(given, tensor(IDS))
        theirs = array(deepseek_v3.apply_rotary_pos_emb_interleave(given, given, cos, sin)[0])
    ours = ropelab.relative.interleaved_to_half(ropelab.attention.apply_rotary_pos_emb(x, IDS, base))
    labels = (PEER, "DeepSeek-V3, interleaved in, halves out", "float64", f"{LAB_06}, 04 interleaved_to_half")
    return compare(labels, ours.swapaxes(1, 2), theirs, bound(x, base, size))


def rows(ropelab: Any) -> Iterator[Row]:
    yield from llama_rows(ropelab)
    for one in (gpt_neox_row, gptj_row, deepseek_v2_row, deepseek_v3_row):
        yield one(ropelab)
