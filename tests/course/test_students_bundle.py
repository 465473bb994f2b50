"""The zip that students receive: it works by itself, it is the same each time, and it gives nothing away."""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed: the instructors extra")

from support_classroom import assembled
from support_leaks import answers_of, code_of, leaked, text_of

from labkit.classroom.assembly.assignment import contents
from labkit.classroom.assembly.bundle import bundle, students_readme
from labkit.classroom.layout import Classroom
from labkit.errors import CourseError
from labkit.labs import Course
from labkit.mistakes.catalogue import read_catalogue
from labkit.stubs import generated

LEFT_OUT = {
    "batch", "classroom", "demo", "golden", "mistakes.kept", "mistakes.matrix", "mistakes.trials", "notebooks", "pictures",
    "reference_runs", "sandbox", "stubs",
}  # fmt: skip
"""What labkit imports where it is used, and what is for authors and instructors."""


@pytest.fixture(scope="module")
def classroom(course: Course) -> Classroom:
    return assembled(course)


@pytest.fixture(scope="module")
def files(classroom: Classroom) -> dict[str, bytes]:
    """What is in the zip, by path below its top folder."""
    with zipfile.ZipFile(classroom.bundle) as archive:
        return {name.removeprefix("ropelab/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def unzipped(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A student's folder, as the zip makes it."""
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(classroom.bundle) as archive:
        archive.extractall(folder)
    return Course(folder / "ropelab")


def labkit(unzipped: Course, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the labkit of the zip, and no other."""
    environment = os.environ | {"PYTHONPATH": str(unzipped.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "labkit", *arguments]
    return subprocess.run(
        command, cwd=unzipped.root, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_holds_no_solution_and_no_answer(classroom: Classroom, files: dict[str, bytes]) -> None:
    labs = classroom.course.labs
    code = set().union(*(code_of(lab) for lab in labs))
    answers = set().union(*(answers_of(classroom.course, lab) for lab in labs))
    assert leaked(files, code | answers) == []
    seed = classroom.seed_file.read_text().strip()
    assert not [path for path, data in files.items() if seed in data.decode(errors="replace")]
    for lab in labs:
        assert leaked({lab.solution.name: lab.solution.read_bytes()}, code), "the search finds nothing where it should"


def test_it_holds_nothing_of_authors_and_instructors(files: dict[str, bytes]) -> None:
    assert not [
        path
        for path in files
        if re.match(r"solutions|tests/(?!labs/|golden/)|src/labkit/(sandbox|batch|classroom)/|docs|build", path)
    ]
    modules = {path.removeprefix("src/labkit/").removesuffix(".py").replace("/", ".") for path in files}
    assert not modules & LEFT_OUT


def test_its_modules_are_stubs_and_its_notebooks_are_the_released_ones(
    classroom: Classroom, files: dict[str, bytes]
) -> None:
    for path, stub in generated(classroom.course).items():
        assert files[classroom.course.shown(path)] == stub
    for lab in classroom.course.labs:
        released = classroom.release / lab.name / f"{lab.module}.ipynb"
        notebook = f"labs/{lab.name}/{lab.module}.ipynb"
        assert files[notebook] == released.read_bytes()
        assert "quiz_1 = None # Your answer" in text_of(notebook, files[notebook])
        assert "MARK SCHEME" not in text_of(notebook, files[notebook])


def test_its_bytes_are_the_same_each_time(classroom: Classroom) -> None:
    assert bundle(classroom) == classroom.bundle.read_bytes()
    with zipfile.ZipFile(io.BytesIO(bundle(classroom))) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_all_of_labkit_that_it_holds_may_want_is_in_it_or_for_authors(files: dict[str, bytes]) -> None:
    wanted = set()
    for path, data in files.items():
        if path.startswith("src/labkit/"):
            text = re.sub(r"if TYPE_CHECKING:\n(    .*\n)+", "", data.decode())
            for package, names in re.findall(r"^ *from labkit(?:\.([\w.]+))? import ([\w, ]+)", text, re.MULTILINE):
                inside = [f"src/labkit/{package.replace('.', '/')}{end}" for end in (".py", "/__init__.py")]
                if not package:
                    wanted |= {name.strip().partition(" as ")[0] for name in names.split(",")}
                elif not any(path in files for path in inside):
                    wanted.add(package)
    missing = {name for name in wanted if f"src/labkit/{name.replace('.', '/')}.py" not in files} - {"mistakes"}
    parts = {name.partition(".")[0] if name.partition(".")[0] in LEFT_OUT else name for name in missing}
    assert parts <= LEFT_OUT


def test_a_students_commands_work_in_it(unzipped: Course) -> None:
    graded = labkit(unzipped, "grade", "--lab", "01")
    assert graded.returncode == 1, graded.stderr
    assert "0 of 12 points" in graded.stdout
    verified = labkit(unzipped, "verify", "--lab", "01")
    assert verified.returncode == 1
    assert "next: src/ropelab/frequencies.py:" in verified.stdout
    hinted = labkit(unzipped, "hint", "wavelengths")
    assert hinted.returncode == 0, hinted.stderr
    assert "hint 1 of" in hinted.stdout


def test_right_answers_earn_everything_in_it_and_mistakes_are_named(classroom: Classroom, unzipped: Course) -> None:
    lab, theirs = classroom.course.lab("01"), unzipped.lab("01").stub
    stub = theirs.read_text()
    try:
        theirs.write_text(lab.solution.read_text())
        assert "12 of 12 points" in labkit(unzipped, "grade", "--lab", "01").stdout
        verified = labkit(unzipped, "verify", "--lab", "01")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert (unzipped.lab("01").experiment / "spectrum.png").is_file()
        mistake = read_catalogue(classroom.course, lab)["rope_frequencies"].mistakes[0]
        theirs.write_text(lab.solution.read_text() + mistake.programs[0])
        assert f"Your mistake: {mistake.name}" in labkit(unzipped, "grade", "--lab", "01").stdout
    finally:
        theirs.write_text(stub)


@pytest.mark.parametrize(
    "arguments",
    [
        ["mutants"], ["stubs"], ["golden"], ["notebooks"], ["pictures"], ["demo"], ["doctor"], ["course"],
        ["grade", "--inputs", "fresh"], ["grade", "--isolated"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_authors_do_is_refused_in_it_in_one_clear_line(unzipped: Course, arguments: list[str]) -> None:
    run = labkit(unzipped, *arguments)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert "authors" in run.stderr


def test_its_notebooks_check_cells_work_where_they_lie(unzipped: Course) -> None:
    environment = os.environ | {"PYTHONPATH": str(unzipped.root / "src")}
    code = "from labkit.notebook import check, check_quiz\nprint(check('wavelengths'))\ncheck_quiz(2, False)"
    folder = unzipped.root / "labs" / "01-frequencies"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "0" in run.stdout


def test_the_students_readme_says_how_to_work_and_not_how_to_grade(course: Course, files: dict[str, bytes]) -> None:
    readme = students_readme(contents(course, course.root / "README.md").decode())
    assert files["README.md"].decode() == readme
    assert readme.startswith("# RoPE from the inside\n\nA course on")
    for command in ("make grade", "make verify", "make hint", "make watch"):
        assert command in readme
    for other in ("autograde", "sandbox", "solutions/ropelab", "make demo", "docs/"):
        assert other not in readme
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert link.startswith("http") or link in files


def test_a_readme_without_a_part_for_students_is_refused() -> None:
    with pytest.raises(CourseError, match=r"^README\.md: "):
        students_readme("# Title\n\nSomething else.\n")


def test_the_unzipped_course_finds_its_labs(classroom: Classroom, unzipped: Course) -> None:
    assert [lab.name for lab in unzipped.labs] == [lab.name for lab in classroom.course.labs]
    assert Path(unzipped.root / "Makefile").is_file()
