"""Ending the process, or never ending: each costs the checks that do it, never the others."""

from attacks import Attack

_NAME = "def duplicate_angles(angles):\n"


def _calling(body: str) -> str:
    return _NAME + "".join(f"    {line}\n" for line in body.splitlines())


ENDING = (
    Attack("sys.exit(0) at import", "import sys\nsys.exit(0)", 0),
    Attack("os._exit(0) at import", "import os\nos._exit(0)", 0, "the process ended"),
    Attack("sys.exit(0) in a call", _calling("import sys\nsys.exit(0)")),
    Attack("os._exit(0) in a call", _calling("import os\nos._exit(0)"), says="the process ended"),
    Attack("os._exit(0) when the interpreter ends", "import atexit, os\natexit.register(os._exit, 0)", 12),
    Attack("os._exit(0) when a result is dropped", "class Bomb:\n    def __del__(self):\n        import os\n"
        "        os._exit(0)\n"
           + _calling("bomb = Bomb()\ndel bomb\nreturn angles")),
    Attack("a key was pressed", _calling("raise KeyboardInterrupt")),
    Attack("a generator's end", _calling("raise GeneratorExit")),
    Attack("an iteration's end", _calling("raise StopIteration")),
    Attack("an exit of its own kind", "class Full(SystemExit):\n    code = 0\n" + _calling("raise Full")),
    Attack("no exception at all", "class Own(BaseException):\n    pass\n" + _calling("raise Own")),
    Attack("a group of exceptions", _calling("raise ExceptionGroup('all is well', [SystemExit and ValueError()])")),
    Attack(
        "the processor told to stop",
        _calling("import signal\nsignal.raise_signal(signal.SIGKILL)"), says="the process ended",
    ),
    Attack("abort", _calling("import os\nos.abort()"), says="the process ended"),
    Attack("a null pointer", _calling("import ctypes\nctypes.string_at(0)"), says="by signal 11"),
    Attack("an illegal call", _calling("import ctypes\nctypes.CDLL(None).strlen(1)"), says="by signal 11"),
    Attack("deep recursion", _calling("return duplicate_angles(angles)"), says="RecursionError"),
    Attack(
        "deep recursion without a limit",
        "import sys\nsys.setrecursionlimit(10**9)\n" + _calling("return [*map(duplicate_angles, [angles])]"),
    ),
    Attack("deep recursion in C", _calling("deep = []\nfor _ in range(10**6):\n    deep = [deep]\nreturn repr(deep)")),
    Attack("a class that ends what asks for its name", "class Meta(type):\n    @property\n"
        "    def __name__(self):\n        import os\n        os._exit(0)\n"
           "class Own(metaclass=Meta):\n    pass\n" + _calling("return Own()")),
    Attack(
        "an exception whose text cannot be had",
        "class Own(Exception):\n    def __str__(self):\n        raise SystemExit\n" + _calling("raise Own"),
    ),
    Attack("its channel closed", _calling("import os\nos.close(3)")),
    Attack("its channel shut", _calling("import socket\nsocket.socket(fileno=3).shutdown(2)")),
    Attack("every descriptor closed", _calling("import os\nos.closerange(0, 4)")),
)  # fmt: skip

ENDLESS = (
    Attack("a loop", _calling("while True:\n    pass"), says="endless loop"),
    Attack("a loop in C", _calling("return sum(range(10**13))"), says="endless loop"),
    Attack("a loop in NumPy", _calling("a = np.eye(300)\nwhile True:\n    a = a @ a"), says="endless loop"),
    Attack("one long power", _calling("return 10**10**9"), says="endless loop"),
    Attack("sleep", _calling("import time\ntime.sleep(1000)"), says="endless loop"),
    Attack("stopped by itself", _calling("import signal\nsignal.raise_signal(signal.SIGSTOP)"), says="endless loop"),
    Attack(
        "a loop that ignores every signal",
        "import signal\nfor one in signal.valid_signals():\n    try:\n        signal.signal(one, signal.SIG_IGN)\n"
        "    except OSError:\n        pass\n" + _calling("while True:\n    try:\n        while True:\n            pass\n"
                                                        "    except BaseException:\n        pass"),
        says="endless loop",
    ),
    Attack(
        "an answer that drips",
        _calling("import os, time\nwhile True:\n    os.write(3, b'\\1')\n    time.sleep(0.01)"),
    ),
    Attack("a loop while its exception is written", "class Own(Exception):\n    def __str__(self):\n"
        "        while True:\n            pass\n"
           + _calling("raise Own"), says="endless loop"),
    Attack("a loop at import", "while True:\n    pass", 0, "endless loop"),
)  # fmt: skip

MEMORY = (
    Attack("one huge array", _calling("return np.ones(10**11)"), says="memory"),
    Attack("a huge array that takes nothing until it is used", _calling("return np.zeros(10**9)"), says="memory"),
    Attack("a list that grows", _calling("all = []\nwhile True:\n    all.append(bytearray(10**7))")),
    Attack("many small objects", _calling("all = []\nwhile True:\n    all = [all, *[[] for _ in range(10**5)]]")),
    Attack("shared maps", _calling("import ctypes\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\n"
                                   "while libc.mmap(None, ctypes.c_size_t(10**8), 3, 0x21, -1, "
                                   "ctypes.c_long(0)) != 2**64 - 1:\n    pass\n"
                                   "raise MemoryError"), says="memory"),
    Attack("more than a message may have", _calling("return np.zeros(9_000_000)")),
    Attack("a long text", _calling("return 'x' * 20_000_000")),
    Attack("a long text of an exception", _calling("raise ValueError('x' * 20_000_000)")),
    Attack("a million parts", _calling("return [0.0] * 1_000_000")),
    Attack("a gigabyte printed", "import os\n" + _calling("for _ in range(1000):\n    os.write(1, b'x' * 1_000_000)")),
    Attack(
        "a gigabyte printed in passing",
        "_plain_answer = duplicate_angles\n" + _calling(
            "import os\nfor _ in range(1000):\n    try:\n        os.write(2, b'x' * 1_000_000)\n"
            "    except OSError:\n        pass\n"
            "return _plain_answer(angles)"),
        12,
    ),
    Attack("printing far behind the end", _calling("import os\nos.lseek(1, 10**15, 0)\nos.write(1, b'x')")),
)  # fmt: skip
