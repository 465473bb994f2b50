"""Grading: run the graded tests of some labs on some code, collect the points, and say what went wrong."""

from collections.abc import Sequence
from pathlib import Path

from labkit.clean import clean
from labkit.errors import CheckFailed, Stopped, Unreadable
from labkit.implementation import Implementation, course_files, submission_files
from labkit.labs import Course, Lab
from labkit.mistakes.known import Known, joined
from labkit.mistakes.naming import remarks_on, what_is_known
from labkit.reference import expected_values
from labkit.report import LabResult, TestResult
from labkit.running import PUBLIC_SEED, Code, GradedTest, Run, graded_tests, message_of, run


def grade(
    course: Course,
    labs: Sequence[Lab],
    implementation: str = "src",
    submission: Path | None = None,
    seed: int = PUBLIC_SEED,
) -> list[LabResult]:
    """The code points of labs, for one implementation of the checkout or for a submission.

    Args:
        course: where the labs are.
        labs: which of them.
        implementation: ``src`` or ``solutions``, for a checkout.
        submission: a folder that holds ``src/ropelab``; then the labs before the graded one come from the reference.
        seed: of the inputs. The public ones have their expected values in tests/golden; any other seed needs the solutions.

    Raises:
        CourseError: there is no such implementation, the submission lacks a module, or what the course needs is missing.
    """
    results = []
    for lab in labs:
        if submission is None:
            code = Implementation(course_files(course, implementation), course.root)
        else:
            code = Implementation(submission_files(course, lab, submission), submission)
        results.append(grade_lab(Expectations(course, lab, seed), code))
    return results


class Expectations:
    """What a lab's answers are judged by on the inputs of one seed, read or computed once for any number of submissions.

    Args:
        course: where the lab is.
        lab: which.
        seed: of the inputs.
        kept: a folder in which what is found out about mistakes on fresh inputs is kept, where there is one.

    Raises:
        CourseError: what the course needs is missing or not in order.
    """

    def __init__(self, course: Course, lab: Lab, seed: int = PUBLIC_SEED, kept: Path | None = None) -> None:
        self.course, self.lab, self.seed, self._kept = course, lab, seed, kept
        self.tests = graded_tests(course, lab)
        self.expected = expected_values(course, lab, self.tests, seed)
        self._known: dict[str, Known] = {}

    @property
    def public(self) -> bool:
        """Are these the inputs that everybody sees?"""
        return self.seed == PUBLIC_SEED

    def known(self, tests: Sequence[GradedTest]) -> Known:
        """What the catalogued mistakes do in these tests, which somebody has failed."""
        new = [test for test in tests if test.name not in self._known]
        if new and self._kept is not None and not self.public:
            from labkit.mistakes.kept import kept  # not among what students receive

            found = kept(self.course, self.lab, self.tests, self.seed, self._kept)
            self._known |= {test.name: found for test in self.tests}
        elif new:
            found = what_is_known(self.course, self.lab, new, self.seed)
            self._known |= {test.name: found for test in new}
        return joined([self._known[test.name] for test in tests])


def grade_lab(expectations: Expectations, code: Code) -> LabResult:
    """The code points of one lab for some code."""
    lab, tests, seed = expectations.lab, expectations.tests, expectations.seed
    expected, public = expectations.expected, expectations.public
    runs = {test.name: run(test, code, lab.module, seed, expected.get(test.name, [])) for test in tests}
    wrong = [test for test in tests if _is_wrong(runs[test.name])]
    named = remarks_on(runs, expectations.known(wrong), tests, expected, public) if wrong else {}
    result = LabResult(lab.name)
    for test in tests:
        outcome = runs[test.name]
        if outcome.failure is None:
            result.add(TestResult(test.name, test.task, test.points, "passed"))
            continue
        remark = named.get(test.name)
        result.add(
            TestResult(
                test.name,
                test.task,
                test.points,
                "failed",
                message=clean(message_of(outcome.failure, code) if public else careful_message_of(outcome.failure)),
                printed=clean(outcome.printed) if public else "",
                remark=remark.text if remark else "",
                mistake=remark.name if remark else None,
                hints=remark.hints if remark else (),
                inputs="public" if public else "fresh",
                ended=outcome.failure.kind if isinstance(outcome.failure, Stopped) else "",
            )
        )
    return result


def _is_wrong(outcome: Run) -> bool:
    """Failed by what it does, not by being unwritten or impossible to load."""
    return outcome.failure is not None and bool(outcome.trace.events)


def careful_message_of(error: BaseException) -> str:
    """What a student reads of a failure on fresh inputs: no inputs, no expected values, no text that their code produced."""
    if isinstance(error, CheckFailed):
        return f"wrong on fresh inputs: {error.kind}"
    if isinstance(error, Stopped):
        return f"stopped on fresh inputs: {error.kind}"
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, NotImplementedError):
        return "not written yet"
    return "your code raised an exception, or gave something that could not be used"
