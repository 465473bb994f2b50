"""The text of nbgrader_config.py: what makes nbgrader's own commands and its form grader work with this course."""

from labkit.classroom.settings import Settings
from labkit.labs import Course, Lab

COURSE_ID = "ropelab"
GRADEBOOK = "gradebook.db"

# A command that meets a locked gradebook waits this long; nbgrader's own 5 seconds end a whole batch.
SECONDS_FOR_A_LOCK = 60

TEXT = """\
# Written by `make course` at every run: change labs/course.toml or src/labkit/classroom/config.py, not this file.
from pathlib import Path

ROOT = Path(__file__).resolve().parent

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course_id}"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.db_url = f"sqlite:///{{ROOT}}/{gradebook}?timeout={seconds}"

# What a student finds where an answer was.
c.ClearSolutions.code_stub = {{"python": "# Your answer goes into the line above."}}
c.ClearSolutions.text_stub = "Your answer."

# Nothing of a submission is executed here: the isolated grader grades it, in Execute's place.
c.Autograde.pre_convert_hook = "labkit.classroom.submissions.intake.before_nbgrader"
c.Autograde.exporter_class = "labkit.classroom.submissions.exporter.SubmissionExporter"
c.IsolatedGrading.inputs = "{inputs}"
c.Autograde.autograde_preprocessors = [
    "labkit.classroom.preprocessor.IsolatedGrading",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
# The exporter has made each notebook anew from the release: what mends and checks cells would find nothing to do.
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.ClearOutput"]

# What students write: everything else is taken from source/ before grading.
c.Autograde.exclude_overwriting = {{
{theirs}}}

c.AssignLatePenalties.plugin_class = "labkit.classroom.late.LatePenalty"
c.LatePenalty.percent_per_day = {percent!r}
c.LatePenalty.grace_minutes = {grace!r}

c.GenerateFeedback.exporter_class = "labkit.classroom.feedback_exporter.FeedbackExporter"
c.ExportApp.plugin_class = "labkit.classroom.export.GradesExporter"

# Feedback and the form grader show what students wrote: no script in it may run there.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {{
    "clean_html": "labkit.classroom.sanitise.clean_html",
    "markdown2html": "labkit.classroom.sanitise.markdown_to_html",
}}
"""


def config_text(course: Course, settings: Settings, own_earlier: bool = False) -> str:
    """The content of nbgrader_config.py. It finds its own folder: the course directory can be moved."""
    theirs = "".join(f'    "{lab.name}": {students_files(course, lab, own_earlier)!r},\n' for lab in course.labs)
    return TEXT.format(
        course_id=COURSE_ID,
        gradebook=GRADEBOOK,
        seconds=SECONDS_FOR_A_LOCK,
        theirs=theirs,
        percent=settings.percent_per_day,
        grace=settings.grace_minutes,
        inputs=settings.inputs,
    )


def students_files(course: Course, lab: Lab, own_earlier: bool) -> list[str]:
    """The files of an assignment that students change: their module and their write-up, and earlier modules of their own."""
    earlier = [other for other in course.labs if other.module in lab.needs] if own_earlier else []
    modules = [course.shown(other.stub) for other in (*earlier, lab)]
    return [*modules, course.shown(lab.experiment / "README.md")]
