"""The bytes that lab 08's forms move for each feature of x, counted on the reference."""

from collections.abc import Callable
from typing import Any

import numpy as np
from support_traffic import traffic_of

Form = Callable[[Any], object]

SHAPE = (1, 16, 8, 128)
"""(batch, seq, heads, D): the bytes for each feature do not depend on the first three."""
BLOCK = 4


def bytes_moved(form: Form) -> tuple[float, float]:
    """Bytes that a function of x reads and writes for each feature of x, which is float32; tables are left out."""
    x = np.ones(SHAPE, np.float32)
    traffic = traffic_of(form, x)
    return traffic.read / x.size, traffic.written / x.size


def forms(ropelab: Any) -> dict[str, Form]:
    """Every form of lab 08's record, by its name there; where there are two layouts of memory, in the first."""
    table, cos = _tables(ropelab)
    speed, textbook = ropelab.speed, ropelab.forward.apply_rotary_pos_emb
    return {
        "copy": lambda x: x.copy(),
        "scale": lambda x: np.multiply(x, np.float32(1), out=x),
        "textbook": lambda x: textbook(x, x[:, :, :0], cos, cos, unsqueeze_dim=2),
        "rotate_in_place": lambda x: speed.rotate_in_place(x, table),
        "rotate_complex": lambda x: speed.rotate_complex(x, table, np.empty_like(x)),
        "rotate_complex_new": lambda x: speed.rotate_complex(x, table),
        "rotate_blocked": lambda x: speed.rotate_blocked(x, table, BLOCK),
        "rotate_half_blocked": lambda x: speed.rotate_half_blocked(x, cos, cos, np.empty_like(x), block=BLOCK),
        "torch_split_half": lambda x: textbook(x, x[:, :, :0], cos, cos, unsqueeze_dim=2),
        "torch_complex": lambda x: (x.view(np.complex64) * table[:, None]).view(np.float32),
    }


def operations(ropelab: Any) -> dict[str, Form]:
    """The operations of the textbook form, by their rows in the handout."""
    cos = _tables(ropelab)[1][:, None]
    first, second = slice(None, SHAPE[-1] // 2), slice(SHAPE[-1] // 2, None)
    return {
        "`x * cos`": lambda x: x * cos,
        "`-x2`, half the features": lambda x: -x[..., second],
        "`np.concatenate((-x2, x1), axis=-1)`": lambda x: np.concatenate((x[..., second], x[..., first]), axis=-1),
        "this times `sin`": lambda x: x * cos,
        "the sum": lambda x: x + x,
        "together": forms(ropelab)["textbook"],
    }


def even_and_odd(x: Any) -> None:
    """The lines of quiz question 1."""
    e, o, c = x[..., 0::2], x[..., 1::2], np.ones((SHAPE[1], 1, SHAPE[-1] // 2), np.float32)
    y = np.empty_like(x)
    y[..., 0::2] = e * c - o * c
    y[..., 1::2] = e * c + o * c


def sweeps(ropelab: Any) -> dict[str, Form]:
    """The sweeps of rotate_half_blocked, by their rows in the model answer; in one block, which counts the same."""
    cos, half = _tables(ropelab)[1][:, None], np.dtype((np.void, 2 * SHAPE[-1]))

    def exchange(x: Any) -> None:
        halves, exchanged = x.view(half), np.empty_like(x).view(half)
        exchanged[..., 0], exchanged[..., 1] = halves[..., 1], halves[..., 0]

    return {
        "the halves of x, exchanged, into `out`": exchange,
        "`out` times the sines": lambda out: np.multiply(out, cos, out=out),
        "x times the cosines, into scratch": lambda x: np.multiply(x, cos, out=np.empty_like(x)),
        "`out` plus scratch": lambda out: np.add(out, out, out=out),
        "together": forms(ropelab)["rotate_half_blocked"],
    }


def rows(counted: dict[str, Form]) -> list[str]:
    """Rows of a table in Markdown: what each form reads and writes."""
    moved = {name: bytes_moved(form) for name, form in counted.items()}
    return [f"| {name} | {read:g} | {written:g} |" for name, (read, written) in moved.items()]


def _tables(ropelab: Any) -> tuple[Any, Any]:
    """A complex table, and a float32 one of full width."""
    _, seq, _, size = SHAPE
    inv_freq = ropelab.frequencies.rope_frequencies(size, 500.0)
    return ropelab.speed.rotation_table(np.arange(seq), inv_freq), np.ones((seq, size), np.float32)
