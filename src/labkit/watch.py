"""Grading again at every save, with the board kept on the screen.

A process stands by with everything imported and waits for a word; at a save it grades, draws the board and ends, and the
next one takes its place. So the answer comes at once, a loop that never ends is ended by the next save, and every run has
modules that nobody has touched.
"""

import subprocess
import sys
import time
from pathlib import Path

from labkit.errors import CourseError
from labkit.labs import Course, Lab

INTERVAL = 0.05
"""Seconds between two looks at the files."""


def watch(course: Course, lab: Lab) -> None:
    """Show the board of a lab now and at every save in src/ropelab, until interrupted.

    Raises:
        CourseError: the lab has no module in src.
    """
    if not lab.stub.is_file():
        raise CourseError(
            f"{course.shown(lab.stub)} is missing: `git checkout {course.shown(lab.stub)}` brings it back"
        )
    running: subprocess.Popen[str] | None = None
    standing_by: subprocess.Popen[str] | None = _stand_by(course, lab)
    seen: dict[Path, int] | None = None
    try:
        while True:
            now = _saved(lab)
            if now != seen:
                seen = now
                _end(running)
                running, standing_by = standing_by, None
                _tell(running, "go")
                standing_by = _stand_by(course, lab)
            time.sleep(INTERVAL)
    finally:
        _end(running)
        _end(standing_by)


def _saved(lab: Lab) -> dict[Path, int]:
    """When each module was saved last; editors that save by renaming leave a moment without the file."""
    times = {}
    for path in sorted(lab.stub.parent.glob("*.py")):
        try:
            times[path] = path.stat().st_mtime_ns
        except FileNotFoundError:
            continue
    return times


def _stand_by(course: Course, lab: Lab) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "labkit.watch_child", lab.name]
    # A session of its own: Ctrl-C is the watcher's business, which then ends its children.
    return subprocess.Popen(command, cwd=course.root, stdin=subprocess.PIPE, text=True, start_new_session=True)


def _end(child: subprocess.Popen[str] | None) -> None:
    if child is not None:
        child.kill()
        child.communicate()


def _tell(child: subprocess.Popen[str] | None, word: str) -> None:
    if child is not None and child.stdin is not None:
        child.stdin.write(f"{word}\n")
        child.stdin.flush()
