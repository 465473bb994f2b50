"""A run of a test reduced to what tells it from other runs: a word and a few numbers for each event.

Two runs of one test have the same inputs, so the same mistake gives the same numbers up to rounding. Of each array a signature
keeps type, dtype, shape, and a few sums of all its entries with fixed weights: entries that differ anywhere move them, and
the distance of two arrays can be judged from them without either array.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.tolerance import EPS64, Bound
from labkit.trace import Trace

Numbers = NDArray[np.float64]

SUMS = 4
"""How many weighted sums of an array are kept."""

SLACK = 4
"""Two programs with one mistake may each be off by the bound of the comparison, and round in another order."""


@dataclass(frozen=True)
class Signature:
    """What is kept of a run.

    Attributes:
        words: one for each part of each event, such as "float64 (6, 4)" or "accepted", and the ending as the last.
        sums: the weighted sums of each part that has numbers, empty for the others.
        allowed: how far the sums may be from those of another program with the same mistake.
    """

    words: tuple[str, ...]
    sums: tuple[Numbers, ...]
    allowed: tuple[Numbers, ...]


def signature(trace: Trace) -> Signature:
    """The signature of a run."""
    words: list[str] = []
    sums: list[Numbers] = []
    allowed: list[Numbers] = []
    for event in trace.events:
        if event.outcome != "value":
            _add(words, sums, allowed, event.outcome)
        elif isinstance(event.value, tuple):
            _add(words, sums, allowed, f"tuple of {len(event.value)}")
            for part in event.value:
                _add_value(words, sums, allowed, part, event.bound)
        else:
            _add_value(words, sums, allowed, event.value, event.bound)
    _add(words, sums, allowed, f"ends with {trace.ending}" if trace.ending else "ends")
    return Signature(tuple(words), tuple(sums), tuple(allowed))


_NONE: Numbers = np.zeros(0)


def _add(words: list[str], sums: list[Numbers], allowed: list[Numbers], word: str) -> None:
    words.append(word)
    sums.append(_NONE)
    allowed.append(_NONE)


def _add_value(words: list[str], sums: list[Numbers], allowed: list[Numbers], value: Any, bound: Bound) -> None:  # noqa: ANN401
    is_number = isinstance(value, bool | int | float | complex | np.number | np.bool_)
    if not is_number and (type(value) is not np.ndarray or value.dtype.kind not in "biufc"):
        _add(words, sums, allowed, type(value).__name__)
        return
    try:
        with np.errstate(invalid="ignore"):  # a student's np.empty may hold any bits, signalling NaNs among them
            wide = np.asarray(value, dtype=np.complex128).ravel()
    except OverflowError:
        _add(words, sums, allowed, "a number beyond float64")
        return
    finite = np.isfinite(wide)
    kind = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else _kind_of_number(value)
    words.append(kind if finite.all() else f"{kind}, {int((~finite).sum())} not finite")
    wide = np.where(finite, wide, 0.0)
    weights, sizes = _weights(wide.size), np.abs(wide)
    largest = sizes.max(initial=0.0)
    with np.errstate(over="ignore"):
        parts = [wide.real, wide.imag] if np.iscomplexobj(value) else [wide.real]
        sums.append(np.concatenate([weights @ part for part in parts]))
        each = SLACK * (bound.relative * sizes + bound.absolute + bound.of_largest * largest) + 8 * EPS64 * sizes
        allowed.append(np.tile(np.abs(weights) @ each, len(parts)))


def _kind_of_number(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "bool"
    return "complex number" if isinstance(value, complex | np.complexfloating) else "number"


@lru_cache(maxsize=256)
def _weights(size: int) -> Numbers:
    """Fixed weights of both signs, none near 0: each entry counts in each sum."""
    rng = np.random.default_rng([size, SUMS])
    return np.asarray(rng.uniform(0.5, 1.5, (SUMS, size)) * rng.choice([-1.0, 1.0], (SUMS, size)))


def agreements(one: Signature, other: Signature) -> list[bool]:
    """Part by part, does ``one`` say the same as ``other``, within what ``one`` allows? Parts that only one has do not."""
    agree = [
        word == other_word and bool(np.all(np.abs(sums - other_sums) <= allowed))
        for word, other_word, sums, other_sums, allowed in zip(
            one.words, other.words, one.sums, other.sums, one.allowed, strict=False
        )
    ]
    return agree + [False] * abs(len(one.words) - len(other.words))


def distance(one: Signature, other: Signature, part: int) -> float:
    """How far two signatures are apart in one part: infinite where the words differ."""
    if part >= min(len(one.words), len(other.words)) or one.words[part] != other.words[part]:
        return np.inf
    return float(np.linalg.norm(one.sums[part] - other.sums[part]))
