"""Running an experiment once more on a submitted module, in a locked child, to see whether its results come out again."""

from dataclasses import dataclass
from typing import Any

from labkit.errors import CourseError, StudentError
from labkit.labs import Course, Lab
from labkit.sandbox.client import Server
from labkit.sandbox.isolated import Allowance, Isolated


@dataclass(frozen=True)
class Reproduction:
    """What an experiment gave in the child, where the submission could have written it itself.

    Args:
        results: by name, of any type that the wire carries.
        failed: the claims that did not hold.
        checks: how many claims there were.
    """

    results: dict[str, Any]
    failed: tuple[str, ...]
    checks: int


def reproduce(
    course: Course, lab: Lab, texts: dict[str, tuple[str, str]], server: Server, allowance: Allowance
) -> Reproduction:
    """Run the lab's experiment, without its figures and measured times, on a submission.

    The experiment runs in the child beside the student's module, as one call within the allowance. It could run in the
    grader with a proxy for each object, but it asks for more than 8,000 tables in lab 02 and whether tables are the very
    same objects in labs 02 and 03, and tables travel by value.

    Args:
        course: where verify.py is.
        lab: whose experiment it is.
        texts: of the modules, as ``read_submission`` gives them.
        server: that forks the child.
        allowance: what may be used.

    Raises:
        StudentError: the experiment does not run to its end on this module. One line, not yet cleaned.
        CourseError: there is no verify.py.
    """
    verify = lab.experiment / "verify.py"
    shown = course.shown(verify)
    try:
        source = verify.read_text()
    except OSError as error:
        raise CourseError(f"{shown}: {error.strerror}") from error
    code = Isolated(server, texts, allowance)
    try:
        return _checked(code.rerun(lab.module, source, shown))
    except (StudentError, CourseError):
        raise
    except (Exception, SystemExit) as error:
        raise StudentError(code.explain(error)) from error
    finally:
        code.close()


def _checked(answer: object) -> Reproduction:
    """The answer, if it has the form that an honest child gives it."""
    match answer:
        case {"results": dict() as results, "checks": list() as checks} if all(map(_is_check, checks)):
            return Reproduction(results, tuple(claim for claim, holds in checks if not holds), len(checks))
    raise StudentError("the experiment's process gave an answer that no experiment gives")


def _is_check(check: object) -> bool:
    return isinstance(check, list) and [type(part) for part in check] == [str, bool]
