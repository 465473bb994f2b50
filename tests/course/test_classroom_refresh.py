"""A second run of `make course` keeps what students and graders made, mends what was cut off, and takes no other folder."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed: the instructors extra")

from support_classroom import assembled, copy_of, files_in, hand_in

from labkit.classroom.assembly import assemble as assembling
from labkit.classroom.assembly.assemble import assemble
from labkit.classroom.assembly.generate import Generator
from labkit.classroom.layout import Classroom
from labkit.errors import CourseError
from labkit.labs import Course


@pytest.fixture(scope="module")
def classroom(course: Course) -> Classroom:
    return assembled(course)


@pytest.fixture
def own(classroom: Classroom, tmp_path: Path) -> Classroom:
    """A course directory to change."""
    return copy_of(classroom, tmp_path / "class")


def test_the_seed_is_its_owners_alone_and_stays(own: Classroom) -> None:
    seed = own.seed()
    assert seed >= 1
    assert stat.S_IMODE(own.seed_file.stat().st_mode) == 0o600
    assemble(own.course, own.root)
    assert own.seed() == seed


def test_two_course_directories_have_different_seeds(classroom: Classroom, tmp_path: Path) -> None:
    other = Classroom(tmp_path, classroom.course)
    assembling._ensure_seed(other)
    assert other.seed() != classroom.seed()


def test_refreshing_keeps_what_students_handed_in_and_their_grades(own: Classroom) -> None:
    from nbgrader.api import Gradebook

    kept = [
        own.submitted / "ada" / "01-frequencies" / "frequencies.ipynb",
        own.autograded / "ada" / "01-frequencies" / "frequencies.ipynb",
        own.results / "01-frequencies" / "ada.json",
    ]
    for path in kept:
        path.parent.mkdir(parents=True)
        path.write_text("hers")
    hand_in(own, "ada", "01-frequencies", {"check-wavelengths": 2.0})
    (own.source / "01-frequencies" / "README.md").write_text("changed")
    (own.release / "01-frequencies" / "README.md").unlink()
    assemble(own.course, own.root)
    assert [path.read_text() for path in kept] == ["hers"] * 3
    handout = own.course.lab("01").handout.read_bytes()
    for folder in (own.source, own.release):
        assert (folder / "01-frequencies" / "README.md").read_bytes() == handout
    with Gradebook(f"sqlite:///{own.gradebook}", "ropelab") as gradebook:
        assert gradebook.find_submission("01-frequencies", "ada").score == 2.0


def test_cells_that_change_under_grades_are_refused_and_the_release_stays(own: Classroom, scratch: Course) -> None:
    hand_in(own, "ada", "01-frequencies", {"check-wavelengths": 2.0})
    before = files_in(own.release)
    notebook = scratch.lab("01").handout.with_name("frequencies.ipynb")
    notebook.write_text(notebook.read_text().replace('"check-wavelengths"', '"check-wave-lengths"'))
    with pytest.raises(CourseError, match=r"cannot release 01-frequencies.*there are submissions"):
        assemble(scratch, own.root)
    assert files_in(own.release) == before
    assert not (own.root / assembling.STAGING).exists()


@pytest.mark.parametrize("after", [0, 2])
def test_an_assembly_that_is_cut_off_is_mended_by_the_next(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    folder = tmp_path / "course"
    released: list[str] = []
    release = Generator.release

    def cut_off(self: Generator, name: str, source: Path, destination: Path) -> None:
        if len(released) == after:
            raise KeyboardInterrupt
        released.append(name)
        release(self, name, source, destination)

    monkeypatch.setattr(Generator, "release", cut_off)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)  # a killed process does not clean up either
    with pytest.raises(KeyboardInterrupt):
        assemble(classroom.course, folder)
    monkeypatch.undo()
    if after == 0:
        (folder / "gradebook.db").rename(folder / ".gradebook.db.new")
        (folder / ".gradebook.db.new").write_text("half of one")
    mended = assemble(classroom.course, folder)
    assert files_in(mended.release) == files_in(classroom.release)
    assert files_in(mended.source) == files_in(classroom.source)
    assert mended.bundle.read_bytes() == classroom.bundle.read_bytes()
    assert not (folder / assembling.STAGING).exists()


@pytest.mark.parametrize("what", ["folder", "file", "checkout"])
def test_what_is_no_course_directory_is_refused_and_left_alone(course: Course, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "mine"
    if what == "folder":
        folder.mkdir()
        (folder / "thesis.txt").write_text("years")
    elif what == "file":
        folder.write_text("years")
    with pytest.raises(CourseError, match="is there and is not a course") as refusal:
        assemble(course, course.root if what == "checkout" else folder)
    assert "\n" not in str(refusal.value)
    assert not (course.root / "classroom.toml").exists()
    if what == "folder":
        assert files_in(folder) == {"thesis.txt": b"years"}


def test_a_gradebook_that_is_none_is_refused_in_a_line_and_left_alone(own: Classroom) -> None:
    own.gradebook.write_text("not a database")
    with pytest.raises(CourseError, match=r"is not a gradebook .*file is not a database\)$"):
        assemble(own.course, own.root)
    assert own.gradebook.read_text() == "not a database"


def test_a_path_that_nbgrader_would_misread_is_refused(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="nbgrader cannot work in"):
        assemble(course, tmp_path / "course[1]")


def test_a_missing_notebook_is_named_before_anything_is_written(scratch: Course, tmp_path: Path) -> None:
    (scratch.root / "labs" / "02-cache" / "cache.ipynb").unlink()
    with pytest.raises(CourseError, match=r"labs/02-cache/cache\.ipynb .*make notebooks"):
        assemble(scratch, tmp_path / "course")
    assert not (tmp_path / "course").exists()


def test_nbgraders_own_command_releases_the_same(own: Classroom) -> None:
    before = files_in(own.release)
    shutil.rmtree(own.release / "01-frequencies")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "01-frequencies"]
    run = subprocess.run(command, cwd=own.root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert files_in(own.release) == before
