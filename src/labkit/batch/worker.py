"""One of the processes that grade many submissions: it owns one fork server, and has read the tests and expected values once.

Started as ``python -m labkit.batch.worker``. It reads JSON lines on standard input, first what to grade (see ``setup_of``),
then the folder of one submission after another, and answers each with one line on standard output:
{"ready": true} or {"refused": why}; then {"result", "sha256", "unreadable", "seconds"} or {"trouble": what}.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from labkit.batch.answering import answer, serve
from labkit.batch.roster import fingerprint
from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.sandbox.grading import IsolatedGrader
from labkit.sandbox.isolated import Allowance
from labkit.sandbox.lockdown import PR_SET_PDEATHSIG, SIGKILL, Budget, prctl
from labkit.sandbox.wire import Limits


def setup_of(course: Course, lab: Lab, seed: int, allowance: Allowance, largest: int) -> dict[str, Any]:
    """The first line for a worker. It goes through a pipe, for a command line, and a seed in it, can be seen by everybody."""
    allowed = asdict(allowance)
    return {"course": str(course.root), "lab": lab.name, "seed": seed, "allowance": allowed, "largest": largest}


def main(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Grade until there are no more requests. The first trouble ends the worker: a new one starts with a clean state."""
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    setup = json.loads(requests.readline())
    allowed = setup["allowance"]
    allowance = Allowance(**(allowed | {"budget": Budget(**allowed["budget"]), "limits": Limits(**allowed["limits"])}))
    course = Course(Path(setup["course"]))
    lab, largest = course.lab(setup["lab"]), setup["largest"]
    try:
        grader = IsolatedGrader(course, lab, setup["seed"], allowance, largest)
    except CourseError as error:
        answer(answers, {"refused": str(error)})
        return
    answer(answers, {"ready": True})
    try:
        for folder in _folders(requests):
            started = time.perf_counter()
            # Taken before: should the file be changed meanwhile, the next run sees another one and grades it again.
            submission = fingerprint(course, lab, folder, largest)
            result = grader.grade(folder).as_json()
            answer(answers, {"result": result, **asdict(submission), "seconds": time.perf_counter() - started})
    except Exception as error:
        answer(answers, {"trouble": f"{type(error).__name__}: {error}"})
    finally:
        grader.close()


def _folders(requests: IO[bytes]) -> Iterator[Path]:
    for line in requests:
        yield Path(json.loads(line))


if __name__ == "__main__":
    serve(main)
