"""What model answers say in words holds on the reference, and marking schemes give out the points of their questions."""

import re
from types import SimpleNamespace

import pytest
from support import LABS
from support_numbers import claims_of

from labkit.labs import Course
from labkit.questions.catalogue import answers, written_questions

IN_WORDS = [name for name in LABS if hasattr(claims_of("claims_written", name.partition("-")[2]), "holds")]
POINTS = re.compile(r"^- ([01](?:\.5)?)( only)?: ", flags=re.MULTILINE)


@pytest.mark.parametrize("name", IN_WORDS)
def test_what_an_answer_says_in_words_holds(course: Course, name: str, reference: SimpleNamespace) -> None:
    said = claims_of("claims_written", course.lab(name).module).holds(reference)
    assert [words for words, true in said.items() if not true] == []


@pytest.mark.parametrize("name", LABS)
def test_a_marking_scheme_gives_out_the_points_of_its_question(course: Course, name: str) -> None:
    lab = course.lab(name)
    for question, key in zip(written_questions(lab), answers(course, lab).written, strict=True):
        given = [float(points) for points, only in POINTS.findall(key.scheme) if not only]
        assert sum(given) == question.points, question.title


def test_the_sections_of_the_write_up_are_all_read_and_exist(course: Course) -> None:
    lab = course.lab("04-relative")
    headings = re.findall(r"^## (.+)$", (lab.experiment / "README.md").read_text(), flags=re.MULTILINE)
    read = [section for key in answers(course, lab).written for section in key.sections]
    assert read == headings
