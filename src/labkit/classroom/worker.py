"""One of the processes that autograde a class or make its feedback, student by student; nbgrader is imported once.

Started as ``python -m labkit.classroom.worker``. It reads JSON lines on standard input, first {"root", "task", "judges"}, then
``lab/student`` again and again, and answers each with one line on standard output: {"ready": true} or {"refused": why}; then
{"done": its fingerprint} or {"failed": why}, or {"trouble": what} when it had better be replaced.
"""

import json
from pathlib import Path
from typing import IO, Any

from labkit.batch.answering import answer, serve
from labkit.classroom.changes import fingerprint
from labkit.classroom.layout import Classroom, find_classroom
from labkit.classroom.submissions.intake import admit
from labkit.errors import CourseError
from labkit.sandbox.doctor import refuse_where_unsafe
from labkit.sandbox.lockdown import PR_SET_PDEATHSIG, SIGKILL, prctl

AUTOGRADE, FEEDBACK = "autograde", "feedback"


def main(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Work until there are no more requests."""
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    setup = json.loads(requests.readline())
    try:
        classroom = find_classroom(Path(setup["root"]))
        if setup["task"] == AUTOGRADE:
            refuse_where_unsafe()
        from labkit.classroom.nbgrader_api import nbgrader_api
    except (CourseError, ImportError) as error:
        answer(answers, {"refused": str(error)})
        return
    with nbgrader_api(classroom) as api:
        answer(answers, {"ready": True})
        for line in requests:
            lab, _, student = json.loads(line).partition("/")
            try:
                answer(answers, _done(api, classroom, setup, lab, student))
            except CourseError as error:
                answer(answers, {"failed": str(error)})
            except Exception as error:
                answer(answers, {"trouble": f"{type(error).__name__}: {error}"})


def _done(api: Any, classroom: Classroom, setup: dict[str, Any], lab: str, student: str) -> dict[str, Any]:  # noqa: ANN401
    taken = ""
    if setup["task"] == AUTOGRADE:
        admit(classroom, classroom.course.lab(lab), student)
        # After files were moved aside and before any is graded: what changes meanwhile is graded the next time.
        taken = fingerprint(classroom, classroom.course.lab(lab), student, setup["judges"][lab])
        said = api.autograde(lab, student, force=True, create=True)
    else:
        said = api.generate_feedback(lab, student, force=True)
    if said["success"]:
        return {"done": taken}
    from labkit.classroom.nbgrader_api import reason_of

    # No submission makes nbgrader fail: another attempt, by a new process, is worth its time.
    return {"trouble": reason_of(said)}


if __name__ == "__main__":
    serve(main)
