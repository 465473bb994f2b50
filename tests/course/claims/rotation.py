"""The numbers printed in the handout of lab 05, and where they come from."""

from typing import Any

import numpy as np
from support_traffic import Traffic, traffic_of

MEASURED = "a measured ratio: machines differ"

GIVEN: dict[str, str] = {
    "2021": "the year of the RoFormer paper",
    "1.6": MEASURED,
    "1.9": MEASURED,
    "2.7": MEASURED,
    "6.6": MEASURED,
    "6.8": MEASURED,
    "7.6": MEASURED,
    "8.3": MEASURED,
    "11": MEASURED,
    "41": MEASURED,
}

SHAPE = (1, 16, 8, 128)
"""For counting: (batch, seq, heads, D). The numbers of passes do not depend on the first three."""

PAGES = 4 * 2 * 2048 * 32 * 128 / 4096
"""Of 4 KiB, in the float32 array that the handout speaks of."""


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
    } | costs(ropelab)


def costs(ropelab: Any) -> dict[str, float]:
    """What the forms move, in passes over x, and the pages of what they write."""
    x = np.ones(SHAPE, dtype=np.float32)
    _, seq, heads, size = SHAPE
    passes = {name: _passes(traffic_of(form, x), x.nbytes) for name, form in forms(ropelab, seq, heads, size).items()}
    copy, viewed, by_complex, elementwise, split_half = (passes[name] for name in passes)
    return {
        "1.0": _common(*copy, *viewed),
        "4.0": _common(*by_complex[:2], elementwise[1]),
        "5.0": _common(elementwise[0], split_half[2]),
        "5.5": _common(by_complex[2], split_half[0]),
        "4.5": _common(split_half[1]),
        "6.0": _common(elementwise[2]),
        "16,384": PAGES,
        "73,728": split_half[1] * PAGES,
    }


def forms(ropelab: Any, seq: int, heads: int, size: int) -> dict[str, Any]:
    """By its row in the handout's table, each as a function of x."""
    cos, sin = (table.astype(np.float32) for table in ropelab.cache.precompute_rope(seq, size))
    wide_cos, wide_sin = ropelab.forward.RotaryEmbedding(size, seq).forward(np.ones(SHAPE, np.float32), seq)
    freqs_cis = ropelab.cache.precompute_freqs_cis(size, seq)
    apply = ropelab.forward.apply_rotary_pos_emb
    return {
        "copy": lambda x: x.copy(),
        "viewed": lambda x: (x.view(np.complex64) * freqs_cis[:, None]).view(np.float32),
        "complex": lambda x: ropelab.rotation.apply_rotary_pos_emb_complex(x, freqs_cis),
        "elementwise": lambda x: [
            ropelab.relative.apply_rope(x[0, :, head], x[0, :, head + 1], cos, sin) for head in range(0, heads, 2)
        ],
        "split-half": lambda x: apply(x, x[:, :, :0], wide_cos, wide_sin, unsqueeze_dim=2),
    }


def _passes(traffic: Traffic, size: int) -> tuple[float, float, float]:
    """Reads, writes, and cache lines moved; the last in copies, each of which reads and writes."""
    return traffic.read / size, traffic.written / size, traffic.lines / (2 * size)


def _common(*values: float) -> float:
    """The one value of all places where a number is printed; NaN when they differ."""
    return values[0] if len(set(values)) == 1 else float("nan")
