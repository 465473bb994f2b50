"""The numbers printed in the handout of lab 04, and where they come from."""

from typing import Any

import numpy as np

GIVEN: dict[str, str] = {
    "2021": "the year of the RoFormer paper",
}


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    inv_freq = ropelab.frequencies.rope_frequencies(4, 100.0)
    q, k = np.array([3.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.0, 4.0, 1.0])
    rotate = ropelab.relative.rotate_by_offset
    after = rotate(q, 1, inv_freq)

    def score(m: int, n: int) -> float:
        return float(rotate(q, m, inv_freq) @ rotate(k, n, inv_freq))

    # The handout prints one score for both (2, 5) and (12, 15); if they differed, no number would be right.
    same = [score(2, 5), score(12, 15)]
    return {
        "0.7794": float(after[0]),
        "3.0647": float(after[1]),
        "1.5907": float(after[2]),
        "4.1797": float(after[3]),
        "9.9458": same[0] if np.isclose(same[0], same[1], rtol=0.0, atol=1e-12) else float("nan"),
        "3.0824": score(5, 2),
    }
