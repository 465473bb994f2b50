"""Attacks that need what only some labs have: objects that are asked about later, pickles, functions handed to the student."""

import resource
import time
from collections.abc import Iterator

import pytest
from attacks.bench import ALLOWANCE, SLACK, Bench, messages
from support import results_of

from labkit.labs import Course
from labkit.sandbox import lockdown

pytestmark = pytest.mark.skipif(lockdown.missing() is not None, reason=str(lockdown.missing()))

SEED = 20_231_107


@pytest.fixture(scope="module")
def cache_bench(course: Course) -> Iterator[Bench]:
    """The grader of lab 02."""
    one = Bench(course, course.lab("02"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def relative_bench(course: Course) -> Iterator[Bench]:
    """The grader of lab 04."""
    one = Bench(course, course.lab("04"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def fresh_bench(course: Course) -> Iterator[Bench]:
    """The grader of lab 01 on inputs that nobody has seen."""
    one = Bench(course, course.labs[0], SEED)
    yield one
    one.close()


def _points(bench: Bench, text: str) -> dict[str, int]:
    """Points by task, in bounded time; the plain solution has all of them right after."""
    began = time.monotonic()
    result = bench.grade(f"{bench.plain}\n{text}")
    assert time.monotonic() - began < ALLOWANCE.seconds + SLACK, messages(result)
    bench.check_next()
    return {task.task: task.points for task in result.tasks}


PICKLES = {
    "a pickle that runs something when it is read": "return (print, ('unpickled',))",
    "a pickle that ends what reads it": "import os\n        return (os._exit, (0,))",
    "a pickle that asks for memory": "return (bytes, (10**12,))",
    "a pickle that is no text": "raise SystemExit",
    "a pickle that never ends": "while True: pass",
}


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_is_never_read_by_the_grader(cache_bench: Bench, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    points = _points(cache_bench, f"class Evil(RotaryCache):\n    def __reduce__(self):\n        {PICKLES[name]}\n"
                                  "RotaryCache = Evil")  # fmt: skip
    full = _points(cache_bench, "")
    assert points == full | {"RotaryCache": full["RotaryCache"] - 1}
    assert "unpickled" not in capfd.readouterr().out


def test_what_a_pickle_claims_is_not_believed(cache_bench: Bench) -> None:
    points = _points(cache_bench, "class Evil(RotaryCache):\n    def __reduce__(self):\n        return (RotaryCache, (2,))\n"
                                  "    __getstate__ = None\nRotaryCache, _Plain = Evil, RotaryCache")  # fmt: skip
    assert points["RotaryCache"] < _points(cache_bench, "")["RotaryCache"]


ATTRIBUTES = {
    "that raise": "raise SystemExit",
    "that end the process": "import os\n        os._exit(0)",
    "that never end": "while True: pass",
    "that are objects": "return object()",
    "that are the wrong numbers": "return np.zeros((12, 12))",
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_cost_their_own_task_only(cache_bench: Bench, name: str) -> None:
    text = f"class Evil(RotaryCache):\n    @property\n    def inv_freq(self):\n        {ATTRIBUTES[name]}\n"
    text += "    inv_freq = inv_freq.setter(lambda self, value: None)\nRotaryCache = Evil"
    points, full = _points(cache_bench, text), _points(cache_bench, "")
    assert points.pop("RotaryCache") == 0
    assert points.items() <= full.items()


def test_many_short_waits_cannot_take_longer_than_the_whole_submission_may(cache_bench: Bench) -> None:
    text = "import time\nclass Slow(RotaryCache):\n    def ensure_length(self, seq_len):\n        time.sleep(0.02)\n"
    text += "        return super().ensure_length(seq_len)\nRotaryCache = Slow"
    points = _points(cache_bench, text)
    assert points["precompute_rope"] > 0  # the code was alive until then


ROTATIONS = {
    "never asks": ("return True", 1),
    "asks without end": ("while True: rotate(np.ones(16), 1)", 0),
    "asks with a position that is no number": ("rotate(np.ones(16), 'x')\n    return True", 0),
    "asks with what is too large": ("rotate(np.zeros(10**8), 1)\n    return True", 0),
    "asks with an object": ("rotate(rotate, object())\n    return True", 0),
    "asks with a huge position": ("rotate(np.ones(16), 10**399)\n    return True", 0),
    "changes what it asks": ("rotate.__code__ = None\n    return True", 0),
    "gives an object that agrees with everything": (
        "class Yes:\n        __eq__ = __bool__ = lambda *both: True\n    return Yes()",
        0,
    ),
    "answers with a number": ("return 1", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", ROTATIONS)
def test_a_function_that_is_handed_over_is_no_way_in(relative_bench: Bench, name: str) -> None:
    body, most = ROTATIONS[name]
    points = _points(relative_bench, f"def holds_relative_property(rotate, atol):\n    {body}\n")
    full = _points(relative_bench, "")
    assert points.pop("holds_relative_property") <= most < full.pop("holds_relative_property")
    assert points == full


def test_the_functions_behind_a_handed_over_one_stay_with_the_grader(relative_bench: Bench) -> None:
    text = "def holds_relative_property(rotate, atol):\n    names = {*vars(rotate), *rotate.__globals__}\n"
    text += "    found = sorted(names & {'expected', 'apply_rope', 'Check'})\n    raise ValueError(f'found {found}')\n"
    result = relative_bench.grade(f"{relative_bench.plain}\n{text}")
    told = [message for message in messages(result) if "ValueError" in message]
    assert told
    assert all("found []" in message for message in told)


def test_fresh_inputs_are_not_told_by_any_text(fresh_bench: Bench) -> None:
    text = "def duplicate_angles(angles):\n    print('told', angles)\n    raise ValueError(f'told {angles!r}')\n"
    failed = [
        test for test in results_of(fresh_bench.grade(f"{fresh_bench.plain}\n{text}")) if test.outcome == "failed"
    ]
    assert failed
    for test in failed:
        assert "told" not in test.message + test.printed + test.remark
        assert not any(character.isdigit() for character in test.message)
    fresh_bench.check_next()


def test_the_results_of_calls_do_not_pile_up_in_the_grader(fresh_bench: Bench) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    text = "def big(*args, _big=np.zeros(6_000_000), **kwargs):\n    return _big\n"
    text += "rope_frequencies = wavelengths = position_angles = duplicate_angles = big\n"
    assert not any(_points(fresh_bench, text).values())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
