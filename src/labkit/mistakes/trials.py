"""Finding out what every catalogued mistake does in the graded tests: each is run as a whole submission.

It needs the catalogue and the solutions, and students do not receive it.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from labkit.errors import CourseError
from labkit.implementation import PACKAGE, Implementation, submission_files
from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import read_catalogue
from labkit.mistakes.known import Known, KnownMistake
from labkit.mistakes.signature import Signature, signature
from labkit.reference_runs import reference_runs
from labkit.running import GradedTest, Run, run


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
