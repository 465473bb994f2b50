"""What is known of the mistakes on fresh inputs, kept from one run to the next: finding it out takes seconds for each lab."""

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import sha256, write_whole
from labkit.labs import Course, Lab
from labkit.mistakes import store
from labkit.mistakes.known import Known
from labkit.mistakes.naming import what_is_known
from labkit.running import GradedTest


def kept(course: Course, lab: Lab, tests: Sequence[GradedTest], seed: int, folder: Path) -> Known:
    """What the catalogued mistakes do in all tests of a lab on the inputs of a seed, found out once.

    Args:
        course: where the lab is.
        lab: which.
        tests: all of the lab's.
        seed: of the inputs.
        folder: where it is kept. Whoever reads it learns something of the inputs.

    Raises:
        CourseError: the catalogue is not in order, or the folder cannot be written to.
    """
    path = folder / f"{lab.name}-{_digest(course, lab, seed)}.npz"
    if path.is_file():
        return _as_found(lab, store.read_file(path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{lab.name}.lock").open("w") as lock:
            # Another process may be at it already: its answer is worth waiting for.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.is_file():
                found = what_is_known(course, lab, tests, seed)
                for old in folder.glob(f"{lab.name}-*.npz"):
                    old.unlink()
                write_whole(path, store.to_bytes(found))
                return found
    except OSError as error:
        raise CourseError(f"cannot write in {folder}: {error.strerror}") from error
    return _as_found(lab, store.read_file(path))


def _as_found(lab: Lab, known: Known) -> Known:
    """With the tests that each program fails as they are known on the public inputs, which the file does not say."""
    fails = {mistake.key: mistake.fails for mistake in store.read(lab).mistakes}
    return replace(known, mistakes=tuple(replace(one, fails=fails[one.key]) for one in known.mistakes))


def _digest(course: Course, lab: Lab, seed: int) -> str:
    """Of all that the answer depends on."""
    files = [*course.judged_by(lab), *sorted(lab.misconceptions.rglob("*.py"))]
    facts = [(os.fspath(path), sha256(path)) for path in files if path.is_file()]
    return hashlib.sha256(json.dumps([seed, facts]).encode()).hexdigest()[:32]
