"""The numbers printed in the handout of lab 08, and where they come from."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from support_bytes import bytes_moved, forms, operations, rows

from labkit.look import look

ROOT = Path(__file__).parents[3]
SHAPE = (2, 2048, 32, 128)
"""What was measured: (batch, seq, heads, D) of float32."""
FAR, TOKENS = 2**20, 32_768
"""Positions to which tables go, and tokens of the long decode."""
LAB_05_ROW = "| torch, Hugging Face's formula | 5.5 | 4.5 | 5.0 | 6.6 | 41 |"

GIVEN: dict[str, str] = {
    "2,048": "the tokens of a sequence in what was measured",
    "32,768": "the tokens of the long decode",
    "6.6": "a measured ratio that lab 05 prints",
    "3.4": "the beginning of 3.4.2, a section of Su et al.",
    "2021": "the year of a source",
    "2009": "the year of a source",
}

ROWS: dict[str, str] = {
    "copy": "copy into an array that exists",
    "scale": "`x *= 1`",
    "textbook": "textbook (lab 03), split-half",
    "rotate_in_place": "`rotate_in_place`",
    "rotate_complex": "`rotate_complex`, `out` given",
    "rotate_complex_new": "`rotate_complex`, new array",
    "rotate_blocked": "`rotate_blocked`",
    "rotate_half_blocked": "`rotate_half_blocked`",
    "torch_split_half": "torch, Hugging Face's formula",
    "torch_complex": "torch, complex product, new array",
}
"""The rows of the table of what was measured, by the names of the record."""
ASKED = ("rotate_blocked", "rotate_half_blocked")
"""Rows whose bytes the student counts."""


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    _said(ropelab)
    usual, small = _buffer_sizes(ropelab)
    rounded_frequencies, rounded_angles = _float32_angles(ropelab)
    pair = 2 * sum(bytes_moved(forms(ropelab)["rotate_in_place"]))
    assert (pair, 8 * usual, 8 * small, int(np.prod(SHAPE)) * 4) == (16, 64 * 1024, 8 * 1024, 64 * 2**20)
    return _measured(ropelab) | {
        "0.375": 6 / pair,
        "16,384": int(np.prod(SHAPE)) * 4 / 4096,
        "8,192": usual,
        "1,024": small,
        "262,144": 256 * 1024,
        "0.0625": float(np.spacing(np.float32(1e6))),
        "0.03": rounded_angles,
        "0.06": rounded_frequencies,
        "536,887,296": sum(range(1, TOKENS + 1)),
    }


def _measured(ropelab: Any) -> dict[str, float]:
    """The ratios of the record, as the handout prints them: with two digits, each in its row."""
    record = json.loads((ROOT / "experiments/08-speed/reference.json").read_text())
    ratios = record["ratios"]
    assert (tuple(record["shape"]), record["threads"]) == (SHAPE, 1)
    assert record["allocator"]["torch"] == "freed memory is kept"
    assert {name.removesuffix("_bhsd") for name in ratios} == set(ROWS)
    handout = (ROOT / "labs/08-speed/README.md").read_text()
    assert f"({record['processor']}, one thread, float32, 2 sequences of\n2,048 tokens" in handout
    wanted = [_row(ropelab, name, ratios) for name in ROWS]
    missing = [row for row in wanted if f"\n{row}\n" not in handout]
    assert not missing, "\n".join(["by the record, the handout must print", *missing])
    return {_two_digits(ratio): ratio for ratio in ratios.values()}


def _row(ropelab: Any, name: str, ratios: Mapping[str, float]) -> str:
    moved = ("", "") if name in ASKED else tuple(f"{each:g}" for each in bytes_moved(forms(ropelab)[name]))
    second = ratios.get(f"{name}_bhsd")
    cells = [ROWS[name], *moved, _two_digits(ratios[name]), "" if second is None else _two_digits(second)]
    return " ".join(f"| {cell}" if cell else "|" for cell in [*cells, ""])


def _two_digits(ratio: float) -> str:
    return f"{ratio:.{0 if ratio >= 9.95 else 1 if ratio >= 0.995 else 2}f}"


def _said(ropelab: Any) -> None:
    """What the handout says without a number, or in numbers too small to be told apart."""
    handout = (ROOT / "labs/08-speed/README.md").read_text()
    for row in rows(operations(ropelab)):
        assert f"\n{row}\n" in handout, f"counted: {row}"
    assert LAB_05_ROW in (ROOT / "labs/05-rotation/README.md").read_text()
    x = np.ones((4, 8), np.float32)
    halves = x[:, :4], x[:, 4:]
    assert (np.may_share_memory(*halves), np.shares_memory(*halves)) == (True, False)
    assert x.astype(np.float16).view(np.complex64).shape == (4, 2)
    # Claim 1: an operand that overlaps out without being out is copied first. Claim 4: a repeated table is buffered.
    pairs, table = np.ones((2, 512, 64), np.complex64)
    heads = pairs.reshape(-1, 2, 64)
    assert _peak(lambda: np.multiply(pairs, table, out=pairs)) < 4096
    assert _peak(lambda: np.multiply(pairs[:-1], table[1:], out=pairs[1:])) > pairs[1:].nbytes
    assert _peak(lambda: np.multiply(heads, table[:256, None], out=heads)) > 2**16
    # Claim 2: two levels are as exact as one in complex128, and are not in complex64.
    one, two, rounded = _table_errors(ropelab)
    assert max(one, two) < 2.0**-25 + 1e-9 < 2 * one < rounded


def _buffer_sizes(ropelab: Any) -> tuple[int, int]:
    """NumPy's working buffer in items, as it is and within ``_multiply``, which leaves it as it was."""
    before = np.getbufsize()
    with patch.object(np, "setbufsize", wraps=np.setbufsize) as called:
        ropelab.speed._multiply(*np.ones((3, before + 1), np.complex64))
    assert np.getbufsize() == before
    (small,) = called.call_args.args
    return before, small


def _float32_angles(ropelab: Any) -> tuple[float, float]:
    """How far float32 angles are off up to FAR: with float32 frequencies, and with float64 ones."""
    positions, inv_freq = np.arange(FAR - 4096, FAR), ropelab.frequencies.rope_frequencies(128)
    exact = np.multiply.outer(positions, inv_freq)
    product = np.multiply.outer(positions.astype(np.float32), inv_freq.astype(np.float32))
    return float(np.abs(product - exact).max()), float(np.abs(exact.astype(np.float32) - exact).max())


def _table_errors(ropelab: Any) -> tuple[float, float, float]:
    """The largest error of a table near FAR: from its own angles, by two levels in complex128, and in complex64."""
    positions, inv_freq = np.arange(FAR - 4096, FAR), ropelab.frequencies.rope_frequencies(128)
    exact, coarse, fine = (
        np.exp(1j * np.multiply.outer(part, inv_freq)) for part in (positions, positions & ~255, positions & 255)
    )
    single = coarse.astype(np.complex64) * fine.astype(np.complex64)
    tables = ropelab.speed.rotation_table(positions, inv_freq), (coarse * fine).astype(np.complex64), single
    one, two, rounded = (float(np.abs((table - exact).view(np.float64)).max()) for table in tables)
    return one, two, rounded


def _peak(function: Callable[[], object]) -> int:
    """Bytes of extra memory at a time, as the graded tests measure them."""
    peak = look(function, (), {}, measured=True).peak
    assert peak is not None
    return peak
