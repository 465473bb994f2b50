"""``labkit verify``: run experiments on somebody's code and keep the evidence beside each of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labkit import manifest
from labkit.errors import CourseError
from labkit.experiment import Record
from labkit.files import staging_folder, write_whole
from labkit.implementation import course_files
from labkit.labs import Course, Lab
from labkit.todos import Todo, names_of_functions, names_of_tasks, todos

DONE, FAILING, NOT_STARTED = "done", "failing", "not started"


@dataclass(frozen=True)
class Outcome:
    """How a lab stands: done, failing or not started, and what to do next (empty when done)."""

    lab: Lab
    status: str
    summary: str
    next_step: str = ""


def verify(course: Course, lab: Lab, implementation: str, folder: Path, show: Callable[[str], None]) -> Outcome:
    """Run one lab's experiment and write its evidence into folder.

    A lab in which nothing is finished is not started: nothing runs, nothing is written.

    Raises:
        CourseError: the experiment is missing, or folder cannot be written to.
    """
    files = course_files(course, implementation)
    module = files[lab.module]
    if not (lab.experiment / "verify.py").is_file():
        raise CourseError(f"{course.shown(lab.experiment / 'verify.py')} is missing")
    left = _left(module)
    if left and _untouched(module, left):
        first = left[0]
        return Outcome(
            lab, NOT_STARTED, f"{len(left)} functions to write", _where(course, module, first.line, first.name)
        )
    with staging_folder(folder) as staging:
        output = _run(course, lab, implementation, staging, show)
        record = _read_record(staging)
        failed = [check for check in record.checks if not check["holds"]]
        verified = record.problem is None and not failed and bool(record.checks)
        _publish(staging, folder, output, lab, implementation, module, record, verified)
    if verified:
        return Outcome(lab, DONE, f"{len(record.checks)} of {len(record.checks)} checks hold")
    return _failing(course, lab, implementation, module, record, failed, left)


def _run(course: Course, lab: Lab, implementation: str, staging: Path, show: Callable[[str], None]) -> str:
    """Run the child, show each line as it comes, and return all of them."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "labkit.experiment_child",
        str(course.root),
        lab.name,
        implementation,
        str(staging),
    ]
    lines = []
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=_environment(),
    ) as child:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in child.stdout:
            lines.append(line)
            show(line)
    return "".join(lines)


def _environment() -> dict[str, str]:
    # One thread: on a busy machine the threads of a matrix product wait for each other, and its time means nothing.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"}


def _read_record(staging: Path) -> Record:
    try:
        return Record(**json.loads((staging / "record.json").read_text()))
    except (OSError, ValueError, TypeError):
        return Record(problem="the experiment's process ended early: does your code call exit, or run out of memory?")


def _publish(
    staging: Path,
    folder: Path,
    output: str,
    lab: Lab,
    implementation: str,
    module: Path,
    record: Record,
    verified: bool,
) -> None:
    """Move what the run made into folder; the figures of earlier runs that this one did not draw go."""
    for stale in set(lab.facts["figures"]) - {figure["name"] for figure in record.figures}:
        (folder / stale).unlink(missing_ok=True)
    names = [figure["name"] for figure in record.figures]
    (staging / "verify_output.txt").write_text(output, encoding="utf-8")
    kept = [folder / name for name in [*names, "verify_output.txt"]]
    for path in kept:
        (staging / path.name).replace(path)
    write_whole(folder / "manifest.json", manifest.build(lab, implementation, module, record, verified, kept))


def _failing(
    course: Course,
    lab: Lab,
    implementation: str,
    module: Path,
    record: Record,
    failed: list[dict[str, object]],
    left: list[Todo],
) -> Outcome:
    if record.place is not None:
        path, line = record.place
        summary = record.problem or ""
        return Outcome(lab, FAILING, summary.removeprefix(f"{path}:{line}").lstrip(": "), f"{path}:{line}")
    if record.problem is not None:
        return Outcome(lab, FAILING, record.problem, _first_place(course, module, left))
    if not failed:
        return Outcome(lab, FAILING, "the experiment checked nothing", course.shown(lab.experiment / "verify.py"))
    held = len(record.checks) - len(failed)
    step = _first_place(course, module, left)
    if not left:
        selected = f"LAB={lab.name}" + ("" if implementation == "src" else f" IMPL={implementation}")
        step = f"{step}; make grade {selected} says which function"
    return Outcome(
        lab, FAILING, f"{held} of {len(record.checks)} checks hold; first that does not: {failed[0]['claim']}", step
    )


def _left(module: Path) -> list[Todo]:
    try:
        return todos(module)
    except (SyntaxError, OSError):
        return []


def _untouched(module: Path, left: list[Todo]) -> bool:
    """Whether nothing in the module is finished yet: every function and every class has something left to write."""
    return names_of_tasks(module) == {todo.task for todo in left}


def _first_place(course: Course, module: Path, left: list[Todo]) -> str:
    if left:
        return _where(course, module, left[0].line, left[0].name)
    try:
        named = names_of_functions(module).items()
        line = min((line for name, line in named if not name.startswith("_")), default=1)
    except (SyntaxError, OSError):
        line = 1
    return f"{course.shown(module)}:{line}"


def _where(course: Course, module: Path, line: int, name: str) -> str:
    return f"{course.shown(module)}:{line} write {name}"
