"""Reading what is not theirs: files, folders, the course's own modules, other processes."""

from attacks import Attempt

READING = (
    Attempt("open", 'def attempt():\n    return "secret" in open(SECRET).read()'),
    Attempt("os.open", "import os\ndef attempt():\n    return os.open(SECRET, os.O_RDONLY) > 2"),
    Attempt("pathlib", "import pathlib\ndef attempt():\n    return 'secret' in pathlib.Path(SECRET).read_text()"),
    Attempt("numpy.fromfile", "import numpy as np\ndef attempt():\n    return np.fromfile(SECRET, 'u1').size > 0"),
    Attempt("numpy.memmap", "import numpy as np\ndef attempt():\n    return np.memmap(SECRET, 'u1', 'r').size > 0"),
    Attempt(
        "numpy.load of the expected values",
        "import numpy as np\ndef attempt():\n    return bool(np.load(GOLDEN).files)",
    ),
    Attempt("numpy.loadtxt", "import numpy as np\ndef attempt():\n    return np.loadtxt(SECRET, str).size > 0"),
    Attempt(
        "the C library's fopen",
        "import ctypes\ndef attempt():\n"
        "    return bool(ctypes.CDLL(None).fopen(SECRET.encode(), b'r'))",
    ),
    Attempt(
        "the system call openat2",
        "import ctypes\ndef attempt():\n    how = (ctypes.c_uint64 * 3)()\n"
        "    return ctypes.CDLL(None).syscall(437, -100, SECRET.encode(), how, ctypes.c_size_t(24)) > 2",
    ),
    Attempt("the reference's file", "def attempt():\n    return 'def ' in open(SOLUTION).read()"),
    Attempt("the graded tests' file", "def attempt():\n    return 'def ' in open(TESTS).read()"),
    Attempt("another submission", "def attempt():\n    return 'def ' in open(NEIGHBOUR).read()"),
    Attempt("the list of users", "def attempt():\n    return bool(open('/etc/passwd').read())"),
    Attempt("the grader's command line", "def attempt():\n    return bool(open(f'/proc/{GRADER}/cmdline').read())"),
    Attempt("one's own environment block", "def attempt():\n    return open('/proc/self/environ', 'rb') is not None"),
    Attempt(
        "one's own memory",
        "def attempt():\n    return open('/proc/self/mem', 'r+b') is not None", no_control="needs dumpable",
    ),
    Attempt("a folder's list", "import os\ndef attempt():\n    return bool(os.listdir(FOLDER))"),
    Attempt("whether a file exists", "import os\ndef attempt():\n    return os.stat(SECRET).st_size > 0"),
    Attempt("where one is", "import os\ndef attempt():\n    return bool(os.getcwd())"),
    Attempt("changing the folder", "import os\ndef attempt():\n    os.chdir(FOLDER)\n    return True"),
    Attempt(
        "importing a file of the grader's",
        "import sys\ndef attempt():\n    sys.path.insert(0, FOLDER)\n    import module_of_the_grader\n    return True",
    ),
    Attempt(
        "importing the machinery",
        "import sys\ndef attempt():\n    sys.path.insert(0, SOURCES)\n    import labkit.grade\n    return True",
    ),
    Attempt(
        "importing by a spec",
        "import importlib.util\ndef attempt():\n    spec = importlib.util.spec_from_file_location('answers', SOLUTION)\n"
        "    spec.loader.exec_module(importlib.util.module_from_spec(spec))\n    return True",
    ),
    Attempt(
        "importing a module of the standard library that is not loaded",
        "def attempt():\n    import wave\n    return True",
    ),
    Attempt(
        "descriptors left open",
        "import os\ndef attempt():\n    for number in range(4, 300):\n        try:\n            os.fstat(number)\n"
        "        except OSError:\n            continue\n        return True\n    return False",
        before="import os; os.dup2(0, 40)",
    ),
    Attempt(
        "expected values among all objects",
        # The values are passed doubled: they must not be in the child because this text is.
        "import gc, numpy as np\n\ndef _numbers():\n    for one in gc.get_objects():\n"
        "        for part in gc.get_referents(one):\n            if type(part) is float:\n                yield part\n"
        "            elif type(part) is np.ndarray and part.dtype == np.float64:\n"
        "                yield from part.ravel().tolist()\n\n"
        "_found = not {2 * number for number in _numbers()}.isdisjoint(DOUBLED)\ndef attempt():\n    return _found",
        before="import numpy as np\nheld = [half / 2 for half in DOUBLED]",
    ),
    Attempt(
        "expected values in the callers' frames",
        "import sys\n\ndef _seen():\n    frame, seen = sys._getframe(1), set()\n    while frame is not None:\n"
        "        seen |= {*frame.f_locals, *frame.f_globals}\n        frame = frame.f_back\n    return seen\n\n"
        "def attempt():\n    return not _seen().isdisjoint({'expected', 'check', 'expectations', '_expected'})",
        before="expected = 1",
    ),
)  # fmt: skip

WRITING = (
    Attempt("open for writing", "def attempt():\n    open(FOLDER + '/written', 'w').write('x')\n    return True"),
    Attempt("appending", "def attempt():\n    open(SECRET, 'a').write('x')\n    return True"),
    Attempt(
        "numpy.save",
        "import numpy as np\ndef attempt():\n    np.save(FOLDER + '/saved.npy', np.ones(2))\n"
        "    return True",
    ),
    Attempt("a new folder", "import os\ndef attempt():\n    os.mkdir(FOLDER + '/made')\n    return True"),
    Attempt("removing", "import os\ndef attempt():\n    os.unlink(FOLDER + '/removable')\n    return True"),
    Attempt(
        "renaming",
        "import os\ndef attempt():\n    os.rename(FOLDER + '/removable', FOLDER + '/renamed')\n"
        "    return True",
    ),
    Attempt("a link", "import os\ndef attempt():\n    os.symlink(SECRET, FOLDER + '/link')\n    return True"),
    Attempt("a FIFO", "import os\ndef attempt():\n    os.mkfifo(FOLDER + '/fifo')\n    return True"),
    Attempt("truncating", "import os\ndef attempt():\n    os.truncate(FOLDER + '/removable', 0)\n    return True"),
    Attempt(
        "changing rights",
        "import os\ndef attempt():\n    os.chmod(FOLDER + '/removable', 0o600)\n    return True",
    ),
    Attempt("changing times", "import os\ndef attempt():\n    os.utime(FOLDER + '/removable')\n    return True"),
    Attempt("a file in shared memory", "def attempt():\n    open('/dev/shm/' + MARK, 'w').close()\n    return True"),
    Attempt(
        "the output's file grown",
        "import os\ndef attempt():\n    os.ftruncate(1, 10**9)\n    return True", no_control="descriptor 1",
    ),
)  # fmt: skip
