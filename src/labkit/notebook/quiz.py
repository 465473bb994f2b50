"""A quiz answer in a notebook: marked where the answers are at hand, otherwise read back to the student."""

from typing import TYPE_CHECKING

from labkit.clean import clean
from labkit.errors import CourseError, StudentError
from labkit.notebook.jupyter import source_assigning
from labkit.notebook.place import Place

if TYPE_CHECKING:
    from labkit.questions.quiz import QuizResult

KINDS = {
    bool: "a truth value",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a tuple",
    list: "a list",
}


def marked(place: Place, number: int, answer: object) -> "QuizResult | None":
    """The mark of an answer; None where there are no answers to mark it by, or none is given.

    Raises:
        CourseError: there is no such question, or the answers are not in order.
    """
    count = place.lab.facts.get("points", {}).get("quiz", 0)
    if number not in range(1, count + 1):
        raise CourseError(f"there is no quiz question {number!r} in lab {place.lab.name}; it has {count}")
    if answer is None or not place.lab.answers.is_file():
        return None
    from labkit.questions.catalogue import answers
    from labkit.questions.quiz import mark_quiz

    key = answers(place.course, place.lab).quiz[number - 1]
    return mark_quiz(number, key, f"quiz_{number} = {answer!r}")


def recorded(number: int, answer: object) -> str:
    """What was read, and whether it can be marked as it stands in its cell, in a line."""
    from labkit.questions.quiz import read_answer

    if answer is None:
        return f"Not answered yet: write your answer in place of None, quiz_{number} = ..."
    source = source_assigning(f"quiz_{number}") or f"quiz_{number} = {answer!r}"
    try:
        read = read_answer(source, f"quiz_{number}")
    except StudentError as error:
        return f"Not read as it stands: {error}."
    kind = KINDS.get(type(read), f"of type {type(read).__name__}")
    return f"Recorded: {clean(repr(read), 200)}, {kind}. It is marked when you hand in."
