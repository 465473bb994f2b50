"""The process in which one experiment runs: the student's code, the experiment, nothing of the grader's.

Usage: ``python -m labkit.experiment_child COURSE LAB IMPLEMENTATION FOLDER``. Prints what the experiment prints; writes the
figures and record.json into FOLDER. Exit status 0 whatever the outcome: record.json holds it.
"""

import json
import runpy
import sys
import traceback
from pathlib import Path

from labkit.errors import StudentError
from labkit.experiment import Experiment, Record
from labkit.implementation import Implementation, course_files
from labkit.labs import Course, Lab


def run(course: Course, lab: Lab, implementation: str, folder: Path) -> Record:
    """Run the experiment; a failure of the student's code becomes one line, printed and recorded."""
    code = Implementation(course_files(course, implementation), course.root)
    experiment = Experiment(folder)
    print(f"Lab {lab.name}, run on {code.shown(code.files[lab.module])}\n")
    try:
        code.load(lab.module)
        with code.active():
            runpy.run_path(str(lab.experiment / "verify.py"), run_name="experiment")["run"](experiment)
    except StudentError as error:
        place = code.place(error.__cause__) if error.__cause__ is not None else None
        experiment.record.problem, experiment.record.place = str(error), place[:2] if place else None
    except Exception as error:
        experiment.record.problem, experiment.record.place = _explained(course, lab, code, error)
    if experiment.record.problem is not None:
        print(f"FAILED  {experiment.record.problem}")
    return experiment.record


def _explained(course: Course, lab: Lab, code: Implementation, error: Exception) -> tuple[str, tuple[str, int] | None]:
    place = code.place(error)
    if place is not None:
        return code.explain(error), place[:2]
    verify = lab.experiment / "verify.py"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(verify)]
    where = f"{course.shown(verify)}:{lines[-1] if lines else 1}"
    what = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
    hint = f"`make grade LAB={lab.name}` checks shapes and dtypes first"
    return f"{where} could not use what your code returned: {what} ({hint})", None


def main(course: str, lab: str, implementation: str, folder: str) -> None:
    """The process's main function."""
    here = Course(Path(course))
    try:
        record = run(here, here.lab(lab), implementation, Path(folder))
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # the parent was interrupted too, and says so
    (Path(folder) / "record.json").write_text(json.dumps(record.as_json()))


if __name__ == "__main__":
    main(*sys.argv[1:])
