"""The locks of a child: what is given up before untrusted code runs, for good.

After ``lock`` the process can compute, use the memory it is granted, and read and write on the descriptors it already has.
It cannot open, list, start, connect, signal or trace anything, nor get any of it back.
"""

import ctypes
import os
import sys
from dataclasses import dataclass

SYSTEM_CALLS = (
    # memory
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise",
    # descriptors that are open already
    "read", "readv", "write", "writev", "recvfrom", "recvmsg", "sendto", "sendmsg", "lseek", "close",
    "fstat", "poll", "ppoll",
    # time
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage",
    # oneself
    "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "rseq",
    "set_robust_list", "sched_yield", "sched_getaffinity", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid",
    "getrandom", "sysinfo", "uname", "exit", "exit_group",
)  # fmt: skip
"""The allowlist. Every other call fails with EPERM: an open in student code is a PermissionError, not the end."""

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
SIGKILL = 9
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
NOBODY = 65534


@dataclass(frozen=True)
class Budget:
    """What a child may use: bytes of memory beyond what it starts with, seconds of processor time, bytes of output."""

    memory: int = 1_000_000_000
    processor_seconds: int = 60
    output: int = 1_000_000


def lock(budget: Budget, parent: int) -> None:
    """Give everything up, and end with the parent process.

    Raises:
        OSError: a needed lock cannot be closed, or the parent has gone. Landlock is used where the kernel has it.
    """
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError("the fork server has gone")
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    size = size_now()
    landlock()
    set_limits(budget, size)
    system_calls()


def drop_root() -> None:
    """Become nobody where one is root; nothing else can be taken from somebody who is not."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def size_now() -> int:
    """The address space that this process takes, in bytes."""
    with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123 - pathlib is not loaded in the child
        return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def set_limits(budget: Budget, size: int) -> None:
    """The resource limits, for a process of this size: the child is one process with one thread, so they are exact totals."""
    import resource  # there is none on Windows, where this module must still say what is missing

    for which, value in (
        (resource.RLIMIT_AS, size + budget.memory),
        (resource.RLIMIT_CPU, budget.processor_seconds),
        (resource.RLIMIT_FSIZE, budget.output),
        (resource.RLIMIT_NOFILE, 4),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(which, (value, value))


def landlock() -> bool:
    """Forbid every access to files, to the network and to other processes that Landlock knows; False where there is none."""
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if abi < 1:
        return False
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    rules = (ctypes.c_uint64 * 3)(files, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = libc.syscall(LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused a set of rules")
    if libc.syscall(LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0)) != 0:
        raise OSError(ctypes.get_errno(), "Landlock refused to restrict")
    os.close(ruleset)
    return True


def system_calls() -> None:
    """Allow the calls of the list and no other, on this architecture and no other."""
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(1))
    for name in SYSTEM_CALLS:
        # A name that this architecture does not have needs no rule.
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0:
            rules.add_rule(pyseccomp.ALLOW, name)
    # abort() signals its own process, which is all that may be signalled.
    rules.add_rule(pyseccomp.ALLOW, "tgkill", pyseccomp.Arg(0, pyseccomp.EQ, os.getpid()))
    rules.load()


def prctl(option: int, value: int) -> None:
    """One prctl call. Raises OSError when it is refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) was refused")


def missing() -> str | None:
    """Why no child can be locked here, in words; None where one can."""
    if sys.platform != "linux":
        return "isolated grading needs Linux: use a Linux machine, a Linux container or WSL2"
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, OSError, RuntimeError) as error:
        return f"isolated grading needs libseccomp and pyseccomp (the instructors extra): {error}"
    return None
