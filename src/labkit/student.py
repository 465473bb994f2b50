"""The student's module as a graded test handles it, wherever it runs."""

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.errors import CheckFailed


class Student:
    """The module under test; a name that it does not define fails the check with a sentence."""

    def __init__(self, module: object, shown: str) -> None:
        self._module = module
        self._shown = shown

    def held(self, value: Any, names: Sequence[str]) -> Any:  # noqa: ANN401
        """Attributes of an object, to be asked about later with ``still_holds``."""
        return [getattr(value, name) for name in names]

    def still_holds(self, value: Any, names: Sequence[str], held: Any) -> bool:  # noqa: ANN401
        """Are the attributes the very same objects as before?"""
        return all(getattr(value, name) is one for name, one in zip(names, held, strict=True))

    def pickled(self, value: Any) -> bytes:  # noqa: ANN401
        """What pickle makes of an object of the module's."""
        return pickle.dumps(value)

    def unpickled(self, data: bytes) -> Any:  # noqa: ANN401
        """The object again."""
        return pickle.loads(data)  # noqa: S301 - made by pickled, in this process

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the student defined
        try:
            return getattr(self._module, name)
        except AttributeError:
            message = f"{self._shown} does not define {name}: the lab's stub does, with its signature"
            raise CheckFailed(message, "a name that the stub defines is missing") from None


def copied(value: Any) -> Any:  # noqa: ANN401
    return value.copy() if isinstance(value, np.ndarray) else value


def copies(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(copied(value) for value in values)
