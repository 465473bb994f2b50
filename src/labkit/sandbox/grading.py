"""Grading a submission in a locked child."""

from pathlib import Path

from labkit.errors import CourseError, Missing, StudentError
from labkit.evidence.marking import EvidenceResult, mark_evidence
from labkit.grade import Expectations, grade_lab
from labkit.labs import Course, Lab
from labkit.report import LabResult
from labkit.running import Code
from labkit.sandbox.client import Server
from labkit.sandbox.doctor import refuse_where_unsafe
from labkit.sandbox.isolated import Allowance, Isolated
from labkit.sandbox.submission import LARGEST_FILE, read_submission
from labkit.student import Student


class IsolatedGrader:
    """Grades submissions of one lab, one after another, with one fork server and one reading of the expected values.

    Args:
        course: where the labs are.
        lab: that is graded.
        seed: of the inputs.
        allowance: what a submission may use.
        largest: how many bytes a module may have.
        kept: a folder for what is found out about mistakes on fresh inputs.

    Raises:
        CannotIsolate: a needed lock is open here.
        CourseError: the course is not in order.
    """

    def __init__(
        self,
        course: Course,
        lab: Lab,
        seed: int,
        allowance: Allowance,
        largest: int = LARGEST_FILE,
        kept: Path | None = None,
    ) -> None:
        self._course, self._lab, self._allowance, self._largest = course, lab, allowance, largest
        self._expectations = Expectations(course, lab, seed, kept)
        self._server = Server()
        try:
            refuse_where_unsafe(self._server)
        except CourseError:
            self._server.close()
            raise

    def grade(self, folder: Path) -> LabResult:
        """The result of the submission in a folder; a submission that cannot be read fails every test with the reason."""
        try:
            texts = read_submission(self._course, self._lab, folder, self._largest)
        except StudentError as error:
            result = grade_lab(self._expectations, _Unreadable(error))
            result.unreadable, result.missing = str(error), isinstance(error, Missing)
            return result
        code = Isolated(self._server, texts, self._allowance)
        try:
            return grade_lab(self._expectations, code)
        finally:
            code.close()

    def evidence(self, folder: Path) -> EvidenceResult:
        """What the evidence of the submission's experiment is worth."""
        return mark_evidence(self._course, self._lab, folder, self._server, self._allowance, self._largest)

    def close(self) -> None:
        """End the fork server."""
        self._server.close()


class _Unreadable(Code):
    """Code that there is no reading of."""

    def __init__(self, reason: StudentError) -> None:
        self._reason = reason

    def opened(self, module: str) -> "_Unreadable":  # noqa: ARG002
        return self

    def __enter__(self) -> Student:
        raise self._reason

    def __exit__(self, *_: object) -> None:
        return None

    def place(self, error: BaseException) -> None:  # noqa: ARG002
        return None

    def explain(self, error: BaseException) -> str:
        return str(error)

    def printed(self) -> str:
        return ""
