"""What graded tests see of a call that writes into its arguments: identity, overlap, memory, and arguments left alone.

Each look is taken in this process and through the locked child.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labkit.calls import call_text
from labkit.errors import CheckFailed
from labkit.implementation import Implementation
from labkit.look import look_at
from labkit.memory_layouts import every_other, inside, read_only
from labkit.sandbox.client import Server
from labkit.sandbox.isolated import Allowance, Isolated
from labkit.student import Student
from labkit.testing import Check
from labkit.tolerance import EXACT

FUNCTIONS = """
import numpy as np

def told(*arrays):
    '''What an argument is, as far as its memory goes.'''
    flags = [(a.strides, a.flags.writeable, a.dtype.str) for a in arrays]
    return str(flags), [bool(np.shares_memory(arrays[0], a)) for a in arrays], [a is arrays[0] for a in arrays]

def double(x, out, other=None):
    out[...] = 2 * x
    return out

def double_into_a_copy(x, out, other=None):
    return 2 * x

def double_and_return_a_view(x, out, other=None):
    out[...] = 2 * x
    return out[:]

def double_and_return_nothing(x, out, other=None):
    out[...] = 2 * x

def double_and_spoil(x, out, other=None):
    out[...] = 2 * x
    other[0] = 7
    return out

def refuse_late(x):
    x[0] = 7
    raise ValueError("x is bad")

def refuse(x):
    raise ValueError("x is bad")

def see(x):
    return x[1:]

def copy(x):
    return x[1:].copy()

def large(count):
    np.zeros(count, np.uint8)

def leave():
    raise SystemExit(3)
"""


@pytest.fixture(scope="module", params=["in process", "isolated"])
def student(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Student]:
    if request.param == "in process":
        path: Path = tmp_path_factory.mktemp("functions") / "speed.py"
        path.write_text(FUNCTIONS)
        yield Student(Implementation({"speed": path}, path.parent).load("speed"), "src/ropelab/speed.py")
        return
    if sys.platform != "linux":
        pytest.skip("isolated grading needs Linux")
    server = Server()
    code = Isolated(server, {"speed": ("src/ropelab/speed.py", FUNCTIONS)}, Allowance())
    with code.opened("speed") as module:
        yield module
    code.close()
    server.close()


def _x() -> Any:
    return np.arange(24.0).reshape(2, 3, 4) - 7.5


LAYOUTS = {
    "plain": _x(),
    "transposed": _x().T,
    "reversed with gaps": _x()[::-1, :, ::2],
    "every other row": every_other(_x(), 1),
    "inside": inside(_x(), 3),
    "read-only": read_only(_x()),
    "empty": np.zeros((0, 3)),
    "repeated": np.broadcast_to(_x()[:1], (5, 3, 4)),
    "a number": np.array(3.5, np.float16),
    "columns first": np.asfortranarray(_x()),
}


@pytest.mark.parametrize("array", LAYOUTS.values(), ids=LAYOUTS)
def test_strides_dtype_and_read_only_flag_of_an_argument_arrive(student: Student, array: Any) -> None:
    seen = look_at(student.told, (array,), {})
    assert seen.result[0] == str([(array.strides, array.flags.writeable, array.dtype.str)])
    assert np.array_equal(seen.after[0], array)
    assert seen.after[0] is not array


def test_what_shares_memory_here_shares_it_there_and_one_array_stays_one(student: Student) -> None:
    x = _x()
    arrays = (x, x[1:], x, _x(), x[:, :, ::-1], x[:])
    assert look_at(student.told, arrays, {}).result[1:] == (
        [True, True, True, False, True, True],
        [True, False, True, False, False, False],
    )
    halves = np.zeros((3, 8))
    assert look_at(student.told, (halves[:, :4], halves[:, 4:]), {}).result[1] == [True, False]


def _into(function: Any, expected: Any) -> Exception | None:
    x, out, other = _x(), every_other(np.zeros((2, 3, 4)), -1), np.zeros(3)
    check = Check([expected])
    check.into(function, x, out, other=other, target=out, called="out", within=EXACT)
    assert np.all(out == 0), "the caller's array is a copy's source, and stays what it was"
    return check.failure


def test_a_result_written_into_the_argument_is_taken(student: Student) -> None:
    assert _into(student.double, 2 * _x()) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("double_into_a_copy", "expected  out itself\n  got       float64 array of shape (2, 3, 4)"),
        ("double_and_return_a_view", "another array on the memory of out"),
        ("double_and_return_nothing", "got       NoneType None"),
        ("double_and_spoil", "another argument than out was overwritten"),
    ],
)
def test_another_object_or_a_spoilt_argument_is_named(student: Student, name: str, message: str) -> None:
    assert message in str(_into(getattr(student, name), 2 * _x()))


def test_what_is_in_the_argument_afterwards_is_compared(student: Student) -> None:
    failure = _into(student.double, 3 * _x())
    assert isinstance(failure, CheckFailed)
    assert failure.kind == "the values of what comes back"


def test_a_refusal_that_comes_after_the_first_write_is_not_taken(student: Student) -> None:
    for function, message in ((student.refuse, "None"), (student.refuse_late, "an argument had been written to")):
        check = Check([])
        check.raises(function, _x(), naming="x")
        assert message in str(check.failure)


def test_a_call_is_shown_with_what_is_unusual_about_the_memory_of_its_arguments() -> None:
    x = _x()
    calls = {
        "f(<float64 array of shape (2, 3, 4)>, 3)": (x, 3),
        "f(<float64 array of shape (2, 3, 4)>, <float64 array of shape (2, 3, 4), which is argument 1>)": (x, x),
        "f(<float64 array of shape (3, 4)>, 2, <float64 array of shape (2, 3, 4), on the memory of argument 1>)": (
            x[0],
            2,
            x,
        ),
        "f(<float64 array of shape (2, 3, 2), strides (96, 32, 16)>)": (x[..., ::2],),
        "f(<read-only float64 array of shape (2, 3, 4)>)": (read_only(_x()),),
    }

    def f() -> None: ...

    f.__qualname__ = "f"
    assert [call_text(f, args, {}) for args in calls.values()] == [*calls]
    assert call_text(f, (1,), {"out": x[:], "x": x}).endswith(
        "x=<float64 array of shape (2, 3, 4), on the memory of argument 2>)"
    )


def test_a_view_is_told_from_a_copy(student: Student) -> None:
    for function, message in ((student.see, "None"), (student.copy, "what comes back is a copy")):
        check = Check([_x()[1:]])
        check.shares(function, _x(), within=EXACT)
        assert message in str(check.failure)


def test_the_peak_of_memory_is_measured_where_the_code_runs(student: Student) -> None:
    for count, message in (
        (1_000_000, "None"),
        (1_200_000, "at most 1,100,000 bytes of extra memory\n  got       1,20"),
    ):
        check = Check([])
        check.memory(student.large, count, most=1_100_000)
        assert message in str(check.failure)


def test_an_error_in_a_call_that_is_looked_at_counts_as_raised_and_what_follows_is_still_compared(
    student: Student,
) -> None:
    check = Check([1, 2.5])
    check.into(student.refuse, x := _x(), target=x, called="x", within=EXACT)
    check.value(2.5, "the next value", within=EXACT)
    assert str(check.failure) == "x is bad"
    assert [event.outcome for event in check.trace.events] == ["raises ValueError", "value"]
    with pytest.raises(SystemExit):
        check.raises(student.leave, naming="x")
