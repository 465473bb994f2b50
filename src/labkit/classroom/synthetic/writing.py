"""A class that does not exist: what forty students hand in, to try the whole course on before anybody real does."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from labkit.classroom.settings import read_settings
from labkit.classroom.synthetic.hostile import FILE_OF_ITS_OWN, hostile_module, notebook_file
from labkit.classroom.synthetic.modules import complete, functions_to_write, honest_evidence, module_text
from labkit.classroom.synthetic.notebooks import filled_in, read_release
from labkit.classroom.synthetic.people import HandIn, Kind, SyntheticStudent, people
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.implementation import PACKAGE
from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import Mistake, read_catalogue
from labkit.questions.catalogue import Answers, answers

ROSTER = "class.csv"
FIRST_DUE = datetime(2026, 10, 2, 21, 59, 59, tzinfo=UTC)
"""When the first lab is due where neither the caller nor labs/course.toml says it; the others follow a fortnight apart."""


def synthetic_class(
    course: Course,
    classroom_release: Path,
    submitted: Path,
    size: int = 40,
    seed: int = 1,
    due: Mapping[str, datetime] | None = None,
) -> tuple[SyntheticStudent, ...]:
    """Write ``submitted/<student>/<lab>`` for a class, and ``class.csv`` beside ``submitted``, which says who did what.

    Equal seeds give equal files, except for the evidence, which holds the date and the clock times of a real run.

    Args:
        course: where the labs, the reference and the catalogue of mistakes are.
        classroom_release: the notebooks that students received, ``<lab>/<module>.ipynb``.
        submitted: does not exist yet, or is empty.
        size: how many students; from 21 on there is one of each kind.
        seed: of everything that is left to chance.
        due: when each lab is due, with a time zone; as labs/course.toml says when left out.

    Returns:
        The students, sorted by id.

    Raises:
        CourseError: there are submissions already, a released notebook is missing, or the course is not in order.
    """
    if submitted.is_dir() and any(submitted.iterdir()):
        raise CourseError(f"{submitted} holds submissions already: a synthetic class needs an empty folder")
    catalogues = {lab.name: _mistakes(course, lab) for lab in course.labs}
    students = people({lab: tuple(mistakes) for lab, mistakes in catalogues.items()}, size, seed)
    released = {lab.name: read_release(classroom_release, lab.name, lab.module) for lab in course.labs}
    dates = read_settings(course).due if due is None else due
    assignments = {}
    for place, lab in enumerate(course.labs):
        keys = answers(course, lab)
        date = dates.get(lab.name, FIRST_DUE + timedelta(weeks=2 * place))
        evidence = honest_evidence(course, lab, keys)
        assignments[lab.name] = _Assignment(lab, released[lab.name], keys, catalogues[lab.name], evidence, date)
    for number, student in enumerate(students):
        for place, hand_in in enumerate(student.hand_ins):
            if hand_in.kind != Kind.NOTHING:
                rng = np.random.default_rng([seed, number, place])
                assignments[hand_in.lab].write(hand_in, submitted / student.id / hand_in.lab, rng)
    write_whole(submitted.parent / ROSTER, _roster(students))
    return students


def _mistakes(course: Course, lab: Lab) -> dict[str, Mistake]:
    return {mistake.key: mistake for task in read_catalogue(course, lab).values() for mistake in task.mistakes}


@dataclass(frozen=True)
class _Assignment:
    """All that is needed to write somebody's submission for one lab."""

    lab: Lab
    released: dict[str, Any]
    keys: Answers
    mistakes: dict[str, Mistake]
    evidence: dict[str, bytes]
    due: datetime

    def write(self, hand_in: HandIn, folder: Path, rng: np.random.Generator) -> None:
        """Write one submission; how much of it is right depends on its kind and on chance."""
        hours = hand_in.late if hand_in.late else -float(rng.integers(1, 96))
        time = (self.due + timedelta(hours=hours, seconds=float(rng.integers(3600)))).astimezone(UTC)
        write_whole(folder / "timestamp.txt", time.strftime("%Y-%m-%d %H:%M:%S UTC"))
        notebook = notebook_file(hand_in.kind, self.lab, filled_in(self.released, self.keys, hand_in.kind, rng))
        if notebook is not None:
            write_whole(folder / notebook[0], notebook[1])
        module = folder / "src" / PACKAGE / f"{self.lab.module}.py"
        text = self._module(hand_in, rng)
        if hand_in.kind not in FILE_OF_ITS_OWN:
            write_whole(module, text)
        elif hand_in.kind == Kind.LINKED_MODULE:
            module.parent.mkdir(parents=True)
            module.symlink_to(self.lab.solution.resolve())
        # Evidence beside code that was changed afterwards is stale: about one in three of the others hands in such.
        if text == complete(self.lab) or (hand_in.kind == Kind.MISTAKEN and rng.random() < 0.35):
            for name, data in self.evidence.items():
                if name != "README.md" or hand_in.kind == Kind.PERFECT:  # the others have not written it up
                    write_whole(folder / "experiments" / self.lab.name / name, data)

    def _module(self, hand_in: HandIn, rng: np.random.Generator) -> str:
        match hand_in.kind:
            case Kind.NOT_STARTED:
                return module_text(self.lab, 0)
            case Kind.PARTIAL:
                return module_text(self.lab, int(rng.integers(1, functions_to_write(self.lab))))
            case Kind.MISTAKEN:
                return complete(self.lab) + self.mistakes[hand_in.mistake].programs[0]
        return hostile_module(hand_in.kind, self.lab)


def _roster(students: tuple[SyntheticStudent, ...]) -> str:
    """Who there is, and what each handed in, as a table."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["id", "first_name", "last_name", "kind", *(hand_in.lab for hand_in in students[0].hand_ins)])
    for student in students:
        kinds = [" ".join(filter(None, (one.kind, one.mistake, "late" * bool(one.late)))) for one in student.hand_ins]
        table.writerow([student.id, student.first_name, student.last_name, student.kind, *kinds])
    return text.getvalue()
