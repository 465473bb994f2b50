"""The numbers in the answers of lab 06, and where they come from; and what answers and handout say in words."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GIVEN: dict[str, str] = {
    "0.5": "half a point",
    "0.0": "a difference that happens to vanish",
    "1e-15": "the order of a measured difference: held to it below",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    attention = ropelab.attention
    # Value head g holds g everywhere, so each query head's output is the number of the head that it reads.
    values = np.broadcast_to(np.arange(3.0)[None, :, None, None], (1, 3, 1, 8))
    heads = attention.scaled_dot_product_attention(np.zeros((1, 12, 1, 8)), values, values)[0, :, 0, 0]
    positions = attention.position_ids_from_mask([[0, 0, 0, 1, 1, 1, 1, 1, 1]])[0, 7:]
    rows = attention.projection_to_interleaved(np.arange(16)[:, None], 2)[8:12, 0]
    return tuple(heads[[5, 7, 10]].astype(int).tolist()), tuple(positions.tolist()), tuple(rows.tolist())


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    q, k = np.array([3.0, 2.0, 1.0, 4.0]), np.array([1.0, 4.0, 2.0, 1.0])
    rotate, inv_freq = ropelab.relative.rotate_by_offset, ropelab.frequencies.rope_frequencies(4, 100.0)
    q = ropelab.attention.projection_to_interleaved(q[:, None], 1)[:, 0]
    return {
        "0.416": -_score(ropelab, 9, 7),
        "0.540": _score(ropelab, 9, 8),
        "0.754": _score(ropelab, 0, 7),
        "0.146": -_score(ropelab, 0, 8),
        "0.9335": float(rotate(q, 2, inv_freq) @ rotate(k, 5, inv_freq)),
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Whole numbers too small to be told apart without their words: the words, and the number that stands in them."""
    rows, pairs = 4 * 64, _pairs(ropelab, 4)
    return {
        "projection has {} rows": rows,
        "8 blocks of {} rows": rows / 8,
        "4 of {}. A pair": rows / 4,
        "rows $i$ and $i + {}$ of a head": _apart(pairs),
        "rows $i$ and $i + {}$ become": _apart(_pairs(ropelab, 8)),
        "Of {} pairs": len(pairs),
        "pairs, {} are right": len(pairs & _pairs(ropelab, 32 // 4)),
    }


def holds(ropelab: Any) -> dict[str, bool]:
    """What the answers and the handout say in words, by the words, and whether it is so."""
    good, bad = _decoded(ropelab, wrong=False), _decoded(ropelab, wrong=True)
    layer, x = _layer(ropelab, 0), _text()
    seen = layer.forward(x)
    changed, shuffled = x.copy(), x[:, [3, 1, 4, 0, 2, *range(5, 14)]]
    changed[:, -1] += 1.0
    nowhere = layer.forward(x, np.zeros(14, dtype=int)), layer.forward(shuffled, np.zeros(14, dtype=int))
    return {
        "decode_max_diff is about 1e-15": 0 < good < 2e-14,
        "wrong_position_decode_max_diff is as large as the outputs": 0.1 < bad < 10,
        "more than ten orders of magnitude above the other": bad > 1e10 * good,
        "a new token changes no earlier output": np.array_equal(layer.forward(changed)[:, :-1], seen[:, :-1]),
        "adding 8 to every position changes nothing": _near(layer.forward(x, np.arange(8, 22)), seen),
        "nor does it with the rows of another layout": _near(
            _layer(ropelab, 8).forward(x, np.arange(8, 22)), _layer(ropelab, 8).forward(x)
        ),
        "which gives other outputs": not _near(_layer(ropelab, 8).forward(x), _layer(ropelab, 4).forward(x)),
        "without RoPE the last output does not know the order of those before": _near(
            nowhere[0][:, -1], nowhere[1][:, -1]
        ),
        "but earlier ones see others": not _near(nowhere[0][:, 1], nowhere[1][:, 1]),
        "64 // 8 is the number of key heads, 32 // 4 is not": 64 // 8 == 8 and 32 // 4 != 4,
        "counted padding gives the same in one way of counting": _padded(ropelab, "both") < 1e-12,
        "and not when prompt and decoding count differently": min(
            _padded(ropelab, "prompt"), _padded(ropelab, "decoding")
        )
        > 0.01,
        "a weight of zero times NaN is NaN": bool(np.isnan(np.array([0.0, 1.0]) @ np.array([np.nan, 1.0]))),
    }


def _near(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(np.allclose(one, other, rtol=0.0, atol=1e-12))


def _score(ropelab: Any, m: int, n: int) -> float:
    """The score of q = k = (1, 0) at m and n, with one pair that turns by one radian per token."""
    x = np.array([[[[1.0, 0.0]], [[1.0, 0.0]]]])
    q, k = ropelab.attention.apply_rotary_pos_emb(x, [m, n])[0, :, 0]
    return float(q @ k)


def _pairs(ropelab: Any, heads: int) -> set[tuple[int, int]]:
    """Which rows of TinyLlama's key projection stand side by side, reordered as so many heads."""
    rows = ropelab.attention.projection_to_interleaved(np.arange(4 * 64)[:, None], heads)[:, 0].reshape(-1, 2)
    return {(int(one), int(other)) for one, other in rows}


def _apart(pairs: set[tuple[int, int]]) -> int:
    """How far the two rows of a pair are apart, which is the same for all."""
    (distance,) = {other - one for one, other in pairs}
    return distance


def _text() -> NDArray[np.float64]:
    return np.random.default_rng(6).standard_normal((2, 14, 96))


def _layer(ropelab: Any, reordered_as: int) -> Any:
    """A layer of 8 query and 4 key heads; its key rows are reordered as so many heads, or not at all for 0."""
    layer = ropelab.attention.AttentionWithRoPE(96, 8, 4, max_seq_len=64, theta=500.0)
    # Scores are large enough for the softmax to prefer some tokens.
    layer.q_proj, layer.k_proj = 2 * layer.q_proj, 2 * layer.k_proj
    if reordered_as:
        layer.q_proj = ropelab.attention.projection_to_interleaved(layer.q_proj, 8)
        layer.k_proj = ropelab.attention.projection_to_interleaved(layer.k_proj, reordered_as)
    return layer


def _decoded(ropelab: Any, *, wrong: bool) -> float:
    """How far decoding behind a prompt of nine tokens is from the full pass; wrong: each new token is placed at 0."""
    layer, x, cache = _layer(ropelab, 0), _text(), ropelab.attention.KVCache()
    outputs = [layer.forward(x[:, :9], kv_cache=cache)]
    outputs += [layer.forward(x[:, [i]], [0] if wrong else None, cache) for i in range(9, 14)]
    return float(np.max(np.abs(np.concatenate(outputs, axis=1) - layer.forward(x))))


def _padded(ropelab: Any, counted_in: str) -> float:
    """How far the tokens of a padded row are from the row alone, where padding is counted in one part or in both."""
    layer, x, cache = _layer(ropelab, 0), _text()[:1], ropelab.attention.KVCache()
    mask = np.arange(14)[None] >= 4
    ids, all_ids = ropelab.attention.position_ids_from_mask(mask)[0], np.arange(14)
    prompt = all_ids if counted_in in ("prompt", "both") else ids
    decoding = all_ids if counted_in in ("decoding", "both") else ids
    outputs = [layer.forward(x[:, :9], prompt[:9], cache, mask[:, :9])]
    outputs += [layer.forward(x[:, [i]], decoding[[i]], cache, mask[:, : i + 1]) for i in range(9, 14)]
    return float(np.max(np.abs(np.concatenate(outputs, axis=1)[:, 4:] - layer.forward(x[:, 4:]))))
