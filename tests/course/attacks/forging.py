"""Lies: values that pretend, patched libraries and machinery, forged messages. The values that come out are still wrong."""

from attacks import Attack

_ALL = "rope_frequencies = wavelengths = position_angles = duplicate_angles = answer\n"
_NONE = "\ndef answer(*args, **kwargs):\n    return np.zeros(3)\n"

LYING_ARRAY = """
class Lie(np.ndarray):
    shape = property(lambda self: (3,))
    dtype = property(lambda self: np.dtype(float))
    def __array_ufunc__(self, *args, **kwargs):
        return np.bool_(True)
    def __array_function__(self, *args, **kwargs):
        return True
    def __eq__(self, other):
        return True
    def __reduce__(self):
        return print, ("full marks",)


def answer(*args, **kwargs):
    return np.ndarray.__new__(Lie, (3,))
"""

ALWAYS_EQUAL = """
class Same:
    __array_priority__ = 1e9
    ndim, size, shape, dtype = 1, 3, (3,), np.dtype(float)
    def __getattr__(self, name):
        return lambda *args, **kwargs: self
    def __eq__(self, other):
        return True
    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = lambda *args: True
    __abs__ = __sub__ = __rsub__ = lambda self, *other: self
    def __array__(self, *args, **kwargs):
        return np.zeros(3)
    def __float__(self):
        return 0.0
    def __hash__(self):
        return 0
    __class__ = property(lambda self: np.ndarray)


def answer(*args, **kwargs):
    return Same()
"""

PATCHED_NUMPY = """
def _yes(*args, **kwargs):
    return True

np.allclose = np.array_equal = np.isclose = np.all = _yes
np.testing.assert_allclose = np.testing.assert_array_equal = np.testing.assert_equal = _yes
np.abs = np.absolute = lambda *args, **kwargs: np.zeros(())
np.asarray = lambda *args, **kwargs: np.zeros((), dtype=bool)
"""

PATCHED_BUILTINS = """
import builtins
builtins.isinstance = lambda *args: True
builtins.abs = lambda *args: 0
builtins.all = builtins.bool = lambda *args: True
builtins.type = lambda *args: np.ndarray
"""

PATCHED_COMPARISON = """
import sys
for _name, _module in list(sys.modules.items()):
    if hasattr(_module, "difference") and _name.startswith("labkit"):
        _module.difference = lambda *args: None
_frame = sys._getframe()
while _frame is not None:
    if "difference" in _frame.f_globals:
        _frame.f_globals["difference"] = lambda *args: None
    _frame = _frame.f_back
"""

PATCHED_RUNTIME = """
import sys
_child = sys.modules["labkit.sandbox.child"]
_pack = _child.pack
_child.pack = lambda message, values, refer: _pack(["{message}"], {{"result": True}}, refer)
_child.Runtime._error = lambda self, error: ["ok"]
"""

REWRITTEN_TESTS = """
import gc, types
for _one in gc.get_objects():
    if isinstance(_one, types.FunctionType) and _one.__name__.startswith(("test_", "difference", "grade_lab")):
        _one.__code__ = (lambda *args, **kwargs: None).__code__
"""

PRINTED_VERDICT = """
import json
print(json.dumps({"score": 12, "points": 12, "passed": True, "scores": {"all": 100}}))
"""


CHEATS = (
    Attack("an array that lies", LYING_ARRAY + _ALL, 0),
    Attack("an object that equals everything", ALWAYS_EQUAL + _ALL, 0),
    Attack("NumPy patched", _NONE + PATCHED_NUMPY + _ALL, 0),
    Attack("built-in functions patched", _NONE + PATCHED_BUILTINS + _ALL, 0),
    Attack("the comparison patched, in its modules and in every frame", _NONE + PATCHED_COMPARISON + _ALL, 0),
    Attack("the machinery answers passed", _NONE + PATCHED_RUNTIME.format(message="passed") + _ALL, 0),
    Attack("the machinery answers ok", _NONE + PATCHED_RUNTIME.format(message="ok") + _ALL, 0),
    Attack("graded tests rewritten", _NONE + REWRITTEN_TESTS + _ALL, 0),
    Attack("a verdict printed", _NONE + _ALL + PRINTED_VERDICT, 0),
    Attack("the module replaced", "import sys, types\nsys.modules[__name__] = None", 0),
    Attack("the module replaced by an answer", "import sys\nsys.modules[__name__] = 12", 0),
    Attack("an exception that claims to be another", "class CheckFailed(Exception):\n"
        "    __module__ = 'labkit.errors'\n    kind = 'passed'\n\n"
           "def answer(*args, **kwargs):\n    raise CheckFailed\n" + _ALL, 0),
    Attack("an exception that ends the command", "class CourseError(Exception):\n    __module__ = 'labkit.errors'\n\n"
           "def answer(*args, **kwargs):\n    raise CourseError\n" + _ALL, 0),
)  # fmt: skip

_SENDING = """
import json, os, struct, time

def send(document, block=b""):
    text = json.dumps(document).encode()
    os.write(3, struct.pack("<II", len(text), len(block)) + text + block)

def result(*node):
    send([["ok"], {"result": [*node]}])

"""


def _frames(*lines: str) -> str:
    """Every task answered by these lines, which write on the channel themselves."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"{_SENDING}def answer(*args, **kwargs):\n{body}    return np.zeros(3)\n{_ALL}"


FRAMES = (
    Attack("an answer ahead of its own", _frames("result('none')"), 0),
    Attack("many answers ahead", _frames("for _ in range(200):", "    result('bool', True)"), 0),
    Attack("garbage", _frames("os.write(3, os.urandom(4096))"), 0),
    Attack("an oversized frame", _frames("os.write(3, struct.pack('<II', 2**32 - 1, 2**32 - 1))"), 0, "too large"),
    Attack("an endless stream", _frames("while True:", "    os.write(3, bytes(1 << 16))"), 0),
    Attack("half a frame, and the end", _frames("os.write(3, bytes(5))", "os._exit(0)"), 0),
    Attack("a verdict", _frames("send([['passed', 12], {}])"), 0, "no known kind"),
    Attack(
        "an error of the grader's own kind",
        _frames("send([['error', 'CourseError', 'CourseError', 'CourseError', 'x', None], {}])"), 0,
    ),
    Attack(
        "an interrupt",
        _frames("send([['error', 'KeyboardInterrupt', 'KeyboardInterrupt', 'KeyboardInterrupt', '', None], {}])"), 0,
    ),
    Attack("an error with no text", _frames("send([['error', 1, None, [], {}, {}], {}])"), 0, "no known kind"),
    Attack(
        "an error from nowhere",
        _frames("send([['error', 'ValueError', 'int', 'x', 'd_head 7', [10**30, 'f']], {}])"), 0,
    ),
    Attack(
        "a long message",
        _frames("send([['error', 'ValueError', 'ValueError', 'x', 'y' * 3_000_000, [1, 'z' * 10**5]], {}])"), 0,
    ),
    Attack(
        "a call of a function that was never given",
        _frames("send([['callback', 0], {'args': ['tuple', []]}])"), 0, "no known kind",
    ),
    Attack("an object that it does not have", _frames("result('object', 10**9, 'ndarray', 'x', True)"), 0),
    Attack(
        "an object with a negative number and a false name",
        _frames("result('object', -1, 'ndarray' * 10**5, '\\x1b[2J' * 10**5, True)"), 0,
    ),
    Attack(
        "an array that claims more than there is",
        _frames("result('array', '<f8', [10**6, 10**6], 0, 8 * 10**12)"), 0, "outside",
    ),
    Attack("an empty array of a huge shape", _frames("result('array', '<f8', [0, 2**40, 2**40], 0, 0)"), 0),
    Attack("an array of objects", _frames("result('array', '|O', [1], 0, 8)"), 0, "dtype"),
    Attack("deep nesting", _frames("os.write(3, struct.pack('<II', 10**6, 0) + b'[' * 10**6)"), 0, "not JSON"),
    Attack(
        "a pickle",
        _frames("send([['ok'], {'result': ['pickle', 'gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU']}])"), 0, "no known kind",
    ),
)  # fmt: skip
