"""The commands about a class: the course directory, autograding, feedback, grades and the form grader."""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.errors import CourseError
from labkit.labs import Course, Lab

if TYPE_CHECKING:
    from labkit.classroom.layout import Classroom

# By its module: a jupyter command on the PATH may belong to another installation, without nbgrader.
FORMGRADER = ["-m", "jupyterlab", "--LabApp.default_url=/formgrader"]


def add_classroom(parser: argparse.ArgumentParser) -> None:
    """The option that says which course directory."""
    parser.add_argument("--folder", type=Path, default=Path("course"), help="the course directory (default: course)")


def course(checkout: Course, options: argparse.Namespace) -> int:
    """Assemble the course directory, or bring it up to date."""
    _need_nbgrader()
    from labkit.classroom.assembly.assemble import assemble

    classroom = assemble(checkout, options.folder.resolve(), options.own_earlier)
    shown = checkout.shown(classroom.root)
    print(f"{shown} is a course directory of nbgrader, with {len(checkout.labs)} assignments:")
    print(f"  {shown}/release                what students receive for each lab, by any way that you like")
    print(f"  {shown}/{classroom.bundle.name}   all labs in one zip, for students who work on their own machine")
    print(f"  {shown}/submitted              put what comes back here: submitted/<student>/<lab>/")
    print("Then: make autograde, make formgrader, make feedback, make grades. Due dates stand in labs/course.toml.")
    return 0


def autograde(checkout: Course, options: argparse.Namespace) -> int:
    """Grade what was handed in."""
    classroom, labs = _chosen(checkout, options)
    from labkit.classroom.autograde import autograde

    print(autograde(classroom, labs, options.workers, options.force, sys.stderr.isatty()))
    return 0


def feedback(checkout: Course, options: argparse.Namespace) -> int:
    """Write the feedback pages."""
    classroom, labs = _chosen(checkout, options)
    from labkit.classroom.autograde import feedback

    work = feedback(classroom, labs, options.workers, sys.stderr.isatty())
    print(f"{work}\n{classroom.feedback}: <student>/<lab>/<notebook>.html")
    return 1 if work.problems else 0


def grades(checkout: Course, options: argparse.Namespace) -> int:
    """Write grades.csv."""
    classroom, _ = _chosen(checkout, options)
    from labkit.classroom.grades import write_grades

    print(f"wrote {write_grades(classroom, options.to)}")
    return 0


def formgrader(checkout: Course, options: argparse.Namespace) -> int:
    """Start nbgrader's form grader; does not return before it is stopped."""
    classroom, _ = _chosen(checkout, options)
    more = [f"--ServerApp.root_dir={classroom.root}"]
    port = options.port
    if port is not None and not 0 < port < 65536:
        raise CourseError(f"--port must be 1 to 65535, got {port}")
    if port is not None:
        more.append(f"--ServerApp.port={port}")
    if os.geteuid() == 0:
        more.append("--allow-root")  # in a container there is nobody else
    from labkit.classroom.search_path import search_path

    path = search_path()
    os.chdir(classroom.root)
    os.execve(  # noqa: S606 - Jupyter takes this process's place
        sys.executable, [sys.executable, *FORMGRADER, *more], os.environ | {"PATH": path}
    )
    return 0


def _chosen(checkout: Course, options: argparse.Namespace) -> tuple["Classroom", tuple[Lab, ...]]:
    """The course directory, and the labs in question.

    Raises:
        CourseError: there is no such directory or lab, or nbgrader is not installed.
    """
    _need_nbgrader()
    from labkit.classroom.layout import find_classroom

    return find_classroom(options.folder), checkout.select(getattr(options, "lab", None))


def _need_nbgrader() -> None:
    if find_spec("nbgrader") is None:
        raise CourseError(
            "nbgrader is not installed: use `make course`, or pip install -c constraints.txt -e '.[instructors]'"
        )
