"""The course as an nbgrader course: assembling it, grading what is handed in, and telling students and instructors."""

import sys

# jsonschema looks for this only to check addresses, of which notebooks have none; it is half of what nbgrader takes to start.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # which is how an import is made to fail
