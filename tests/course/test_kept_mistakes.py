"""What is known of mistakes on fresh inputs is found out once and kept."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labkit.errors import CourseError
from labkit.labs import Course
from labkit.mistakes import kept as module
from labkit.mistakes.kept import kept
from labkit.mistakes.known import Known
from labkit.mistakes.naming import what_is_known
from labkit.running import graded_tests

SEED = 20_231


def plain(known: Known) -> Any:
    """All of it, as values that can be compared."""
    signatures = [known.reference, *(program for mistake in known.mistakes for program in mistake.programs)]
    sums = [
        (test, one.words, [part.tolist() for part in one.sums])
        for some in signatures
        for test, one in sorted(some.items())
    ]
    about = [(one.task, one.key, one.name, one.hints, one.fails) for one in known.mistakes]
    return sums, about, known.hints


@pytest.mark.parametrize("name", ["02-cache", "05-rotation"])
def test_what_is_kept_is_what_was_found_out(course: Course, tmp_path: Path, name: str) -> None:
    lab = course.lab(name)
    tests = graded_tests(course, lab)
    found = kept(course, lab, tests, SEED, tmp_path)
    again = kept(course, lab, tests, SEED, tmp_path)
    assert plain(found) == plain(what_is_known(course, lab, tests, SEED))
    np.testing.assert_equal(plain(again), plain(found))


def test_it_is_found_out_once_and_again_when_the_catalogue_changes(
    scratch: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = scratch.lab("01")
    tests = graded_tests(scratch, lab)
    asked: list[int] = []

    def counted(*arguments: Any) -> Known:
        asked.append(arguments[-1])
        return what_is_known(*arguments)

    monkeypatch.setattr(module, "what_is_known", counted)
    for seed in (SEED, SEED, SEED + 1, SEED + 1):
        kept(scratch, lab, tests, seed, tmp_path / "kept")
    assert asked == [SEED, SEED + 1]
    catalogue = next(lab.misconceptions.rglob("*.py"))
    catalogue.write_text(catalogue.read_text() + "\n# changed\n")
    kept(scratch, lab, tests, SEED + 1, tmp_path / "kept")
    assert asked == [SEED, SEED + 1, SEED + 1]
    assert len(list((tmp_path / "kept").glob("*.npz"))) == 1


def test_a_folder_that_cannot_be_made_is_one_line(course: Course, tmp_path: Path) -> None:
    lab = course.lab("01")
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot write in"):
        kept(course, lab, graded_tests(course, lab), SEED, tmp_path / "file" / "kept")
