"""Hostile text: what a terminal, a page or a spreadsheet would act on is shown instead."""

import unicodedata

import pytest

from labkit.clean import LONGEST, cell, clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\x08c\x00", "a\\rb\\x08c\\x00"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u200b\ufeff", "\\u2066x\\u200b\\ufeff"),
        ("one\u2028two", "one\\u2028two"),
        ("\ud800", "\\ud800"),
        ("two\nlines\tand θ × ½ 中", "two\nlines\tand θ × ½ 中"),
    ],
    ids=["escape sequence", "one-byte escape", "control", "direction", "invisible", "separator", "surrogate", "plain"],
)
def test_what_would_act_is_made_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_every_character_comes_out_harmless_and_encodable() -> None:
    everything = "".join(map(chr, range(0x3000)))
    for character in clean(everything, longest=0x3000).replace("\n", "").replace("\t", ""):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    clean("".join(map(chr, range(0xD7F0, 0xE010)))).encode()


def test_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * LONGEST) == "x" * LONGEST
    assert clean("x" * (LONGEST + 1)) == "x" * LONGEST + "\n(cut after 4,000 characters)"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\n=1", "  =1", "＝1"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert cell(text)[0] == "'"
    assert "\n" not in cell(text + "\nsecond")
