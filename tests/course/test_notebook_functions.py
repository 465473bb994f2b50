"""What the cells of a lab's notebook call: the grades of ``labkit grade``, one clear line for everything else, no exception."""

import shutil
import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest
from support_notebook import append, graded_by_command, opened, write_mistake

from labkit.grade import Expectations, grade_lab
from labkit.html_report import task_html
from labkit.labs import Course, Lab
from labkit.notebook import Points, check
from labkit.report import LabResult
from labkit.running import Code, graded_tests

NOISY = """

import sys
import warnings

_right = wavelengths


def wavelengths(inv_freq):
    print("called with", np.shape(inv_freq))
    print("to standard error", file=sys.stderr)
    warnings.warn("mind the gap", stacklevel=1)
    np.zeros(1) / 0
    return _right(inv_freq)
"""


@pytest.fixture
def lab(scratch: Course, monkeypatch: pytest.MonkeyPatch) -> Lab:
    return opened(scratch, "01", monkeypatch)


def _assert_as_graded(course: Course, lab: Lab, *arguments: str) -> dict[str, dict[str, Any]]:
    graded = graded_by_command(course, lab, *arguments)
    for name, task in graded.items():
        points = check(name)
        assert points == task["points"]
        assert points.report == task_html(task)
    return graded


@pytest.mark.parametrize(
    ("text", "earned"),
    [
        (None, 0),
        ("\n", 12),
        ("\ndef broken(:\n", 0),
        ("\n\nraise SystemExit(3)\n", 0),
        ("\n\ndef wavelengths(inv_freq):\n    return inv_freq.no_such_name\n", 10),
        ("\n\ndef wavelengths(inv_freq):\n    raise SystemExit\n", 10),
        ("\n\ndef wavelengths(inv_freq):\n    return wavelengths(inv_freq)\n", 10),
        ("\n\ndel wavelengths\n", 10),
        ("\n\nimport ropelab.nowhere\n", 0),
    ],
)
def test_a_check_gives_the_points_and_messages_of_the_command(
    scratch: Course, lab: Lab, text: str | None, earned: int
) -> None:
    if text is not None:
        append(lab, text)
    graded = _assert_as_graded(scratch, lab)
    assert sum(task["points"] for task in graded.values()) == earned


@pytest.mark.parametrize(
    "mistake", ["turns per token: upside down", "frequency 0 accepted", "the arguments' dtypes kept"]
)
def test_a_check_names_a_mistake_as_the_command_does(scratch: Course, lab: Lab, mistake: str) -> None:
    write_mistake(scratch, lab, mistake)
    graded = _assert_as_graded(scratch, lab)
    assert mistake in {test.get("mistake") for task in graded.values() for test in task["tests"]}


def test_a_mistake_in_one_task_is_named_where_another_uses_it(scratch: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = opened(scratch, "02", monkeypatch)
    shutil.copy(scratch.lab("01").solution, scratch.lab("01").stub)
    text = lab.solution.read_text()
    lab.stub.write_text(text.replace("np.cos(angles), np.sin(angles)", "np.sin(angles), np.cos(angles)", 1))
    assert lab.stub.read_text() != text
    graded = _assert_as_graded(scratch, lab)
    assert any("This follows from" in test["message"] for task in graded.values() for test in task["tests"])


def test_a_module_that_is_missing_or_no_text_costs_the_points_and_nothing_else(scratch: Course, lab: Lab) -> None:
    lab.stub.write_bytes(b"\xff\xfe\x00")
    _assert_as_graded(scratch, lab)
    lab.stub.unlink()
    _assert_as_graded(scratch, lab)
    assert "src/ropelab/frequencies.py is missing" in check("wavelengths").report


def test_points_are_a_plain_number_to_nbgrader() -> None:
    points = Points(5.0, "<div>report</div>")
    assert (repr(points), str(points), float(repr(points))) == ("5.0", "5.0", 5.0)
    assert points._repr_html_() == "<div>report</div>"


def test_an_unknown_task_is_answered_by_the_names_of_the_tasks(lab: Lab) -> None:
    for task in ("rope_frequency", lab):
        points = check(task)  # type: ignore[arg-type]
        assert points == 0.0
        assert "its tasks are rope_frequencies, wavelengths, position_angles, duplicate_angles" in points.report


def test_the_file_is_read_afresh_and_the_same_bytes_are_graded_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check("wavelengths") == 0.0
    append(lab, "\n")
    runs: list[Code] = []

    def counted(expectations: Expectations, code: Code) -> LabResult:
        runs.append(code)
        return grade_lab(expectations, code)

    monkeypatch.setattr("labkit.notebook.grading.grade_lab", counted)
    assert check("wavelengths") == 2.0
    assert check("rope_frequencies") == 5.0
    assert len(runs) == 1
    append(lab, "\ndel wavelengths\n")
    assert check("wavelengths") == 0.0
    assert len(runs) == 2


def test_no_check_of_the_reference_prints_anything(
    scratch: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMPL", "solutions")
    for lab in scratch.labs:
        monkeypatch.chdir(lab.handout.parent)
        for name, points in Counter(
            test.task for test in graded_tests(scratch, lab) for _ in range(test.points)
        ).items():
            assert float(check(name)) == points
    assert capfd.readouterr() == ("", "")


def test_prints_and_warnings_of_the_code_go_to_standard_output(
    scratch: Course, lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    append(lab, NOISY)
    _assert_as_graded(scratch, lab)
    capfd.readouterr()
    assert check("wavelengths") == 2.0
    shown = capfd.readouterr()
    assert shown.err == ""
    assert "Your code printed:\ncalled with (9,)\nto standard error\n" in shown.out
    start = len(lab.solution.read_text().splitlines())
    assert f"src/ropelab/frequencies.py:{start + 12}: UserWarning: mind the gap\n" in shown.out
    assert (
        f"src/ropelab/frequencies.py:{start + 13}: RuntimeWarning: invalid value encountered in divide\n" in shown.out
    )
    check("rope_frequencies")
    assert capfd.readouterr() == ("", "")


def test_only_the_last_lines_of_much_output_are_shown(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    append(lab, "\n\ndef wavelengths(inv_freq):\n    for line in range(999):\n        print('line', line, chr(27))\n")
    check("wavelengths")
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("Your code printed, the last of ")
    assert len(lines) == 41
    assert lines[-1] == "line 998 \\x1b"


def test_settings_of_other_cells_change_neither_points_nor_messages(scratch: Course, lab: Lab) -> None:
    write_mistake(scratch, lab, "turns per token: upside down")
    with (
        np.printoptions(precision=2, suppress=True, sign="+", floatmode="fixed"),
        np.errstate(all="raise"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        _assert_as_graded(scratch, lab)


def test_an_interrupted_check_says_that_it_was_stopped(lab: Lab) -> None:
    append(lab, "\n\ndef wavelengths(inv_freq):\n    raise KeyboardInterrupt\n")
    assert "Stopped before it was done." in check("wavelengths").report
