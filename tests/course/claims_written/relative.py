"""The numbers in the answers of lab 04, and where they come from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GIVEN: dict[str, str] = {
    "0.5": "half a point",
    "8.9e-16": "a measured difference, rounding: held to its order below",
    "4.4e-16": "a measured difference, rounding: held to its order below",
    "0.0": "a difference that happens to vanish",
    "1e-5": "the experiment's bound for scores",
    "1e-14": "the largest rounding that nobody doubts",
}

PAIRS = [(0, 1), (3, 7), (5, 5), (10, 12), (20, 8)]


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    q, k, inv_freq = _experiment(ropelab)
    rotate, to_half = ropelab.relative.rotate_by_offset, ropelab.relative.interleaved_to_half
    score = rotate(q, 20, inv_freq) @ rotate(k, 8, inv_freq)
    offsets = [s for s in range(-40, 41) if abs(q @ rotate(k, s, inv_freq) - score) < 1e-9]
    features = np.arange(16)
    interleaved = [6, 7]
    half = [int(np.flatnonzero(to_half(features) == feature)[0]) for feature in interleaved]
    same_arrays = bool(np.array_equal(_turned_in_half(ropelab, q, 3, inv_freq), rotate(q, 3, inv_freq)))
    return (*offsets, same_arrays, (*interleaved, *half))


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    q, k, inv_freq = _experiment(ropelab)
    rotate, to_half = ropelab.relative.rotate_by_offset, ropelab.relative.interleaved_to_half
    by_hand = np.array([3.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.0, 4.0, 1.0])
    small = ropelab.frequencies.rope_frequencies(4, 100.0)
    exchanged = [_turned_in_half(ropelab, x, p, small) for x, p in zip(by_hand, (2, 5), strict=True)]
    permuted = [_turned_in_half(ropelab, to_half(x), p, small) for x, p in zip(by_hand, (2, 5), strict=True)]
    third, fourth = (rotate([1.0, 0.0], p, [1.0]) for p in (3, 4))
    again, right = float(permuted[0] @ permuted[1]), _score(ropelab, *by_hand, 2, 5, small)
    return {
        "1.618215488": _score(ropelab, q, k, 3, 7, inv_freq),
        "2.2e-16": float(np.spacing(1.618)),
        "0.548": abs(float(q @ rotate(k, 20, inv_freq) - q @ rotate(k, -12, inv_freq))),
        "3.674008336": float(np.linalg.norm(q)),
        "0.990": -float(third[0]),
        "0.141": float(third[1]),
        "0.654": -float(fourth[0]),
        "0.757": -float(fourth[1]),
        "4.5005": -float(exchanged[0] @ exchanged[1]),
        "9.9458": right if np.isclose(right, again, rtol=0.0, atol=1e-12) else float("nan"),
        "3.0824": _score(ropelab, *by_hand, 5, 2, small),
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Whole numbers too small to be told apart without their words: the words, and the number that stands in them."""
    q, _, inv_freq = _experiment(ropelab)
    return {
        "turned about {} times": 100 * float(inv_freq[0]) / (2 * np.pi),
        "a sum of {} products": q.size,
    }


def holds(ropelab: Any) -> dict[str, bool]:
    """What the answers say in words, by the words, and whether it is so."""
    q, k, inv_freq = _experiment(ropelab)
    rotate, small = ropelab.relative.rotate_by_offset, ropelab.frequencies.rope_frequencies(4, 100.0)
    gaps = [abs(_score(ropelab, q, k, m, n, inv_freq) - q @ rotate(k, n - m, inv_freq)) for m, n in PAIRS]
    norms = [abs(np.linalg.norm(rotate(q, p, inv_freq)) - np.linalg.norm(q)) for p in (0, 1, 5, 100)]
    hand = np.array([3.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.0, 4.0, 1.0])
    wrong = [
        _turned_in_half(ropelab, hand[0], m, small) @ _turned_in_half(ropelab, hand[1], m + 3, small) for m in (2, 12)
    ]
    step = float(np.spacing(3.674))
    return {
        "the sides differ by a few steps of 2.2e-16": 0 < max(gaps) < 16 * np.finfo(float).eps,
        "the bound is ten orders of magnitude above it": 9 <= np.log10(1e-5 / max(gaps)) <= 11.5,
        "the norms differ by about one step from 2 to 4": max(norms) <= 3 * step and 4.3e-16 < step < 4.5e-16,
        "at position 0 the norm is exact": norms[0] == 0.0,
        "the wrong score is the same at (12, 15)": abs(wrong[0] - wrong[1]) < 1e-12,
        "permuting one of q and k gives another score": abs(ropelab.relative.interleaved_to_half(q) @ k - q @ k) > 0.1,
    }


def _experiment(ropelab: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The query, the key and the frequencies of the experiment."""
    rng = np.random.default_rng(0)
    return rng.standard_normal(16), rng.standard_normal(16), ropelab.frequencies.rope_frequencies(16)


def _score(ropelab: Any, q: Any, k: Any, m: int, n: int, inv_freq: Any) -> float:
    rotate = ropelab.relative.rotate_by_offset
    return float(rotate(q, m, inv_freq) @ rotate(k, n, inv_freq))


def _turned_in_half(ropelab: Any, x: NDArray[np.float64], position: int, inv_freq: Any) -> NDArray[np.float64]:
    angles = position * np.concatenate([inv_freq, inv_freq])
    return np.asarray(x * np.cos(angles) + ropelab.forward.rotate_half(x) * np.sin(angles))
