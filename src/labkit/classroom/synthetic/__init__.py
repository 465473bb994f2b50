"""A class of made-up students, for the demo and for measuring."""
