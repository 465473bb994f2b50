"""One hint at a time: for the mistake that was recognised, or for the task where none was."""

import json
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.grade import grade
from labkit.labs import Course, Lab
from labkit.mistakes import store
from labkit.report import TaskResult

WIDEST = 100
"""Columns that a hint may take: longer lines are hard to read."""


def next_hint(course: Course, labs: Sequence[Lab], task: str | None) -> str:
    """The text to show: the next hint for a task of this checkout's src, one further than the last time.

    Where several of the labs have a task of that name, it is the first of them in which points are missing. How far one got
    is kept in build/hints.json, for each task and mistake apart.

    Raises:
        CourseError: there is no such task; lists those there are.
    """
    known = {lab: store.read(lab).hints for lab in labs}
    having = [lab for lab, tasks in known.items() if task in tasks]
    if not having or task is None:
        what = "say which task" if task is None else f"there is no task {task!r}"
        tasks = ", ".join(dict.fromkeys(name for tasks in known.values() for name in tasks))
        raise CourseError(f"{what}: make hint TASK={next(iter(known[labs[0]]))}; the tasks are {tasks}")
    for lab in having:
        (result,) = grade(course, [lab])
        graded = next(one for one in result.tasks if one.task == task)
        if graded.points < graded.max_points:
            break
    else:
        points = f"{graded.max_points} points" if graded.max_points > 1 else "1 point"
        return f"{task} has all of its {points}: there is nothing left to hint at."
    about, hints = _hints(graded, known[lab][task])
    path = course.root / "build" / "hints.json"
    shown = _shown(path)
    key = f"{lab.name}, {task}: {about}"
    number = min(shown.get(key, 0) + 1, len(hints))
    write_whole(path, json.dumps(shown | {key: number}, indent=2) + "\n")
    more = f"{command(course, lab, task)} shows the next one." if number < len(hints) else "That was the last one."
    head = f"{task}, hint {number} of {len(hints)}" + (f" ({about})" if about else "")
    width = min(shutil.get_terminal_size().columns, WIDEST) - 2
    lines = textwrap.wrap(hints[number - 1], width, break_long_words=False, break_on_hyphens=False)
    return "\n".join([head, "", *(f"  {line}" for line in lines), "", more])


def command(course: Course, lab: Lab, task: str) -> str:
    """What to type for a hint; where another lab has a task of that name, it says which lab."""
    shared = sum(task in store.read(one).hints for one in course.labs) > 1
    return f"make hint TASK={task}" + (f" LAB={lab.name}" if shared else "")


def _shown(path: Path) -> dict[str, int]:
    """How many hints were shown, by task and mistake; none where the file is missing or was damaged."""
    try:
        stored = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return {key: count for key, count in stored.items() if isinstance(count, int)} if isinstance(stored, dict) else {}


def _hints(task: TaskResult, general: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What the hints are about, and the hints: of the first mistake that is named, else of the first that it looks like."""
    failed = [test for test in task.tests if test.hints]
    for test in sorted(failed, key=lambda test: test.mistake is None):
        return test.remark.splitlines()[0].rstrip("."), test.hints
    return "", general
