"""The numbers in the answers of lab 02, and where they come from."""

import pickle
from typing import Any

import numpy as np

ROWS = 131_072
"""128k positions, as in the quiz."""
MIB = 2**20

GIVEN: dict[str, str] = {
    "131,072": "the rows of the tables in quiz question 1, 128k",
    "1,000": "a position, chosen for the answer",
    "10,000": "a base, chosen for the answer",
    "500,000": "another base, chosen for the answer",
    "2,049": "a position, chosen for the answer: the first whole number that is not a float16",
    "1,048,576": "the bytes of a MiB",
    "0.5": "half a point",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    row, other = (ropelab.cache.precompute_rope(1, 64, base)[0] for base in (1e4, 5e5))
    cache, lengths = ropelab.cache.RotaryCache(8, 100, growth=2.0), []
    for request in (130, 500):
        cache.ensure_length(request)
        lengths.append(cache.max_seq_len_cached)
    return _bytes(ropelab) / MIB, bool(np.array_equal(row, other)), tuple(lengths)


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    default, other = (ropelab.cache.precompute_rope(1_001, 64, base)[0][1_000, 16] for base in (1e4, 5e5))
    worst = {kind: _worst(ropelab, kind) for kind in (np.float16, np.float32)}
    rounded = ropelab.cache.RotaryCache(2, 2, dtype=np.float16).cos_cached.astype(np.float32)[1, 0]
    with np.errstate(over="ignore"):
        infinite = next(n for n in range(65_000, 66_000) if np.isinf(np.float16(n)))
    return {
        "8,388,608": 2 * ropelab.cache.precompute_rope(ROWS, 64)[0].size,
        "67,108,864": _bytes(ropelab),
        "0.8391": -float(default),
        "0.1559": float(other),
        "0.00024": worst[np.float16],
        "0.00000003": worst[np.float32],
        "0.540302": float(np.cos(1.0)),
        "0.540527": float(rounded),
        "0.000225": float(rounded) - float(np.cos(1.0)),
        "2,048": float(np.float16(2_049)),
        "65,520": infinite,
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Short numbers, each in its words: what stands for {} is the value, rounded to a whole number."""
    default = ropelab.cache.RotaryCache(128)
    assert default.max_seq_len_cached == 2_048
    assert len(pickle.dumps(ropelab.cache.RotaryCache(64, ROWS))) < 1024, "the answer says: less than a kilobyte"
    return {
        "costs {} MiB for $D = 128$ in float32": (default.cos_cached.nbytes + default.sin_cached.nbytes) / MIB,
        "the pair takes {} MiB in float32": _bytes(ropelab) / MIB,
        "or {} MiB; in float16": _bytes(ropelab) / MIB,
        "in float16 {} MiB": _bytes(ropelab, np.float16) / MIB,
        "in float64 {} MiB": _bytes(ropelab, np.float64) / MIB,
        "make that {} GiB": 32 * _bytes(ropelab) / 1024 / MIB,
        "{} inverse frequencies of 256 bytes": ropelab.frequencies.rope_frequencies(64).size,
        "32 inverse frequencies of {} bytes": ropelab.frequencies.rope_frequencies(64).nbytes,
        "leaves {} MiB": _bytes(ropelab) / 2 / MIB,
        "pair forgotten ({} GiB)": 32 * _bytes(ropelab) / 2 / 1024 / MIB,
        "A float16 has {} binary digits": np.finfo(np.float16).nmant + 1,
    }


def _bytes(ropelab: Any, dtype: Any = np.float32) -> int:
    """The size of both tables of 128k rows and 64 columns."""
    cache = ropelab.cache.RotaryCache(64, 16, dtype=dtype)
    return int(cache.cos_cached.nbytes + cache.sin_cached.nbytes) * ROWS // 16


def _worst(ropelab: Any, dtype: Any) -> float:
    """The largest rounding error of a table in this dtype."""
    exact, rounded = (ropelab.cache.RotaryCache(64, 4_096, dtype=kind).cos_cached for kind in (np.float64, dtype))
    return float(np.abs(rounded.astype(np.float64) - exact).max())
