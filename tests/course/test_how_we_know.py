"""What docs/how-we-know.md says: its tables are those of ``make parity``, its numbers are computed."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx_rows
import page
import pytest
import stored_rows
from reference import interleaved_layer
from row import Row, compare
from stored import LAYER, LAYER_HEAD_DIM, LAYER_KV_HEADS, LAYER_THETA, ORACLE
from support_numbers import agrees, printed_numbers

from labkit.labs import Course

GIVEN = {
    "10,000": "the base of a stored set of tables",
    "4,096": "where its near positions end",
    "1,048,575": "the farthest of them",
}


@pytest.fixture(scope="module")
def path(course: Course) -> Path:
    return course.root / "docs" / "how-we-know.md"


@pytest.fixture(scope="module")
def here(reference: Any) -> list[Row]:
    """The rows that need nothing but onnx."""
    return [*stored_rows.rows(reference), *onnx_rows.rows(reference)]


def paper_ramp(ropelab: Any) -> float:
    """The largest relative difference between YaRN's frequencies by the paper (section 3.2) and by the code, DeepSeek-V3."""
    preset = ropelab.scaling.PRESETS["deepseek-v3"]
    plain = ropelab.frequencies.rope_frequencies(preset["d_head"], preset["base"])
    turns = preset["original_max_position_embeddings"] * plain / (2 * math.pi)
    slow, fast = preset["beta_slow"], preset["beta_fast"]
    kept = np.clip((turns - slow) / (fast - slow), 0, 1)
    by_paper = (1 - kept) * plain / preset["factor"] + kept * plain
    by_code, _ = ropelab.scaling.preset_frequencies("deepseek-v3")
    return float(np.max(np.abs(by_paper / by_code - 1)))


def without_permutation(ropelab: Any) -> float:
    layer = interleaved_layer(ropelab, LAYER, LAYER_KV_HEADS, LAYER_THETA, LAYER_HEAD_DIM)
    layer.q_proj, layer.k_proj = LAYER[:2]
    return float(np.max(np.abs(layer.forward(ORACLE["attn/x"]) - ORACLE["attn/out"])))


def claims(ropelab: Any) -> dict[str, float]:
    """Every number of the text, as it is typed there."""
    sharper = {
        name: ropelab.scaling.yarn_softmax_scale(192, ropelab.scaling.PRESETS[name]["factor"], 1.0) * math.sqrt(192)
        for name in ("deepseek-v3", "kimi-k2")
    }
    return {
        "0.00014": stored_rows.float32_table_row(ropelab, 4096).difference,
        "0.03": stored_rows.float32_table_row(ropelab, 1048575).difference,
        "1.3": without_permutation(ropelab),
        "77": 100 * paper_ramp(ropelab),
        "1.8739": sharper["deepseek-v3"],
        "1.8133": sharper["kimi-k2"],
        "0.78": float(np.max(np.abs(ORACLE["attn/out_bug_pos0_decode"] - ORACLE["attn/out"]))),
    }


def prose(path: Path) -> str:
    before, _, after = page.between(path.read_text(), path)
    return before + after


def test_every_number_of_the_text_is_computed(reference: Any, path: Path) -> None:
    text = prose(path)
    for typed, value in claims(reference).items():
        assert re.search(rf"(?<![\w.,]){re.escape(typed)}(?![\w])", text), f"{typed} is not in the text"
        assert agrees(typed, value), f"the text says {typed}, it is {value}"
    assert printed_numbers(text) <= claims(reference).keys() | GIVEN.keys()


def test_every_row_that_can_be_computed_here_is_within_its_bound(here: list[Row]) -> None:
    assert [row for row in here if not row.holds] == []


def test_the_page_shows_every_row_that_can_be_computed_here(path: Path, here: list[Row]) -> None:
    """With the same bound. Another processor rounds otherwise: the difference itself may be another one within it."""
    _, lines = page.written(path)
    peers = {row.peer for row in here}
    names_and_bound = [(*line[:4], line[5]) for line in lines if line[0] in peers]
    assert names_and_bound == [(*page.cells(row)[:4], page.cells(row)[5]) for row in here]


def test_the_page_claims_no_digits_that_are_not_there(path: Path, here: list[Row]) -> None:
    """One less than the page says is let pass: another processor may round a little worse."""
    _, lines = page.written(path)
    claimed = {line[:4]: int(line[6]) for line in lines}
    assert {row.compared: row.digits for row in here if row.digits < claimed[page.cells(row)[:4]] - 1} == {}


def test_every_row_of_the_page_is_within_its_bound_and_summed_up(path: Path) -> None:
    summary, lines = page.written(path)
    assert len(lines) > 60
    for line in lines:
        difference, allowed = (float(cell.removesuffix(" rel.")) for cell in line[4:6])
        assert difference <= allowed, line
    assert summary == page.summary(lines)


@pytest.mark.parametrize("text", ["no markers", f"{page.END} {page.BEGIN}", f"{page.BEGIN} {page.BEGIN} {page.END}"])
def test_a_page_without_its_markers_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(text)
    with pytest.raises(page.PageError, match=r"page\.md"):
        page.write(path, "heading", [])
    assert path.read_text() == text


def row_of(got: Sequence[float], expected: Sequence[float], bound: float, *, relative: bool = False) -> Row:
    return compare(("peer", "what", "float64", "ours"), got, np.array(expected), bound, relative=relative)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nbehind\n")
    rows = [row_of([1.0, 2.0], [1.0, 2.5], 0.75), row_of([4.0], [8.0], 0.5, relative=True)]
    page.write(path, "heading", rows)
    summary, lines = page.written(path)
    assert lines == [page.cells(row) for row in rows]
    assert [line[4:] for line in lines] == [("5.0e-01", "7.5e-01", "0"), ("5.0e-01 rel.", "5.0e-01 rel.", "0")]
    assert summary == [("peer", "2", "0", "")]
    text = path.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nbehind\n")
    assert "old" not in text


def test_a_row_holds_up_to_its_bound_and_never_for_what_is_not_a_number() -> None:
    assert row_of([1.5], [1.0], 0.5).holds
    assert not row_of([1.5], [1.0], 0.49).holds
    assert not row_of([math.nan], [1.0], math.inf).holds
    assert not row_of([1.0], [math.nan], math.inf).holds


def test_digits_count_from_the_largest_value() -> None:
    assert row_of([1000.0, 1.0], [1000.0, 1.01], 1.0).digits == 5
    assert row_of([1.0], [1.0], 0.0).digits == 15
    assert row_of([math.nan], [1.0], 0.0).digits == 0


def test_arrays_of_different_shapes_are_not_compared() -> None:
    with pytest.raises(ValueError, match=r"\(1,\) does not compare with \(2,\)"):
        row_of([1.0], [1.0, 1.0], 1.0)
    with pytest.raises(ValueError, match=r"\(0,\)"):
        row_of([], [], 1.0)
