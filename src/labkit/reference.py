"""The expected values: what the reference gives in the graded tests, on the public inputs and on any other."""

from collections.abc import Sequence

from labkit.labs import Course, Lab
from labkit.observations import Observations, read
from labkit.running import PUBLIC_SEED, GradedTest


def expected_values(course: Course, lab: Lab, tests: Sequence[GradedTest], seed: int) -> Observations:
    """What the reference gives on the inputs of a seed: stored for the public ones, computed for any other.

    Raises:
        CourseError: a file is missing, or the reference fails its own tests.
    """
    if seed == PUBLIC_SEED:
        return read(lab.golden)
    from labkit.reference_runs import reference_runs  # not among what students receive

    return {name: outcome.trace.values for name, outcome in reference_runs(course, lab, tests, seed).items()}
