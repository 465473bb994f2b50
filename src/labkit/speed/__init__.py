"""How lab 08 measures: the ways to rotate, in NumPy and in torch, the ways to let a table grow, and their charts."""
