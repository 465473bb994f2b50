"""Every number that a handout prints is computed from the reference or named as a parameter."""

import importlib.util
import re
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from support import LABS

from labkit.labs import Course

NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def _claims(module: str) -> ModuleType:
    path = Path(__file__).parent / "claims" / f"{module}.py"
    spec = importlib.util.spec_from_file_location(f"claims_{module}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def _printed(handout: str) -> set[str]:
    prose = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", " ", handout, flags=re.DOTALL)
    tokens = set(NUMBER.findall(prose))
    return {token for token in tokens if re.search(r"[.,e]", token) or len(token) >= 4}


def _agrees(text: str, value: float) -> bool:
    plain = Decimal(text.replace(",", ""))
    exponent = plain.as_tuple().exponent
    assert isinstance(exponent, int)
    return abs(value - float(plain)) <= 0.5000001 * 10.0**exponent


@pytest.mark.parametrize("name", LABS)
def test_every_printed_number_is_claimed_or_given(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    claims = _claims(lab.module)
    known = set(claims.claims(reference)) | set(claims.GIVEN)
    assert _printed(lab.handout.read_text()) - known == set()


@pytest.mark.parametrize("name", LABS)
def test_every_claim_is_printed_and_computed(course: Course, name: str, reference: SimpleNamespace) -> None:
    lab = course.lab(name)
    handout = lab.handout.read_text()
    for text, value in _claims(lab.module).claims(reference).items():
        assert text in handout, f"{text} is not in the handout"
        assert _agrees(text, value), f"{text} is printed, {value} computed"


def test_a_wrong_digit_is_noticed() -> None:
    assert _agrees("54,410", 54410.14)
    assert not _agrees("54,410", 54411.0)
    assert _printed("at 54,410 tokens, `9.99` and 12 of 1e-5") == {"54,410", "1e-5"}
