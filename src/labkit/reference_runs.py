"""Computing what the reference gives in the graded tests. It needs the solutions, and students do not receive it."""

from collections.abc import Sequence

from labkit.errors import CourseError
from labkit.implementation import Implementation, course_files
from labkit.labs import Course, Lab
from labkit.running import GradedTest, Run, message_of, run


def reference_runs(course: Course, lab: Lab, tests: Sequence[GradedTest], seed: int) -> dict[str, Run]:
    """The reference's own runs of the graded tests, by test.

    Raises:
        CourseError: the solution is missing, or fails one of its own tests; names it.
    """
    if not lab.solution.is_file():
        raise CourseError(f"{course.shown(lab.solution)} is missing: only the public inputs can be graded without it")
    reference = Implementation(course_files(course, "solutions"), course.root)
    runs = {}
    for test in tests:
        runs[test.name] = run(test, reference, lab.module, seed, None)
        failure = runs[test.name].failure
        if failure is not None:
            raise CourseError(f"the reference fails {test.name} of {lab.name}: {message_of(failure, reference)}")
    return runs
