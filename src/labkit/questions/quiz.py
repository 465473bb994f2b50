"""Marking one quiz answer: read out of the text of its cell, compared with the key, never evaluated."""

import ast
from dataclasses import dataclass
from typing import Any

from labkit.clean import clean
from labkit.errors import StudentError
from labkit.questions.catalogue import QuizKey
from labkit.questions.literals import same, statements, value

SHOWN = 80
"""Characters of an answer that are repeated in a message."""


@dataclass(frozen=True)
class QuizResult:
    """What came of one quiz question; ``mistake`` names a wrong answer that is known, else None."""

    number: int
    points: int
    max_points: int
    message: str
    mistake: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "points": self.points,
            "max_points": self.max_points,
            "message": self.message,
            "mistake": self.mistake,
        }


def answer_name(number: int) -> str:
    """The variable that holds the answer to a quiz question."""
    return f"quiz_{number}"


def read_answer(source: str, name: str) -> object:
    """The value that a cell assigns to name; None when it is still to be answered.

    The cell may hold comments and this one assignment. An assignment of None is the blank that the notebook comes with: it may
    stay above the answer.

    Raises:
        StudentError: the cell holds anything else, or the value is not a literal. One line, fit to be shown.
    """
    values: list[object] = []
    for statement in statements(source):
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=node) if target == name:
                values.append(value(node))
            case _:
                raise StudentError(f"line {statement.lineno}: the cell may hold nothing but {name} = and your answer")
    if not values:
        raise StudentError(f"the cell holds no line {name} = and your answer")
    answers = [found for found in values if found is not None]
    if len(answers) > 1:
        raise StudentError(f"{name} is assigned {len(answers)} times: leave one answer")
    return answers[0] if answers else None


def mark_quiz(number: int, key: QuizKey, source: str) -> QuizResult:
    """The result of an answer cell with this text."""
    try:
        answer = read_answer(source, answer_name(number))
    except StudentError as error:
        return QuizResult(number, 0, 1, f"not read: {error}. Wanted: {key.form}.", None)
    if answer is None:
        return QuizResult(number, 0, 1, f"not answered. Wanted: {key.form}.", None)
    if same(answer, key.answer):
        return QuizResult(number, 1, 1, "right", None)
    shown = clean(repr(answer), SHOWN).replace("\n", " ")
    for mistake in key.mistakes:
        if same(answer, mistake.answer):
            return QuizResult(number, 0, 1, f"{shown} is not right: {mistake.name}. {mistake.hint}", mistake.name)
    other = "" if _kind(answer) == _kind(key.answer) else f" Wanted: {key.form}."
    return QuizResult(number, 0, 1, f"{shown} is not right.{other}", None)


def _kind(answer: object) -> str:
    """Kinds of answers that are never equal."""
    match answer:
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case str():
            return "text"
    return "tuple"
