"""Every number that a handout prints is computed from the reference or named as a parameter."""

from types import SimpleNamespace

import pytest
from support import LABS
from support_numbers import agrees, claims_of, printed_numbers

from labkit.labs import Course


@pytest.mark.parametrize("name", LABS)
def test_every_printed_number_is_claimed_or_given(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    claims = claims_of("claims", lab.module)
    known = set(claims.claims(reference)) | set(claims.GIVEN)
    assert printed_numbers(lab.handout.read_text()) - known == set()


@pytest.mark.parametrize("name", LABS)
def test_every_claim_is_printed_and_computed(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    handout = lab.handout.read_text()
    for text, value in claims_of("claims", lab.module).claims(reference).items():
        assert text in handout, f"{text} is not in the handout"
        assert agrees(text, value), f"{text} is printed, {value} computed"


def test_a_wrong_digit_is_noticed() -> None:
    assert agrees("54,410", 54410.14)
    assert not agrees("54,410", 54411.0)
    assert printed_numbers("at 54,410 tokens, `9.99` and 12 of 1e-5") == {"54,410", "1e-5"}
