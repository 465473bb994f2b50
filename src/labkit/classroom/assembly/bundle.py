"""What students receive: one zip of all labs, in which `make grade`, `make verify`, `make hint` and `make watch` work."""

import ast
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from labkit import stubs
from labkit.classroom.assembly.assignment import contents, public_files
from labkit.classroom.layout import Classroom
from labkit.errors import CourseError
from labkit.labs import Course

TOP = "ropelab"

ENTRANCES = (
    "__main__", "pytest_plugin", "notebook/__init__", "questions/quiz", "watch_child", "experiment_child", "figures",
    "speed/charts", "speed/printed", "terminal", "grade", "verify", "hints", "watch",
)  # fmt: skip
"""The modules of labkit that students use and that nothing else of theirs imports where its imports stand."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)


def bundle(classroom: Classroom) -> bytes:
    """The zip: stubs as the solutions give them, notebooks as nbgrader released them. The same course gives the same bytes.

    Raises:
        CourseError: a file is missing.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in sorted(students_files(classroom).items()):
            entry = zipfile.ZipInfo(f"{TOP}/{path}", LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # whose file modes the next line gives: Unix
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return stream.getvalue()


def students_files(classroom: Classroom) -> dict[str, bytes]:
    """The files of the zip, by their path below its top folder."""
    course = classroom.course
    files = {name: contents(course, course.root / name) for name in ("Makefile", "pyproject.toml", "constraints.txt")}
    files["README.md"] = students_readme(contents(course, course.root / "README.md").decode()).encode()
    files |= {course.shown(path): stub for path, stub in stubs.generated(course).items()}
    for lab in course.labs:
        files |= {course.shown(path): contents(course, path) for path in public_files(lab)}
        notebook = classroom.notebook(lab)
        files[f"labs/{lab.name}/{notebook}"] = contents(course, classroom.release / lab.name / notebook)
    return files | {course.shown(path): contents(course, path) for path in students_machinery(course)}


def students_readme(readme: str) -> str:
    """What the README says to students: its title and first paragraph, what is needed, and the section for students.

    Raises:
        CourseError: it has no such parts.
    """
    title, _, sections = readme.partition("\n## Students\n")
    paragraphs = [part for part in title.strip().split("\n\n") if part.startswith(("# ", "A course", "You need"))]
    if len(paragraphs) != 3 or not sections:
        raise CourseError(
            "README.md: the students' README is made of its title, 'A course ...', 'You need ...' and ## Students"
        )
    students = re.split(r"^## ", sections, maxsplit=1, flags=re.MULTILINE)[0]
    return "\n\n".join([*paragraphs, "## How to work", students.strip()]) + "\n"


def students_machinery(course: Course) -> list[Path]:
    """The files of labkit that students need: what they start, and what that imports at once.

    What is imported where it is used and not before, such as the isolated grader, belongs to authors and instructors.
    """
    package = course.root / "src" / "labkit"
    waiting = [package / f"{name}.py" for name in ENTRANCES]
    waiting += [path for lab in course.labs for path in (lab.graded_tests, lab.experiment / "verify.py")]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _imported(contents(course, path), package)
    return [*sorted(path for path in seen if path.is_relative_to(package)), package / "py.typed"]


def _imported(source: bytes, package: Path) -> Iterator[Path]:
    """The files of labkit that a module imports at its top."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            first, *rest = name.split(".")
            if first == "labkit":
                steps = [package.joinpath(*rest[:count]) for count in range(len(rest) + 1)]
                yield from (step / "__init__.py" for step in steps if (step / "__init__.py").is_file())
                if steps[-1].with_suffix(".py").is_file():
                    yield steps[-1].with_suffix(".py")
