"""A process that measures rotations, one round at a time, as it is asked to.

Called as ``python stopwatch.py FORMS...`` with ``torch`` among FORMS where it is to be measured too. It reads requests from
standard input and answers each on standard output, a line of JSON each. It is a process of its own because the C library
reads at its start what it is to do with freed memory.
"""

import json
import operator
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from memory_forms import memory_forms
from rotations import Form, Inputs, Threads, copies, disagreement, numpy_forms, numpy_tables

from labkit.labs import Course, find_course

LEAST = 0.004
"""Seconds: what is faster than this is called again, so often that it takes about so long; the first call does not count."""

REST = 0.03
"""Seconds after a library that divides its work itself: its second thread looks out for more, and takes a processor for it."""

Turns = dict[str, tuple[float, float]]
"""By the name of a form, that of the copy first: seconds and page faults of a call."""


class Bench:
    """All forms at one shape.

    Args:
        course: whose reference is measured.
        shape: (batch, seq, heads, D).
        with_torch: measure torch's forms too.
    """

    def __init__(self, course: Course, shape: Sequence[int], with_torch: bool) -> None:
        self._inputs = Inputs(course, shape)
        self._pool = ThreadPoolExecutor(2)
        rotating = [*copies(self._inputs), *memory_forms(self._inputs), *numpy_forms(self._inputs)]
        self._groups = [rotating, numpy_tables(self._inputs)]
        self._set_threads: Callable[[int], None] = lambda _: None
        if with_torch:
            from torch import set_num_threads
            from torch_forms import torch_forms, torch_tables

            self._set_threads = set_num_threads
            self._groups[0] += torch_forms(self._inputs)
            self._groups[1] += torch_tables(self._inputs)
        if self._inputs.seq == 1:  # a decoding step finds its table made
            del self._groups[1]

    def disagreements(self) -> dict[str, float]:
        """By the name of a form that rotates: its largest error, as a multiple of what float32 allows."""
        return {form.name: disagreement(self._inputs, form) for form in self._groups[0] if form.layout}

    def measure(self, threads: int, first: int) -> list[Turns]:
        """One turn for every form: of those that rotate, and of those that build tables.

        Args:
            threads: 1 or 2; with 2, forms that cannot use them are left out. A single token cannot be divided.
            first: the number of the form that begins, so that not every round begins with the same one.
        """
        self._set_threads(threads)
        measured = []
        for group in self._groups:
            forms = [form for form in group if threads == 1 or form.threads is not Threads.NONE]
            start = first % len(forms)
            turns = {}
            for form in forms[start:] + forms[:start]:
                turns[form.name] = timed(self._call(form, threads))
                if threads == 2 and form.threads is Threads.OWN:
                    time.sleep(REST)
            measured.append({form.name: turns[form.name] for form in forms})
        return measured

    def _call(self, form: Form, threads: int) -> Callable[[], object]:
        if threads == 1 or form.threads is Threads.OWN:
            return form.on(self._inputs.tokens)
        middle = self._inputs.seq // 2
        halves = [form.on(part) for part in (slice(0, middle), slice(middle, self._inputs.seq))]
        return lambda: list(self._pool.map(operator.call, halves))


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds and page faults of one call; that its result is freed is part of it."""
    calls = 1
    seconds, faults = _run(call, calls)
    if seconds < LEAST:
        calls = min(1000, 1 + int(LEAST / seconds))
        seconds, faults = _run(call, calls)
    return seconds / calls, faults / calls


def _run(call: Callable[[], object], calls: int) -> tuple[float, int]:
    before, start = _faults(), time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - start, _faults() - before


def _faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def main(arguments: Sequence[str]) -> None:
    course = find_course(Path(__file__).resolve())
    bench = None
    for line in sys.stdin:
        request = json.loads(line)
        if "shape" in request:
            del bench  # before the next one takes its memory
            bench = Bench(course, request["shape"], "torch" in arguments)
            answer: object = bench.disagreements()
        else:
            assert bench is not None
            answer = bench.measure(request["threads"], request["first"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
