"""The notebook of a student of the demo class: the released one with answers filled in."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np

from labkit.classroom.synthetic.hostile import name_of
from labkit.classroom.synthetic.people import Kind
from labkit.errors import CourseError
from labkit.questions.catalogue import Answers, QuizKey

SHORT = "I am not sure, but I think it has to do with the rotation: far positions turn further."
RIGHT = {Kind.PERFECT: 1.0, Kind.NOT_STARTED: 0.0, Kind.PARTIAL: 0.5}
"""How likely a quiz answer is right; for all other kinds ``OTHERWISE``."""
OTHERWISE = 0.8


def read_release(release: Path, lab: str, module: str) -> dict[str, Any]:
    """The notebook that students received.

    Raises:
        CourseError: it is missing or no notebook.
    """
    path = release / lab / f"{module}.ipynb"
    try:
        notebook = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} is not a released notebook: {error}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise CourseError(f"{path} is not a released notebook: it has no cells")
    return notebook


def filled_in(released: dict[str, Any], keys: Answers, kind: Kind, rng: np.random.Generator) -> dict[str, Any]:
    """The notebook with quiz answers and written answers as somebody of this kind gives them."""
    notebook = copy.deepcopy(released)
    cells = {name_of(cell): cell for cell in notebook["cells"]}
    for number, quiz in enumerate(keys.quiz, start=1):
        luck = rng.random()
        if f"quiz-{number}" in cells and kind != Kind.NOT_STARTED:
            answer = quiz.answer if luck < RIGHT.get(kind, OTHERWISE) else wrong_answer(quiz, rng)
            cells[f"quiz-{number}"]["source"] = f"quiz_{number} = {answer!r}"
    for number, written in enumerate(keys.written, start=1):
        luck = rng.random()
        if f"written-{number}" in cells and kind != Kind.NOT_STARTED:
            text = written.model if kind == Kind.PERFECT else _in_own_words(written.model, luck)
            if text:
                cells[f"written-{number}"]["source"] = text
    return notebook


def wrong_answer(key: QuizKey, rng: np.random.Generator) -> object:
    """One of the frequent wrong answers; a plausible one where none is known; None for no answer."""
    known = [mistake.answer for mistake in key.mistakes]
    if known and rng.random() < 0.8:
        return known[int(rng.integers(len(known)))]
    if isinstance(key.answer, bool):
        return not key.answer
    return key.answer + 1 if isinstance(key.answer, int | float) else None


def _in_own_words(model: str, luck: float) -> str:
    """Half an answer, a vague one, or none."""
    if luck < 0.15:
        return ""
    if luck < 0.35:
        return SHORT
    paragraphs = model.split("\n\n")
    return "\n\n".join(paragraphs[: (len(paragraphs) + 1) // 2])
