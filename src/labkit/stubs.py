"""Stubs are generated from the solutions: signature, docstring and TODO stay, what lies between the markers goes."""

import ast
import re
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import differing, write_all
from labkit.labs import Course
from labkit.todos import functions, todos, todos_in

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
REGION = re.compile(rf"^(?P<indent> *){BEGIN}\n.*?^ *{END}\n", re.MULTILINE | re.DOTALL)


def make_stub(solution: str, lab: str, path: str = "<solution>") -> str:
    """The text of a stub module, from the text of its solution.

    Raises:
        CourseError: a marker has no partner, or stands outside a function; names path and line.
    """
    spans = [(node.lineno, node.end_lineno or 0, name) for name, node in functions(ast.parse(solution))]

    def replace(region: re.Match[str]) -> str:
        line = solution.count("\n", 0, region.start()) + 1
        if region.group().count(BEGIN) != 1:
            raise CourseError(f"{path}:{line}: {BEGIN} without {END}")
        owners = [name for first, last, name in spans if first <= line <= last]
        if not owners:
            raise CourseError(f"{path}:{line}: a solution outside a function")
        return f'{region["indent"]}raise NotImplementedError("{owners[0]} (lab {lab}) is not written yet")\n'

    stub = REGION.sub(replace, solution)
    for number, text in enumerate(stub.splitlines(), start=1):
        if BEGIN in text or END in text:
            raise CourseError(f"{path}: marker without a partner, line {number} of the stub: {text.strip()}")
    return stub


def generated(course: Course) -> dict[Path, bytes]:
    """Every file of src/ropelab with what it should hold.

    Raises:
        CourseError: a solution is missing or its markers are wrong.
    """
    package = course.root / "solutions" / "ropelab"
    files = {course.root / "src" / "ropelab" / "__init__.py": (package / "__init__.py").read_bytes()}
    for lab in course.labs:
        if not lab.solution.is_file():
            raise CourseError(f"{course.shown(lab.solution)} is missing")
        files[lab.stub] = make_stub(lab.solution.read_text(), lab.name, course.shown(lab.solution)).encode()
    return files


def write(course: Course, force: bool = False) -> list[Path]:
    """Write the stubs that differ; returns them.

    Raises:
        CourseError: a stub holds work (something in it is written) and force is not given.
    """
    changed = differing(generated(course))
    for path, stub in changed.items():
        if not force and path.is_file() and _holds_work(path, stub.decode()):
            raise CourseError(f"{course.shown(path)} holds work; `labkit stubs --force` would overwrite it")
    return write_all(changed)


def drifted(course: Course) -> list[str]:
    """The files of src/ropelab that differ from what the solutions generate, or that no solution generates."""
    expected = generated(course)
    stray = [path for path in (course.root / "src" / "ropelab").glob("*.py") if path not in expected]
    return [course.shown(path) for path in [*differing(expected), *stray]]


def _holds_work(path: Path, stub: str) -> bool:
    try:
        left = {todo.name for todo in todos(path)}
        present = {name for name, _ in functions(ast.parse(path.read_text()))}
    except SyntaxError:
        return True
    asked = {todo.name for todo in todos_in(stub)}
    return bool((asked & present) - left)
