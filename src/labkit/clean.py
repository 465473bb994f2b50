"""Text that a submission had a hand in, made fit for terminals, JSON, pages and spreadsheets."""

import re
import unicodedata

LONGEST = 4_000
"""Characters of one message or of one test's output that are kept."""

FORMULA_STARTS = tuple("=+-@＝＋－＠")
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,16}")


def clean(text: str, longest: int = LONGEST) -> str:
    """The text without anything that a terminal or a page would act on.

    Control and format characters (escape sequences, marks that turn the direction of writing) become visible as ``\\x1b``;
    line breaks and tabs stay. The addresses of objects, which differ from run to run, go. What is longer than ``longest`` is
    cut, and says so.
    """
    cut = ADDRESS.sub("", text[:longest])
    kept = "".join(_visible(character) for character in cut)
    return kept if len(text) <= longest else f"{kept}\n(cut after {longest:,} characters)"


def _visible(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return character
    return character.encode("unicode_escape").decode()


def cell(text: str) -> str:
    """A text for a spreadsheet: on one line, and no formula whatever it begins with."""
    line = clean(text).replace("\n", " ").replace("\t", " ")
    return f"'{line}" if line.lstrip().startswith(FORMULA_STARTS) else line
