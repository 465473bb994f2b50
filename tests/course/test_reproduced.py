"""Two runs of an experiment agree up to rounding, and the tolerances of lab.toml are the experiments' own bounds."""

import runpy
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from labkit.evidence.reproduced import RELATIVE, differences, is_number, same
from labkit.experiment import Experiment
from labkit.labs import Course

SAME: list[tuple[object, object]] = [
    (1.0, 1.0 + 1e-9),
    (0.0, -0.0),
    (5, 5),
    ("nan", "nan"),
    ([1.0, 2], [1.0 + 1e-9, 2]),
    (True, True),
    (None, None),
]
OTHER: list[tuple[object, object]] = [
    (1.0, 1.00001),
    (1.0, -1.0),
    (1e-15, 2e-15),
    (5, 6),
    (10**15, 10**15 + 1),
    (1, True),
    (1, 1.0),
    ([1.0], [1.0, 2.0]),
    ([1.0], 1.0),
    ("1.0", 1.0),
    (float("nan"), float("nan")),
    (float("inf"), float("inf")),
    (1.0, None),
    (1.0, np.float64(1.0)),
    (1.0, np.ones(2)),
    ({}, {}),
]


@pytest.mark.parametrize(("claimed", "found"), SAME)
def test_results_that_differ_by_rounding_are_the_same(claimed: object, found: object) -> None:
    assert same(claimed, found) and same(found, claimed)


@pytest.mark.parametrize(("claimed", "found"), OTHER)
def test_other_results_are_not(claimed: object, found: object) -> None:
    assert not same(claimed, found) and not same(found, claimed)


def test_results_that_are_nothing_but_rounding_have_an_absolute_tolerance() -> None:
    assert same(4e-16, 0.0, 1e-12) and same([0.0], [9e-13], 1e-12)
    assert not same(0.0, 2e-12, 1e-12)
    assert not same(7, 8, 10.0)


def test_a_number_is_a_finite_int_or_float_of_moderate_size() -> None:
    assert all(map(is_number, [0, -1, 0.5, 2**62]))
    assert not any(map(is_number, [True, float("nan"), float("-inf"), 10**300, "1", None, np.float64(1), [1]]))


def test_each_result_is_compared_in_its_own_way(course: Course) -> None:
    lab = course.lab("05-rotation")
    timed = "matrix_over_elementwise_time_ratio_at_largest_d"
    claimed: dict[str, Any] = {"group_law_max_diff": 2e-11, "forms_max_diff": 4e-16, timed: 30.1}
    assert differences(lab, claimed, {"group_law_max_diff": 3e-11, "forms_max_diff": 0.0, timed: 1.0}) == []
    lines = differences(lab, claimed | {timed: 0, "forms_max_diff": 1e-3}, {"group_law_max_diff": [1]})
    assert lines == [
        "group_law_max_diff is 2e-11 in the manifest, and no number when your module runs here",
        f"{timed} is a measured time ratio and must be a number above 0, not 0",
        "forms_max_diff is 0.001 in the manifest, and nothing when your module runs here",
    ]


def test_only_results_of_the_lab_are_timed_or_have_a_tolerance(course: Course) -> None:
    for lab in course.labs:
        timed, tolerances = lab.facts.get("timed_results", []), lab.facts.get("tolerances", {})
        assert {*timed, *tolerances} <= set(lab.facts["results"]), lab.name
        assert all(("time" in name) == (name in timed) for name in lab.facts["results"])


def test_tolerances_are_the_experiments_own_bounds(course: Course, reference: SimpleNamespace) -> None:
    assert reference
    forward, relative, rotation = (
        runpy.run_path(str(course.lab(name).experiment / "verify.py")) for name in ("03", "04", "05")
    )
    # NumPy's float16 functions are right to 4 units in the last place: 2**-11 for results between 0.5 and 1.
    assert course.lab("03").facts["tolerances"] == {"half_precision_table_error": pytest.approx(0.002, rel=0.03)}
    assert pytest.approx(0.002, rel=0.03) == 4 * forward["FLOAT16_BOUND"]
    assert course.lab("04").facts["tolerances"] == {
        "relative_position_max_diff": relative["SCORE_BOUND"],
        "norm_preservation_max_diff": relative["NORM_BOUND"],
    }
    assert course.lab("05").facts["tolerances"] == {
        "group_law_max_diff": pytest.approx(rotation["EPS"] * (2**20 + 8), rel=0.04),
        "forms_max_diff": rotation["BOUND"],
    }


def test_rounding_in_the_largest_angle_of_lab_02_stays_within_the_relative_tolerance(
    course: Course, reference: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reference
    names = runpy.run_path(str(course.lab("02").experiment / "verify.py"))
    right, far = names["frequencies"], np.array([names["FAR"]])
    error = names["float32_angles"](far, names["MODEL_D"])[0][0]
    ulps = Experiment(course.root).rng().integers(-4, 5, size=(200, names["MODEL_D"] // 2))
    moved = []
    for shift in ulps:
        changed = names["float32_angles"].__globals__
        monkeypatch.setitem(changed, "frequencies", lambda d, by=shift: right(d) * (1 + by * np.finfo(float).eps))
        moved.append(abs(names["float32_angles"](far, names["MODEL_D"])[0][0] - error) / error)
    assert 1e-9 < max(moved) < 2e-8 < RELATIVE / 10
