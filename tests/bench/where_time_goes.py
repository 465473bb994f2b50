"""Where autograding spends its time: a worker's work on all submissions of a lab, in this process, with a clock at each part.

Called as ``python where_time_goes.py FOLDER LAB OUT``; writes seconds by part to OUT as JSON. The clocks cost a little
themselves, so these are shares and no throughput.
"""

import time

STARTED = time.perf_counter()

import functools  # noqa: E402 - what is imported from here on is measured
import json  # noqa: E402
import sys  # noqa: E402
from collections import defaultdict  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from nbgrader import preprocessors  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402
from nbgrader.converters.autograde import Autograde  # noqa: E402

from labkit.classroom import preprocessor  # noqa: E402
from labkit.classroom.grading import SubmissionGrader  # noqa: E402
from labkit.classroom.layout import find_classroom  # noqa: E402
from labkit.classroom.nbgrader_api import nbgrader_api  # noqa: E402
from labkit.classroom.submissions.exporter import SubmissionExporter  # noqa: E402
from labkit.classroom.submissions.intake import admit  # noqa: E402
from labkit.sandbox.grading import IsolatedGrader  # noqa: E402

IMPORTED = time.perf_counter()


class Clock:
    """Time by part; while an inner part runs, the outer one's clock stands still."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = time.perf_counter()

    def part(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted as that of a part."""

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._turn()
            self._running.append(name)
            try:
                return function(*args, **kwargs)
            finally:
                self._turn()
                self._running.pop()

        return timed

    def watch(self, name: str, owner: Any, *functions: str) -> None:
        """Count the time of methods of a class, or of functions of a module."""
        for function in functions:
            setattr(owner, function, self.part(name, getattr(owner, function)))

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


def put_clocks(clock: Clock) -> None:
    """One at each part of a worker's work."""
    methods = [name for name, value in vars(Gradebook).items() if callable(value) and name not in ("__enter__",)]
    clock.watch("gradebook", Gradebook, *methods)
    for one in (preprocessors.SaveAutoGrades, preprocessors.OverwriteCells, preprocessors.AssignLatePenalties):
        clock.watch("gradebook", one, "preprocess")
    for one in (preprocessors.OverwriteKernelspec, preprocessors.DeduplicateIds, preprocessors.CheckCellMetadata):
        clock.watch("preprocessors with nothing to do", one, "preprocess")
    clock.watch("copying files", Autograde, "init_assignment", "set_permissions", "init_destination")
    clock.watch("reading and rebuilding notebooks", SubmissionExporter, "from_filename")
    clock.watch("start: grader", SubmissionGrader, "__init__")
    clock.watch("isolated grading", IsolatedGrader, "grade")
    clock.watch("evidence", IsolatedGrader, "evidence")
    clock.watch("reports and results", preprocessor, "fill", "shown")
    clock.watch("reports and results", SubmissionGrader, "grade")


def profile(folder: Path, lab_name: str) -> dict[str, float]:
    """Seconds by part, for all submissions of a lab that lie in a course directory."""
    classroom = find_classroom(folder)
    lab = classroom.course.lab(lab_name)
    clock = Clock()
    with nbgrader_api(classroom) as api:
        clock.seconds["start: imports"] = IMPORTED - STARTED
        clock.seconds["start: nbgrader"] = time.perf_counter() - IMPORTED
        put_clocks(clock)
        take_in = clock.part("taking in", admit)
        autograde = clock.part("nbgrader's conversion otherwise", api.autograde)
        for path in sorted(classroom.submitted.glob(f"*/{lab.name}")):
            take_in(classroom, lab, path.parent.name)
            autograde(lab.name, path.parent.name, force=True, create=True)
    return dict(clock.seconds)


if __name__ == "__main__":
    Path(sys.argv[3]).write_text(json.dumps(profile(Path(sys.argv[1]), sys.argv[2])))
