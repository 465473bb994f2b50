"""One hint at a time: for the mistake that was recognised, or for the task where none was."""

import json
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.grade import grade
from labkit.labs import Course
from labkit.mistakes import store
from labkit.report import TaskResult


def next_hint(course: Course, task: str | None) -> str:
    """The text to show: the next hint for a task of this checkout's src, one further than the last time.

    How far one got is kept in build/hints.json, for each task and mistake apart.

    Raises:
        CourseError: there is no such task; lists those there are.
    """
    known = {lab: store.read(lab).hints for lab in course.labs}
    lab = next((lab for lab, tasks in known.items() if task in tasks), None)
    if lab is None or task is None:
        what = "say which task" if task is None else f"there is no task {task!r}"
        tasks = ", ".join(name for tasks in known.values() for name in tasks)
        raise CourseError(f"{what}: make hint TASK={next(iter(known[course.labs[0]]))}; the tasks are {tasks}")
    (result,) = grade(course, [lab])
    graded = next(one for one in result.tasks if one.task == task)
    if graded.points == graded.max_points:
        return f"{task} has all its {graded.max_points} points: there is nothing left to hint at."
    about, hints = _hints(graded, known[lab][task])
    path = course.root / "build" / "hints.json"
    shown = _shown(path)
    key = f"{task}: {about}"
    number = min(shown.get(key, 0) + 1, len(hints))
    write_whole(path, json.dumps(shown | {key: number}, indent=2) + "\n")
    more = f"make hint TASK={task} shows the next one." if number < len(hints) else "That was the last one."
    head = f"{task}, hint {number} of {len(hints)}" + (f" ({about})" if about else "")
    return f"{head}\n\n  {hints[number - 1]}\n\n{more}"


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
