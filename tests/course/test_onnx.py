"""The reference agrees with the ONNX operators RotaryEmbedding and Attention, run by onnx's reference evaluator.

The comparisons are those of ``make parity`` (tests/parity/onnx_rows.py); their bounds are derived in tests/parity/rounding.py
and labkit.rounding.
"""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx_rows
import pytest
from onnx_operator import NodeCase, node_cases, run_operator
from row import Row, compare

from labkit.rounding import attention_error

CASES = {case.name: case for case in node_cases()}


def turned_at_own_positions(wrong: Callable[..., Any], reference: Any) -> SimpleNamespace:
    """The reference with another rotation in lab 06."""
    return SimpleNamespace(relative=reference.relative, attention=SimpleNamespace(apply_rotary_pos_emb=wrong))


def within(row: Row) -> None:
    assert row.holds, row


def test_the_eight_published_cases_cover_what_the_operator_can_do() -> None:
    kinds = [(case.interleaved, case.rotary_dim, case.num_heads, case.position_ids is None) for case in CASES.values()]
    assert sorted(kinds) == sorted(
        [
            (False, 0, 0, False),
            (False, 0, 4, False),
            (True, 0, 0, False),
            (False, 4, 0, False),
            (True, 4, 0, False),
            (False, 0, 0, True),
            (True, 0, 0, True),
            (False, 4, 0, True),
        ]
    )


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_by_lab_03_or_lab_04(reference: Any, name: str) -> None:
    case = CASES[name]
    got = onnx_rows.answer(reference, case)
    assert got.dtype == case.expected.dtype == np.float32
    within(compare((name, "", "", ""), got, case.expected, onnx_rows.case_bound(case)))


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_in_the_other_layout_is_far_outside_its_bound(reference: Any, name: str) -> None:
    case = CASES[name]
    other = NodeCase(**{**vars(case), "interleaved": not case.interleaved})
    got = onnx_rows.answer(reference, other)
    assert np.max(np.abs(got - case.expected)) > 1000 * onnx_rows.case_bound(case)


@pytest.mark.parametrize("one_row", [False, True], ids=["ids by batch", "ids for all"])
@pytest.mark.parametrize("rotary_dim", [onnx_rows.HEAD, onnx_rows.ROTATED], ids=["whole head", "partial"])
@pytest.mark.parametrize("interleaved", [False, True], ids=["split-half", "interleaved"])
def test_lab_06_agrees_with_the_operator_on_cosines_and_sines(
    reference: Any, interleaved: bool, rotary_dim: int, one_row: bool
) -> None:
    within(onnx_rows.true_tables(reference, interleaved, rotary_dim, one_row))


def test_lab_06_agrees_with_the_operator_on_tables_of_50_digits(reference: Any) -> None:
    within(onnx_rows.exact_tables(reference))


def test_frequencies_of_the_whole_head_fail_where_a_part_of_it_is_rotated(reference: Any) -> None:
    def wrong(x: Any, position_ids: Any, theta: float = 10000.0, rotary_dim: int | None = None) -> Any:
        size = rotary_dim or x.shape[-1]
        angles = np.asarray(position_ids)[..., None, None] * theta ** (-np.arange(0, size, 2) / x.shape[-1])
        even, odd, out = x[..., 0:size:2], x[..., 1:size:2], x.copy()
        out[..., 0:size:2] = even * np.cos(angles) - odd * np.sin(angles)
        out[..., 1:size:2] = even * np.sin(angles) + odd * np.cos(angles)
        return out

    mistaken = turned_at_own_positions(wrong, reference)
    within(onnx_rows.true_tables(mistaken, interleaved=True, rotary_dim=onnx_rows.HEAD, one_row=False))
    row = onnx_rows.true_tables(mistaken, interleaved=True, rotary_dim=onnx_rows.ROTATED, one_row=False)
    assert row.difference > 1
    assert not row.holds


def test_the_other_layout_fails_in_lab_06(reference: Any) -> None:
    def wrong(x: Any, *arguments: Any) -> Any:
        turned = reference.attention.apply_rotary_pos_emb(reference.relative.half_to_interleaved(x), *arguments)
        return reference.relative.interleaved_to_half(turned)

    mistaken = turned_at_own_positions(wrong, reference)
    for interleaved in (False, True):
        row = onnx_rows.true_tables(mistaken, interleaved, onnx_rows.HEAD, one_row=False)
        assert row.difference > 1
        assert not row.holds


def test_attention_agrees_with_the_operator_with_and_without_a_past(reference: Any) -> None:
    rows = list(onnx_rows.attention_rows(reference))
    assert len(rows) == 2
    for row in rows:
        within(row)


def test_without_a_past_the_operator_aligns_fewer_queries_with_the_first_keys(reference: Any) -> None:
    """The lab takes the queries for the last tokens; ONNX, and torch's ``is_causal``, take them for the first ones."""
    q, k, v = onnx_rows.heads(3, 7)
    top_left = run_operator("Attention", {"q": q, "k": k, "v": v}, is_causal=1)
    first = reference.attention.scaled_dot_product_attention(q, k[:, :, :3], v[:, :, :3])
    within(compare(("", "", "", ""), first, top_left, 2 * attention_error(q, k, v, (0.0, 0.0, 0.0))))
    assert np.max(np.abs(reference.attention.scaled_dot_product_attention(q, k, v) - top_left)) > 1


def test_these_tests_do_without_torch() -> None:
    assert "torch" not in sys.modules
