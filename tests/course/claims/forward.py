"""The numbers printed in the handout of lab 03, and where they come from."""

from typing import Any

import numpy as np

GIVEN: dict[str, str] = {
    "4096": "the trained length in a claim to check",
}


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    x = np.array([3.0, 2.0, 1.0, 4.0]).reshape(1, 1, 1, 4)
    rotary = ropelab.forward.RotaryEmbedding(4, 2, base=100.0, dtype=np.float64)
    cos, sin = rotary(x, position_ids=[1])
    turned, _ = ropelab.forward.apply_rotary_pos_emb(x, x, cos, sin)
    after = turned.ravel()
    return {
        "0.1": float(rotary.inv_freq[1]),
        "0.7794": float(after[0]),
        "1.5907": float(after[1]),
        "3.0647": float(after[2]),
        "4.1797": float(after[3]),
    }
