"""What lateness costs: a share of the lab's points for each day that has begun."""

from math import ceil

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

DAY = 24 * 60 * 60


class LatePenalty(LateSubmissionPlugin):  # type: ignore[misc]
    """nbgrader's plugin for late submissions.

    The penalty is a share of the points that the lab can give, not of those that the submission has: it does not change when
    the written answers are marked. nbgrader takes away no more points than the submission has when it is autograded.
    """

    percent_per_day = Float(0.0, min=0.0, max=100.0, help="of the lab's points, for each day begun").tag(config=True)
    grace_minutes = Float(0.0, min=0.0, help="after the due date, in which nothing is lost").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:  # noqa: ARG002
        """The points to take away from a notebook, None for none (nbgrader's protocol)."""
        days = days_begun(total_seconds_late, self.grace_minutes)
        if days == 0 or self.percent_per_day == 0:
            return None
        notebook = self.parent.gradebook.find_notebook(self.parent.notebook_id, self.parent.assignment_id)
        return penalty(notebook.max_score, days, self.percent_per_day)


def days_begun(seconds_late: float, grace_minutes: float) -> int:
    """How many days have begun since the end of the minutes of grace."""
    return max(0, ceil((seconds_late - 60 * grace_minutes) / DAY))


def penalty(max_points: float, days: int, percent_per_day: float) -> float:
    """The points lost after so many days, at most all."""
    return float(max_points * min(1.0, days * percent_per_day / 100))
