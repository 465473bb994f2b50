"""The public expected values, tests/golden/*.npz: what the graded tests observe on the reference."""

from pathlib import Path

from labkit.compare import difference
from labkit.files import write_all
from labkit.labs import Course, Lab
from labkit.observations import Observations, read, to_bytes
from labkit.reference_runs import reference_runs
from labkit.running import PUBLIC_SEED, graded_tests
from labkit.tolerance import Bound

# Another processor may round the last bit of a cosine, a sine or a power differently.
SAME = Bound(relative=1e-14, absolute=1e-14)


def observe(course: Course) -> dict[Lab, Observations]:
    """What every graded test observes on the reference.

    Raises:
        CourseError: the reference fails one of its own graded tests; names it.
    """
    seen = {}
    for lab in course.labs:
        runs = reference_runs(course, lab, graded_tests(course, lab), PUBLIC_SEED)
        seen[lab] = {name: run.trace.values for name, run in runs.items()}
    return seen


def write(course: Course) -> list[Path]:
    """Write the golden files that differ; returns them."""
    return write_all({lab.golden: to_bytes(seen) for lab, seen in observe(course).items() if _differs(lab, seen)})


def drifted(course: Course) -> list[str]:
    """The golden files that differ from what the reference gives, or that belong to no lab."""
    expected = observe(course)
    stray = set((course.root / "tests" / "golden").glob("*.npz")) - {lab.golden for lab in course.labs}
    return [
        course.shown(path)
        for path in [*(lab.golden for lab in expected if _differs(lab, expected[lab])), *sorted(stray)]
    ]


def _differs(lab: Lab, seen: Observations) -> bool:
    if not lab.golden.is_file():
        return True
    stored = read(lab.golden)
    # A test that observes nothing stores nothing.
    seen = {test: values for test, values in seen.items() if values}
    if {test: len(values) for test, values in stored.items()} != {test: len(values) for test, values in seen.items()}:
        return True
    pairs = ((old, new) for test in stored for old, new in zip(stored[test], seen[test], strict=True))
    return any(difference(old, new, SAME) is not None for old, new in pairs)
