"""What is known of the mistakes on the public inputs, stored: ``tests/golden/mistakes/<module>.npz``.

With it a mistake is recognised without running the catalogue, and without its code, which is nearly the solution.
"""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from labkit.errors import CourseError
from labkit.files import write_all
from labkit.labs import Course, Lab
from labkit.mistakes.known import Known, KnownMistake
from labkit.mistakes.signature import Numbers, Signature
from labkit.running import PUBLIC_SEED, graded_tests

# Sums of roundings, of mistakes in half and single precision too, differ from one processor to another.
SAME = 1e-3


def public(course: Course, lab: Lab) -> Known:
    """What the catalogue does on the public inputs, found out by running it."""
    from labkit.mistakes.trials import find_out  # not among what students receive

    return find_out(course, lab, graded_tests(course, lab), PUBLIC_SEED)


def write(course: Course) -> list[Path]:
    """Write the files that differ; returns them."""
    found = {lab: public(course, lab) for lab in course.labs}
    return write_all({lab.known_mistakes: to_bytes(known) for lab, known in found.items() if _differs(lab, known)})


def drifted(course: Course) -> list[str]:
    """The files that differ from what the catalogue gives, or that belong to no lab."""
    stray = set((course.root / "tests" / "golden" / "mistakes").glob("*")) - {lab.known_mistakes for lab in course.labs}
    differing = [lab.known_mistakes for lab in course.labs if _differs(lab, public(course, lab))]
    return [course.shown(path) for path in [*differing, *sorted(stray)]]


def _differs(lab: Lab, known: Known) -> bool:
    if not lab.known_mistakes.is_file():
        return True
    (told, sums), (stored, stored_sums) = _pack(known), _pack(read(lab))
    return told != stored or not np.allclose(sums, stored_sums, rtol=SAME, atol=SAME)


def to_bytes(known: Known) -> bytes:
    """The content of the file: what is told in JSON, and all sums one after another."""
    told, sums = _pack(known)
    text = np.frombuffer(json.dumps(told, sort_keys=True).encode(), dtype=np.uint8)
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, told=text, sums=sums)
    return stream.getvalue()


def read(lab: Lab) -> Known:
    """What is stored of a lab.

    Raises:
        CourseError: the file is missing or unreadable; says what to run.
    """
    return read_file(lab.known_mistakes)


def read_file(path: Path) -> Known:
    """The inverse of to_bytes.

    Raises:
        CourseError: the file is missing or unreadable; says what to run.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            told, sums = json.loads(stored["told"].tobytes()), stored["sums"]
        return _unpack(told, sums)
    except (OSError, ValueError, KeyError) as error:
        raise CourseError(f"{path} is missing or unreadable: run `make golden`") from error


def _pack(known: Known) -> tuple[dict[str, Any], Numbers]:
    sums: list[Numbers] = []

    def packed(signatures: dict[str, Signature]) -> dict[str, Any]:
        for _, one in sorted(signatures.items()):
            sums.extend(one.sums)
        return {test: [list(one.words), [len(part) for part in one.sums]] for test, one in sorted(signatures.items())}

    told = {
        "hints": {task: list(hints) for task, hints in known.hints.items()},
        "reference": packed(known.reference),
        "mistakes": [
            [known.task, known.key, known.name, list(known.hints), [packed(program) for program in known.programs]]
            for known in known.mistakes
        ],
    }
    return told, np.concatenate([np.zeros(0), *sums])


def _unpack(told: dict[str, Any], sums: Numbers) -> Known:
    position = 0

    def unpacked(stored: dict[str, Any]) -> dict[str, Signature]:
        nonlocal position
        signatures = {}
        for test, (words, lengths) in stored.items():
            parts = []
            for length in lengths:
                parts.append(sums[position : position + length])
                position += length
            signatures[test] = Signature(tuple(words), tuple(parts), ())
        return signatures

    reference = unpacked(told["reference"])
    mistakes = []
    for task, key, name, hints, stored in told["mistakes"]:
        programs = tuple(unpacked(program) for program in stored)
        fails = tuple(frozenset(program) for program in programs)
        mistakes.append(KnownMistake(task, key, name, tuple(hints), programs, fails))
    return Known({task: tuple(hints) for task, hints in told["hints"].items()}, tuple(mistakes), reference)
