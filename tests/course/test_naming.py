"""Naming mistakes: the right name where there is one, no name where there is none, no remark on right answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import LABS, grade_text, results_of

from labkit.labs import Course
from labkit.mistakes.known import Known, KnownMistake
from labkit.mistakes.naming import Recogniser
from labkit.mistakes.signature import Signature
from labkit.mistakes.transformations import describe_transformation
from labkit.running import GradedTest
from labkit.tolerance import Bound
from labkit.trace import Event, Trace

SEEDS = (0, 31, 4_000_000_007)

RIGHT = sorted((Path(__file__).parents[1] / "right_answers").glob("*/*.py"))


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_in_another_style_get_every_point(course: Course, path: Path, seed: int, tmp_path: Path) -> None:
    lab = course.lab(path.parent.name)
    result = grade_text(course, lab, path.read_text(), tmp_path, seed)
    assert [(test.name, test.message) for test in results_of(result) if test.outcome != "passed"] == []
    assert result.points == result.max_points == 12


def test_there_are_right_answers_in_several_styles_for_every_lab(course: Course) -> None:
    for name in LABS:
        assert len([path for path in RIGHT if path.parent.name == course.lab(name).module]) >= 3


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_known_mistake_leads_the_message_with_its_name_and_first_hint(
    course: Course, seed: int, tmp_path: Path
) -> None:
    lab = course.labs[0]
    # Written otherwise than in the catalogue.
    text = lab.solution.read_text().replace(
        "np.asarray(base, dtype=np.float64) ** (-2.0 * pairs / d_head)",
        "np.array([1.0 / float(base) ** (2.0 * (i + 1) / d_head) for i in range(d_head // 2)])",
    )
    tests = results_of(grade_text(course, lab, text, tmp_path, seed), "rope_frequencies")
    assert [test.mistake for test in tests] == ["one-based pair index"] * 4
    for test in tests:
        first, second = test.as_json()["message"].splitlines()[:2]
        assert first == "Your mistake: one-based pair index."
        assert second.strip() == test.hints[0]


# Wrong answers that the catalogue does not hold: what is replaced in the solution, by what, and the task.
STRANGERS: dict[str, tuple[str, str, str, str]] = {
    "exponents of 3i": ("01-frequencies", "-2.0 * pairs", "-3.0 * pairs", "rope_frequencies"),
    "a shift by a third of a pair": ("01-frequencies", "-2.0 * pairs", "-2.0 * (pairs + 1 / 3)", "rope_frequencies"),
    "a frequency wrong in one place": (
        "01-frequencies",
        "pairs / d_head)",
        "np.maximum(pairs, 1) / d_head)",
        "rope_frequencies",
    ),
    "half a turn": ("01-frequencies", "2.0 * np.pi / inv_freq", "1.7 * np.pi / inv_freq", "wavelengths"),
    "positions moved by 7": ("01-frequencies", "np.outer(positions, ", "np.outer(positions + 7, ", "position_angles"),
    "the row three times": ("01-frequencies", "[angles, angles]", "[angles, angles * 3]", "duplicate_angles"),
    "cosines of twice the angle": (
        "02-cache",
        "np.cos(angles), np.sin",
        "np.cos(2 * angles), np.sin",
        "precompute_rope",
    ),
    "tangents": (
        "02-cache",
        "return np.cos(angles), np.sin(angles)",
        "return np.cos(angles), np.tan(angles)",
        "precompute_rope",
    ),
    "a sum for a difference, squared": (
        "03-forward",
        "concatenate([-x2, x1]",
        "concatenate([-x2 * x2, x1]",
        "rotate_half",
    ),
    "a third of the sine": (
        "03-forward",
        "q * cos + rotate_half(q) * sin, k",
        "q * cos + rotate_half(q) * sin / 3, k",
        "apply_rotary_pos_emb",
    ),
    "half the offset": ("04-relative", "offset * inv_freq", "0.5 * offset * inv_freq", "rotate_by_offset"),
    "a cubed matrix": ("05-rotation", "x @ R.T)", "x @ R.T @ R.T @ R.T)", "rotate_with_matrix"),
    "a third of the scores": (
        "06-attention",
        "work.type(np.sqrt(size))",
        "work.type(3 * np.sqrt(size))",
        "scaled_dot_product_attention",
    ),
    "positions tripled": (
        "06-attention",
        "position_ids[..., None, None] *",
        "3 * position_ids[..., None, None] *",
        "apply_rotary_pos_emb",
    ),
    "divided by the root": ("07-scaling", "float64) / factor", "float64) / factor**0.5", "linear_frequencies"),
    "a steeper logarithm": (
        "07-scaling",
        "return 0.1 * math.log(factor) + 1.0",
        "return 0.3 * math.log(factor) + 1.0",
        "yarn_attention_factor",
    ),
    "half the sine in the table": ("08-speed", "np.sin(angles)", "np.sin(angles) / 2", "rotation_table"),
    "rotated three times": ("08-speed", "pairs, table[:, None] if", "pairs, table[:, None] ** 3 if", "rotate_in_place"),
    "a third of the rows of sin": ("08-speed", "*= signed", "*= signed / 3", "rotate_half_blocked"),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS[:2])
@pytest.mark.parametrize(("name", "old", "new", "task"), STRANGERS.values(), ids=STRANGERS)
def test_a_mistake_outside_the_catalogue_loses_points_and_gets_no_name(
    course: Course, name: str, old: str, new: str, task: str, seed: int, tmp_path: Path
) -> None:
    lab = course.lab(name)
    text = lab.solution.read_text()
    assert old in text
    tests = results_of(grade_text(course, lab, text.replace(old, new, 1), tmp_path, seed), task)
    assert any(test.outcome == "failed" for test in tests)
    assert {test.mistake for test in tests} == {None}
    assert not any(test.remark.startswith("Your mistake") for test in tests)


def test_a_mistake_of_a_function_that_another_one_uses_is_named_there_too(course: Course, tmp_path: Path) -> None:
    lab = course.lab("relative")
    text = lab.solution.read_text().replace(
        "    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)",
        "    return np.stack([even * cos + odd * sin, odd * cos - even * sin], axis=-1).reshape(x.shape)",
        1,
    )
    result = grade_text(course, lab, text, tmp_path)
    for task in ("apply_rope_single", "rotate_by_offset"):
        assert {test.mistake for test in results_of(result, task) if test.outcome == "failed"} == {"clockwise"}
    (test, *_) = [test for test in results_of(result, "rotate_by_offset") if test.outcome == "failed"]
    assert test.remark == "This follows from apply_rope_single: clockwise. Mend that first."


VALUES = np.random.default_rng(5).standard_normal((5, 6)) + 3.0
FULL = Bound(relative=1e-12)

CHANGES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "dtype": (lambda x: x.astype(np.float32), "The values are right, the dtype is not."),
    "sign": (lambda x: -x, "wrong sign, all of them"),
    "factor": (lambda x: 2.5 * x, "times a constant, 2.5"),
    "transposed": (lambda x: x.T.copy(), "transposed"),
    "split-half": (lambda x: np.concatenate([x[:, 0::2], x[:, 1::2]], axis=1), "split-half order"),
    "interleaved": (lambda x: x[:, [0, 3, 1, 4, 2, 5]], "interleaved order"),
    "halves": (lambda x: np.roll(x, 3, axis=1), "two halves are exchanged"),
    "backwards": (lambda x: x[:, ::-1].copy(), "runs backwards"),
    "neighbours": (lambda x: x[:, [1, 0, 3, 2, 5, 4]], "features of each pair are exchanged"),
    "features": (lambda x: x[:, [4, 0, 5, 2, 1, 3]], "features (the last axis) stand in another order"),
    "row": (lambda x: np.concatenate([x[1:], x[:1] * 7]), "moved by one"),
    "length": (lambda x: np.concatenate([x, x[:2]]), "too long or too short"),
    "places": (lambda x: np.random.default_rng(1).permutation(x.ravel()).reshape(x.shape), "in other places"),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_simple_change_is_described(change: Callable[[Any], Any], said: str) -> None:
    one, other = VALUES, VALUES[::-1] ** 2
    trace = Trace([Event("value", change(one), FULL, 0), Event("value", change(other), FULL, 1)])
    sentence = describe_transformation(trace, [one, other], public=True)
    assert sentence is not None
    assert said in sentence


def test_exchanged_parts_are_described() -> None:
    trace = Trace([Event("value", (VALUES**2, VALUES), FULL)])
    sentence = describe_transformation(trace, [(VALUES, VALUES**2)], public=True)
    assert sentence == "The parts of what you return are right, but in the wrong order."


def test_a_change_that_explains_only_one_of_two_values_is_not_claimed() -> None:
    trace = Trace([Event("value", -VALUES, FULL, 0), Event("value", VALUES**3, FULL, 1)])
    assert describe_transformation(trace, [VALUES, VALUES], public=True) is None


def test_on_fresh_inputs_a_factor_is_not_told() -> None:
    sentence = describe_transformation(Trace([Event("value", 2.5 * VALUES, FULL)]), [VALUES], public=False)
    assert sentence == "Your values are the right ones times a constant."


def _signature(first: float, *words: str) -> Signature:
    sums = (np.array([first, 2 * first]), *(np.zeros(0) for _ in words[1:]))
    return Signature(words, sums, tuple(1e-9 * np.abs(one) for one in sums))


@pytest.mark.parametrize(("value", "said"), [(5.0, "Your mistake"), (5.01, "This looks like"), (7.0, None)])
def test_a_run_that_ends_early_is_compared_with_a_mistake_as_far_as_both_go(value: float, said: str | None) -> None:
    test = GradedTest("test_it", "task", 1, lambda *_: None)
    right = _signature(3.0, "float64 (2,)", "holds", "ends")
    wrong = _signature(5.0, "float64 (2,)", "ends with IndexError")
    mistake = KnownMistake("task", "task.it", "five", ("a", "b"), ({"test_it": wrong},), (frozenset(["test_it"]),))
    recogniser = Recogniser(Known({}, (mistake,), {"test_it": right}), [test])
    remarks = recogniser.recognise({"test_it": _signature(value, "float64 (2,)", "ends with IndexError")})
    assert [remark.text.startswith(said or "") for remark in remarks.values()] == ([True] if said else [])
