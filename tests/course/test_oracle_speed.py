"""Lab 08, which computes in float32, agrees with other implementations within what float32 rounds.

The comparisons are those of ``make parity`` (tests/parity/stored_rows.py, onnx_rows.py); their bounds are derived in
tests/parity/rounding.py and labkit.rounding. tests/oracle/README.md says where stored values come from.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx_rows
import pytest
import stored_rows
from onnx_operator import node_cases
from rounding import EPS, EPS32, frequency_error, table_error
from row import Row, compare
from speed_forms import ORDERS
from stored import ORACLE, SETS

from labkit.rounding import rotation_error

CASES = {case.name: case for case in node_cases()}
EPS16 = float(np.finfo(np.float16).eps)
LAYOUTS = pytest.mark.parametrize("layout", stored_rows.SPEED)
AXES = pytest.mark.parametrize("seq_axis", ORDERS)


def within(row: Row) -> None:
    assert row.holds, row


def with_table(reference: Any, make: Any) -> SimpleNamespace:
    """The reference with another function for lab 08's tables."""
    others = {name: getattr(reference.speed, name) for name in dir(reference.speed) if name.startswith("rotate_")}
    speed = SimpleNamespace(**others, rotation_table=make)
    return SimpleNamespace(frequencies=reference.frequencies, speed=speed)


@pytest.mark.parametrize("name", SETS)
def test_tables_are_float32_numbers_nearest_to_50_digits(reference: Any, name: str) -> None:
    """Entry by entry: a cast moves a number by half a unit in its last place, and what float64 is off grows with position."""
    positions = ORACLE["positions"]
    table = reference.speed.rotation_table(positions, ORACLE[f"inv_freq/{name}/exact"])
    in_float64 = np.array([table_error(float(position), EPS / 2) for position in positions])[:, None]
    for part, kind in ((table.real, "cos"), (table.imag, "sin")):
        exact = ORACLE[f"{kind}/{name}/exact"]
        allowed = (1 + EPS32) * EPS32 / 2 * (np.abs(exact) + in_float64) + in_float64
        assert part.dtype == np.float32
        assert np.all(np.abs(part - exact) <= allowed)
    within(stored_rows.cast_table_row(reference, name))


@pytest.mark.parametrize("name", SETS)
def test_angles_of_float32_would_be_noticed(reference: Any, name: str) -> None:
    shipped = [ORACLE[f"{kind}/{name}/hf_f32"][:, : SETS[name][0] // 2] for kind in ("cos", "sin")]
    row = stored_rows.cast_table_row(with_table(reference, lambda *_: shipped[0] + 1j * shipped[1]), name)
    assert row.difference > 1e5 * row.bound


@pytest.mark.parametrize("part", ["q", "k"])
@LAYOUTS
@AXES
def test_every_function_gives_the_stored_rotation(reference: Any, part: str, layout: str, seq_axis: int) -> None:
    within(stored_rows.speed_row(reference, part, layout, seq_axis))


@LAYOUTS
@AXES
def test_turning_the_other_way_would_be_noticed(reference: Any, layout: str, seq_axis: int) -> None:
    def conjugated(*arguments: Any) -> Any:
        return reference.speed.rotation_table(*arguments).conj()

    row = stored_rows.speed_row(with_table(reference, conjugated), "q", layout, seq_axis)
    assert row.difference > 1e5 * row.bound


@AXES
@pytest.mark.parametrize("offset", [0, 4096])
def test_float16_is_off_by_what_its_own_features_and_results_round(reference: Any, seq_axis: int, offset: int) -> None:
    stored, expected = (ORACLE[name] for name in ("rot/q", f"rot/offset{offset}/q_inter"))
    if seq_axis == 1:
        stored, expected = stored.swapaxes(1, 2), expected.swapaxes(1, 2)
    base, largest, last = float(ORACLE["rot/base"]), float(np.max(np.abs(stored))), offset + 6.0
    inv_freq = reference.frequencies.rope_frequencies(stored.shape[-1], base)
    table = reference.speed.rotation_table(np.arange(offset, offset + 7), inv_freq)
    got = reference.speed.rotate_blocked(stored.astype(np.float16), table, 3, seq_axis=seq_axis)
    assert got.dtype == np.float16
    # float16 rounds both features of a pair before, which counts as a table that is off, and the result, of at most twice
    # the largest, afterwards; all between is float32.
    in_float64 = table_error(last, frequency_error(base, stored.shape[-1]))
    bound = rotation_error(largest, in_float64 + EPS32 / 4 + EPS16 / 2, EPS32) + 2 * largest * EPS16 / 2
    within(compare(("", "", "", ""), got, expected, bound + rotation_error(largest, in_float64)))


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_of_the_onnx_operator(reference: Any, name: str) -> None:
    case = CASES[name]
    got = onnx_rows.answers_in_memory(reference, case)
    assert got.dtype == np.float32
    within(compare((name, "", "", ""), got, np.broadcast_to(case.expected, got.shape), onnx_rows.case_bound(case)))


@AXES
@pytest.mark.parametrize("interleaved", [False, True], ids=["split-half", "interleaved"])
def test_the_onnx_operator_on_tables_of_50_digits(reference: Any, interleaved: bool, seq_axis: int) -> None:
    within(onnx_rows.exact_tables_in_memory(reference, interleaved, seq_axis))
