"""The modules that the honest part of the demo class hands in, and the evidence of those who have finished."""

import re
import shutil
import tempfile
from pathlib import Path

from labkit.classroom.assembly.assignment import experiment_files
from labkit.errors import CourseError
from labkit.implementation import PACKAGE
from labkit.labs import Course, Lab
from labkit.questions.catalogue import Answers
from labkit.stubs import BEGIN, END, REGION, make_stub
from labkit.verify import DONE, verify

MARKER_LINES = re.compile(rf"^ *(?:{BEGIN}|{END})\n", re.MULTILINE)
PLACEHOLDER = re.compile(r"^_[^_]+_$", re.MULTILINE)
HEADING = re.compile(r"^(## .*\n)", re.MULTILINE)
FINISHED = "Every check holds on my code; the numbers are those in `verify_output.txt`."


def functions_to_write(lab: Lab) -> int:
    """How many places of the lab's module a student fills."""
    return len(REGION.findall(lab.solution.read_text()))


def module_text(lab: Lab, written: int) -> str:
    """The lab's module with the first functions written as the reference has them, the others as in the stub."""
    text = lab.solution.read_text()
    if written > 0:
        text = REGION.sub(lambda region: MARKER_LINES.sub("", region.group()), text, count=written)
    return make_stub(text, lab.name)


def complete(lab: Lab) -> str:
    """The lab's module with everything written."""
    return module_text(lab, functions_to_write(lab))


def honest_evidence(course: Course, lab: Lab, keys: Answers) -> dict[str, bytes]:
    """What the experiment writes for a student with complete modules, by file name, and the write-up filled in.

    The experiment really runs, as a student runs it: on ``src`` of a course in which all is written.

    Raises:
        CourseError: the experiment does not hold on complete modules.
    """
    with tempfile.TemporaryDirectory() as folder:
        checkout = Course(Path(folder))
        package = checkout.root / "src" / PACKAGE
        package.mkdir(parents=True)
        for other in course.labs:
            (package / f"{other.module}.py").write_text(complete(other))
        shutil.copytree(course.root / "labs", checkout.root / "labs")
        experiment = checkout.root / "experiments" / lab.name
        experiment.mkdir(parents=True)
        given = experiment_files(lab)
        for path in given:
            shutil.copy(path, experiment)
        outcome = verify(checkout, checkout.lab(lab.name), "src", experiment, show=lambda _: None)
        if outcome.status != DONE:
            raise CourseError(f"the experiment of {lab.name} does not hold on the reference: {outcome.summary}")
        written = {path.name for path in experiment.iterdir()} - {path.name for path in given}
        files = {name: (experiment / name).read_bytes() for name in sorted(written)}
    return files | {"README.md": _write_up(lab, keys).encode()}


def _write_up(lab: Lab, keys: Answers) -> str:
    """The experiment's README with words in place of each line in italics."""
    models = {heading: key.model for key in keys.written for heading in key.sections}
    introduction, *parts = HEADING.split((lab.experiment / "README.md").read_text())
    filled = [introduction]
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        words = models.get(heading.removeprefix("## ").strip(), FINISHED)
        filled += [heading, PLACEHOLDER.sub(lambda _, words=words: words, body)]
    return "".join(filled)
