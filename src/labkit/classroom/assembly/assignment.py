"""What an assignment holds: a little course of one lab, in which the notebook's checks and the experiment work."""

from pathlib import Path

from labkit import stubs
from labkit.errors import CourseError
from labkit.labs import Course, Lab


def assignment(course: Course, lab: Lab, own_earlier: bool = False) -> dict[str, bytes]:
    """The files of ``source/<lab>``, by their path in it.

    Args:
        course: where they come from.
        lab: the lab that is set. Its module, and those after it that are not there, are never the solution.
        own_earlier: with stubs for the earlier modules that it needs, which the students fill with their own work; otherwise
            their reference comes along, so that an earlier mistake is charged once.

    Raises:
        CourseError: a file is missing or cannot be read; names it.
    """
    made = stubs.generated(course)
    package = course.root / "src" / "ropelab"
    files = {course.shown(path): made[path] for path in (package / "__init__.py", lab.stub)}
    for other in course.labs:
        if other.module in lab.needs:
            files[course.shown(other.stub)] = made[other.stub] if own_earlier else contents(course, other.solution)
    files[lab.notebook.name] = contents(course, lab.notebook, "run `make notebooks`")
    files["README.md"] = contents(course, lab.handout)
    return files | {course.shown(path): contents(course, path) for path in public_files(lab)}


def public_files(lab: Lab) -> tuple[Path, ...]:
    """The files of a lab that students receive as they are in the checkout."""
    return (
        lab.handout,
        lab.handout.with_name("lab.toml"),
        lab.graded_tests,
        lab.golden,
        lab.known_mistakes,
        lab.experiment / "README.md",
        *experiment_files(lab),
    )


def experiment_files(lab: Lab) -> tuple[Path, ...]:
    """What a lab's experiment is run from: verify.py and, where the lab has one, the record of the reference's own run."""
    return lab.experiment / "verify.py", *lab.experiment.glob("reference.json")


def contents(course: Course, path: Path, remedy: str = "") -> bytes:
    """The bytes of a file of the checkout.

    Raises:
        CourseError: it cannot be read; names it, and the remedy where one is given.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        way_out = f": {remedy}" if remedy else ""
        raise CourseError(f"{course.shown(path)} cannot be read ({error.strerror}){way_out}") from error
