"""The questions of a lab and their answers: reading them, and marking the quiz."""
