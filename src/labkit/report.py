"""One result of grading, in one shape: for the terminal and for JSON."""

from dataclasses import dataclass, field
from typing import Any


def sentence(test: str) -> str:
    """The name of a test as a sentence."""
    return test.removeprefix("test_").replace("_", " ")


@dataclass(frozen=True)
class TestResult:
    """One graded test.

    Attributes:
        name: of the test.
        task: that it judges.
        points: it is worth.
        outcome: passed or failed.
        message: what the check saw; empty when passed.
        printed: what the student's code wrote meanwhile.
        remark: what the mistake looks like, and a hint; empty when nothing is recognised.
        mistake: its name in the catalogue, when it is recognised without doubt.
        hints: of the mistake that is named or that it looks like.
        inputs: "public" or "fresh".
        ended: why the student's code was stopped in it, in a few words; empty when it was not.
    """

    __test__ = False  # not a test class, whatever pytest makes of the name

    name: str
    task: str
    points: int
    outcome: str
    message: str = ""
    printed: str = ""
    remark: str = ""
    mistake: str | None = None
    hints: tuple[str, ...] = ()
    inputs: str = "public"
    ended: str = ""

    def as_json(self) -> dict[str, Any]:
        """name, outcome and message; for a failed test mistake and inputs as well. The message begins with the remark."""
        told = {
            "name": self.name,
            "outcome": self.outcome,
            "message": "\n".join(filter(None, (self.remark, self.message))),
        }
        return told if self.outcome == "passed" else told | {"mistake": self.mistake, "inputs": self.inputs}


@dataclass
class TaskResult:
    """A task: a function or class, with the tests that judge it."""

    task: str
    tests: list[TestResult] = field(default_factory=list)

    @property
    def max_points(self) -> int:
        return sum(test.points for test in self.tests)

    @property
    def points(self) -> int:
        return sum(test.points for test in self.tests if test.outcome == "passed")

    def as_json(self) -> dict[str, Any]:
        """task, points, max_points, tests [...]."""
        tests = [test.as_json() for test in self.tests]
        return {"task": self.task, "points": self.points, "max_points": self.max_points, "tests": tests}


@dataclass
class LabResult:
    """The grade of one lab's code.

    Attributes:
        lab: its name.
        tasks: what each earned.
        unreadable: why the module could not be taken; empty when it could.
        missing: is the reason that there is no such file?
    """

    lab: str
    tasks: list[TaskResult] = field(default_factory=list)
    unreadable: str = ""
    missing: bool = False

    @property
    def max_points(self) -> int:
        return sum(task.max_points for task in self.tasks)

    @property
    def points(self) -> int:
        return sum(task.points for task in self.tasks)

    def add(self, test: TestResult) -> None:
        """File a test's result under its task."""
        for task in self.tasks:
            if task.task == test.task:
                task.tests.append(test)
                return
        self.tasks.append(TaskResult(test.task, [test]))

    def as_json(self) -> dict[str, Any]:
        """lab, points, max_points, tasks [{task, points, max_points, tests [...]}]."""
        tasks = [task.as_json() for task in self.tasks]
        return {"lab": self.lab, "points": self.points, "max_points": self.max_points, "tasks": tasks}
