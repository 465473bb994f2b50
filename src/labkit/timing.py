"""Measuring time in experiments. Times are printed and drawn; no check ever depends on one."""

import statistics
import time
from collections.abc import Callable


def median_seconds(function: Callable[[], object], repeats: int = 15) -> float:
    """The median wall time of one call, in seconds, over repeats calls after one that is not counted."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
