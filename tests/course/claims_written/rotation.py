"""The numbers in the answers of lab 05, and where they come from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GIVEN: dict[str, str] = {
    "0.5": "half a point",
    "4,096": "the length of a table in an example",
    "1,024": "the largest head size of the experiment",
    "2,900": "a measured time: machines differ",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    rotation_matrix = ropelab.rotation.rotation_matrix
    inv_freq = ropelab.frequencies.rope_frequencies(128)
    R = rotation_matrix(5, inv_freq)
    one, other = rotation_matrix(3, inv_freq), rotation_matrix(40, inv_freq)
    quarter = np.rint(rotation_matrix(1, [np.pi / 2])).astype(int)
    commute = bool(np.allclose(one @ other, other @ one, rtol=0.0, atol=1e-12))
    return (int(np.count_nonzero(R)), R.size), commute, tuple(quarter.ravel().tolist())


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    rotate = ropelab.relative.rotate_by_offset
    turned = [rotate([1.0, 0.0], position, [1.0]) for position in range(32)]
    return {
        "0.990": -float(turned[3][0]),
        "0.141": float(turned[3][1]),
        "0.654": -float(turned[4][0]),
        "0.757": -float(turned[4][1]),
        "0.959": float(np.linalg.norm(turned[4] - turned[3])),
        "0.019": float(np.linalg.norm(np.mean(turned, axis=0))),
        "16,384": _matrix(ropelab, 128).size,
        "131,072": 2 * HEADS * elementwise(1024),
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Whole numbers too small to be told apart without their words: the words, and the number that stands in them."""
    R, largest = _matrix(ropelab, 128), _matrix(ropelab, 1024)
    cos, sin = (table.astype(np.float32) for table in ropelab.cache.precompute_rope(4096, 128))
    return {
        "16,384 against {} multiplications": elementwise(128),
        "{} times as many": R.size / elementwise(128),
        "16,384 against {} numbers": cos[0].size + sin[0].size,
        "{} MiB as matrices": 4096 * R.astype(np.float32).nbytes / 2**20,
        "and {} MiB as": (cos.nbytes + sin.nbytes) / 2**20,
        "16,384 entries {} can differ": int(np.count_nonzero(R)),
        "{} times as many multiplications": _matrix(ropelab, 16).size / elementwise(16),
        "instead of {}.": largest.size / elementwise(1024),
        "{} million multiplications": 2 * HEADS * largest.size / 1e6,
        "one takes {} MiB in float64": largest.nbytes / 2**20,
    }


HEADS = 32


def elementwise(d_head: int) -> int:
    """Multiplications of the elementwise form: four for each pair."""
    return 4 * (d_head // 2)


def _matrix(ropelab: Any, d_head: int) -> NDArray[np.float64]:
    return np.asarray(ropelab.rotation.rotation_matrix(5, ropelab.frequencies.rope_frequencies(d_head)))


def holds(ropelab: Any) -> dict[str, bool]:
    """What the answers say in words, by the words, and whether it is so."""
    inv_freq = ropelab.frequencies.rope_frequencies(16)
    rng = np.random.default_rng(0)
    q, (k, v) = rng.standard_normal(16), rng.standard_normal((2, 3, 16))
    R = ropelab.rotation.rotation_matrix

    def output(shift: int) -> Any:
        scores = np.array([R(7 + shift, inv_freq) @ q @ R(n + shift, inv_freq) @ k[n] for n in range(3)]) / 4.0
        weights = np.exp(scores - scores.max())
        return sum(weights[n] / weights.sum() * R(n + shift, inv_freq) @ v[n] for n in range(3))

    turned = R(9, inv_freq) @ output(0)
    alone = [float(R(m, inv_freq) @ q @ k[0]) for m in (0, 7)]
    return {
        "shifting the text by s turns the output by R_s": np.allclose(output(9), turned, rtol=0.0, atol=1e-12),
        "which changes it": not np.allclose(output(9), output(0), rtol=0.0, atol=0.1),
        "with q alone the score depends on the absolute position": abs(alone[0] - alone[1]) > 0.1,
    }
