"""``labkit doctor``: is strangers' code safe to grade here? It attacks a locked child as strangers' code would.

A protection counts as held when its attack was refused in the child and reached its aim in a process without locks: a system
that cannot do what is attacked, a child that is dead and an attack that is wrong all look like a lock otherwise.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import labkit.grade  # noqa: F401 - the control of the search for the grader's objects: here they are
from labkit.errors import CannotIsolate, CourseError, Stopped
from labkit.sandbox import lockdown, probes
from labkit.sandbox.child import READY
from labkit.sandbox.client import Child, Server
from labkit.sandbox.findings import WAY_OUT, Finding, is_safe, opened, render
from labkit.sandbox.lockdown import Budget
from labkit.sandbox.proxies import RemoteObject, proxied
from labkit.sandbox.stage import SAID, VARIABLE, Outcome, Probe, control, outcomes, set_up
from labkit.sandbox.wire import Limits

BUDGET = Budget(memory=200_000_000, processor_seconds=1, output=100_000)
PATIENCE = 10.0
"""Seconds for a request to a child; the loops and the daemon of the probes last for less."""
SHORT = 0.5
LOOP, STAY, GONE = 1.5, 5.0, 2.0
GRADER = ("labkit.grade.", "labkit.golden.", "labkit.labs.", "labkit.mistakes.", "labkit.running.", "labkit.testing.")
"""What the grader has in memory and a child must not have: each with a dot, so that one name is not taken for another."""
LONGEST = 120
"""Characters of what an attack tells."""
HELD = {probes.REFUSED: True, probes.REACHED: False}

__all__ = ["Finding", "examine", "is_safe", "refuse_where_unsafe", "render"]


def refuse_where_unsafe(server: Server | None = None) -> None:
    """Prove in a fraction of a second that the locks of a child close.

    Args:
        server: that will be graded with; one of its own when left out, which takes most of the time.

    Raises:
        CannotIsolate: a needed lock is open. Names it, and the way out.
    """
    started = server or Server()
    try:
        with set_up(BUDGET) as attacks:
            findings = _attacked(started, attacks)
    finally:
        if server is None:
            started.close()
    if not is_safe(findings):
        raise CannotIsolate(f"the code of strangers is not safe here: {opened(findings)}. {WAY_OUT}")


def examine(start: Callable[[], Server] = Server) -> list[Finding]:
    """Every protection, attacked.

    Args:
        start: starts the fork server whose children are attacked.

    Raises:
        CannotIsolate: nothing can be locked here at all. Says why, and the way out.
    """
    os.environ[VARIABLE] = "a secret of the grader's"
    try:
        server = start()
        try:
            with set_up(BUDGET) as attacks:
                environment = Probe("seeing the grader's environment", probes.read_environment, [VARIABLE])
                findings = _attacked(server, [environment, *attacks])
            return [*findings, _objects(server), *_loops(server), *_left_behind(server), _landlock()]
        finally:
            server.close()
    finally:
        del os.environ[VARIABLE]


@contextmanager
def _child(server: Server, seconds: float) -> Iterator[tuple[Child, RemoteObject]]:
    """A locked child with the probes loaded as its submission."""
    try:
        child = Child(server, BUDGET, seconds, Limits())
    except CourseError as error:
        raise CannotIsolate(f"{error}. {WAY_OUT}") from error
    try:
        texts = {"probes": ["probes.py", Path(probes.__file__).read_text()]}
        yield child, proxied(child, child.request(["load", "probes", "probes.py"], {"texts": texts}, "the probes"))
    finally:
        child.close()


def _locked(server: Server, attacks: Sequence[Probe], seconds: float = PATIENCE) -> list[Outcome]:
    """What comes of attacks in a locked child; failed where it ended without an answer."""
    found: list[Outcome] = []
    try:
        with _child(server, seconds) as (child, submitted):
            # The last may put another program in the place of the child, and must not take the answers of the others along.
            for part in (attacks[:-1], attacks[-1:]):
                try:
                    found += submitted.attempts([probe.call for probe in part])
                except Stopped as error:
                    ended = (probes.REACHED, SAID) if SAID in child.printed() else (probes.FAILED, str(error))
                    found += [ended] * len(part)
    except Stopped as error:
        return [(probes.FAILED, str(error))] * len(attacks)
    return found


def _attacked(server: Server, attacks: Sequence[Probe]) -> list[Finding]:
    # One after the other: a target can be traced by one process at a time.
    free = outcomes(control(attacks), len(attacks))
    locked = _locked(server, attacks)
    return [_judged(probe, *pair) for probe, *pair in zip(attacks, free, locked, strict=True)]


def _judged(probe: Probe, free: Outcome, locked: Outcome) -> Finding:
    held, told = HELD.get(locked[0]), locked[1]
    if held is not False and free[0] != probe.unlocked:
        held, told = None, f"without locks the attack {free[0]}: {free[1]}"
    return Finding(
        probe.protection, held, True, "".join(sign if sign.isprintable() else " " for sign in told)[:LONGEST]
    )


def _objects(server: Server) -> Finding:
    """Neither a module nor an object of the grader's is in a child; in this process they are."""
    probe = Probe("finding the grader's modules and expected values", probes.find_objects, [GRADER])
    return _judged(probe, probes.attempt(probe.attack, probe.arguments), _locked(server, [probe])[0])


def _loops(server: Server) -> list[Finding]:
    """A loop ends with its time on the processor, and with the patience of the grader."""
    computing = Probe("processor time beyond the budget", probes.compute, [LOOP])
    endless = Probe("a call that does not end", probes.compute, [LOOP])
    running = control([computing])
    by_system = _stopped(_locked(server, [computing])[0], "signal 9", f"ended after {BUDGET.processor_seconds} s of it")
    by_grader = _stopped(_locked(server, [endless], SHORT)[0], "stopped after", f"ended after {SHORT:g} s")
    free = outcomes(running, 1)[0]
    return [_judged(computing, free, by_system), _judged(endless, free, by_grader)]


def _stopped(outcome: Outcome, how: str, told: str) -> Outcome:
    """Being ended is what these attacks are refused with, where it was in this way."""
    return (probes.REFUSED, told) if outcome[0] == probes.FAILED and how in outcome[1] else outcome


def _left_behind(server: Server) -> list[Finding]:
    """Nothing that a child starts outlives it, and no child outlives the server, which is at its end with this."""
    daemon = Probe("leaving a process behind", probes.stay_behind, [STAY])
    outliving = Probe("outliving the grader", probes.stay_behind)
    free, locked = (_survived(outcome) for outcome in (outcomes(control([daemon]), 1)[0], _locked(server, [daemon])[0]))
    output = os.memfd_create("output")
    number, channel = server.fork(BUDGET, output)
    os.close(output)
    with channel:
        channel.settimeout(PATIENCE)
        ready = channel.recv(len(READY)) == READY
        server.close()
        deadline = time.monotonic() + GONE
        while _runs(number) and time.monotonic() < deadline:
            time.sleep(0.005)
        result = probes.REACHED if _runs(number) else probes.REFUSED if ready else probes.FAILED
    told = {probes.REACHED: "it runs on", probes.REFUSED: "it ended with the fork server"}
    return [_judged(daemon, free, locked), _judged(outliving, free, (result, told.get(result, "it was not ready")))]


def _survived(outcome: Outcome) -> Outcome:
    """Does the process that was started run on? It is ended here."""
    if outcome[0] != probes.REACHED:
        return outcome
    number = int(outcome[1])
    if not _runs(number):
        return probes.REFUSED, "what was started ended with the one that started it"
    os.kill(number, signal.SIGKILL)
    return probes.REACHED, f"process {number} ran on"


def _runs(number: int) -> bool:
    """Is there such a process, and is it more than an entry that nobody has asked for yet?"""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _landlock() -> Finding:
    """Not needed: the filter of system calls holds alone."""
    version = ctypes.CDLL(None).syscall(lockdown.LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    told = (
        f"version {version} of the kernel's"
        if version > 0
        else "the kernel has none; the filter of system calls suffices"
    )
    return Finding("a second lock (Landlock)", version > 0, False, told)
