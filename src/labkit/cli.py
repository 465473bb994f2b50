"""The ``labkit`` command line. Exit status: 0 all well, 1 something asked for is not reached, 2 bad input."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Course, find_course


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

    stubs = commands.add_parser("stubs", help="write src/ropelab from the solutions")
    stubs.add_argument("--force", action="store_true", help="overwrite stubs that hold work")
    golden = commands.add_parser("golden", help="write tests/golden from the reference")
    pictures = commands.add_parser("pictures", help="draw the README's picture from the reference")
    for command in (stubs, golden, pictures):
        command.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    commands.add_parser("demo", help="everything once on the reference, in build/demo")
    return parser


def _verify(course: Course, options: argparse.Namespace) -> int:
    from labkit.terminal import show_board
    from labkit.verify import DONE, NOT_STARTED, verify

    outcomes = []
    for lab in course.select(options.lab):
        folder = options.out / lab.name if options.out else lab.experiment
        outcomes.append(verify(course, lab, options.impl, folder, show=lambda line: print(line, end="", flush=True)))
        if outcomes[-1].status != NOT_STARTED:
            print()
    show_board(outcomes)
    return 0 if all(outcome.status == DONE for outcome in outcomes) else 1


def _grade(course: Course, options: argparse.Namespace) -> int:
    from labkit.grade import grade

    if options.submission is not None and not options.submission.is_dir():
        raise CourseError(f"there is no folder {options.submission}")
    submission = options.submission.resolve() if options.submission else None
    results = grade(course, course.select(options.lab), options.impl, submission)
    if options.json is not None:
        content = [result.as_json() for result in results]
        text = json.dumps(content if options.lab is None else content[0], indent=2, ensure_ascii=False) + "\n"
        if options.json == "-":
            sys.stdout.write(text)
        else:
            write_whole(Path(options.json), text)
    if options.json != "-":
        from labkit.terminal import show_grade

        show_grade(results)
    return 0 if all(result.points == result.max_points for result in results) else 1


def _stubs(course: Course, options: argparse.Namespace) -> int:
    from labkit import stubs

    if options.check:
        return _drift(stubs.drifted(course), "make stubs")
    return _written(course, stubs.write(course, options.force))


def _golden(course: Course, options: argparse.Namespace) -> int:
    from labkit import golden

    if options.check:
        return _drift(golden.drifted(course), "make golden")
    return _written(course, golden.write(course))


def _pictures(course: Course, options: argparse.Namespace) -> int:
    from labkit import pictures

    if options.check:
        return _drift(pictures.drifted(course), "make pictures")
    return _written(course, pictures.write(course))


def _demo(course: Course, _options: argparse.Namespace) -> int:
    from labkit.demo import demo

    return demo(course)


def _drift(paths: Sequence[str], remedy: str) -> int:
    for path in paths:
        print(f"{path} differs from its source: run `{remedy}`")
    return 1 if paths else 0


def _written(course: Course, paths: Sequence[Path]) -> int:
    for path in paths:
        print(f"wrote {course.shown(path)}")
    if not paths:
        print("nothing to write: all is up to date")
    return 0


COMMANDS = {
    "verify": _verify,
    "grade": _grade,
    "stubs": _stubs,
    "golden": _golden,
    "pictures": _pictures,
    "demo": _demo,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    try:
        options = _parser().parse_args(arguments)
        return COMMANDS[options.command](find_course(Path.cwd()), options)
    except CourseError as error:
        print(f"labkit: {error}", file=sys.stderr)
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
