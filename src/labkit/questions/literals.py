"""Python literals out of text that nobody vouches for: parsed within limits, never evaluated."""

import ast
import math
import warnings

from labkit.errors import StudentError

LONGEST = 2_000
"""Characters of a text that is parsed at all."""

DEEPEST = 4
"""Tuples within tuples that an answer may have."""

LARGEST = 10**40
"""Whole numbers stay below it: beyond the floats, comparing them would fail."""


def statements(text: str) -> list[ast.stmt]:
    """The statements of a text, unevaluated.

    Raises:
        StudentError: the text is too long or is not Python; one line says which, without quoting it.
    """
    if len(text) > LONGEST:
        raise StudentError(f"{len(text):,} characters are too many: an answer takes one line")
    if "\0" in text:
        raise StudentError("this is not text: it holds a NUL character")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        raise StudentError(f"{where}this is not Python: check brackets, commas and quotes") from error
    except (MemoryError, RecursionError) as error:
        raise StudentError("the brackets are nested too deeply") from error


def value(node: ast.expr, depth: int = 0) -> object:
    """What a literal stands for: None, True, False, a number, a text, or tuples and lists of these.

    Raises:
        StudentError: the expression is something else, or nested too deeply.
    """
    if depth > DEEPEST:
        raise StudentError("the brackets are nested too deeply")
    match node:
        case ast.Constant(value=None | bool() | float() | str()):
            return node.value
        case ast.Constant(value=int() as number):
            if number >= LARGEST:
                raise StudentError("the number is too large")
            return number
        case ast.Tuple(elts=entries):
            return tuple(value(entry, depth + 1) for entry in entries)
        case ast.List(elts=entries):
            return [value(entry, depth + 1) for entry in entries]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float() as number)) if (
            type(number) is not bool and number < LARGEST
        ):
            return -number if isinstance(node.op, ast.USub) else number
    raise StudentError(
        "only a value can be read, written out: True or False, a number, a text in quotes, or a tuple of these"
    )


def literal(text: str) -> object:
    """The value that a text writes out, such as ``(2, 3)``.

    Raises:
        StudentError: the text is not one literal.
    """
    match statements(text.strip()):
        case [ast.Expr(value=node)]:
            return value(node)
    raise StudentError("one value is wanted, written out")


def same(answer: object, wanted: object) -> bool:
    """Whether an answer is the wanted one.

    Texts compare without case and outer blanks, floats to 1e-6 relative, everything else exactly. True is not 1, a list may
    stand for a tuple, and a whole number for an equal float.
    """
    if isinstance(wanted, tuple | list):
        return (
            isinstance(answer, tuple | list)
            and len(answer) == len(wanted)
            and all(same(entry, other) for entry, other in zip(answer, wanted, strict=True))
        )
    if isinstance(wanted, str):
        return isinstance(answer, str) and answer.strip().casefold() == wanted.strip().casefold()
    if isinstance(answer, bool) or isinstance(wanted, bool) or wanted is None:
        return answer is wanted
    if not isinstance(answer, int | float) or not isinstance(wanted, int | float):
        return False
    if isinstance(answer, int) and isinstance(wanted, int):
        return answer == wanted
    return math.isclose(answer, wanted, rel_tol=1e-6)
