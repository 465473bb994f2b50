"""What grading a class costs: this course's nbgrader beside stock nbgrader, in turns on the same machine in the same run.

A benchmark, no test: it checks that all ways give every submission the same points for code and quiz, and nothing about the
times. Evidence is left out of that: stock runs the experiment anew and then marks its own evidence, whoever handed in what.
The class is a mix of the reference, parts of it, the untouched stub and catalogued mistakes.

  stock         ``nbgrader autograde LAB`` with nbgrader's own Execute: a kernel runs the notebook as it was released
  checks only   the same without the two cells that run the experiment and show its plots: what a kernel costs at least
  one process   ``nbgrader autograde LAB`` of this course, as its configuration has it: isolated, on fresh inputs
  one worker    ``labkit autograde`` with --workers 1
  all cores     ``labkit autograde``, which is `make autograde`
  public        the same on the public inputs, which is what stock grades on

Every command grades the whole class, as if for the first time, and its start counts. "Cold" are the first runs of all, which
find out what the catalogued mistakes give on the fresh inputs. Besides the clock's seconds there are those of the processors,
of all processes of a command together, which a busy machine changes less. Exit status: 0 measured, 2 it could not be.
"""

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import program
from class_courses import Cost, Directory, own, stock
from class_tables import Costs, first_runs, shares, table, wanted
from stock_nbgrader import is_installed

from labkit.errors import CourseError
from labkit.labs import Course, Lab, find_course

PROFILE = Path(__file__).with_name("where_time_goes.py")
AUTOGRADING = ("stock", "checks only", "one process", "one worker", "all cores", "public")
FEEDBACK = ("stock", "one process", "one worker", "all cores")


class Bench:
    """A class in three course directories.

    Args:
        course: which is graded.
        labs: which of it.
        students: how many.
        folder: where the directories may be made.
    """

    def __init__(self, course: Course, labs: Sequence[Lab], students: int, folder: Path) -> None:
        self.own = own(course, labs, students, folder)
        self.stock = stock(self.own, labs, folder / "stock")
        self.checks_only = stock(self.own, labs, folder / "checks-only", experiment=False)

    def cold(self, lab: Lab) -> Costs:
        """The first runs of all, when nothing is known of the mistakes on the fresh inputs."""
        costs = {}
        for way in ("one process", "all cores"):
            self.own.forget(mistakes=True)
            costs[way] = [self._commands(lab)[way]()]
        return costs

    def autograde(self, lab: Lab) -> Costs:
        """One round: every way in turns, after which all gradebooks agree."""
        costs: Costs = {}
        given = {}
        for way, command in self._commands(lab).items():
            directory = {"stock": self.stock, "checks only": self.checks_only}.get(way, self.own)
            directory.forget()
            directory.use_public(way == "public")
            costs[way] = [command()]
            given[way] = directory.points(lab)
        self.own.use_public(False)
        for way, points in given.items():
            _same(lab, way, points, given["stock"])
        return costs

    def feedback(self, lab: Lab) -> Costs:
        """One round of feedback pages for what the round of grading has left."""
        command = ("generate_feedback", lab.name)
        ways: dict[str, tuple[Directory, Callable[[], Cost]]] = {
            "stock": (self.stock, lambda: self.stock.nbgrader(*command)),
            "one process": (self.own, lambda: self.own.nbgrader(*command)),
            "one worker": (self.own, lambda: self.own.labkit("feedback", lab, "--workers", "1")),
            "all cores": (self.own, lambda: self.own.labkit("feedback", lab)),
        }
        costs = {}
        for way, (directory, run) in ways.items():
            shutil.rmtree(directory.classroom.feedback, ignore_errors=True)
            costs[way] = [run()]
        return costs

    def profile(self, lab: Lab, folder: Path) -> dict[str, float]:
        """Seconds by what they are spent on, in one process that does what a worker does."""
        self.own.forget()
        out = folder / "profile.json"
        self.own.run(str(PROFILE), str(self.own.classroom.root), lab.name, str(out))
        found: dict[str, float] = json.loads(out.read_text())
        return found

    def _commands(self, lab: Lab) -> dict[str, Callable[[], Cost]]:
        return {
            "stock": lambda: self.stock.nbgrader("autograde", lab.name),
            "checks only": lambda: self.checks_only.nbgrader("autograde", lab.name),
            "one process": lambda: self.own.nbgrader("autograde", lab.name),
            "one worker": lambda: self.own.labkit("autograde", lab, "--workers", "1"),
            "all cores": lambda: self.own.labkit("autograde", lab),
            "public": lambda: self.own.labkit("autograde", lab),
        }


def _same(
    lab: Lab, way: str, points: dict[str, dict[str, float | None]], expected: dict[str, dict[str, float | None]]
) -> None:
    """Raises CourseError where two gradebooks differ, or one has no points for a cell; names the first place."""
    for student in sorted(points.keys() | expected.keys()):
        mine, theirs = points.get(student, {}), expected.get(student, {})
        for cell in sorted(mine.keys() | theirs.keys()):
            if mine.get(cell) is None or mine.get(cell) != theirs.get(cell):
                raise CourseError(
                    f"{lab.name}: {student} has {mine.get(cell)} for {cell} by {way} and {theirs.get(cell)} by stock"
                )


def run(labs: Sequence[str], all_labs: bool, students: int, repeats: int) -> None:
    """Measure and print.

    Raises:
        CourseError: bad input, something needed is missing, or two ways give different points. One line.
    """
    course = find_course(Path(__file__).resolve())
    if repeats < 1 or students < 1:
        raise CourseError(f"--repeats and --students must be 1 or more, got {repeats} and {students}")
    if not is_installed():
        raise CourseError("nbgrader is not installed: pip install -c constraints.txt -e '.[instructors]'")
    chosen = course.labs if all_labs else sorted({course.lab(name) for name in labs}, key=lambda lab: lab.number)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name).resolve()
        _say("preparing")
        bench = Bench(course, chosen, students, folder)
        for lab in chosen:
            _say(f"{lab.name}: cold")
            cold, grading, feedback, loads = bench.cold(lab), Costs(), Costs(), [os.getloadavg()[0]]
            for number in range(1, repeats + 1):
                _say(f"{lab.name}: round {number} of {repeats}")
                for kept, new in ((grading, bench.autograde(lab)), (feedback, bench.feedback(lab))):
                    for way, costs in new.items():
                        kept.setdefault(way, []).extend(costs)
                loads.append(os.getloadavg()[0])
            _say(f"{lab.name}: profile")
            parts = bench.profile(lab, folder)
            title = f"{lab.name}: {students} submissions, medians of {repeats} rounds"
            machine = f"{len(os.sched_getaffinity(0))} processors, load {min(loads):.1f} to {max(loads):.1f}"
            print(
                f"{title}; {machine}; Python {platform.python_version()}\n"
                f"All ways gave the same points for code and quiz.\n\n"
                f"autograding\n{table(grading, AUTOGRADING, students)}\n{first_runs(cold)}\n\n"
                f"feedback pages\n{table(feedback, FEEDBACK, students)}\n\n"
                f"{wanted(grading)}\n\n{shares(parts, students)}\n",
                flush=True,
            )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    options = program.Options(__doc__)
    options.add_argument("--labs", nargs="+", default=["01"], help="such as 01 04-relative (default: 01)")
    options.add_argument("--all-labs", action="store_true", help="one after the other")
    options.add_argument("--students", type=int, default=40, help="in the class (default 40)")
    options.add_argument(
        "--repeats", type=int, default=3, help="rounds (default 3; one of 40 students takes 4 minutes)"
    )
    program.run(options, lambda chosen: run(chosen.labs, chosen.all_labs, chosen.students, chosen.repeats))


if __name__ == "__main__":
    main()
