"""The doctor says "held" of what is locked, "OPEN" of what is not, and "cannot tell" where its attacks say nothing."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support import labkit

from labkit.cli import main
from labkit.errors import CannotIsolate
from labkit.labs import Course
from labkit.sandbox import client, doctor, lockdown, probes, stage
from labkit.sandbox.client import Server
from labkit.sandbox.findings import Finding

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolated grading needs Linux")

# A fork server of the tests' own, with locks taken away before it starts: the product has no way to do this.
SCRIPT = """
import os, sys
sys.path[:0] = sys.argv[2:]
from labkit.sandbox import child, lockdown, server
{changes}
server.main()
"""
NO_FILTER = "lockdown.system_calls = lambda: None"
NO_LANDLOCK = "lockdown.landlock = lambda: False"
NO_LIMITS = "lockdown.set_limits = lambda budget, size: None"
NO_DROP = "lockdown.drop_root = lambda: None"
NO_END = "prctl = lockdown.prctl; lockdown.prctl = lambda one, two: one == lockdown.PR_SET_PDEATHSIG or prctl(one, two)"
SECRETS = f"os.environ[{stage.VARIABLE!r}] = 'x'; import labkit.labs"
DEAD = "child.serve = lambda channel: channel.sendall(child.READY)"

FILTERED = {
    "reading a file", "listing a folder", "writing a file", "connecting over TCP", "sending over UDP",
    "connecting to another program (abstract socket)", "sending a signal to another process",
    "reading another process's memory", "tracing another process", "reading about the grader in /proc", "starting a program",
}  # fmt: skip
"""What the filter of system calls and Landlock hold between them, and no limit does."""
LIMITED = {"memory beyond the budget", "output beyond the limit"}
ROOT = {"being root"} if os.geteuid() == 0 else set()

Start = Callable[..., Server]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Starts a fork server without some locks."""

    def start(*changes: str) -> Server:
        (tmp_path / "server.py").write_text(SCRIPT.format(changes="\n".join(changes)))
        with monkeypatch.context() as patched:
            patched.setattr(client, "__file__", str(tmp_path / "client.py"))  # the server's script lies beside it
            return Server()

    return start


def _named(findings: list[Finding], held: bool | None) -> set[str]:
    return {finding.protection for finding in findings if finding.held is held}


def _refusal(server: Server) -> str:
    """What isolated grading says before it starts; empty where it starts."""
    try:
        doctor.refuse_where_unsafe(server)
    except CannotIsolate as error:
        return str(error)
    finally:
        server.close()
    return ""


def test_everything_is_held_here_and_nothing_of_the_doctor_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    findings = doctor.examine()
    needed = [finding for finding in findings if finding.needed]
    assert _named(needed, held=True) == {finding.protection for finding in needed}
    assert _named(findings, held=True) > FILTERED | LIMITED
    assert doctor.is_safe(findings)
    doctor.refuse_where_unsafe()
    assert not list(tmp_path.iterdir())
    assert stage.VARIABLE not in os.environ


def test_the_command_shows_a_line_for_each_protection_and_ends_with_the_answer(course: Course) -> None:
    run = labkit("doctor", course=course)
    *lines, empty, answer = run.stdout.splitlines()
    assert (run.returncode, run.stderr, empty) == (0, "", "")
    assert answer == "Grading strangers' code is safe here."
    assert len(lines) == 23
    assert all(line.startswith("held ") for line in lines[:-1])


def test_every_protection_is_open_where_all_locks_are_taken_away(
    monkeypatch: pytest.MonkeyPatch, without: Start
) -> None:
    monkeypatch.setattr(doctor, "SHORT", doctor.PATIENCE)
    monkeypatch.setattr(doctor, "GONE", 0.2)
    findings = doctor.examine(lambda: without(NO_FILTER, NO_LANDLOCK, NO_LIMITS, NO_DROP, NO_END, SECRETS))
    needed = {finding.protection for finding in findings if finding.needed}
    assert _named(findings, held=False) >= needed - ({"being root"} - ROOT)
    assert not doctor.is_safe(findings)
    shown = doctor.render(findings)
    assert "\nOPEN         reading a file: " in shown
    *_, last = shown.splitlines()
    assert last.startswith(
        "Do not grade strangers' code here: seeing the grader's environment (OPEN), reading a file (OPEN), "
    )
    assert "WSL2" in last


def test_limits_taken_away_are_reported_and_nothing_else(without: Start) -> None:
    findings = doctor.examine(lambda: without(NO_LIMITS))
    assert _named(findings, held=False) == LIMITED | {"processor time beyond the budget"}
    assert not _named(findings, held=None)


@pytest.mark.parametrize(
    ("taken", "opened"),
    [
        ((NO_LANDLOCK,), set()),
        ((NO_FILTER, NO_LANDLOCK), FILTERED),
        ((NO_FILTER, NO_LANDLOCK, NO_LIMITS), FILTERED | LIMITED | {"starting a process (fork)", "starting a thread"}),
        ((NO_LIMITS,), LIMITED),
        ((NO_DROP,), ROOT),
    ],
    ids=["landlock", "filter and landlock", "filter, landlock and limits", "limits", "dropping root"],
)  # fmt: skip
def test_isolated_grading_refuses_where_a_lock_is_taken_away_and_names_what_is_open(
    without: Start, taken: tuple[str, ...], opened: set[str]
) -> None:
    refusal = _refusal(without(*taken))
    assert refusal.count(" (OPEN)") == len(opened)
    assert all(f"{protection} (OPEN)" in refusal for protection in opened)
    assert "\n" not in refusal
    assert bool(refusal) == ("--trust-this-code" in refusal) == bool(opened)


def test_the_filter_of_system_calls_is_missed_where_landlock_is_left(without: Start) -> None:
    assert "sending over UDP (OPEN)" in _refusal(without(NO_FILTER))


def test_a_dead_child_is_not_called_safe(without: Start) -> None:
    refusal = _refusal(without(DEAD))
    assert refusal.count(" (cannot tell)") == len(FILTERED | LIMITED) + 3
    assert "OPEN" not in refusal


def test_attacks_that_fail_without_locks_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = [sys.executable, "-I", "-S", "-c", ""]
    monkeypatch.setattr(doctor, "control", lambda _attacks: subprocess.Popen(nothing, stdout=subprocess.PIPE))
    findings = doctor.examine()
    told = [finding for finding in findings if finding.held is None]
    assert len(told) == len(findings) - 2  # the search for objects has its control in this process; Landlock needs none
    assert not doctor.is_safe(findings)
    assert told[0].line().startswith("cannot tell  seeing the grader's environment: without locks the attack failed: ")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (PermissionError(errno.EPERM, "no"), probes.REFUSED),
        (PermissionError(errno.EACCES, "no"), probes.REFUSED),
        (probes.NotThereError("no"), probes.REFUSED),
        (FileNotFoundError(errno.ENOENT, "no"), probes.FAILED),
        (OSError(errno.EAGAIN, "no"), probes.FAILED),
        (MemoryError("no"), probes.FAILED),
        (OSError("no"), probes.FAILED),
    ],
)
def test_only_a_lock_counts_as_a_refusal(error: Exception, outcome: str) -> None:
    def attack() -> str:
        raise error

    assert probes.attempt(attack, []) == (outcome, "no")


def test_a_system_without_locks_is_told_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], course: Course
) -> None:
    monkeypatch.setattr(lockdown, "missing", lambda: "isolated grading needs Linux")
    monkeypatch.chdir(course.root)
    assert main(["doctor"]) == 2
    assert capsys.readouterr() == ("", "labkit: isolated grading needs Linux\n")


def test_nothing_missing_is_no_proof() -> None:
    assert not doctor.is_safe([])
    assert doctor.is_safe(
        [Finding("a lock", held=True, needed=True, detail=""), Finding("more", held=False, needed=False, detail="")]
    )
    assert Finding("more", held=False, needed=False, detail="none").line() == "missing      more: none"
