"""Exceptions of a submission, on the grader's side: built from text alone."""

import builtins
from typing import Any


def remote_error(name: str, base: str, kind: str, text: str, place: Any) -> BaseException:
    """An exception to raise in the place of the one that the submission raised.

    Args:
        name: its type where that is built in, else "Exception".
        base: the nearest built-in type.
        kind: the type as the student called it.
        text: its message.
        place: line and function in the graded module, or None.
    """
    parent = getattr(builtins, base, Exception)
    if not (isinstance(parent, type) and issubclass(parent, Exception | SystemExit)):
        parent = Exception
    own = {"__str__": lambda _self: text, "__module__": "builtins" if name != "Exception" else "submission"}
    error = type(parent.__name__ if name != "Exception" else _word(kind), (parent,), own)
    try:
        made: BaseException = parent.__new__(error)
    except TypeError:  # an ExceptionGroup wants its parts
        return remote_error(name, "Exception", kind, text, place)
    if isinstance(made, SyntaxError):
        made.msg = text  # where a syntax error has its text without file and line
    if isinstance(place, list) and len(place) == 2 and type(place[0]) is int and isinstance(place[1], str):
        made.remote_place = (place[0], place[1])
    return made


def _word(kind: str) -> str:
    return kind if kind.isidentifier() and len(kind) <= 80 else "Exception"
