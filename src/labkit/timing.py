"""Measuring time in experiments. Times are printed and drawn; no check ever depends on one."""

import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np


def median_seconds(function: Callable[[], object], repeats: int = 15) -> float:
    """The median wall time of one call, in seconds, over repeats calls after one that is not counted."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def seconds_a_call(function: Callable[[], object], calls: int = 100, repeats: int = 9) -> float:
    """The same for what is faster than the clock is exact: many calls are timed together."""

    def many() -> None:
        for _ in range(calls):
            function()

    return median_seconds(many, repeats) / calls


def seconds_in_turns(
    functions: Mapping[str, Callable[[], object]], rounds: int = 15, budget: float = 6.0, seed: int = 0
) -> dict[str, list[float]]:
    """Wall times of one call of each function, in rounds in which each has one turn.

    What disturbs the machine for a while then disturbs all of them. Nothing is called beforehand.

    Args:
        functions: what is measured, by name.
        rounds: how many there are at most.
        budget: seconds after which no further round begins; there are always three.
        seed: of the order, another one in every round, so that none always follows the same one.
    """
    rng, began = np.random.default_rng(seed), time.perf_counter()
    names = list(functions)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        if number >= 3 and time.perf_counter() - began > budget:
            break
        for place in rng.permutation(len(names)):
            name = names[place]
            start = time.perf_counter()
            functions[name]()
            times[name].append(time.perf_counter() - start)
    return times


def ratios_to(times: Mapping[str, list[float]], name: str) -> dict[str, float]:
    """By name: the median over all rounds of a function's time over that of the function called ``name`` in the same round."""
    return {one: statistics.median(np.divide(seconds, times[name]).tolist()) for one, seconds in times.items()}
