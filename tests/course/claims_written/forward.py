"""The numbers in the answers of lab 03, and where they come from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GIVEN: dict[str, str] = {
    "0.5": "half a point",
    "4,096": "the length of a cache in an example",
    "0.01": "a ratio of measured times, in the order of which machines agree",
    "0.002": "the smallest such ratio that nobody doubts",
    "0.1": "the largest such ratio that nobody doubts",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    rotary = ropelab.forward.RotaryEmbedding(32, 5)
    x = np.zeros((1, 1, 1, 32), np.float32)
    extended = rotary.forward(x, seq_len=7)[0].shape == (7, 32) and rotary.max_seq_len_cached == 7
    table = rotary.cos_cached
    shape = rotary.forward(x, seq_len=6)[0].shape
    return ("b" if extended else "?"), rotary.cos_cached is not table, shape


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    rotary = ropelab.forward.RotaryEmbedding(32, 100)
    half = rotary(np.zeros((1, 1, 50, 32), np.float16))
    long = rotary(np.zeros((1, 1, 200, 32), np.float32))
    errors = _cosine_errors(ropelab)
    decoding = ropelab.forward.RotaryEmbedding(32, 4, dtype=np.float64)
    q, k = np.random.default_rng(0).standard_normal((2, 1, 2, 8, 32))
    full = _rotated(ropelab, decoding, q, k, range(8))
    step = _rotated(ropelab, decoding, q[:, :, 6:7], k[:, :, 6:7], [6])
    return {
        "6,400": sum(table.nbytes for table in half),
        "12,800": sum(table.size for table in long),
        "51,200": sum(table.nbytes for table in long),
        "2.4e-04": errors[0],
        "3.0e-08": errors[1],
        "4.9e-04": float(np.finfo(np.float16).eps) / 2,
        "0.0": max(float(np.max(np.abs(one - every[:, :, 6:7]))) for one, every in zip(step, full, strict=True)),
        "17.4512": _score(ropelab, 6, 5),
        "23.4559": _score(ropelab, 0, 5),
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Whole numbers too small to be told apart without their words: the words, and the number that stands in them."""
    rotary = ropelab.forward.RotaryEmbedding(128, 4096)
    rows, _ = rotary(np.zeros((8, 4096, 128), np.float16))
    return {
        "take {} MiB in float16": 8 * rows.nbytes / 2**20,
        "{} MiB in float32": 8 * rotary.cos_cached.nbytes / 2**20,
    }


def holds(ropelab: Any) -> dict[str, bool]:
    """What the answers say in words, by the words, and whether it is so."""
    rotary = ropelab.forward.RotaryEmbedding(32, 100)
    x16, x32 = np.zeros((1, 1, 50, 32), np.float16), np.zeros((1, 1, 50, 32), np.float32)
    uncast, _ = ropelab.forward.apply_rotary_pos_emb(x16, x16, rotary.cos_cached[:50], rotary.sin_cached[:50])
    per_row, q, k = np.zeros((2, 6, 32)), np.zeros((2, 8, 6, 32)), np.zeros((2, 2, 6, 32))
    turned = ropelab.forward.apply_rotary_pos_emb(q, k, *rotary(q))
    behind = ropelab.forward.apply_rotary_pos_emb(q.swapaxes(1, 2), k.swapaxes(1, 2), *rotary(q), unsqueeze_dim=2)
    first = rotary(x32, position_ids=[[0]])
    one, _ = rotary(x32, position_ids=[[7]])
    second_turn = _turned(ropelab, _turned(ropelab, KEY, 5), 5)
    return {
        "a slice is a view": np.shares_memory(rotary(x32)[0], rotary.cos_cached),
        "a request in another dtype makes a copy": not np.shares_memory(rotary(x16)[0], rotary.cos_cached),
        "the table never shrinks": rotary.max_seq_len_cached == 100,
        "rows (6, 32) turn q (2, 8, 6, 32) and k (2, 2, 6, 32)": [x.shape for x in turned] == [q.shape, k.shape],
        "heads at axis 2": [x.shape for x in behind] == [(2, 6, 8, 32), (2, 6, 2, 32)],
        "(2, 6, 32) with 8 query heads is an error": not _broadcasts(q, per_row),
        "and with 2 key heads and 2 batch rows it is not": _broadcasts(k, per_row),
        "without the cast it is float32": uncast.dtype == np.float32,
        "so are the scores and the sum of float16 values": (uncast @ x16.swapaxes(-1, -2) @ x16).dtype == np.float32,
        "row 0: cosines 1 and sines 0": bool(np.all(first[0] == 1.0) and np.all(first[1] == 0.0)),
        "one position gives (1, 1, D)": one.shape == (1, 1, 32),
        "distance +5 instead of -1": np.isclose(_score(ropelab, 0, 5), _score(ropelab, 20, 25), rtol=0.0, atol=1e-12),
        "after another turn by 5 as if at position 10": np.allclose(second_turn, _turned(ropelab, KEY, 10), atol=1e-12),
    }


QUERY, KEY = np.array([3.0, 2.0, 1.0, 4.0]), np.array([1.0, 4.0, 2.0, 1.0])


def _turned(ropelab: Any, x: NDArray[np.float64], position: int) -> NDArray[np.float64]:
    rotary = ropelab.forward.RotaryEmbedding(4, 1, base=100.0, dtype=np.float64)
    token = x.reshape(1, 1, 1, 4)
    return np.asarray(_rotated(ropelab, rotary, token, token, [position])[0]).ravel()


def _score(ropelab: Any, m: int, n: int) -> float:
    return float(_turned(ropelab, QUERY, m) @ _turned(ropelab, KEY, n))


def _rotated(ropelab: Any, rotary: Any, q: Any, k: Any, positions: Any) -> tuple[Any, Any]:
    rows = rotary(q, position_ids=np.array([list(positions)]))
    turned: tuple[Any, Any] = ropelab.forward.apply_rotary_pos_emb(q, k, *rows)
    return turned


def _cosine_errors(ropelab: Any) -> list[float]:
    """The largest error of a float16 call that extends, and of the float32 call after it: positions 0 to 4,095."""
    rotary = ropelab.forward.RotaryEmbedding(32, 1)
    angles = np.outer(np.arange(4096), 10000.0 ** (-np.arange(0, 32, 2) / 32))
    right = np.cos(np.concatenate([angles, angles], axis=-1))
    calls = [rotary(np.zeros((1, 1, 4096, 32), dtype))[0] for dtype in (np.float16, np.float32)]
    return [float(np.max(np.abs(cos - right))) for cos in calls]


def _broadcasts(x: NDArray[Any], rows: NDArray[Any]) -> bool:
    try:
        np.broadcast_shapes(x.shape, rows.shape)
    except ValueError:
        return False
    return True
