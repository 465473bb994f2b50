"""The numbers that texts print, and what they are held against."""

import importlib.util
import re
from decimal import Decimal
from pathlib import Path
from types import ModuleType

NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def claims_of(folder: str, module: str) -> ModuleType:
    """What a lab's texts state, computed: ``tests/course/<folder>/<module>.py``."""
    path = Path(__file__).parent / folder / f"{module}.py"
    spec = importlib.util.spec_from_file_location(f"{folder}_{module}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def printed_numbers(handout: str) -> set[str]:
    prose = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", " ", handout, flags=re.DOTALL)
    tokens = set(NUMBER.findall(prose))
    return {token for token in tokens if re.search(r"[.,e]", token) or len(token) >= 4}


def agrees(text: str, value: float) -> bool:
    plain = Decimal(text.replace(",", ""))
    exponent = plain.as_tuple().exponent
    assert isinstance(exponent, int)
    return abs(value - float(plain)) <= 0.5000001 * 10.0**exponent
