"""Every number in a model answer is computed from the reference or named as given, and so are the quiz's answers."""

from types import SimpleNamespace

import pytest
from support import LABS
from support_numbers import agrees, claims_of, printed_numbers

from labkit.labs import Course
from labkit.questions.catalogue import Answers, answers
from labkit.questions.literals import same


def _text(keys: Answers) -> str:
    """All that instructors and students read of the answers."""
    written = [text for key in keys.written for text in (key.model, key.scheme)]
    quiz = [text for key in keys.quiz for mistake in key.mistakes for text in (mistake.name, mistake.hint)]
    return "\n\n".join([*written, *quiz])


@pytest.mark.parametrize("name", LABS)
def test_every_number_in_an_answer_is_claimed_or_given(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    claims = claims_of("claims_written", lab.module)
    known = set(claims.claims(reference)) | set(claims.GIVEN)
    assert printed_numbers(_text(answers(course, lab))) - known == set()


@pytest.mark.parametrize("name", LABS)
def test_every_claim_stands_in_an_answer_and_is_computed(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    claims, text = claims_of("claims_written", lab.module), _text(answers(course, lab))
    for token, value in claims.claims(reference).items():
        assert token in text, f"{token} is in no answer"
        assert agrees(token, value), f"{token} is printed, {value} computed"
    flat = " ".join(text.split())
    for words, value in claims.phrases(reference).items():
        assert " ".join(words.format(round(value)).split()) in flat, f"{words!r} does not say {value}"


@pytest.mark.parametrize("name", LABS)
def test_the_quiz_answers_are_what_the_reference_gives(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    computed = claims_of("claims_written", lab.module).quiz(reference)
    keys = answers(course, lab).quiz
    assert len(computed) == len(keys)
    for key, value in zip(keys, computed, strict=True):
        assert value is None or same(key.answer, value), f"{key.answer!r} in the key, {value!r} computed"
