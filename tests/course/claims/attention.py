"""The numbers printed in the handout of lab 06, and where they come from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GIVEN: dict[str, str] = {
    "2017": "the year of the attention paper",
    "2021": "the year of the RoFormer paper",
    "2023": "the year of the grouped-query paper",
    "1983": "the number of a public thread",
    "2363": "the number of a public thread",
    "3018": "the number of a public thread",
    "22069": "the number of a public thread",
    "22683": "the number of a public thread",
    "25420": "the number of a public thread",
    "3.1": "the name of a model",
    "3.2": "a section of a paper, as 3.2.1 and 3.2.2 are read",
    "2.2": "a section of a paper",
    "2.5": "the release of PyTorch that gives zeros for a row without a key",
    "0.0625": "a difference that a public thread reports",
}


LAB_04, SPLIT_HALF = {"q": [3, 1, 2, 4], "k": [1, 2, 4, 1]}, {"q": [3, 2, 1, 4], "k": [1, 4, 2, 1]}
"""The handout's q and k as lab 04 prints them, and as a split-half layer holds them."""


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    frequencies = ropelab.frequencies.rope_frequencies
    big = np.full(64, 40.0, dtype=np.float16)
    with np.errstate(over="ignore"):
        overflows = bool(np.isinf(np.multiply(big, big).sum(dtype=np.float16)))
    product = float(big.astype(np.float64) @ big.astype(np.float64))
    split_half, interleaved = scores(ropelab)
    # The handout prints one score for both layouts; if they differed, no number would be right.
    right = interleaved["both"] if np.isclose(interleaved["both"], split_half, rtol=0.0, atol=1e-12) else float("nan")
    computed = {
        "0.1": float(frequencies(4, 100.0)[1]),
        "0.3162": float(frequencies(8, 100.0)[1]),
        "88.72": float(np.log(np.finfo(np.float32).max)),
        "65,504": float(np.finfo(np.float16).max),
        "102,400": product if overflows else float("nan"),
        "12,800": product / np.sqrt(64),
        "9.9458": right,
        "4.5005": -interleaved["neither"],
        "0.9335": interleaved["q"],
    }
    # Numbers of one or two digits cannot be told apart in the text; if one were wrong, none of the others would count.
    return computed if small_examples_hold(ropelab) else dict.fromkeys(computed, float("nan"))


def scores(ropelab: Any) -> tuple[float, dict[str, float]]:
    """The handout's score of split-half q and k in split-half code, and in interleaved code by what was reordered."""
    to_half, rotate = ropelab.relative.interleaved_to_half, ropelab.relative.rotate_by_offset
    inv_freq = ropelab.frequencies.rope_frequencies(4, 100.0)
    # As columns of projections that are applied to the input 1, as a layer would make them.
    weights = {name: to_half(np.array(x, dtype=float))[:, None] for name, x in LAB_04.items()}
    projected = {name: ropelab.attention.projection_to_interleaved(w, 1)[:, 0] for name, w in weights.items()}
    plain = {name: w[:, 0] for name, w in weights.items()}
    chosen = {
        "both": (projected["q"], projected["k"]),
        "neither": (plain["q"], plain["k"]),
        "q": (projected["q"], plain["k"]),
    }
    half = _split_half(ropelab, plain["q"], 2 * inv_freq) @ _split_half(ropelab, plain["k"], 5 * inv_freq)
    return float(half), {
        name: float(rotate(q, 2, inv_freq) @ rotate(k, 5, inv_freq)) for name, (q, k) in chosen.items()
    }


def _split_half(ropelab: Any, x: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    full = np.concatenate([angles, angles])
    return np.asarray(x * np.cos(full) + ropelab.forward.rotate_half(x) * np.sin(full))


def behind_nine(ropelab: Any, pieces: list[int]) -> list[list[int]]:
    """The positions of tokens that are fed in these pieces: right, and by the three mistakes of the handout's table."""
    cache, rows = ropelab.attention.KVCache(), np.zeros((4, 0), dtype=int)
    cache.update(*np.zeros((2, 1, 1, 9, 4)))
    for new in pieces:
        before, steps = cache.length, np.arange(new)
        cache.update(*np.zeros((2, 1, 1, new, 4)))
        rows = np.hstack([rows, [before + steps, steps, before + 0 * steps, cache.length + steps]])
    return [row.tolist() for row in rows]


def small_examples_hold(ropelab: Any) -> bool:
    """The handout's small tables: positions, the mask, shared heads, reordered rows and vectors, sizes of caches."""
    attention = ropelab.attention
    mask = [[0, 0, 1, 1, 1], [1, 1, 1, 1, 1]]
    longer = [[*row, 1] for row in mask]
    rows = attention.projection_to_interleaved(np.arange(12)[:, None], 2)[:, 0]
    # With all scores equal and one-hot values, what a query reads is where its output is not zero.
    seen = attention.scaled_dot_product_attention(np.zeros((1, 1, 2, 5)), np.zeros((1, 1, 5, 5)), np.eye(5)[None, None])
    shared = np.stack([np.full((1, 8), 0.0), np.full((1, 8), 1.0)])[None]
    heads = attention.scaled_dot_product_attention(np.zeros((1, 6, 1, 8)), shared, shared)[0, :, 0, 0]
    per_token = [2 * 32 * key_heads * 128 * 2 / 1024 for key_heads in (8, 32)]
    halves = {name: ropelab.relative.interleaved_to_half(np.array(x)).tolist() for name, x in LAB_04.items()}
    return (
        behind_nine(ropelab, [1, 1, 1]) == [[9, 10, 11], [0, 0, 0], [9, 10, 11], [10, 11, 12]]
        and behind_nine(ropelab, [3]) == [[9, 10, 11], [0, 1, 2], [9, 9, 9], [12, 13, 14]]
        and halves == SPLIT_HALF
        and attention.position_ids_from_mask(mask).tolist() == [[0, 0, 0, 1, 2], [0, 1, 2, 3, 4]]
        and attention.position_ids_from_mask(longer)[:, -1].tolist() == [3, 5]
        and rows.tolist() == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]
        and (seen[0, 0] > 0).astype(int).tolist() == [[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
        and heads.tolist() == [h // 3 for h in range(6)]
        and per_token == [128, 512]
    )
