"""The course directory: which file or folder is for what, and how it finds the checkout that it was made from."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from labkit.errors import CourseError
from labkit.labs import Course, Lab

MARKER = "classroom.toml"


@dataclass(frozen=True)
class Classroom:
    """An nbgrader course directory, assembled from a checkout.

    Args:
        root: the directory, absolute.
        course: the checkout that it was made from.
    """

    root: Path
    course: Course

    @property
    def marker(self) -> Path:
        """The small file that says which checkout this was made from."""
        return self.root / MARKER

    @property
    def config_file(self) -> Path:
        return self.root / "nbgrader_config.py"

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def results(self) -> Path:
        """What grading found, one JSON file for each submission: ``results/<lab>/<student>.json``."""
        return self.root / "results"

    @property
    def refused(self) -> Path:
        """Submissions that could not be taken, and the reasons."""
        return self.root / "refused"

    @property
    def seed_file(self) -> Path:
        """The seed of the inputs that no student has seen. Whoever reads it can learn the answers by heart."""
        return self.root / "fresh_seed"

    @property
    def known_mistakes(self) -> Path:
        """What is known of the mistakes on the fresh inputs. It says something about these, too."""
        return self.root / "known_mistakes"

    @property
    def bundle(self) -> Path:
        """The zip that students receive."""
        return self.root / "ropelab-students.zip"

    def seed(self) -> int:
        """The seed of the fresh inputs.

        Raises:
            CourseError: its file is missing, or does not hold a whole number of 1 or more.
        """
        try:
            seed = int(self.seed_file.read_text())
        except OSError as error:
            raise CourseError(f"{self.seed_file} cannot be read ({error.strerror}): run `make course` again") from error
        except ValueError as error:
            raise CourseError(f"{self.seed_file} does not hold a whole number") from error
        if seed < 1:
            raise CourseError(f"{self.seed_file} must hold a whole number of 1 or more")
        return seed

    def notebook(self, lab: Lab) -> str:
        """The name of a lab's notebook, in each of nbgrader's folders: ``frequencies.ipynb``."""
        return lab.notebook.name


def find_classroom(root: Path) -> Classroom:
    """The course directory at root.

    Raises:
        CourseError: there is none, or the checkout that it was made from is gone.
    """
    root = root.resolve()
    try:
        facts = tomllib.loads((root / MARKER).read_text())
    except OSError as error:
        raise CourseError(f"there is no course in {root}: run `make course` first") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{root / MARKER}: {error}") from error
    checkout = facts.get("checkout")
    if not isinstance(checkout, str):
        raise CourseError(f"{root / MARKER} does not name a checkout: run `make course` again")
    course = Course(Path(checkout))
    if not course.labs:
        raise CourseError(f"{root / MARKER} names {checkout}, where no labs are: run `make course` again")
    return Classroom(root, course)
