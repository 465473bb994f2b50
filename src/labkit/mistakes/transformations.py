"""Describing a wrong answer that has no name: is it the right one, changed in a simple way?"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.compare import difference
from labkit.tolerance import Bound
from labkit.trace import Trace

Values = NDArray[Any]
Pair = tuple[Values, Values, Bound]


def describe_transformation(trace: Trace, expected: list[Any], public: bool) -> str | None:
    """How the wrong values of a run come from the right ones, in a sentence; None where nothing simple explains all of them.

    Args:
        trace: the run.
        expected: what the reference gave, in order.
        public: may the sentence hold a number computed from the student's values?
    """
    wrong = [
        (expected[event.number], event.value, event.bound)
        for event in trace.events
        if event.outcome == "value" and difference(expected[event.number], event.value, event.bound) is not None
    ]
    if not wrong:
        return None
    if all(_are_exchanged(*one) for one in wrong):
        return "The parts of what you return are right, but in the wrong order."
    pairs = [pair for one in wrong for pair in _parts(*one)]
    if not pairs or any(type(got) is not np.ndarray for _, got, _ in pairs):
        return None
    for explain in EXPLANATIONS:
        sentence = explain(pairs, public)
        if sentence is not None:
            return sentence
    return None


def _are_exchanged(right: Any, got: Any, bound: Bound) -> bool:  # noqa: ANN401
    return (
        isinstance(right, tuple)
        and isinstance(got, tuple)
        and len(right) == 2
        and difference(right, got[::-1], bound) is None
    )


def _parts(right: Any, got: Any, bound: Bound) -> Iterator[Pair]:  # noqa: ANN401
    """The wrong arrays of a value, each with the right one; a wrong number of parts counts as no array."""
    if not isinstance(right, tuple):
        yield np.asarray(right), got, bound
    elif not isinstance(got, tuple) or len(got) != len(right):
        yield np.asarray(0), got, bound
    else:
        for one, other in zip(right, got, strict=True):
            if difference(one, other, bound) is not None:
                yield np.asarray(one), other, bound


def _agree(right: Values, got: Values, bound: Bound) -> bool:
    """Equal in shape and values; the dtype is not looked at."""
    if right.shape != got.shape or right.dtype.kind not in "biufc" or got.dtype.kind not in "biufc":
        return False
    if right.size == 0:
        return True
    sizes = np.abs(right.astype(np.complex128))
    coarser = max(_eps(right.dtype), _eps(got.dtype))
    allowed = 4 * (bound.relative * sizes + bound.absolute + bound.of_largest * sizes.max()) + 8 * coarser * sizes.max()
    with np.errstate(invalid="ignore"):  # an answer may hold infinities: their differences are no numbers, and no match
        return bool(np.all(np.abs(got.astype(np.complex128) - right.astype(np.complex128)) <= allowed))


def _eps(dtype: np.dtype[Any]) -> float:
    return float(np.finfo(dtype).eps) if dtype.kind in "fc" else 0.0


def _every(change: Callable[[Values], Values], sentence: str) -> Callable[[list[Pair], bool], str | None]:
    """An explanation: the same change makes every right array the wrong one."""

    def explain(pairs: list[Pair], _public: bool) -> str | None:
        changed = [(change(right), right) for right, _, _ in pairs if right.ndim]
        # A change that leaves every right array as it is explains nothing.
        if len(changed) < len(pairs) or all(np.array_equal(*one) for one in changed):
            return None
        agree = (_agree(one[0], got, bound) for one, (_, got, bound) in zip(changed, pairs, strict=True))
        return sentence if all(agree) else None

    return explain


def _dtype(pairs: list[Pair], _public: bool) -> str | None:
    if all(_agree(*pair) for pair in pairs) and any(right.dtype != got.dtype for right, got, _ in pairs):
        return "The values are right, the dtype is not."
    return None


def _factor(pairs: list[Pair], public: bool) -> str | None:
    ratios = []
    for right, got, _ in pairs:
        if right.shape != got.shape or right.dtype.kind not in "fc" or got.dtype.kind not in "fc" or not right.size:
            return None
        place = np.unravel_index(np.argmax(np.abs(right)), right.shape)
        ratios.append(got[place] / right[place] if right[place] else np.nan)
    factor = ratios[0]
    if not np.isfinite(factor) or factor in (0, 1) or abs(factor - 1) < 1e-3:
        return None
    if not all(_agree(right * factor, got, bound) for right, got, bound in pairs):
        return None
    return f"Your values are the right ones times a constant{f', {factor:.6g}' if public else ''}."


def _half(x: Values) -> Values:
    return np.concatenate([x[..., 0::2], x[..., 1::2]], axis=-1)


def _woven(x: Values) -> Values:
    middle = (x.shape[-1] + 1) // 2
    woven = np.empty_like(x)
    woven[..., 0::2], woven[..., 1::2] = x[..., :middle], x[..., middle:]
    return woven


def _neighbours(x: Values) -> Values:
    order = np.arange(x.shape[-1])
    order[: 2 * (order.size // 2)] ^= 1
    return x[..., order]


def _features(pairs: list[Pair], _public: bool) -> str | None:
    """Any order of the last axis, the same in every row."""
    for right, got, bound in pairs:
        if right.shape != got.shape or right.ndim < 2 or right.shape[-2] < 3 or not 2 <= right.shape[-1] <= 512:
            return None
        ours, theirs = (x.reshape(-1, x.shape[-1]).T for x in (right, got))
        order = np.empty(len(ours), dtype=int)
        order[np.lexsort(theirs.T)] = np.lexsort(ours.T)
        if not _agree(right[..., order], got, bound):
            return None
    return "The values are right, but the features (the last axis) stand in another order."


def _row_off(pairs: list[Pair], _public: bool) -> str | None:
    for right, got, bound in pairs:
        axis = max(right.ndim - 2, 0)
        if right.ndim == 0 or right.ndim != got.ndim or min(right.shape[axis], got.shape[axis]) < 3:
            return None
        ours, theirs = np.moveaxis(right, axis, 0), np.moveaxis(got, axis, 0)
        rows = min(len(ours), len(theirs)) - 1
        if not (_agree(ours[1 : rows + 1], theirs[:rows], bound) or _agree(ours[:rows], theirs[1 : rows + 1], bound)):
            return None
    return "Your rows are the right ones, moved by one: where does the count begin?"


def _length(pairs: list[Pair], _public: bool) -> str | None:
    for right, got, bound in pairs:
        if right.ndim == 0 or right.ndim != got.ndim or right.shape == got.shape:
            return None
        shared = tuple(slice(min(sizes)) for sizes in zip(right.shape, got.shape, strict=True))
        if not right[shared].size or not _agree(right[shared], got[shared], bound):
            return None
    return "What you return begins right, but is too long or too short."


def _in_any_order(pairs: list[Pair], _public: bool) -> str | None:
    ordered = ((np.sort(right, axis=None), np.sort(got, axis=None), bound) for right, got, bound in pairs)
    if all(right.size > 3 and _agree(*one) for one, (right, _, _) in zip(ordered, pairs, strict=True)):
        return "All values are there, but in other places."
    return None


EXPLANATIONS: tuple[Callable[[list[Pair], bool], str | None], ...] = (
    _dtype,
    _every(np.negative, "Your values have the wrong sign, all of them."),
    _every(np.conjugate, "Your values are the conjugates of the right ones: the imaginary parts have the wrong sign."),
    _factor,
    _every(lambda x: x.swapaxes(-1, -2) if x.ndim > 1 else x, "Your result is the right one transposed."),
    _every(_half, "The values are right, but in the split-half order of features instead of the interleaved one."),
    _every(_woven, "The values are right, but in the interleaved order of features instead of the split-half one."),
    _every(lambda x: np.roll(x, x.shape[-1] // 2, axis=-1), "The values are right, but the two halves are exchanged."),
    _every(lambda x: x[..., ::-1], "The values are right, but the last axis runs backwards."),
    _every(_neighbours, "The values are right, but the two features of each pair are exchanged."),
    _features,
    _row_off,
    _length,
    _in_any_order,
    _every(np.abs, "Your values are the right ones without their signs."),
)
