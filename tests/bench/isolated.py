"""What a submission costs: isolated grading beside pytest and stock nbgrader, in turns on the same machine in the same run.

A benchmark, no test: it checks that every way gives the solution full points, and nothing about the times. All ways run the
graded tests on the public inputs against the golden values.

  in process  the checks in this process, without isolation: the floor
  isolated    IsolatedGrader.grade on a folder with the solution, by a fork server that runs; one core, after a warm-up
  pytest      a new ``python -m pytest tests/labs/test_<module>.py`` in a copy of the checkout that holds the solution
  nbgrader    ``nbgrader autograde`` of a course with a test cell per graded test; a round grades 1 submission with one
              command and 1 + 4 others with another: (seconds of the second - seconds of the first) / 4, so that
              the start of the command does not count
  workers     ``labkit grade --submissions`` on 60 copies, with its start, in submissions per second

pytest and nbgrader may use every core. Exit status: 0 measured, 2 it could not be.
"""

import argparse
import contextlib
import os
import platform
import statistics
import sys
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import program
from stock_nbgrader import StockNbgrader, is_installed
from ways import COPIES, Ways, one_core, scratch_checkout

from labkit.errors import CourseError
from labkit.labs import find_course

EXTRA = 4
"""Submissions by which the second command of nbgrader has more to do than the first."""
TURNS, CALLS = 3, 4
"""In a round: how often the processes of pytest are started, and how often a submission is isolated before each."""
WIDTH = 110

Times = dict[str, list[float]]


def measure(ways: Ways, nbgrader: StockNbgrader | None, times: Times) -> None:
    """One round of one lab: every way in turns."""
    for _ in range(TURNS):
        with one_core():
            times["isolated"] += [ways.isolated() for _ in range(CALLS)]
            times["in process"].append(ways.in_process())
            times["child"].append(ways.child())
        times["pytest"].append(ways.pytest())
        times["collect"].append(ways.pytest("--collect-only"))
    for workers in (1, 2):
        times[f"{workers} worker"].append(ways.batch(workers))
    if nbgrader is not None:
        few, _ = nbgrader.autograde(ways.lab, 1)
        many, cells = nbgrader.autograde(ways.lab, 1 + EXTRA)
        each = (many - few) / EXTRA
        times["nbgrader"].append(each)
        times["command"].append(few - each)
        times["cells"].append(cells)
    times["load"].append(os.getloadavg()[0])


def warm_up(ways: Ways) -> tuple[int, int]:
    """What is read, compiled or cached at first use happens here; returns the crossings of one grading."""
    with one_core():
        for way in (ways.isolated, ways.in_process, ways.child):
            way()
    ways.pytest()
    return ways.crossings()


def table(medians: dict[str, dict[str, float]]) -> str:
    """A line for each lab: milliseconds, ratios to isolated grading, submissions per second."""
    lines = [
        "                        milliseconds a submission        times isolated        submissions/s",
        "lab              in process  isolated    pytest  nbgrader    pytest  nbgrader  1 worker  2 workers  2:1",
    ]
    for lab, of in medians.items():
        names = ("in process", "isolated", "pytest", "nbgrader")
        figures = [f"{1000 * of[name]:10.0f}" if name in of else f"{'-':>10}" for name in names]
        figures += [f"{of[name] / of['isolated']:9.1f}x" if name in of else f"{'-':>10}" for name in names[2:]]
        one, two = COPIES / of["1 worker"], COPIES / of["2 worker"]
        lines.append(f"{lab:17}" + "".join(figures) + f"{one:10.1f}{two:11.1f}{two / one:5.2f}")
    return "\n".join(lines)


def limits(medians: dict[str, dict[str, float]], crossings: dict[str, tuple[int, int]]) -> str:
    """What each way spends its time on, in one paragraph."""
    parts = []
    for lab, of in medians.items():
        asked, called_back = crossings[lab]
        # Below 0 where the machine is too busy to tell.
        rest = max(of["isolated"] - of["in process"] - of["child"], 0.0)
        back = f" and {called_back:,} callbacks" if called_back else ""
        parts.append(
            f"{lab} {1000 * of['child']:.0f} + {1000 * of['in process']:.0f} ms, {asked:,} requests{back} about "
            f"{1000 * rest:.0f} ms, {1e6 * rest / (asked + called_back):.0f} us each"
        )
    text = (
        "Isolated grading is a child (forked, locked, loaded, ended), the checks themselves, and crossings between the two "
        f"processes: {'; '.join(parts)}. "
    )
    if any(called_back for _, called_back in crossings.values()):
        text += (
            "Callbacks are the rotations that holds_relative_property is given: they belong to the tests, so each of its "
            "calls crosses to the grader and back. "
        )
    collect, pytest = ([of[name] for of in medians.values()] for name in ("collect", "pytest"))
    text += (
        f"pytest starts Python, NumPy and itself for every submission: collecting the tests alone takes "
        f"{1000 * statistics.median(collect):.0f} of {1000 * statistics.median(pytest):.0f} ms. "
    )
    with contextlib.suppress(KeyError):
        each, cells, command = (
            statistics.median(of[name] for of in medians.values()) for name in ("nbgrader", "cells", "command")
        )
        text += (
            f"nbgrader starts and ends a kernel for every submission: its cells run for {cells:.1f} of {each:.1f} s, their "
            f"imports included; a command takes {command:.1f} s before that, which is not counted."
        )
    return textwrap.fill(text, WIDTH)


def run(labs: Sequence[str], repeats: int, with_nbgrader: bool) -> None:
    """Measure and print.

    Raises:
        CourseError: bad input, or something needed is missing. One line.
    """
    course = find_course(Path(__file__).resolve())
    if repeats < 1:
        raise CourseError(f"--repeats must be 1 or more, got {repeats}")
    chosen = sorted({course.lab(name) for name in labs} or course.labs, key=lambda lab: lab.number)
    times: dict[str, Times] = {lab.name: defaultdict(list) for lab in chosen}
    with tempfile.TemporaryDirectory(prefix="bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        print("preparing", file=sys.stderr, flush=True)
        checkout = scratch_checkout(course, folder)
        ways = [stack.enter_context(contextlib.closing(Ways(course, lab, checkout, folder))) for lab in chosen]
        crossings = {one.lab.name: warm_up(one) for one in ways}
        nbgrader = StockNbgrader(course, chosen, folder / "nbgrader") if with_nbgrader else None
        for number in range(1, repeats + 1):
            for one in ways:
                print(f"round {number} of {repeats}: {one.lab.name}", file=sys.stderr, flush=True)
                measure(one, nbgrader, times[one.lab.name])
    loads = [load for of in times.values() for load in of.pop("load")]
    medians = {lab: {name: statistics.median(values) for name, values in of.items()} for lab, of in times.items()}
    print(
        f"medians of {repeats} rounds; {os.cpu_count()} processors, load {min(loads):.1f} to {max(loads):.1f}; "
        f"Python {platform.python_version()}, NumPy {np.__version__}\n\n{table(medians)}\n\n{limits(medians, crossings)}"
    )


def main() -> None:
    options = program.Options(__doc__)
    options.add_argument("--labs", nargs="+", default=[], help="such as 01 04-relative; all labs when left out")
    options.add_argument("--repeats", type=int, default=3, help="rounds (default 3; one takes two minutes or more)")
    options.add_argument("--skip-nbgrader", action="store_true", help="which takes most of the time")

    def bench(chosen: argparse.Namespace) -> None:
        with_nbgrader = not chosen.skip_nbgrader
        if with_nbgrader and not is_installed():
            print(
                "nbgrader is not installed, so its column is empty: pip install -c constraints.txt -e '.[instructors]'"
            )
            with_nbgrader = False
        run(chosen.labs, chosen.repeats, with_nbgrader)

    program.run(options, bench)


if __name__ == "__main__":
    main()
