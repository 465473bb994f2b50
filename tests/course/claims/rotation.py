"""The numbers printed in the handout of lab 05, and where they come from."""

from typing import Any

import numpy as np

GIVEN: dict[str, str] = {
    "2021": "the year of the RoFormer paper",
}


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    x = np.array([3.0, 4.0])
    R = ropelab.rotation.rotation_matrix(1, [0.5])
    counter_clockwise = ropelab.rotation.rotate_with_matrix(x, R)
    clockwise = x @ R
    return {
        "0.7150": float(counter_clockwise[0]),
        "4.9486": float(counter_clockwise[1]),
        "4.5504": float(clockwise[0]),
        "2.0721": float(clockwise[1]),
    }
