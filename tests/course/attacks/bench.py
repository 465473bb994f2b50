"""Where attacks are tried: the real grader, what they aim at outside, and a look at what they have left behind."""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

import numpy as np
from support import results_of

from attacks import Attack
from labkit.labs import Course, Lab
from labkit.report import LabResult
from labkit.running import PUBLIC_SEED
from labkit.sandbox.grading import IsolatedGrader
from labkit.sandbox.isolated import Allowance
from labkit.sandbox.lockdown import Budget

ALLOWANCE = Allowance(seconds_per_call=0.5, seconds=5.0, budget=Budget(memory=300_000_000, processor_seconds=10))
SLACK = 4.0
"""Seconds beyond the allowance: for one last call, and for what the grader itself does on a busy machine."""
LONGEST_MESSAGE = 10_000
FOR_ALL = 0o777


class Bench:
    """One grader for many submissions of one lab."""

    def __init__(self, course: Course, lab: Lab, seed: int = PUBLIC_SEED) -> None:
        self.course, self.lab = course, lab
        self._grader = IsolatedGrader(course, lab, seed, ALLOWANCE)
        self.server = self._grader._server._process.pid
        self.plain = lab.solution.read_text()
        self._root = Path(tempfile.mkdtemp())

    def folder(self) -> tuple[Path, Path]:
        """A new submission folder, and where its module belongs."""
        folder = Path(tempfile.mkdtemp(dir=self._root))
        module = folder / "src" / "ropelab" / self.lab.stub.name
        module.parent.mkdir(parents=True)
        return folder, module

    def grade(self, text: str) -> LabResult:
        """The result of a module, as a definite verdict."""
        folder, module = self.folder()
        module.write_bytes(text.encode(errors="surrogatepass"))
        return self.grade_folder(folder)

    def grade_folder(self, folder: Path) -> LabResult:
        """The result of a submission folder: every test has an outcome, and a failed one a message that can be kept."""
        result = self._grader.grade(folder)
        tests = results_of(result)
        assert result.max_points == self.lab.facts["points"]["code"]
        for test in tests:
            assert test.outcome in ("passed", "failed")
            assert bool(test.message) == (test.outcome == "failed"), test
            assert len(test.message) <= LONGEST_MESSAGE, test.message[:200]
            test.message.encode()
        return result

    def grade_attack(self, attack: Attack) -> LabResult:
        """The result of an attack, in bounded time."""
        began = time.monotonic()
        result = self.grade(attack.code if attack.alone else f"{self.plain}\n{attack.code}")
        assert time.monotonic() - began <= ALLOWANCE.seconds + SLACK
        return result

    def check_next(self) -> None:
        """Nothing of the last submission is left: no process, no rights lost, and the plain solution has all its points."""
        result = self.grade(self.plain)
        assert result.points == result.max_points, messages(result)
        assert children_of(self.server) == []

    def close(self) -> None:
        """End the grader and remove the submissions."""
        self._grader.close()
        shutil.rmtree(self._root)


class Targets:
    """What attempts aim at: files that everybody may read and change, listening sockets, processes to signal."""

    def __init__(self, bench: Bench) -> None:
        self._open = contextlib.ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="attacked-"))
        self.folder.chmod(FOR_ALL)
        self._open.callback(shutil.rmtree, self.folder)
        secret = self._file("secret.txt", "the secret\n")
        neighbour = self._file("neighbour.py", bench.plain)
        self._file("module_of_the_grader.py", "")
        self.mark = self.folder.name
        self._listening = [
            self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.mark}"),
            self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"{self.folder}/socket"),
        ]
        (self.folder / "socket").chmod(FOR_ALL)
        self.signals: list[int] = []
        self._unlocked = Unlocked()
        self._open.callback(self._unlocked.close)
        before = signal.signal(signal.SIGURG, self._note)
        self._open.callback(signal.signal, signal.SIGURG, before)
        course, lab = bench.course, bench.lab
        self._names = {
            "FOLDER": str(self.folder), "SECRET": str(secret), "NEIGHBOUR": str(neighbour), "MARK": self.mark,
            "GOLDEN": str(lab.golden), "SOLUTION": str(lab.solution), "TESTS": str(lab.graded_tests),
            "SOURCES": str(course.root / "src"), "EXECUTABLE": sys.executable,
            "PORT": self._listening[0].getsockname()[1], "UDP_PORT": self._listening[1].getsockname()[1],
            "GRADER": os.getpid(), "SERVER": bench.server, "DOUBLED": _doubled(lab.golden),
        }  # fmt: skip
        self.reset()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.signals.append(number)

    def _file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o666)
        return path

    def _listen(self, family: int, kind: int, address: tuple[str, int] | str) -> socket.socket:
        one = self._open.enter_context(socket.socket(family, kind))
        one.bind(address)
        if kind == socket.SOCK_STREAM:
            one.listen()
        one.setblocking(False)
        return one

    @property
    def prelude(self) -> str:
        """Python that gives an attack its aims."""
        return "\n".join(f"{name} = {value!r}" for name, value in self._names.items())

    def reset(self) -> None:
        """All as it was before any attack got through."""
        for one in self._listening:
            while select.select([one], [], [], 0)[0]:
                if one.type == socket.SOCK_STREAM:
                    one.accept()[0].close()
                else:
                    one.recv(100)
        self.signals.clear()
        for path in self.folder.iterdir():
            if path.name not in ("secret.txt", "neighbour.py", "module_of_the_grader.py", "socket"):
                path.rmdir() if path.is_dir() else path.unlink()
        (Path("/dev/shm") / self.mark).unlink(missing_ok=True)  # noqa: S108
        self._file("secret.txt", "the secret\n")
        self._file("removable", "still here\n")
        self._before = self._files()

    def _files(self) -> dict[str, tuple[int, int, int, bool]]:
        found = {}
        for path in [*self.folder.iterdir(), Path("/dev/shm") / self.mark]:  # noqa: S108
            if os.path.lexists(path):
                status = path.lstat()
                found[path.name] = (status.st_mode, status.st_size, status.st_mtime_ns, path.is_symlink())
        return found

    def check_untouched(self) -> None:
        """Nothing that one can see from outside has happened."""
        assert select.select(self._listening, [], [], 0)[0] == []
        assert self._files() == self._before
        assert self.signals == []

    def succeeds_unlocked(self, code: str) -> bool:
        """Does ``attempt`` get through in a process with nothing locked?"""
        succeeded = self._unlocked.run(f"{self.prelude}\n{code}")
        self.reset()
        return succeeded

    def close(self) -> None:
        """Take the targets away."""
        self._open.close()


class Unlocked:
    """Plain processes, each the child of one that has NumPy loaded, as the locked ones are."""

    # Each begins a session of its own: a signal to its group must reach nobody else.
    SCRIPT = """
import json, os, sys
import numpy
for line in sys.stdin:
    number = os.fork()
    if number == 0:
        scope = {"__name__": "submission"}
        try:
            os.setsid()
            exec(json.loads(line), scope)
            worked = scope["attempt"]() is True
        except BaseException:
            worked = False
        os._exit(0 if worked else 1)
    print(os.waitpid(number, 0)[1], flush=True)
"""

    def __init__(self) -> None:
        command = [sys.executable, "-c", self.SCRIPT]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, code: str) -> bool:
        """Run code that defines ``attempt``: did it get through? What exec starts in its place must end well."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline() == "0\n"

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def _doubled(golden: Path) -> list[float]:
    """Twice some expected values that no code computes by chance."""
    with np.load(golden) as stored:
        values = np.concatenate([stored[key].ravel() for key in stored.files if stored[key].dtype == np.float64])
    ragged = {value for value in values.tolist() if len(repr(value)) > 15}
    return sorted(2 * value for value in ragged if 2 * value not in ragged and 4 * value not in ragged)[:200]


def children_of(number: int) -> list[int]:
    """The processes whose parent is this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == number:
                found.append(int(path.parent.name))
    return found


def messages(result: LabResult) -> list[str]:
    """What is said of the failed tests."""
    return [test.message for test in results_of(result) if test.outcome == "failed"]
