"""The ``labkit`` command line. Exit status: 0 all well, 1 something asked for is not reached, 2 bad input."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from labkit.commands import COMMANDS
from labkit.commands_classroom import add_classroom
from labkit.commands_isolated import add_limits
from labkit.errors import CourseError
from labkit.labs import find_course


class _Parser(argparse.ArgumentParser):
    """One clear line instead of the usage text."""

    def error(self, message: str) -> NoReturn:
        raise CourseError(f"{message} (see {self.prog} --help)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="labkit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    verify = commands.add_parser("verify", help="run the experiments and write their evidence")
    grade = commands.add_parser("grade", help="run the graded tests and count the points")
    for command in (verify, grade):
        command.add_argument("--lab", help="one lab, such as 04-relative; all labs when left out")
        command.add_argument(
            "--impl", default="src", help="src, the student's code (default), or solutions, the reference"
        )
    verify.add_argument("--out", type=Path, help="write below this folder instead of beside the experiments")
    grade.add_argument("--submission", type=Path, help="grade DIR/src/ropelab instead of this checkout's src")
    grade.add_argument("--json", help="write the result as JSON to this file, or to standard output for -; "
                       "one object for one --lab, a list for all labs")  # fmt: skip
    grade.add_argument("--inputs", choices=("public", "fresh"), default="public",
                       help="the inputs that everybody sees (default), or others drawn from a seed")  # fmt: skip
    grade.add_argument("--seed", type=int, help="of the fresh inputs, 1 or more; drawn at random when left out")

    grade.add_argument(
        "--isolated", action="store_true", help="run the code in a locked process: for code of strangers"
    )
    grade.add_argument("--trust-this-code", action="store_true",
                       help="where nothing can be isolated, grade in this process: for your own work only")  # fmt: skip
    grade.add_argument(
        "--submissions", type=Path, help="isolated: a folder with a folder for each student; needs --lab"
    )
    grade.add_argument("--out", type=Path, help="where --submissions writes (default build/grades/LAB)")
    grade.add_argument("--workers", type=int, help="how many submissions at once (default: as many as processors)")
    add_limits(grade)

    hint = commands.add_parser("hint", help="the next hint for a task")
    hint.add_argument("task", nargs="?", help="such as rope_frequencies")
    hint.add_argument(
        "--lab", help="where two labs have a task of that name; the first that needs a hint when left out"
    )
    watch = commands.add_parser("watch", help="grade one lab again at every save")
    watch.add_argument("--lab", help="such as 04-relative")

    stubs = commands.add_parser("stubs", help="write src/ropelab from the solutions")
    stubs.add_argument("--force", action="store_true", help="overwrite stubs that hold work")
    golden = commands.add_parser("golden", help="write tests/golden from the reference and the catalogue of mistakes")
    pictures = commands.add_parser("pictures", help="draw the README's picture from the reference")
    mutants = commands.add_parser("mutants", help="grade every known wrong answer: which test catches which")
    notebooks = commands.add_parser("notebooks", help="write labs/*/*.ipynb from handouts, answers and tests")
    for command in (stubs, golden, pictures, mutants, notebooks):
        command.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    commands.add_parser("doctor", help="attack a locked process: can the code of strangers be graded here?")
    commands.add_parser("demo", help="everything once on the reference, and a class of forty, in build/demo")
    _add_class_commands(commands)
    return parser


def _add_class_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    course = commands.add_parser("course", help="assemble an nbgrader course directory")
    course.add_argument("--own-earlier", action="store_true",
                        help="release earlier labs as stubs: students bring their own, not the reference")  # fmt: skip
    autograde = commands.add_parser("autograde", help="grade what was handed in, isolated, on all processors")
    autograde.add_argument("--force", action="store_true", help="grade again what has not changed")
    feedback = commands.add_parser("feedback", help="write a feedback page for every graded submission")
    grades = commands.add_parser("grades", help="write grades.csv")
    grades.add_argument("--to", type=Path, help="where (default: grades.csv in the course directory)")
    formgrader = commands.add_parser("formgrader", help="nbgrader's form grader, in the browser")
    formgrader.add_argument("--port", type=int, help="where it listens (default: 8888, or the next that is free)")
    for command in (autograde, feedback):
        command.add_argument("--lab", help="one lab, such as 04-relative; all labs when left out")
        command.add_argument("--workers", type=int, help="how many at once (default: as many as processors)")
    for command in (course, autograde, feedback, grades, formgrader):
        add_classroom(command)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    try:
        options = _parser().parse_args(arguments)
        return COMMANDS[options.command](find_course(Path.cwd()), options)
    except CourseError as error:
        print(f"labkit: {error}", file=sys.stderr)
        return 2
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "labkit" or find_spec("labkit.sandbox") is not None:
            raise
        print("labkit: this is for authors and instructors: it needs what students do not receive", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("labkit: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def entry() -> NoReturn:
    """The console script."""
    raise SystemExit(main(sys.argv[1:]))
