"""The reference beside the attention layers of transformers' Llama: grouped heads, KV cache, left padding."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from precision import array, in_float64, tensor
from reference import interleaved_layer
from rounding import EPS, EPS32, frequency_error, table_error
from row import Row, compare
from stored import LAYER, LAYER_HEAD_DIM, LAYER_KV_HEADS, LAYER_THETA, ORACLE
from transformers.models.llama import modeling_llama as llama

from labkit.rounding import LayerError, attention_error, layer_error

Array = NDArray[Any]
PEER = f"transformers {transformers.__version__}"
LAYERS, HEADS, KV_HEADS, HEAD_DIM, THETA = 2, 6, 2, 8, 500000.0
NEW_TOKENS = 5


@dataclass
class Watched:
    """What went into one layer's attention and what came out, call by call."""

    module: Any
    inputs: list[Array] = field(default_factory=list)
    outputs: list[Array] = field(default_factory=list)

    def __call__(self, _module: Any, _arguments: Any, named: dict[str, Any], output: Any) -> None:
        self.inputs.append(array(named["hidden_states"]))
        self.outputs.append(array(output[0]))

    @property
    def weights(self) -> tuple[Array, ...]:
        return tuple(array(getattr(self.module, f"{name}_proj").weight) for name in "qkvo")


def model() -> tuple[Any, list[Watched]]:
    """A small Llama with random weights, and its watched attention layers. Weights are large enough to make attention sharp."""
    config = transformers.LlamaConfig(
        hidden_size=HEADS * HEAD_DIM,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        num_hidden_layers=LAYERS,
        intermediate_size=32,
        vocab_size=60,
        max_position_embeddings=64,
        initializer_range=0.2,
        rope_parameters={"rope_type": "default", "rope_theta": THETA},
        attn_implementation="eager",
    )
    torch.manual_seed(0)
    made = llama.LlamaForCausalLM(config).to(torch.get_default_dtype()).eval()
    watched = [Watched(layer.self_attn) for layer in made.model.layers]
    for one in watched:
        one.module.register_forward_hook(one, with_kwargs=True)
    return made, watched


def prompts() -> tuple[Array, Array]:
    """Three texts of 9, 6 and 2 tokens, padded on the left: ids and mask."""
    ids = np.random.default_rng(1).integers(1, 60, (3, 9))
    mask = (np.arange(9) >= np.array([[0], [3], [7]])).astype(np.int64)
    return ids * mask, mask


def replay(
    ropelab: Any, one: Watched, mask: Array | None, eps: float
) -> tuple[list[Array], list[Array], Any, LayerError]:
    """Lab 06's layer, fed what the model's was fed, in the same pieces: its outputs, the model's, its cache, and what both may
    be apart. Real tokens only: a padded query sees nothing real, and nobody reads what a layer gives for it.
    """
    layer, cache = interleaved_layer(ropelab, one.weights, KV_HEADS, THETA, HEAD_DIM), ropelab.attention.KVCache()
    ours, theirs, seen = [], [], 0
    for x, expected in zip(one.inputs, one.outputs, strict=True):
        now, seen = slice(seen, seen + x.shape[1]), seen + x.shape[1]
        got = layer.forward(x, kv_cache=cache, attention_mask=None if mask is None else mask[:, :seen])
        real = np.ones(x.shape[:2], dtype=bool) if mask is None else mask[:, now].astype(bool)
        ours.append(got[real])
        theirs.append(expected[real])
    # Our angles are float64 in a layer of any precision; the model's are as wide as the model.
    x = np.concatenate(one.inputs, axis=1)
    mine, its = (
        layer_error(
            x, one.weights, HEAD_DIM, table_error(seen - 1, frequency_error(THETA, HEAD_DIM, angle), angle), eps
        )
        for angle in (EPS, eps)
    )
    return ours, theirs, cache, LayerError(mine.keys + its.keys, mine.values + its.values, mine.out + its.out)


def watched_row(ropelab: Any, watched: list[Watched], compared: str, mask: Array | None, eps: float = EPS) -> Row:
    """Every layer of the model beside lab 06's."""
    replays = [replay(ropelab, one, mask, eps) for one in watched]
    got = np.concatenate([x for ours, *_ in replays for x in ours])
    expected = np.concatenate([x for _, theirs, *_ in replays for x in theirs])
    labels = (PEER, compared, "float64" if eps == EPS else "float32", "06 AttentionWithRoPE")
    return compare(labels, got, expected, min(one[3].out for one in replays))


def keys_row(ropelab: Any, watched: list[Watched], compared: str, mask: Array, caches: Any) -> Row:
    """The keys that were cached. Scores depend on distances alone; keys tell at which positions each row was put."""
    replays, real = [replay(ropelab, one, mask, EPS) for one in watched], mask.astype(bool)

    def of_tokens(keys: Array) -> Array:
        return np.asarray(keys.swapaxes(1, 2)[real])

    got = [ropelab.relative.interleaved_to_half(of_tokens(cache.keys)) for _, _, cache, _ in replays]
    expected = [of_tokens(array(layer.keys)) for layer in caches.layers]
    labels = (PEER, compared, "float64", "06 AttentionWithRoPE, position_ids_from_mask")
    return compare(labels, got, expected, min(error.keys for *_, error in replays))


def full_pass(ropelab: Any, eps: float) -> Row:
    """At once, without padding; float32 is the model as shipped, and a layer of float32 of ours."""
    ids, _ = prompts()
    with in_float64() if eps == EPS else nullcontext(), torch.no_grad():
        made, watched = model()
        made(tensor(ids), use_cache=False)
    return watched_row(ropelab, watched, f"Llama, {HEADS} heads on {KV_HEADS}, {LAYERS} layers", None, eps)


def decoding(ropelab: Any, *, padded: bool) -> Iterator[Row]:
    """generate() fills a cache and decodes token by token: one text, or several, each at its own positions."""
    ids, mask = prompts()
    if not padded:
        ids, mask = ids[:1], mask[:1]
    settings = {"max_new_tokens": NEW_TOKENS, "do_sample": False, "pad_token_id": 0, "eos_token_id": None}
    with in_float64(), torch.no_grad():
        made, watched = model()
        done = made.generate(tensor(ids), attention_mask=tensor(mask), return_dict_in_generate=True, **settings)
    if len(watched[0].inputs) != NEW_TOKENS:
        raise ValueError(f"generate() took {len(watched[0].inputs)} calls for {NEW_TOKENS} tokens")
    mask = np.concatenate([mask, np.ones((len(ids), NEW_TOKENS - 1), dtype=np.int64)], axis=1)
    compared = f"Llama, generate(): KV cache{', left padding' if padded else ''}"
    yield watched_row(ropelab, watched, compared, mask if padded else None)
    if padded:
        yield keys_row(ropelab, watched, f"{compared}, keys", mask, done.past_key_values)


def stored_layer() -> Row:
    """transformers' layer on the stored weights: who computed the stored output is not on record."""
    x = ORACLE["attn/x"]
    length, width = x.shape[1:]
    config = transformers.LlamaConfig(
        hidden_size=width,
        num_attention_heads=width // LAYER_HEAD_DIM,
        num_key_value_heads=LAYER_KV_HEADS,
        rope_parameters={"rope_type": "default", "rope_theta": LAYER_THETA},
        attn_implementation="eager",
    )
    with in_float64(), torch.no_grad():
        layer = llama.LlamaAttention(config, 0).double().eval()
        for name, weight in zip("qkvo", LAYER, strict=True):
            getattr(layer, f"{name}_proj").weight.copy_(tensor(weight))
        turned = llama.LlamaRotaryEmbedding(config)(tensor(x), torch.arange(length)[None])
        hidden = torch.full((length, length), -torch.inf).triu(1)
        theirs = array(layer(tensor(x), position_embeddings=turned, attention_mask=hidden)[0])
    table = table_error(length - 1, frequency_error(LAYER_THETA, LAYER_HEAD_DIM))
    labels = (PEER, "Llama's layer on the stored weights", "float64", "the stored output")
    return compare(labels, ORACLE["attn/out"], theirs, 2 * layer_error(x, LAYER, LAYER_HEAD_DIM, table).out)


def torch_attention(ropelab: Any) -> Row:
    """torch's own attention with as many queries as keys; with fewer its causal mask is another one (top-left)."""
    rng = np.random.default_rng(8)
    q, k, v = (rng.standard_normal((2, heads, 7, HEAD_DIM)) for heads in (HEADS, KV_HEADS, KV_HEADS))
    theirs = torch.nn.functional.scaled_dot_product_attention(
        tensor(q), tensor(k), tensor(v), is_causal=True, enable_gqa=True
    )
    labels = (f"torch {torch.__version__}", "causal, grouped heads", "float64", "06 scaled_dot_product_attention")
    bound = 2 * attention_error(q, k, v, (0.0, 0.0, 0.0))
    return compare(labels, ropelab.attention.scaled_dot_product_attention(q, k, v), array(theirs), bound)


def rows(ropelab: Any) -> Iterator[Row]:
    yield torch_attention(ropelab)
    yield full_pass(ropelab, EPS)
    yield full_pass(ropelab, EPS32)
    yield from decoding(ropelab, padded=False)
    yield from decoding(ropelab, padded=True)
    yield stored_layer()
