"""What each command does: arguments in, exit status out. 0 all well, 1 something asked for is not reached."""

import argparse
import json
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from labkit import commands_classroom, commands_isolated
from labkit.errors import CannotIsolate, CourseError
from labkit.files import write_whole
from labkit.labs import Course
from labkit.report import LabResult

# Each command imports what it needs: grading one lab must not wait for matplotlib, nor help for NumPy.


def verify(course: Course, options: argparse.Namespace) -> int:
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


def grade(course: Course, options: argparse.Namespace) -> int:
    from labkit.running import PUBLIC_SEED

    for folder in (options.submission, options.submissions):
        if folder is not None and not folder.is_dir():
            raise CourseError(f"there is no folder {folder}")
    if options.seed is not None and options.inputs != "fresh":
        raise CourseError("--seed goes with --inputs fresh: the public inputs have a seed of their own")
    seed = _fresh_seed(options.seed) if options.inputs == "fresh" else PUBLIC_SEED
    if options.submissions is not None:
        if not options.isolated:
            raise CourseError("--submissions is for the code of strangers: it goes with --isolated")
        return commands_isolated.grade_class(course, options, seed)
    results = _results(course, options, seed)
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
        if seed != PUBLIC_SEED:
            print(f"on fresh inputs, seed {seed}")
    return 0 if all(result.points == result.max_points for result in results) else 1


def _results(course: Course, options: argparse.Namespace, seed: int) -> list[LabResult]:
    from labkit.grade import grade

    if options.isolated:
        try:
            return commands_isolated.grade_isolated(course, options, seed)
        except CannotIsolate:
            if not options.trust_this_code:
                raise
    submission = options.submission.resolve() if options.submission else None
    return grade(course, course.select(options.lab), options.impl, submission, seed)


def _fresh_seed(seed: int | None) -> int:
    if seed is None:
        return 1 + secrets.randbelow(2**63)
    if seed < 1:
        raise CourseError(f"--seed must be 1 or more, got {seed}: 0 gives the public inputs")
    return seed


def hint(course: Course, options: argparse.Namespace) -> int:
    from labkit.hints import next_hint

    print(next_hint(course, course.select(options.lab), options.task))
    return 0


def watch(course: Course, options: argparse.Namespace) -> int:
    from labkit.watch import watch

    if options.lab is None:
        known = ", ".join(lab.name for lab in course.labs)
        raise CourseError(f"say which lab: make watch LAB={course.labs[0].name}; the labs are {known}")
    watch(course, course.lab(options.lab))
    return 0


def mutants(course: Course, options: argparse.Namespace) -> int:
    from labkit.mistakes.matrix import WANTED_SHARE, kill_matrix, render, share

    matrices = [kill_matrix(course, lab) for lab in course.labs]
    page, text = course.root / "docs" / "mistakes.md", render(matrices)
    problems = [problem for matrix in matrices for problem in matrix.problems]
    if share(matrices) < WANTED_SHARE:
        problems.append(f"only {share(matrices):.1%} of the catalogue is named without doubt")
    if options.check:
        drifted = [] if page.is_file() and page.read_text() == text else [course.shown(page)]
        print("\n".join(problems), end="\n" if problems else "")
        return max(_drift(drifted, "make mutants"), int(bool(problems)))
    print(text)
    write_whole(page, text)
    print("\n".join(problems) if problems else "Every mistake loses points on its task, every test catches a mistake.")
    return 1 if problems else 0


def stubs(course: Course, options: argparse.Namespace) -> int:
    from labkit import stubs

    if options.check:
        return _drift(stubs.drifted(course), "make stubs")
    return _written(course, stubs.write(course, options.force))


def golden(course: Course, options: argparse.Namespace) -> int:
    from labkit import golden
    from labkit.mistakes import store

    if options.check:
        return _drift([*golden.drifted(course), *store.drifted(course)], "make golden")
    return _written(course, [*golden.write(course), *store.write(course)])


def pictures(course: Course, options: argparse.Namespace) -> int:
    from labkit import pictures

    if options.check:
        return _drift(pictures.drifted(course), "make pictures")
    return _written(course, pictures.write(course))


def notebooks(course: Course, options: argparse.Namespace) -> int:
    from labkit import notebooks

    if options.check:
        return _drift(notebooks.drifted(course), "make notebooks")
    return _written(course, notebooks.write(course))


def demo(course: Course, _options: argparse.Namespace) -> int:
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


COMMANDS: dict[str, Callable[[Course, argparse.Namespace], int]] = {
    command.__name__: command
    for command in (
        verify, grade, hint, watch, mutants, stubs, golden, pictures, notebooks, demo, commands_isolated.doctor,
        commands_classroom.course, commands_classroom.autograde, commands_classroom.feedback, commands_classroom.grades,
        commands_classroom.formgrader,
    )
}  # fmt: skip
