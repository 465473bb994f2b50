"""Measure the reference of lab 08 and write the record that students compare themselves with.

The forms and the way to measure them are the experiment's own; so is the process in which torch's forms are measured, which
keeps freed memory. Everything else is measured with the allocator that students have, one thread each. Run it on a machine
that does nothing else. Exit status: 0 written, 2 it could not be.
"""

import json
import platform
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import numpy as np
import program

from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.implementation import Implementation, course_files
from labkit.labs import Course, find_course
from labkit.machine import processor_name
from labkit.speed.forms import SHAPE, Arrays, measure, numpy_forms
from labkit.speed.torch_forms import measure_torch

RUNS = 5
"""Each on arrays of its own: where they lie in memory makes a difference of a few hundredths."""


def record(course: Course) -> dict[str, object]:
    """What is written: whose speed it is, and by the name of a form its time over that of the copy, the median of all runs.

    Raises:
        CourseError: torch is not installed, or a form does not rotate as it should.
    """
    code = Implementation(course_files(course, "solutions"), course.root)
    speed, forward = code.load("speed"), code.load("forward")
    runs, torches = [], []
    for _ in range(RUNS):
        runs.append(measure_numpy(speed, forward.apply_rotary_pos_emb))
        torch = measure_torch(SHAPE)
        if torch is None:
            raise CourseError("torch is not installed, and its forms belong into the record: the parity extra")
        runs[-1] |= torch.ratios
        torches.append(torch)
    return {
        "processor": processor_name(),
        "threads": torches[0].threads,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torches[0].version,
        "allocator": {"numpy": "the system's default", "torch": torches[0].allocator},
        "shape": list(SHAPE),
        "ratios": {name: round(median(one[name] for one in runs), 2) for name in runs[0]},
    }


def measure_numpy(speed: ModuleType, apply_rotary_pos_emb: Callable[..., Any]) -> dict[str, float]:
    """The ratios of one run. Raises CourseError when a form does not rotate."""
    arrays = Arrays(SHAPE)
    measured = measure(arrays, numpy_forms(arrays, speed, apply_rotary_pos_emb))
    for name, error in measured.disagreements.items():
        if not error <= 1:
            raise CourseError(f"{name} is off by {error:.1f} times what float32 allows")
    return measured.ratios


def run(_options: Namespace) -> None:
    """Measure and write."""
    course = find_course(Path(__file__).resolve())
    content = record(course)
    path = course.lab("08-speed").experiment / "reference.json"
    write_whole(path, json.dumps(content, indent=2) + "\n")
    print(f"{course.shown(path)} written")


def main() -> None:
    program.run(program.Options(__doc__), run)


if __name__ == "__main__":
    main()
