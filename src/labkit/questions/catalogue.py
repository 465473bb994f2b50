"""The questions of a lab, which stand in its handout, and their answers, which only the instructor has.

The handout has two sections. "## Quiz (3 points)" lists the questions, one point each. "## Written questions (4 points)"
begins with a paragraph that starts "One point each." or "Two points each.", and each question starts with its title in
bold, which ends in a full stop or a question mark. The text of an item is indented by three spaces.

    1. **The exponent.** Why is it $2i/D$?

The answers are ``solutions/written/NN-name.toml``, in the order of the handout:

    [[quiz]]
    answer = "(2, 3)"                      # a Python literal, in a TOML text; a letter is '"b"', True is "True"
    form = "a tuple of whole numbers, such as (5, 7)"   # shown to students: what to write, never the answer itself
    [[quiz.mistakes]]                      # a frequent wrong answer
    answer = "(3, 2)"
    name = "rows and columns swapped"      # what went wrong, in a few words, as the catalogue of mistakes says it
    hint = "Which axis comes first?"       # one or two sentences that help and do not give the answer away

    [[written]]
    model = '''...'''                      # what a good student writes, in Markdown; math between $ signs
    scheme = '''...'''                     # what each half point is for, and frequent faults; Markdown too
    sections = ["Why V is not rotated"]    # headings of experiments/NN-name/README.md that hold the answer; most labs: left out
"""

import re
import tomllib
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from labkit.errors import CourseError, StudentError
from labkit.labs import Course, Lab
from labkit.questions import handout
from labkit.questions.literals import literal, same

POINTS_EACH = {"One point each": 1, "Two points each": 2}
TITLE = re.compile(r"\*\*([^*]+?[.?])\*\*\s+")


@dataclass(frozen=True)
class QuizQuestion:
    """A quiz question as the handout puts it, in Markdown; it is worth one point."""

    number: int
    text: str


@dataclass(frozen=True)
class WrittenQuestion:
    """A question that is answered in prose; the text is Markdown, without the title."""

    number: int
    title: str
    text: str
    points: int


@dataclass(frozen=True)
class QuizMistake:
    """A frequent wrong answer: what went wrong, and a hint that does not give the right one away."""

    answer: object
    name: str
    hint: str


@dataclass(frozen=True)
class QuizKey:
    """The right answer, and in words what to write: "a tuple of whole numbers, such as (5, 7)"."""

    answer: object
    form: str
    mistakes: tuple[QuizMistake, ...]


@dataclass(frozen=True)
class WrittenKey:
    """A model answer, how it is marked, and under which headings of the experiment's README the answer stands."""

    model: str
    scheme: str
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """The answers to a lab's questions, in the order of the handout."""

    quiz: tuple[QuizKey, ...]
    written: tuple[WrittenKey, ...]


def quiz_questions(lab: Lab) -> tuple[QuizQuestion, ...]:
    """The quiz of the handout.

    Raises:
        CourseError: the section is missing, or its points are not those of lab.toml.
    """
    _, texts = handout.items(lab, "Quiz")
    questions = tuple(QuizQuestion(number, text) for number, text in enumerate(texts, start=1))
    _counted(lab, "quiz", len(questions))
    return questions


def written_questions(lab: Lab) -> tuple[WrittenQuestion, ...]:
    """The written questions of the handout.

    Raises:
        CourseError: the section is missing or not in the form above, or its points are not those of lab.toml.
    """
    introduction, texts = handout.items(lab, "Written questions")
    points = next((each for words, each in POINTS_EACH.items() if introduction.startswith(words)), None)
    if points is None:
        raise CourseError(
            f"{handout.place(lab)}: the written questions must begin with {' or '.join(map(repr, POINTS_EACH))}"
        )
    questions = []
    for number, item in enumerate(texts, start=1):
        title = TITLE.match(item)
        if title is None:
            raise CourseError(
                f"{handout.place(lab)}: written question {number} needs a title in bold that ends in . or ?"
            )
        name = " ".join(title[1].split()).removesuffix(".")
        questions.append(WrittenQuestion(number, name, item[title.end() :], points))
    _counted(lab, "written", sum(question.points for question in questions))
    return tuple(questions)


def _counted(lab: Lab, part: str, points: int) -> None:
    wanted = lab.facts.get("points", {}).get(part)
    if points != wanted:
        raise CourseError(f"{handout.place(lab)}: the {part} questions make {points} points, lab.toml says {wanted}")


def answers(course: Course, lab: Lab) -> Answers:
    """The answers to a lab's questions, one for each question of the handout.

    Raises:
        CourseError: the file is missing or not in the form above, or does not fit the handout.
    """
    path = lab.answers
    place = course.shown(path)
    try:
        content = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{place}: {error}") from error
    tables = _fields(content, place, quiz=list, written=list)
    quiz = tuple(_quiz_key(table, f"{place}: quiz {n}") for n, table in enumerate(tables["quiz"], start=1))
    written = tuple(_written_key(table, f"{place}: written {n}") for n, table in enumerate(tables["written"], start=1))
    for part, keys, questions in (("quiz", quiz, quiz_questions(lab)), ("written", written, written_questions(lab))):
        if len(keys) != len(questions):
            raise CourseError(f"{place}: {len(keys)} {part} answers for {len(questions)} questions of the handout")
    return Answers(quiz, written)


def _quiz_key(table: object, place: str) -> QuizKey:
    fields = _fields(table, place, answer=str, form=str, mistakes=list)
    mistakes = []
    for number, entry in enumerate(fields["mistakes"], start=1):
        mistake = _fields(entry, f"{place}, mistake {number}", answer=str, name=str, hint=str)
        mistakes.append(QuizMistake(_literal(mistake["answer"], place), mistake["name"], mistake["hint"]))
    key = QuizKey(_literal(fields["answer"], place), fields["form"], tuple(mistakes))
    for first, second in combinations([key.answer, *(mistake.answer for mistake in mistakes)], 2):
        if same(first, second):
            raise CourseError(f"{place}: {second!r} stands there twice")
    return key


def _written_key(table: object, place: str) -> WrittenKey:
    given = {"sections": [], **table} if isinstance(table, dict) else table
    fields = _fields(given, place, model=str, scheme=str, sections=list)
    if not all(isinstance(section, str) for section in fields["sections"]):
        raise CourseError(f"{place}: sections must be headings")
    return WrittenKey(fields["model"].strip(), fields["scheme"].strip(), tuple(fields["sections"]))


def _literal(text: str, place: str) -> object:
    try:
        return literal(text)
    except StudentError as error:
        raise CourseError(f"{place}: the answer {text!r}: {error}") from error


def _fields(table: object, place: str, **types: type) -> dict[str, Any]:
    """The table, when it has exactly these fields, each of its type and no text empty."""
    if not isinstance(table, dict) or table.keys() != types.keys():
        raise CourseError(f"{place}: must have exactly {', '.join(types)}")
    for name, kind in types.items():
        if not isinstance(table[name], kind) or (kind is str and not table[name].strip()):
            raise CourseError(f"{place}: {name} must be a {'list' if kind is list else 'text that is not empty'}")
    return table
