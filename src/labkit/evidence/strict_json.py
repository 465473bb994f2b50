"""JSON that a stranger wrote: read within limits, and refused where two readers could see different things in it."""

import json
import math
from typing import Any

DEEPEST = 10
"""Lists and objects within each other."""

LONGEST_NUMBER = 30
"""Characters of one number: a float64 takes at most 24."""


def strict_json(data: bytes) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The content of a JSON document.

    Args:
        data: the document, of a size that the caller has limited.

    Raises:
        ValueError: the document is not UTF-8 or not JSON, names an entry twice, is nested too deeply, or holds a number that
            is too long, infinite or no number at all. The message quotes none of it.
    """
    try:
        content = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is not JSON") from error
    _check_depth(content)
    return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("an entry stands in it twice")
    return content


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number in it is too long")
    return int(text)


def _float(text: str) -> float:
    value = float(text) if len(text) <= LONGEST_NUMBER else math.inf
    if not math.isfinite(value):
        raise ValueError("a number in it is too long or too large")
    return value


def _constant(_name: str) -> float:
    raise ValueError("a number in it is infinite or not a number")


def _check_depth(content: object) -> None:
    level = [content]
    for _ in range(DEEPEST + 1):
        parts: list[object] = []
        for value in level:
            if isinstance(value, dict):
                parts += value.values()
            elif isinstance(value, list):
                parts += value
        if not parts:
            return
        level = parts
    raise ValueError("it is nested too deeply")
