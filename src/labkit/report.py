"""One result of grading, in one shape: for the terminal and for JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class TestResult:
    """One graded test: ``outcome`` is passed or failed, ``message`` what the student reads (empty when passed)."""

    __test__ = False  # not a test class, whatever pytest makes of the name

    name: str
    task: str
    points: int
    outcome: str
    message: str = ""
    printed: str = ""


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


@dataclass
class LabResult:
    """The grade of one lab's code."""

    lab: str
    tasks: list[TaskResult] = field(default_factory=list)

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
        """lab, points, max_points, tasks [{task, points, max_points, tests [{name, outcome, message}]}]."""
        tasks = []
        for task in self.tasks:
            tests = [{key: asdict(test)[key] for key in ("name", "outcome", "message")} for test in task.tests]
            tasks.append({"task": task.task, "points": task.points, "max_points": task.max_points, "tests": tests})
        return {"lab": self.lab, "points": self.points, "max_points": self.max_points, "tasks": tasks}
