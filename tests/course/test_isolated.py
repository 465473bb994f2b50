"""Isolated grading gives what grading in this process gives, and says in one line which of its limits was reached."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import LABS, labkit, results_of

from labkit.errors import StudentError
from labkit.grade import Expectations, grade_lab
from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import read_catalogue
from labkit.mistakes.signature import signature
from labkit.mistakes.trials import submission
from labkit.running import PUBLIC_SEED, run
from labkit.sandbox.client import Server
from labkit.sandbox.isolated import Allowance, Isolated
from labkit.sandbox.lockdown import Budget
from labkit.sandbox.submission import read_submission

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolated grading needs Linux")

SHORT = Allowance(seconds_per_call=0.4, seconds=5.0, budget=Budget(200_000_000, 6, 100_000))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


def _texts(course: Course, lab: Lab, text: str) -> dict[str, tuple[str, str]]:
    texts = {one.module: (course.shown(one.solution), one.solution.read_text()) for one in course.labs}
    return texts | {lab.module: (f"src/ropelab/{lab.module}.py", text)}


def _grade(course: Course, lab: Lab, server: Server, text: str, allowance: Allowance = SHORT) -> dict[str, str]:
    """The messages of all tests, by name; empty for those that passed."""
    code = Isolated(server, _texts(course, lab, text), allowance)
    try:
        result = grade_lab(Expectations(course, lab), code)
    finally:
        code.close()
    return {test.name: test.message for test in results_of(result)}


@pytest.mark.parametrize("name", LABS)
def test_the_solution_has_full_points_on_public_and_fresh_inputs(course: Course, server: Server, name: str) -> None:
    lab = course.lab(name)
    for seed in (PUBLIC_SEED, 12_345):
        code = Isolated(server, _texts(course, lab, lab.solution.read_text()), Allowance())
        result = grade_lab(Expectations(course, lab, seed), code)
        code.close()
        assert result.points == 12, [test.message for test in results_of(result) if test.message]


@pytest.mark.parametrize("name", LABS)
def test_stubs_fail_with_the_same_messages(course: Course, server: Server, name: str) -> None:
    from labkit.stubs import make_stub

    lab = course.lab(name)
    messages = _grade(course, lab, server, make_stub(lab.solution.read_text(), lab.name))
    assert all(f"(lab {lab.name}) is not written" in message for message in messages.values()), messages


@pytest.mark.parametrize("name", LABS)
def test_every_catalogued_mistake_does_the_same_isolated_and_in_this_process(
    course: Course, server: Server, name: str
) -> None:
    lab = course.lab(name)
    expectations = Expectations(course, lab)
    differing = []
    for task in read_catalogue(course, lab).values():
        tests = [test for test in expectations.tests if test.task == task.name]
        for mistake in task.mistakes:
            for program in mistake.programs:
                here = submission(course, lab, program)
                there = Isolated(server, _texts(course, lab, lab.solution.read_text() + program), Allowance())
                for test in tests:
                    expected = expectations.expected.get(test.name, [])
                    one = run(test, here, lab.module, PUBLIC_SEED, expected)
                    other = run(test, there, lab.module, PUBLIC_SEED, expected)
                    # Sums of single-precision products may differ in their last bits: another number of threads.
                    same = signature(one.trace).words == signature(other.trace).words
                    if not same or (one.failure is None) != (other.failure is None):
                        differing.append((mistake.key, test.name, str(one.failure), str(other.failure)))
                there.close()
    assert differing == []


LIMITS: dict[str, tuple[str, str]] = {
    "an endless loop": ("while True: pass", "stopped after 0.4 s in rope_frequencies: is there an endless loop?"),
    "an endless loop in C": (
        "sum(range(10**15))",
        "stopped after 0.4 s in rope_frequencies: is there an endless loop?",
    ),
    "too much memory": ("np.ones(10**9)", "it wanted more than 200 MB of memory"),
    "too much output": ("print('x' * 200_000)", "it printed more than 0.1 MB: print less"),
    "an answer too large": ("return bytes(20_000_000)", "is too large"),
    "an end": ("__import__('os')._exit(3)", "the process ended in rope_frequencies"),
}


@pytest.mark.parametrize(("line", "said"), LIMITS.values(), ids=LIMITS)
def test_each_limit_has_a_message_and_costs_the_tests_that_reach_it_alone(
    course: Course, server: Server, line: str, said: str
) -> None:
    lab = course.labs[0]
    text = lab.solution.read_text().replace("    pairs = np.arange", f"    {line}\n    pairs = np.arange")
    allowance = Allowance(0.4, 20.0, Budget(400_000_000 if "bytes" in line else 200_000_000, 21, 100_000))
    messages = _grade(course, lab, server, text, allowance)
    failed = [message for name, message in messages.items() if message]
    assert len(failed) == 4, messages
    assert all(said in message for message in failed), failed


def test_the_time_of_a_submission_is_limited_too(course: Course, server: Server) -> None:
    lab = course.labs[0]
    text = lab.solution.read_text().replace("import numpy as np\n", "import numpy as np\nimport time\n", 1)
    text = text.replace("    pairs = np.arange", "    time.sleep(0.3)\n    pairs = np.arange")
    messages = _grade(course, lab, server, text, Allowance(0.4, 0.5))
    assert "not run: the submission had taken more than 0.5 s before this test" in messages.values()


def test_an_error_arrives_with_its_type_text_and_line(course: Course, server: Server) -> None:
    lab = course.labs[0]
    text = lab.solution.read_text().replace("    pairs = np.arange", "    {}['gone']\n    pairs = np.arange", 1)
    line = text.splitlines().index("    {}['gone']") + 1
    messages = _grade(course, lab, server, text)
    assert f"src/ropelab/frequencies.py:{line} in rope_frequencies: KeyError: 'gone'" in messages.values()
    broken = _grade(course, lab, server, "def rope_frequencies(:\n")
    assert set(broken.values()) == {"src/ropelab/frequencies.py:1: SyntaxError: invalid syntax"}


def test_what_is_printed_is_kept_and_cleaned(course: Course, server: Server) -> None:
    lab = course.labs[0]
    text = lab.solution.read_text().replace(
        "    pairs = np.arange", "    print('\\x1b[2J seen', d_head)\n    return None\n    #"
    )
    code = Isolated(server, _texts(course, lab, text), SHORT)
    result = grade_lab(Expectations(course, lab), code)
    code.close()
    printed = [test.printed for test in results_of(result, "rope_frequencies")]
    assert all(text.startswith("\\x1b[2J seen ") for text in printed), printed


def test_only_the_course_s_own_libraries_can_be_imported(course: Course, server: Server) -> None:
    lab = course.labs[0]
    for module in ("matplotlib", "sqlite3", "labkit.grade", "pytest"):
        messages = _grade(course, lab, server, f"import {module}\n" + lab.solution.read_text())
        (message,) = set(messages.values())
        assert message.startswith("src/ropelab/frequencies.py:1: ModuleNotFoundError") or "No module" in message


def _module(folder: Path) -> Path:
    path = folder / "src" / "ropelab" / "frequencies.py"
    path.parent.mkdir(parents=True)
    return path


def test_a_submission_is_read_as_a_plain_file_only(course: Course, tmp_path: Path) -> None:
    lab = course.labs[0]
    makers: dict[str, Callable[[Path], object]] = {
        "is missing": Path.exists,
        "no link": lambda path: path.symlink_to(lab.solution),
        "is not a plain file": os.mkfifo,
        "are allowed": lambda path: path.write_bytes(b"#" * 300_000),
        "is not UTF-8": lambda path: path.write_bytes(b"x = '\xff'"),
        "of its own": lambda path: path.hardlink_to(_copy(tmp_path, lab.solution)),
    }
    for number, (said, make) in enumerate(makers.items()):
        folder = tmp_path / str(number)
        make(_module(folder))
        with pytest.raises(StudentError, match=said):
            read_submission(course, lab, folder)
    folder = tmp_path / "linked folder"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "ropelab").symlink_to(lab.solution.parent)
    with pytest.raises(StudentError, match="no link"):
        read_submission(course, lab, folder)


def _copy(folder: Path, path: Path) -> Path:
    copy = folder / "copy.py"
    copy.write_bytes(path.read_bytes())
    return copy


def test_the_command_grades_isolated_and_agrees_with_the_other(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text().replace("-2.0 * pairs", "2.0 * pairs"))
    one = labkit("grade", "--lab", "1", "--json", "-", course=scratch)
    other = labkit("grade", "--lab", "1", "--json", "-", "--isolated", course=scratch)
    assert (one.returncode, other.returncode) == (1, 1), other.stderr
    assert one.stdout == other.stdout


def test_where_nothing_can_be_isolated_one_sentence_says_so_and_ones_own_code_may_be_trusted(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text())
    program = "import sys; sys.platform = 'darwin'; from labkit.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "grade", "--lab", "1", "--isolated"]
    refused = subprocess.run(command, cwd=scratch.root, capture_output=True, text=True, check=False)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
    assert "needs Linux" in refused.stderr
    trusted = subprocess.run(
        [*command, "--trust-this-code"], cwd=scratch.root, capture_output=True, text=True, check=False
    )
    assert trusted.returncode == 0, trusted.stderr
