"""Lab 08's functions, all that rotate the same pairs as one, so that a comparison leaves none of them out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from reference import full_width

Array = NDArray[Any]
BLOCK = 2
"""Positions in a block: few, so that there are several blocks and a last one that is shorter."""

INTERLEAVED = "08 rotate_complex, rotate_in_place, rotate_blocked"
SPLIT_HALF = "08 rotate_half_blocked"

ORDERS = {1: "(batch, seq, heads, D)", 2: "(batch, heads, seq, D)"}
"""The two layouts of memory by ``seq_axis``."""

# A result that is not written stays nan, which no bound lets pass.


def rotate_interleaved(ropelab: Any, x: Array, table: Array, seq_axis: int) -> Array:
    """What INTERLEAVED make of x, one after the other: shape (4, *x.shape), for rotate_complex is called in two ways."""
    speed = ropelab.speed
    return np.stack(
        [
            speed.rotate_complex(x, table, seq_axis=seq_axis),
            speed.rotate_complex(x, table, np.full_like(x, np.nan), seq_axis=seq_axis),
            speed.rotate_in_place(x.copy(), table, seq_axis=seq_axis),
            speed.rotate_blocked(x.copy(), table, BLOCK, seq_axis=seq_axis),
        ]
    )


def rotate_split_half(ropelab: Any, x: Array, table: Array, seq_axis: int) -> Array:
    """What SPLIT_HALF makes of x, in blocks of its own choice and in short ones: shape (2, *x.shape)."""
    rotate, cos, sin = ropelab.speed.rotate_half_blocked, full_width(table.real), full_width(table.imag)
    return np.stack(
        [
            rotate(x, cos, sin, np.full_like(x, np.nan), seq_axis=seq_axis),
            rotate(x, cos, sin, np.full_like(x, np.nan), seq_axis=seq_axis, block=BLOCK),
        ]
    )
