"""Grading a class: a folder of submissions, several at once, with results that an interruption does not lose."""
