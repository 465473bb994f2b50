"""Starting, tracing and signalling processes, and parts of the kernel that have been ways out before."""

from attacks import Attempt

_LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
_ODD = "it may be switched off, or need rights, in a plain process"

PROCESSES = (
    Attempt(
        "fork",
        "import os\ndef attempt():\n    number = os.fork()\n    if number == 0:\n"
        "        os._exit(0)\n    return os.waitpid(number, 0)[1] == 0",
    ),
    Attempt(
        "fork of the C library",
        _LIBC + "def attempt():\n    number = libc.fork()\n    if number == 0:\n        os._exit(0)\n"
        "    return number > 0",
    ),
    Attempt(
        "a daemon that outlives the grading",
        "import os, time\ndef attempt():\n    if os.fork() == 0:\n        os.setsid()\n"
        "        if os.fork() == 0:\n            time.sleep(0.2)\n"
        "        os._exit(0)\n    return True",
    ),
    Attempt(
        "a thread",
        "import _thread, time\ndef attempt():\n    ran = []\n    _thread.start_new_thread(ran.append, (1,))\n"
        "    time.sleep(0.05)\n    return bool(ran)",
    ),
    Attempt("exec", "import os, sys\ndef attempt():\n    os.execv(EXECUTABLE, [EXECUTABLE, '-c', ''])"),
    Attempt(
        "posix_spawn",
        "import os\ndef attempt():\n    return os.posix_spawn('/bin/sh', ['sh', '-c', ':'], {}) > 0",
    ),
    Attempt("system", "import os\ndef attempt():\n    return os.system('exit 7') == 7 << 8"),
    Attempt("clone3", _LIBC + "def attempt():\n    how = (ctypes.c_uint64 * 8)()\n    how[4] = 17\n"
        "    number = libc.syscall(435, how, ctypes.c_size_t(64))\n"
            "    if number == 0:\n        os._exit(0)\n    return number > 0"),
)  # fmt: skip

OTHERS = (
    Attempt(
        "a signal to the grader",
        "import os, signal\ndef attempt():\n    os.kill(GRADER, signal.SIGURG)\n    return True",
    ),
    Attempt(
        "a signal to the fork server",
        "import os, signal\ndef attempt():\n    os.kill(SERVER, signal.SIGURG)\n    return True",
    ),
    Attempt("a signal to everybody", "import os, signal\ndef attempt():\n    os.kill(-1, 0)\n    return True"),
    Attempt(
        "a signal to the group",
        "import os, signal\ndef attempt():\n    os.killpg(0, signal.SIGURG)\n    return True",
    ),
    Attempt("a queued signal", _LIBC + "def attempt():\n    return libc.sigqueue(GRADER, 23, None) == 0"),
    Attempt("a descriptor of a process", _LIBC + "def attempt():\n    return libc.syscall(434, GRADER, 0) > 2"),
    Attempt(
        "tracing the grader",
        _LIBC + "def attempt():\n    return libc.ptrace(0x4206, GRADER, None, None) == 0", no_control=_ODD,
    ),
    Attempt("being traced", _LIBC + "def attempt():\n    return libc.ptrace(0, 0, None, None) == 0"),
    Attempt(
        "reading a process's memory",
        _LIBC + "def attempt():\n    data = ctypes.create_string_buffer(b'secret')\n    into = ctypes.create_string_buffer(6)\n"
        "    there = (ctypes.c_size_t * 2)(ctypes.addressof(data), 6)\n"
        "    here = (ctypes.c_size_t * 2)(ctypes.addressof(into), 6)\n"
        "    return libc.process_vm_readv(os.getpid(), here, 1, there, 1, 0) == 6",
    ),
    Attempt("reading the grader's memory", _LIBC + "def attempt():\n    into = ctypes.create_string_buffer(8)\n"
            "    here = (ctypes.c_size_t * 2)(ctypes.addressof(into), 8)\n"
            "    there = (ctypes.c_size_t * 2)(ctypes.addressof(libc.getpid), 8)\n"
            "    return libc.process_vm_readv(GRADER, here, 1, there, 1, 0) > 0", no_control=_ODD),
    Attempt(
        "the grader's priority",
        "import os\ndef attempt():\n    return os.getpriority(os.PRIO_PROCESS, GRADER) is not None",
    ),
    Attempt("the grader's limits", "import resource\ndef attempt():\n"
        "    return bool(resource.prlimit(GRADER, resource.RLIMIT_NOFILE))",
            no_control="another's limits need the same user"),
)  # fmt: skip

KERNEL = (
    Attempt("memfd", _LIBC + "def attempt():\n    return libc.memfd_create(b'x', 0) > 2"),
    Attempt("a pipe", "import os\ndef attempt():\n    return bool(os.pipe())"),
    Attempt("duplicating a descriptor", "import os\ndef attempt():\n    return os.dup(1) > 2"),
    Attempt("fcntl", "import fcntl\ndef attempt():\n    return fcntl.fcntl(1, fcntl.F_GETFL) >= 0"),
    Attempt("ioctl", "import fcntl\ndef attempt():\n    fcntl.ioctl(0, 0x5450)\n    return True"),
    Attempt("epoll", _LIBC + "def attempt():\n    return libc.epoll_create1(0) > 2"),
    Attempt("eventfd", _LIBC + "def attempt():\n    return libc.eventfd(0, 0) > 2"),
    Attempt("inotify", _LIBC + "def attempt():\n    return libc.inotify_init1(0) > 2", no_control=_ODD),
    Attempt(
        "System V shared memory",
        _LIBC + "def attempt():\n    return libc.shmget(0, 4096, 0o1600) >= 0", no_control="it would stay behind",
    ),
    Attempt(
        "io_uring",
        _LIBC + "def attempt():\n    return libc.syscall(425, 4, (ctypes.c_uint32 * 30)()) > 2", no_control=_ODD,
    ),
    Attempt("userfaultfd", _LIBC + "def attempt():\n    return libc.syscall(323, 1) > 2", no_control=_ODD),
    Attempt(
        "a namespace of its own",
        _LIBC + "def attempt():\n    return libc.unshare(0x10000000) == 0", no_control=_ODD,
    ),
    Attempt("another user", "import os\ndef attempt():\n    os.setuid(0)\n    return True", no_control="root only"),
    Attempt("the rights dropped", _LIBC + "def attempt():\n    return libc.prctl(4, 1, 0, 0, 0) == 0"),
    Attempt("the parent's death ignored", _LIBC + "def attempt():\n    return libc.prctl(1, 0, 0, 0, 0) == 0"),
    Attempt("a filter of its own", _LIBC + "def attempt():\n    return libc.prctl(38, 1, 0, 0, 0) == 0"),
    Attempt(
        "limits lowered",
        "import resource\ndef attempt():\n    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "    return True",
    ),
    Attempt("limits raised", "import resource\ndef attempt():\n    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)\n"
            "    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))\n    return True"),
    Attempt(
        "an alarm",
        "import signal\ndef attempt():\n    signal.setitimer(signal.ITIMER_REAL, 100)\n    return True",
    ),
)  # fmt: skip

_CALLED = """
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
# A page that may be read, written and run, private and of no file.
page = libc.mmap(None, ctypes.c_size_t(4096), 7, 0x22, -1, ctypes.c_long(0))
code = bytes.fromhex("{code}")
ctypes.memmove(page, code, len(code))
def attempt():
    return ctypes.CFUNCTYPE(ctypes.c_long)(page)() > 0
"""

X86_64 = (
    # push rbx; mov eax, 20 (getpid of 32-bit programs); int 0x80; pop rbx; ret
    Attempt(
        "int 0x80",
        _CALLED.format(code="53b814000000cd805bc3"), no_control="the kernel may run no 32-bit programs",
    ),
    # mov eax, 39 | 0x40000000 (getpid of x32); syscall; ret
    Attempt("x32", _CALLED.format(code="b8270000400f05c3"), no_control="few kernels have it"),
    # mov eax, 110 (getppid: harmless, and not on the list of what is allowed); syscall; ret
    Attempt("machine code of its own", _CALLED.format(code="b86e0000000f05c3")),
)  # fmt: skip
