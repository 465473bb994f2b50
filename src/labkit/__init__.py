"""The machinery of the course: verify, grade, and the checks that keep the course intact. Students need not open it."""
