"""A quiz answer is read out of its cell as a literal, never evaluated, and marked against the key."""

import sys

import pytest
from support import LABS

from labkit.errors import StudentError
from labkit.labs import Course
from labkit.questions.catalogue import QuizKey, QuizMistake, answers
from labkit.questions.literals import literal, same
from labkit.questions.quiz import mark_quiz, read_answer

KEY = QuizKey((2, 3), "a tuple of whole numbers, such as (5, 7)", (QuizMistake((3, 2), "swapped", "Which is first?"),))

EVIL = '__import__("sys").modules.setdefault("evaluated", None)'

REFUSED = {
    "a call": (f"quiz_1 = {EVIL}", "only a value can be read"),
    "a call in a tuple": (f"quiz_1 = (2, {EVIL})", "only a value can be read"),
    "a call in an f-string": (f"quiz_1 = f'{{{EVIL}}}'", "only a value can be read"),
    "a call below a minus": (f"quiz_1 = -{EVIL}", "only a value can be read"),
    "a walrus": (f"quiz_1 = (other := {EVIL})", "only a value can be read"),
    "a lambda": ("quiz_1 = lambda: 1", "only a value can be read"),
    "a comprehension": ("quiz_1 = [x for x in (1, 2)]", "only a value can be read"),
    "a starred tuple": ("quiz_1 = (*(2, 3),)", "only a value can be read"),
    "a name": ("quiz_1 = other", "only a value can be read"),
    "a sum": ("quiz_1 = 1 + 1", "only a value can be read"),
    "a power that never ends": ("quiz_1 = 9**9**9**9", "only a value can be read"),
    "a dictionary": ("quiz_1 = {2: 3}", "only a value can be read"),
    "bytes": ("quiz_1 = b'ab'", "only a value can be read"),
    "a complex number": ("quiz_1 = 1j", "only a value can be read"),
    "an ellipsis": ("quiz_1 = ...", "only a value can be read"),
    "minus a truth value": ("quiz_1 = -True", "only a value can be read"),
    "no assignment": ("", "no line quiz_1 ="),
    "a comment alone": ("# (2, 3)", "no line quiz_1 ="),
    "a value alone": ("(2, 3)", "line 1: the cell may hold nothing but quiz_1 ="),
    "another variable": ("quiz_2 = (2, 3)", "line 1: the cell may hold nothing but quiz_1 ="),
    "two answers": ("quiz_1 = (2, 3)\nquiz_1 = (2, 3)", "quiz_1 is assigned 2 times"),
    "a chain": ("quiz_1 = other = (2, 3)", "the cell may hold nothing but"),
    "an annotation": (f"quiz_1: {EVIL} = (2, 3)", "the cell may hold nothing but"),
    "an import above": ("import os\nquiz_1 = (2, 3)", "line 1: the cell may hold nothing but"),
    "a line below": (f"quiz_1 = (2, 3)\n{EVIL}", "line 2: the cell may hold nothing but"),
    "an exception": ("quiz_1 = None\nraise NotImplementedError()", "line 2: the cell may hold nothing but"),
    "a shell command": ("!touch /tmp/x", "line 1: this is not Python"),
    "a magic": ("%%bash\ntouch /tmp/x", "line 1: this is not Python"),
    "an open bracket": ("quiz_1 = (2, 3", "this is not Python"),
    "10,000 brackets": ("quiz_1 = " + "(" * 10_000 + ")" * 10_000, "too many"),
    "brackets that are few enough to parse": ("quiz_1 = " + "(" * 90 + "2" + ",)" * 90, "nested too deeply"),
    "many minus signs": ("quiz_1 = " + "-" * 1_900 + "1", "only a value can be read"),
    "minus signs in brackets": ("quiz_1 = " + "[" * 190 + "-" * 1_500 + "1" + "]" * 190, "nested too deeply"),
    "ten megabytes": ("quiz_1 = '" + "a" * 10_000_000 + "'", "characters are too many"),
    "ten megabytes of comment": ("#" * 10_000_000 + "\nquiz_1 = (2, 3)", "characters are too many"),
    "a number of a thousand digits": ("quiz_1 = " + "9" * 1_000, "the number is too large"),
    "a number of a thousand digits below a minus": ("quiz_1 = -" + "9" * 1_000, "only a value can be read"),
    "a hexadecimal number": ("quiz_1 = 0x" + "f" * 1_000, "the number is too large"),
    "a NUL": ("quiz_1 = (2, 3)\0", "NUL"),
    "half a surrogate": ("quiz_1 = '\ud800'", "this is not Python"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_but_one_literal_is_refused_in_one_line_and_never_evaluated(what: str) -> None:
    source, wanted = REFUSED[what]
    with pytest.raises(StudentError) as caught:
        read_answer(source, "quiz_1")
    assert wanted in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
    result = mark_quiz(1, KEY, source)
    assert (result.points, result.mistake) == (0, None)
    assert result.message.startswith("not read: ")
    assert "evaluated" not in sys.modules


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("quiz_1 = (2, 3)", (2, 3)),
        ("quiz_1 = 2, 3", (2, 3)),
        ("# my answer\n\nquiz_1 = [2, -3]  # sure\n", [2, -3]),
        ("quiz_1 = None\nquiz_1 = (2, 3)", (2, 3)),
        ("quiz_1 = (2, 3)\nquiz_1 = None", (2, 3)),
        ("quiz_1 = None", None),
        ("quiz_1 = +1.5e3;", 1500.0),
        ("quiz_1 = '\\d'", "\\d"),
        ("quiz_1 = ((1, 0), (0, 1))", ((1, 0), (0, 1))),
        ("quiz_1 = (\n    True,\n)", (True,)),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_literal_is_read_as_it_is_written(source: str, value: object) -> None:
    assert read_answer(source, "quiz_1") == value


@pytest.mark.parametrize(
    ("answer", "wanted", "equal"),
    [
        ("(2, 3)", "(2, 3)", True),
        ("[2, 3]", "(2, 3)", True),
        ("(2.0, 3)", "(2, 3)", True),
        ("(2, 3, 4)", "(2, 3)", False),
        ("(3, 2)", "(2, 3)", False),
        ("2", "(2,)", False),
        ("'(2, 3)'", "(2, 3)", False),
        ("1", "True", False),
        ("True", "1", False),
        ("(True, 0)", "(1, 0)", False),
        ("'True'", "True", False),
        ("None", "False", False),
        ("64", "64.0", True),
        ("0.3333333", "0.33333333333", True),
        ("0.33333", "0.33333333333", False),
        ("64.00001", "64", True),
        ("64.001", "64", False),
        ("9007199254740993", "9007199254740992", False),
        ("1" + "0" * 39, "1.5", False),
        ("1e999", "1.5", False),
        ("' B '", "'b'", True),
        ("'bc'", "'b'", False),
        ("('B', 1)", "('b', 1)", True),
        ("(" * 3 + "1,),),)", "(1,)", False),
    ],
)
def test_answers_compare_exactly_but_for_floats_lists_and_letters(answer: str, wanted: str, equal: bool) -> None:
    assert same(literal(answer), literal(wanted)) is equal


def test_a_wrong_answer_that_is_known_is_named_with_its_hint() -> None:
    result = mark_quiz(2, KEY, "quiz_2 = [3, 2]")
    assert result.as_json() == {
        "number": 2,
        "points": 0,
        "max_points": 1,
        "message": "[3, 2] is not right: swapped. Which is first?",
        "mistake": "swapped",
    }


def test_a_wrong_answer_of_another_kind_is_told_what_to_write() -> None:
    assert mark_quiz(1, KEY, "quiz_1 = 5").message == f"5 is not right. Wanted: {KEY.form}."
    assert mark_quiz(1, KEY, "quiz_1 = (5, 5)").message == "(5, 5) is not right."
    assert mark_quiz(1, KEY, "quiz_1 = None").message == f"not answered. Wanted: {KEY.form}."


def test_no_message_repeats_a_long_answer_or_one_that_a_terminal_would_act_on() -> None:
    message = mark_quiz(1, KEY, "quiz_1 = '" + "\x1b[31m" * 200 + "'").message
    assert "\x1b" not in message
    assert "\n" not in message
    assert len(message) < 300


@pytest.mark.parametrize("name", LABS)
def test_the_key_earns_the_point_and_each_known_mistake_its_name(course: Course, name: str) -> None:
    for number, key in enumerate(answers(course, course.lab(name)).quiz, start=1):
        right = mark_quiz(number, key, f"quiz_{number} = {key.answer!r}")
        assert (right.points, right.max_points, right.mistake, right.message) == (1, 1, None, "right")
        for mistake in key.mistakes:
            wrong = mark_quiz(number, key, f"quiz_{number} = {mistake.answer!r}")
            assert (wrong.points, wrong.mistake) == (0, mistake.name)
            assert wrong.message.endswith(mistake.hint)
