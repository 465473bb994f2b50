"""The folder in which the results of many submissions are kept: results.jsonl, run.json and grades.csv.

results.jsonl grows by one whole line for each submission as it is finished, so that an interruption loses nothing; of several
lines of one student and run the last counts. A line names its run by a random word, and run.json says what that run was: its
seed stands there and nowhere else, for students may be shown their lines.
"""

import csv
import fcntl
import io
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from labkit.batch.roster import Fingerprint, printable
from labkit.clean import cell
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Lab
from labkit.running import PUBLIC_SEED

RESULTS, RUN, GRADES = "results.jsonl", "run.json", "grades.csv"

BLOCK = 1 << 16


class Ledger:
    """The results of one run in a folder, locked against a second run while it is open.

    Args:
        out: the folder; made when it is missing.
        lab: that is graded.
        seed: of the inputs.
        judge: the digest of all else that results depend on, the tests among them.

    Raises:
        CourseError: the folder cannot be written to, is in use, or holds the results of another lab.
    """

    def __init__(self, out: Path, lab: Lab, seed: int, judge: str) -> None:
        self.path, self.grades = out / RESULTS, out / GRADES
        self._inputs = "public" if seed == PUBLIC_SEED else "fresh"
        self._finished: dict[str, tuple[Fingerprint | None, int, int, dict[str, int]]] = {}
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise CourseError(f"cannot write in {out}: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._run = self._run_of(out / RUN, lab, seed, judge)
            self._repair()
            self._read()
        except BlockingIOError as error:
            self.close()
            raise CourseError(
                f"{self.path} is being written by another run: wait for it, or give another --out"
            ) from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._descriptor)

    def has(self, student: str, submission: Fingerprint) -> bool:
        """Is there a result of this very submission? One that the grader itself failed to grade has none."""
        return student in self._finished and self._finished[student][0] == submission

    def add(
        self,
        student: str,
        submission: Fingerprint,
        result: Mapping[str, Any],
        seconds: float,
        trouble: bool = False,
    ) -> None:
        """Write the line of a submission.

        Args:
            student: whose it is.
            submission: what was graded.
            result: as LabResult.as_json gives it.
            seconds: it took.
            trouble: the grader failed, and the result says nothing about the submission.

        Raises:
            CourseError: the line cannot be written.
        """
        line = {
            "student": student,
            "run": self._run,
            **asdict(submission),
            "inputs": self._inputs,
            **result,
            "trouble": trouble,
            "seconds": round(seconds, 4),
        }
        data = json.dumps(line).encode() + b"\n"
        try:
            written = os.write(self._descriptor, data)
        except OSError as error:
            raise CourseError(f"cannot write {self.path}: {error.strerror}") from error
        if written != len(data):
            raise CourseError(f"cannot write {self.path}: no room for a whole line")
        self._keep(line)

    def write_grades(self) -> None:
        """Write grades.csv whole: every student that the run has a result of, sorted.

        Raises:
            CourseError: the file cannot be written.
        """
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        rows = sorted(self._finished.items())
        tasks = list(rows[0][1][3]) if rows else []
        table.writerow(["student", "points", "max_points", *map(cell, tasks)])
        for student, (_, points, most, by_task) in rows:
            table.writerow([cell(printable(student)), points, most, *(by_task[task] for task in tasks)])
        write_whole(self.grades, text.getvalue())

    def _run_of(self, path: Path, lab: Lab, seed: int, judge: str) -> str:
        """The word of the run that this is: the one before, when it goes on, else a new one."""
        before = _facts(path)
        if before is not None and before.get("lab") != lab.name:
            raise CourseError(f"{path} is of lab {before.get('lab')}: give {lab.name} an --out of its own")
        facts = {"lab": lab.name, "inputs": self._inputs, "seed": seed, "judge": judge}
        if before is not None and facts.items() <= before.items():
            return str(before["run"])
        word = secrets.token_hex(8)
        write_whole(path, json.dumps(facts | {"run": word}, indent=2) + "\n")
        return word

    def _repair(self) -> None:
        """Cut off a last line that was not written whole."""
        size = whole = os.fstat(self._descriptor).st_size
        while whole > 0:
            start = max(whole - BLOCK, 0)
            found = os.pread(self._descriptor, whole - start, start).rfind(b"\n")
            if found >= 0:
                whole = start + found + 1
                break
            whole = start
        if whole < size:
            os.ftruncate(self._descriptor, whole)

    def _read(self) -> None:
        for line in _lines(self.path):
            if line.get("run") == self._run:
                self._keep(line)

    def _keep(self, line: Mapping[str, Any]) -> None:
        """Remember what the next run and grades.csv need of a line, and no more: there may be many."""
        submission = Fingerprint(line["sha256"], line["unreadable"]) if not line["trouble"] else None
        by_task = {task["task"]: task["points"] for task in line["tasks"]}
        self._finished[line["student"]] = (submission, line["points"], line["max_points"], by_task)


def earlier_seed(out: Path, lab: Lab) -> int | None:
    """The seed of the fresh inputs that a lab was graded on in a folder, None if it was not: to go on, a run needs the same."""
    facts = _facts(out / RUN)
    if facts is None or facts.get("lab") != lab.name or facts.get("inputs") != "fresh":
        return None
    seed = facts.get("seed")
    return seed if isinstance(seed, int) else None


def _facts(path: Path) -> dict[str, Any] | None:
    try:
        facts = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) and "run" in facts else None


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines that hold a result; whatever else may have got into the file is passed over."""
    with path.open("rb") as stream:
        for line in stream:
            try:
                content = json.loads(line)
            except ValueError:
                continue
            if isinstance(content, dict):
                yield content
