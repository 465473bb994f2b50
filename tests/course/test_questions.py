"""The questions of the handouts and their answers fit together, and a file that is out of order is refused by name."""

import re
from collections.abc import Callable

import pytest
from support import LABS

from labkit.errors import CourseError
from labkit.labs import Course
from labkit.questions.catalogue import QuizKey, answers, quiz_questions, written_questions

LAB = "01-frequencies"
MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+(?:\n[^$\n]+)?\$", flags=re.DOTALL)


@pytest.mark.parametrize("name", LABS)
def test_each_question_has_an_answer_and_the_points_are_those_of_the_lab(course: Course, name: str) -> None:
    lab = course.lab(name)
    quiz, written, keys = quiz_questions(lab), written_questions(lab), answers(course, lab)
    assert len(quiz) == len(keys.quiz) == lab.facts["points"]["quiz"]
    assert len(written) == len(keys.written)
    assert sum(question.points for question in written) == lab.facts["points"]["written"]
    assert [question.number for question in quiz] == list(range(1, len(quiz) + 1))


def test_the_questions_are_those_of_the_handout(course: Course) -> None:
    lab = course.lab(LAB)
    assert quiz_questions(lab)[1].text == "`True` or `False`: RoPE learns parameters."
    last = written_questions(lab)[-1]
    assert (last.number, last.title, last.points) == (4, "Why the default base?", 1)
    assert last.text.startswith("Compute the longest wavelength")
    assert "\n\n| base | $D$ | seen in |\n|---|---|---|\n| 10,000 |" in last.text
    assert "## " not in last.text


@pytest.mark.parametrize("name", LABS)
def test_each_quiz_answer_has_a_form_and_named_mistakes_whose_hints_do_not_give_it_away(
    course: Course, name: str
) -> None:
    for key in answers(course, course.lab(name)).quiz:
        assert key.mistakes
        assert not [text for text in (key.form, *_told(key)) if _gives_away(text, key.answer)]


def _told(key: QuizKey) -> list[str]:
    return [text for mistake in key.mistakes for text in (mistake.name, mistake.hint)]


def _gives_away(text: str, answer: object) -> bool:
    """Whether a text writes out an answer, or each telling entry of a tuple. Of truth values both forms are known anyway."""
    telling = [entry for entry in answer if entry not in (-1, 0, 1)] if isinstance(answer, tuple) else []
    if telling:
        return all(_gives_away(text, entry) for entry in telling)
    typed = f'"{answer}"' if isinstance(answer, str) else repr(answer)
    return not isinstance(answer, bool) and re.search(rf"(?<![\w.,-]){re.escape(typed)}(?!\w|[.,]\d)", text) is not None


def test_a_hint_that_writes_the_answer_out_is_noticed() -> None:
    assert _gives_away("it is 64.", 64)
    assert _gives_away("first 200, then 500", (200, 500))
    assert _gives_away('take "b"', "b")
    assert not _gives_away("first 200, then 5", (200, 500))
    assert _gives_away("it is (1, 0)", (1, 0))
    assert not _gives_away("0 or 1", (1, 0))
    assert not _gives_away("64.5 or 640 or 1,64", 64)


@pytest.mark.parametrize("name", LABS)
def test_model_answers_and_schemes_are_markdown_that_can_be_marked_by(course: Course, name: str) -> None:
    for key in answers(course, course.lab(name)).written:
        assert "0.5" in key.scheme
        for text in (key.model, key.scheme):
            assert "SOLUTION" not in text
            assert "MARK SCHEME" not in text
            assert "$" not in MATH.sub("", text)
        assert len(key.model.split()) >= 40


def test_the_headings_of_a_write_up_exist_in_the_experiment(course: Course) -> None:
    for lab in course.labs:
        headings = re.findall(r"^## (.+)$", (lab.experiment / "README.md").read_text(), flags=re.MULTILINE)
        for key in answers(course, lab).written:
            assert set(key.sections) <= set(headings)


def _replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "not TOML": (lambda text: text + "[[", "01-frequencies.toml: "),
    "no literal": (_replaced('"(64,)"', '"rope(64)"'), "quiz 1: the answer 'rope(64)': only a value"),
    "not a text": (_replaced('"(64,)"', "64"), "quiz 1: answer must be a text"),
    "no form": (_replaced("form =", "from ="), "quiz 1: must have exactly answer, form, mistakes"),
    "an empty hint": (_replaced('hint = "Count', 'hint = ""  # "Count'), "quiz 3, mistake 2: hint must be a text"),
    "a mistake that is right": (_replaced('"(128,)"', '"[64]"'), "quiz 1: [64] stands there twice"),
    "a mistake twice": (_replaced('"(128,)"', '"64.0"'), "quiz 1: 64 stands there twice"),
    "an answer missing": (lambda text: text[: text.rindex("[[written]]")], "3 written answers for 4 questions"),
    "no scheme": (_replaced("scheme =", "marks ="), "written 1: must have exactly model, scheme, sections"),
    "headings that are numbers": (_replaced("scheme =", "sections = [1]\nscheme ="), "written 1: sections must be"),
    "something else": (lambda text: 'title = "Answers"\n' + text, "must have exactly quiz, written"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_answers_that_are_out_of_order_are_refused_with_the_place(scratch: Course, what: str) -> None:
    change, wanted = BROKEN[what]
    path = scratch.lab(LAB).answers
    path.write_text(change(path.read_text()))
    with pytest.raises(CourseError) as caught:
        answers(scratch, scratch.lab(LAB))
    assert str(caught.value).startswith("solutions/written/01-frequencies.toml: ")
    assert wanted in str(caught.value)


def test_missing_answers_and_a_missing_handout_are_refused_in_a_line(scratch: Course) -> None:
    lab = scratch.lab(LAB)
    lab.answers.unlink()
    with pytest.raises(CourseError, match="No such file"):
        answers(scratch, lab)
    lab.handout.unlink()
    with pytest.raises(CourseError, match=r"labs/01-frequencies/README.md cannot be read"):
        quiz_questions(lab)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("## Quiz (3 points)", "## Questions", "needs one section '## Quiz'"),
        ("## Pitfalls", "## Quiz (3 points)\n\n## Pitfalls", "needs one section '## Quiz'"),
        ("One point each. A paragraph", "A paragraph", "must begin with 'One point each' or"),
        ("One point each. A paragraph", "Two points each. A paragraph", "make 8 points, lab.toml says 4"),
        ("2. **The exponent.**", "2. The exponent.", "written question 2 needs a title in bold"),
        ("3. What is the default", "4. What is the default", "items of 'Quiz' must be numbered from 1"),
        ("3. What is the default base? Write a number.\n", "", "quiz questions make 2 points"),
    ],
)
def test_a_handout_that_is_out_of_order_is_refused_by_name(scratch: Course, old: str, new: str, wanted: str) -> None:
    lab = scratch.lab(LAB)
    lab.handout.write_text(_replaced(old, new)(lab.handout.read_text()))
    with pytest.raises(CourseError) as caught:
        answers(scratch, lab)
    assert str(caught.value).startswith("labs/01-frequencies/README.md: ")
    assert wanted in str(caught.value)
