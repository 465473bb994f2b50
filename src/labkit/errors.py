"""What goes wrong in a way that a person can mend: one line, no traceback."""


class CourseError(Exception):
    """Bad input to a command, or a broken course. The command line prints the message and exits with status 2."""


def told(error: BaseException) -> str:
    """An exception in a line: its type, and its text where it has one."""
    text = (error.msg if isinstance(error, SyntaxError) else str(error)).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def located(what: str, place: tuple[str, int, str] | None) -> str:
    """What happened, behind the file, line and function in which it did, where these are known."""
    if place is None:
        return what
    path, line, function = place
    inside = "" if function == "<module>" else f" in {function}"
    return f"{path}:{line}{inside}: {what}"


class CannotIsolate(CourseError):
    """The code of strangers cannot be run safely here. The message says what is missing and the way out."""


class StudentError(Exception):
    """The student's module could not be loaded or used. The message names the file and the line."""


class Unreadable(StudentError):
    """A submission's file cannot be taken. The message says which and why, and nothing that is in it."""


class Missing(Unreadable):
    """A submission lacks a file that it should have."""


class Stopped(StudentError):
    """The student's code was stopped, or ended by itself, while a graded test was waiting for it: nothing more can be asked.

    Args:
        message: what the student reads on the public inputs.
        kind: why, in a few words and none of the student's: what is said on fresh inputs.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class CheckFailed(AssertionError):
    """A check of a graded test did not hold.

    Args:
        message: what the student reads on the public inputs.
        kind: what failed in a few words, without inputs, expected values or anything that the student's code produced: all
            that is said on inputs drawn fresh.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
