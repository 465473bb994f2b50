"""What every catalogued mistake does in the graded tests, on the inputs of a seed: each is run as a whole submission."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labkit.errors import CourseError
from labkit.implementation import PACKAGE, Implementation, submission_files
from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import read_catalogue
from labkit.mistakes.signature import Signature, signature
from labkit.reference import reference_runs
from labkit.running import GradedTest, Run, run


@dataclass(frozen=True)
class KnownMistake:
    """A mistake, with what each program that makes it does.

    Attributes:
        task, key, name, hints: as in the catalogue.
        programs: for each program the signatures of tests that it fails, of any task.
        fails: for each program all the tests that it fails.
    """

    task: str
    key: str
    name: str
    hints: tuple[str, ...]
    programs: tuple[dict[str, Signature], ...]
    fails: tuple[frozenset[str], ...]


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known of one lab on the inputs of one seed.

    Attributes:
        hints: of each task, for somebody who has not begun.
        mistakes: in the order of the catalogue.
        reference: the signatures of right runs, by test.
    """

    hints: dict[str, tuple[str, ...]]
    mistakes: tuple[KnownMistake, ...]
    reference: dict[str, Signature]


def find_out(course: Course, lab: Lab, tests: Sequence[GradedTest], seed: int, likely: Known | None = None) -> Known:
    """Run the reference and the programs of the catalogue.

    Args:
        course: where the lab is.
        lab: which.
        tests: that are run.
        seed: of the inputs.
        likely: what is known on other inputs. When given, a program only runs the tests that it fails there: all that is
            needed to recognise a mistake, and much less work.

    Raises:
        CourseError: the catalogue or the reference is not in order, or what is likely belongs to another catalogue.
    """
    catalogue = read_catalogue(course, lab)
    stored = {known.key for known in likely.mistakes} if likely else set()
    if likely and stored != {mistake.key for task in catalogue.values() for mistake in task.mistakes}:
        raise CourseError(f"{course.shown(lab.known_mistakes)} does not belong to the catalogue: run `make golden`")
    right = reference_runs(course, lab, tests, seed)
    likely_fails = {known.key: known.fails for known in likely.mistakes} if likely else {}
    mistakes = []
    for mistake in (mistake for task in catalogue.values() for mistake in task.mistakes):
        programs = []
        for number, program in enumerate(mistake.programs):
            chosen = [test for test in tests if not likely or test.name in likely_fails[mistake.key][number]]
            programs.append(_failures(submission(course, lab, program), lab, chosen, seed, right) if chosen else {})
        fails = likely_fails.get(mistake.key) or tuple(frozenset(program) for program in programs)
        mistakes.append(KnownMistake(mistake.task, mistake.key, mistake.name, mistake.hints, tuple(programs), fails))
    hints = {name: task.hints for name, task in catalogue.items()}
    return Known(hints, tuple(mistakes), {name: signature(outcome.trace) for name, outcome in right.items()})


def joined(parts: Sequence[Known]) -> Known:
    """What is known of several sets of tests of one lab, together."""
    first, *others = dict.fromkeys(parts)
    if not others:
        return first
    reference = {name: one for part in parts for name, one in part.reference.items()}
    mistakes = []
    for same in zip(*(part.mistakes for part in (first, *others)), strict=True):
        programs = tuple(
            {name: one for program in versions for name, one in program.items()}
            for versions in zip(*(mistake.programs for mistake in same), strict=True)
        )
        mistakes.append(replace(same[0], programs=programs))
    return Known(first.hints, tuple(mistakes), reference)


def _failures(
    code: Implementation, lab: Lab, tests: Sequence[GradedTest], seed: int, right: dict[str, Run]
) -> dict[str, Signature]:
    runs = {test.name: run(test, code, lab.module, seed, right[test.name].trace.values) for test in tests}
    return {name: signature(one.trace) for name, one in runs.items() if one.failure is not None}


def submission(course: Course, lab: Lab, program: str) -> Implementation:
    """The submission of somebody who makes one mistake: the reference with one wrong answer in it."""
    with tempfile.TemporaryDirectory() as folder:
        write_submission(lab, program, Path(folder))
        code = Implementation(submission_files(course, lab, Path(folder)), Path(folder))
        code.load(lab.module)  # while its file exists
    return code


def write_submission(lab: Lab, program: str, folder: Path) -> None:
    """Write the lab's module with one wrong answer, as a student hands it in."""
    module = folder / "src" / PACKAGE / f"{lab.module}.py"
    module.parent.mkdir(parents=True)
    module.write_text(lab.solution.read_text() + program)
