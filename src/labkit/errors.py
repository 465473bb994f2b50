"""What goes wrong in a way that a person can mend: one line, no traceback."""


class CourseError(Exception):
    """Bad input to a command, or a broken course. The command line prints the message and exits with status 2."""


class StudentError(Exception):
    """The student's module could not be loaded or used. The message names the file and the line."""


class CheckFailed(AssertionError):
    """A check of a graded test did not hold. The message is what the student reads."""
