"""Fixtures of the course's own tests: the checkout, the reference, and a scratch copy to break."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from reference import active_reference
from support_classroom import assembled, copy_of

from labkit import stubs
from labkit.classroom.layout import Classroom
from labkit.labs import Course, find_course

COPIED = ("labs", "solutions", "src", "experiments", "tests", "docs", "pyproject.toml")


@pytest.fixture(scope="session")
def course() -> Course:
    """This checkout."""
    return find_course(Path(__file__).resolve())


@pytest.fixture(scope="session")
def reference(course: Course) -> Iterator[SimpleNamespace]:
    """The reference's modules, importable as ropelab as long as a test needs them."""
    with active_reference(course) as modules:
        yield modules


@pytest.fixture
def scratch(course: Course, tmp_path: Path) -> Course:
    """A copy of the checkout with fresh stubs, whatever state this checkout's src is in."""
    for name in COPIED:
        source = course.root / name
        ignore = shutil.ignore_patterns("__pycache__", "*.png", "verify_output.txt", "manifest.json", "labkit")
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=ignore)
        else:
            shutil.copy(source, tmp_path / name)
    copy = Course(tmp_path)
    stubs.write(copy, force=True)
    return copy


@pytest.fixture(scope="module")
def classroom(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A course directory as `make course` leaves it, for the tests of one file."""
    return copy_of(assembled(course), tmp_path_factory.mktemp("classroom") / "course")
