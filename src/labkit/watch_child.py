"""One grading for ``labkit watch``: import everything, wait for a word on standard input, grade, draw the board, end."""

import os
import sys
import threading
from pathlib import Path

import numpy.random  # noqa: F401 - loaded lazily by NumPy: here, while nobody waits
import pytest  # noqa: F401 - the graded tests need it

from labkit import hints
from labkit.errors import CourseError
from labkit.grade import grade
from labkit.labs import Course, find_course
from labkit.report import LabResult
from labkit.terminal import show_watch
from labkit.todos import todos_in


def main(name: str) -> int:
    """Grade one lab of this checkout when told to, and say what to do next."""
    course = find_course(Path.cwd())
    lab = course.lab(name)
    if not sys.stdin.readline():
        return 0  # the watcher has ended without a word
    threading.Thread(target=_end_with_the_watcher, daemon=True).start()
    try:
        (result,) = grade(course, [lab])
        show_watch(result, next_step(course, name, result))
    except CourseError as error:
        print(f"labkit: {error}", file=sys.stderr)
        return 2
    return 0


def _end_with_the_watcher() -> None:
    """A watcher that is gone, however it went, closes the pipe: a loop that never ends must not outlive it."""
    sys.stdin.read()
    os._exit(1)


def next_step(course: Course, name: str, result: LabResult) -> str:
    """What to do now: write the next function, mend the next mistake, or compare and go on."""
    lab = course.lab(name)
    if result.points < result.max_points:
        task = next(task for task in result.tasks if task.points < task.max_points)
        try:
            left = [todo for todo in todos_in(lab.stub.read_text()) if todo.task == task.task]
        except (OSError, SyntaxError):
            left = []
        if left:
            return f"write {left[0].name}: {course.shown(lab.stub)}:{left[0].line}"
        return f"mend {task.task}, and save; {hints.command(course, lab, task.task)} helps"
    steps = [f"make verify LAB={lab.name} runs the experiment on your code"]
    if lab.solution.is_file():
        steps.insert(0, f"compare with the reference, {course.shown(lab.solution)}")
    after = [other for other in course.labs if other.number > lab.number]
    if after:
        steps.append(f"then {course.shown(after[0].handout)}")
    return "; ".join(steps)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
