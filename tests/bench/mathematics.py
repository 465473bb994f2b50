"""What rotating costs: the reference beside torch's eager forms and a copy of the same array, in turns in the same run.

A benchmark, no test: it checks that every form rotates, to the last places of float32, and nothing about the times. Each
form rotates one float32 array of shape (batch, seq, heads, D), from a decoding step to 128 MiB. A round gives every form a
turn; a ratio is the time of a form over that of the copy in the same round with as many threads, and what is printed is the
median of all rounds.

  copy                   np.copyto into an array that exists: the least that anything can take that reads x and writes as much
  copy into a new array  the same and the cost of new memory, which labs 03 to 06 and "new array" pay too
  in-place scale         reads and writes one array: the least for what works in place
  lab 08                 in place, into an array that exists ("out="), and into a new one; "heads first" is
                         (batch, heads, seq, D); what is in place turns the same array on and on
  lab 04                 takes one head of q and one of k: here two heads of x a call, until all are done
  lab 06                 forms the angles of its positions itself, in float64; the others find tables ready
  torch                  the modelling code of Hugging Face and of Meta, not compiled (their tables have float32 angles),
                         and its complex product in place

A short table at the end sets what lab 08 aims at beside what it takes on large arrays.

Two threads of NumPy, whose elementwise operations use one, are two halves of the sequence in a pool, each with its rows of
the tables; the two results are not put together. torch divides its work itself (set_num_threads). What cannot be divided
has no figure there, and a decoding step, which has one token, no such column.

Everything is measured in two processes that take turns. In one the C library treats memory as it always does: large arrays
are given back to the system when they are freed, and every page of a new one costs a page fault. The other keeps what was
freed (MALLOC_MMAP_MAX_=0, MALLOC_TRIM_THRESHOLD_, MALLOC_ARENA_MAX=1), as a program with an allocator of its own
would. NumPy asks the system for huge pages (2 MiB) from 4 MiB on, torch by default for none (4 KiB), which makes most of the
difference between the two. How long the system takes for new memory varies a good deal from hour to hour: that column is to
be trusted after several runs only. Exit status: 0 measured, 2 it could not be.
"""

import contextlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import program
from mathematics_table import Rounds, noise, table
from mathematics_targets import targets
from stopwatch import Turns

from labkit.errors import CourseError
from labkit.speed.torch_forms import KEPT

SHAPES = ((1, 1, 32, 128), (1, 128, 8, 64), (2, 2048, 32, 128), (1, 8192, 32, 128))
STOPWATCH = Path(__file__).with_name("stopwatch.py")


class Stopwatch(contextlib.AbstractContextManager["Stopwatch"]):
    """A process that measures.

    Args:
        environment: what it is started with beside this process's own variables.
        with_torch: measure torch's forms too.
    """

    def __init__(self, environment: dict[str, str], with_torch: bool) -> None:
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_", "THP_"))
        }
        self._process = subprocess.Popen(
            [sys.executable, str(STOPWATCH), *(["torch"] if with_torch else [])],
            env=plain | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C ends this process, and its closed pipe ends that one
        )

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def prepare(self, shape: Sequence[int]) -> None:
        """Make the arrays and try every form.

        Raises:
            CourseError: a form does not rotate as it should.
        """
        for name, error in self._ask({"shape": shape}).items():
            if not error <= 1:
                raise CourseError(f"{name} is wrong at {tuple(shape)}: {error:.1f} times the error that float32 allows")

    def measure(self, threads: int, first: int) -> list[Turns]:
        """One round, which begins with the form of that number."""
        measured: list[Turns] = self._ask({"threads": threads, "first": first})
        return measured

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # then there is no answer either
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise CourseError("the process that measures has ended; what it printed stands above")
        return json.loads(answer)


def run(repeats: int) -> None:
    """Measure and print.

    Raises:
        CourseError: bad input, or a form is wrong. One line.
    """
    if repeats < 1:
        raise CourseError(f"--repeats must be 1 or more, got {repeats}")
    with_torch = find_spec("torch") is not None
    allocators: dict[str, dict[str, str]] = {"given back": {}}
    if platform.libc_ver()[0] == "glibc":
        allocators["kept"] = KEPT
    loads = [os.getloadavg()[0]]
    all_rounds: dict[tuple[int, ...], Rounds] = {}
    with contextlib.ExitStack() as stack:
        watches = {
            name: stack.enter_context(Stopwatch(environment, with_torch)) for name, environment in allocators.items()
        }
        for shape in SHAPES:
            divided = (1, 2) if shape[1] > 1 else (1,)
            rounds: Rounds = {(name, threads): [] for name in watches for threads in divided}
            for watch in watches.values():
                watch.prepare(shape)
            for number in range(repeats):
                print(f"{shape}: round {number + 1} of {repeats}", file=sys.stderr, flush=True)
                for (name, threads), measured in rounds.items():
                    measured.append(watches[name].measure(threads, number))
            loads.append(os.getloadavg()[0])
            all_rounds[shape] = rounds
            print(table(shape, rounds), flush=True)
    print(targets(all_rounds))
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", *(["torch"] if with_torch else [])))
    print(
        f"medians of {repeats} rounds; {len(os.sched_getaffinity(0))} processors, load {min(loads):.1f} to "
        f"{max(loads):.1f}; Python {platform.python_version()}, {versions}\n{noise(list(all_rounds.values()))}"
    )
    if not with_torch:
        print("torch is not installed, so its rows are missing: pip install -c constraints.txt -e '.[parity]'")
    if len(allocators) == 1:
        print("That freed memory is kept can be arranged with the C library of GNU only: those columns are missing.")


def main() -> None:
    options = program.Options(__doc__)
    options.add_argument(
        "--repeats", type=int, default=9, help="rounds (default 9; the whole takes about a minute and a half)"
    )
    program.run(options, lambda chosen: run(chosen.repeats))


if __name__ == "__main__":
    main()
