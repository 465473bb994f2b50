"""The numbers in the answers of lab 01, and where they come from."""

import inspect
from typing import Any

import numpy as np

CONTEXT = 131_072
"""128k tokens."""
TRAINED = 4_096
"""The trained length in the model answer to written question 3."""

GIVEN: dict[str, str] = {
    "10,000": "a base of the table",
    "10000": "the default base",
    "50,000": "a base of the table: Kimi-K2",
    "500,000": "a base of the table: Llama 3",
    "131,072": "128k, the context of written question 4",
    "128,000": "the other reading of 128k, accepted",
    "4,096": "a trained length, chosen for the answer",
    "32,768": "a longer text, chosen for the answer",
    "0.5": "half a point",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz; None where nothing computes it."""
    rope_frequencies = ropelab.frequencies.rope_frequencies
    return rope_frequencies(128).shape, None, inspect.signature(rope_frequencies).parameters["base"].default


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    small, default, llama = (_spectrum(ropelab, base, d) for base, d in ((1e4, 4), (1e4, 128), (5e5, 128)))
    angles = ropelab.frequencies.position_angles([0, 1], small)
    before, after = (score(ropelab, distance) for distance in (0, 1))
    assert before == 4.0
    longest = {(base, d): 2 * np.pi / _spectrum(ropelab, base, d)[-1] for base, d in ROWS}
    return {
        "0.01": float(angles[1, 1]),
        "57.3": float(np.degrees(angles[1, 0])),
        "0.573": float(np.degrees(angles[1, 1])),
        "0.5403": float(np.cos(angles[1, 0])),
        "0.99995": float(np.cos(angles[1, 1])),
        "3.0805": after,
        "0.0001": 10000.0 ** (-4 / 4),
        "0.8660": float(default[1]),
        "0.8146": float(llama[1]),
        "0.0001155": float(default[-1]),
        "6.28": 2 * np.pi / default[0],
        "7.003": 44 * default[0] / (2 * np.pi),
        "0.9998": float(np.cos(44 * default[0])),
        "0.0000000067": float(1 - np.cos(default[-1])),
        "524,288": 2 * ropelab.cache.precompute_rope(TRAINED, 128)[0].size,
        "651.9": TRAINED * default[0] / (2 * np.pi),
        "0.473": TRAINED * default[-1],
        "0.89": float(np.cos(TRAINED * default[-1])),
        "3.784": 32_768 * default[-1],
        "0.80": -float(np.cos(32_768 * default[-1])),
        "62,832": 2 * np.pi * 10000,
        "0.322": CONTEXT * llama[-1],
        "54,410": longest[1e4, 128],
        "47,117": longest[1e4, 64],
        "224,030": longest[5e4, 64],
        "2,559,196": longest[5e5, 128],
        "0.415": longest[1e4, 128] / CONTEXT,
        "0.359": longest[1e4, 64] / CONTEXT,
        "1.709": longest[5e4, 64] / CONTEXT,
        "19.53": longest[5e5, 128] / CONTEXT,
        "2.41": CONTEXT / longest[1e4, 128],
        "2.78": CONTEXT / longest[1e4, 64],
        "0.585": CONTEXT / longest[5e4, 64],
        "0.0512": CONTEXT / longest[5e5, 128],
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Short numbers, each in its words: what stands for {} is the value, rounded to a whole number."""
    waves = {row: 2 * np.pi / _spectrum(ropelab, *row) for row in ROWS}
    still = {row: int((waves[row] > CONTEXT).sum()) for row in ROWS}
    default = waves[1e4, 128]
    return {
        "or {} MiB in float32": ropelab.cache.precompute_rope(TRAINED, 128)[0].size * 2 * 4 / 2**20,
        "which float32 rounds to {}": float(np.float32(np.cos(2 * np.pi / default[-1]))),
        "{} of the 64 pairs have not finished": int((default > TRAINED).sum()),
        "54,410 is {} times as long": default[-1] / TRAINED,
        "| 2.41 | {} of 64 |": still[1e4, 128],
        "| 2.78 | {} of 32 |": still[1e4, 64],
        "| 0.585 | {} of 32 |": still[5e4, 64],
        "| 0.0512 | {} of 64 |": still[5e5, 128],
        "and {} of 64 pairs never come round": still[5e5, 128],
    }


ROWS = ((1e4, 128), (1e4, 64), (5e4, 64), (5e5, 128))


def score(ropelab: Any, distance: int) -> float:
    """The score of (1, 1, 1, 1) against itself, turned by a distance."""
    ones = np.ones(4)
    turned = ropelab.relative.rotate_by_offset(ones, distance, _spectrum(ropelab, 1e4, 4))
    return float(ones @ turned)


def _spectrum(ropelab: Any, base: float, d_head: int) -> Any:
    return ropelab.frequencies.rope_frequencies(d_head, base)
