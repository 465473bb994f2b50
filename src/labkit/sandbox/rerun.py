"""What of an experiment runs again inside the locked child: its checks and results, without its figures and its clock.

Neither matplotlib nor a file can be had in there. The modules that verify.py draws and measures with are therefore replaced,
in the child alone, by stand-ins that do nothing.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from labkit.experiment import Experiment


class _Nothing:
    """Takes every drawing command, and gives itself for whatever is asked of it."""

    def __getattr__(self, name: str) -> "_Nothing":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: Any, **_kwargs: Any) -> "_Nothing":
        return self

    def __getitem__(self, _index: Any) -> "_Nothing":
        return self

    def __iter__(self) -> Iterator["_Nothing"]:
        return iter(())


NOTHING = _Nothing()


class Rerun(Experiment):
    """An experiment of which the results are wanted, and whether its checks hold."""

    def __init__(self) -> None:
        super().__init__(Path(), quick=True)

    @contextmanager
    def figure(self, name: str, columns: int = 1, rows: int = 1, **_kwargs: Any) -> Iterator[Any]:  # type: ignore[override]  # noqa: ARG002
        """Nothing to draw on, in the number that verify.py expects."""
        yield NOTHING if columns * rows == 1 else [NOTHING] * (columns * rows)


def _no_time(_function: Callable[[], object], _repeats: int = 15) -> float:
    """In the place of a measured time, which does not come out the same twice and is not compared."""
    return 1.0


def rerun(source: str, shown: str) -> dict[str, Any]:
    """Run the text of a verify.py on the module that is loaded as ropelab: its results, and its checks as it reports them."""
    figures, timing = ModuleType("labkit.figures"), ModuleType("labkit.timing")
    figures.__dict__["__getattr__"] = NOTHING.__getattr__
    timing.__dict__["median_seconds"] = _no_time
    sys.modules |= {"labkit.figures": figures, "labkit.timing": timing}
    names: dict[str, Any] = {"__name__": "experiment"}
    exec(compile(source, shown, "exec", dont_inherit=True), names)  # noqa: S102 - the course's own text, in the child
    experiment = Rerun()
    names["run"](experiment)
    checks = [[check["claim"], check["holds"]] for check in experiment.record.checks]
    return {"results": experiment.record.results_summary, "checks": checks}
