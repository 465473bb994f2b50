"""What an experiment's verify.py is written with: configuration, results, checks and figures, all on record."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def largest_difference(got: NDArray[Any], expected: NDArray[Any]) -> float:
    """The largest absolute difference; infinite when the shapes differ or an entry is not a number."""
    if got.shape != expected.shape or np.isnan(got).any():
        return math.inf
    return float(np.max(np.abs(got - expected)))


def _plain(value: Any) -> Any:  # noqa: ANN401
    """The same value in terms of JSON."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    known = isinstance(value, str | int) or value is None or (isinstance(value, float) and math.isfinite(value))
    return value if known else str(value)


@dataclass
class Record:
    """What one run of an experiment said about itself."""

    config: dict[str, Any] = field(default_factory=dict)
    results_summary: dict[str, Any] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    problem: str | None = None
    place: tuple[str, int] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Experiment:
    """Handed to ``run(experiment)`` in verify.py.

    Args:
        folder: where figures are written.
        seed: the seed of ``rng()``.
        quick: only the results are wanted and whether the checks hold; nothing that is drawn, timed or printed is kept. What
            takes long may then be done on less, as long as the results come out the same.
    """

    def __init__(self, folder: Path, seed: int = 0, quick: bool = False) -> None:
        self.seed = seed
        self.quick = quick
        self.record = Record(config={"seed": seed})
        self._folder = folder

    def rng(self) -> np.random.Generator:
        """A generator that starts from the seed at every call."""
        return np.random.default_rng(self.seed)

    def config(self, **entries: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Put parameters of the run on record."""
        self.record.config.update(entries)

    def result(self, name: str, value: Any) -> None:  # noqa: ANN401
        """Put a result on record: a number, a text or a list of them. What JSON has no word for (NaN) becomes text."""
        self.record.results_summary[name] = _plain(value)

    def check(self, claim: str, condition: bool | np.bool_, detail: str = "") -> None:
        """Say and record whether a statement holds. One that does not fails the lab; the run goes on."""
        holds = bool(condition)
        self.record.checks.append({"claim": claim, "holds": holds, "detail": detail})
        print(f"{'ok    ' if holds else 'FAILED'}  {claim}" + (f"  ({detail})" if detail else ""))

    def check_error(self, claim: str, error: float, bound: float) -> None:
        """A statement that holds when an error stays within its bound; a NaN does not."""
        self.check(claim, error <= bound, f"largest error {error:.1e}, at most {bound:.1e}")

    @contextmanager
    def figure(
        self,
        name: str,
        columns: int = 1,
        rows: int = 1,
        width: float = 8.0,
        height: float = 4.5,
        timed: bool = False,
    ) -> Iterator[Any]:
        """Draw a figure, saved as ``name`` when the block ends.

        Yields one Axes, or a list of them row by row when there are several. ``timed`` marks a figure that shows clock
        times and therefore does not come out the same twice.
        """
        from labkit.figures import new_figure, save

        figure, axes = new_figure(rows, columns, width, height)
        yield axes[0] if len(axes) == 1 else axes
        save(figure, self._folder / name)
        self.record.figures.append({"name": name, "timed": timed})
