"""Texts that a terminal, a page or a spreadsheet would obey, in every place that a result has for them; and broken sources."""

from attacks import Attack

ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08\x00"
MARKUP = "<script>alert(1)</script> [bold red]x[/] ![x](http://x) "
FORMULA = '=HYPERLINK("http://x","y")'
OBEYED = repr(FORMULA + MARKUP + ESCAPES + "\ud800\u202e")

_CALL = "def duplicate_angles(angles):\n"

TEXTS = (
    Attack("in an exception", f"{_CALL}    raise ValueError({OBEYED})\n"),
    Attack(
        "in an exception's name",
        f"{_CALL}    raise type({OBEYED}.replace('\\0', '').replace('\\ud800', ''), (Exception,), {{}})('x')\n",
    ),
    Attack(
        "in what is printed",
        f"{_CALL}    import os\n    os.write(1, {OBEYED}.encode(errors='replace'))\n    return 1\n",
    ),
    Attack(
        "in a function's name",
        f"{_CALL}    return 1\nduplicate_angles.__qualname__ = duplicate_angles.__name__ = {OBEYED}\n",
    ),
    Attack("in a result", f"{_CALL}    return {OBEYED}\n"),
    Attack("in a syntax error", f"raise SyntaxError({OBEYED})", 0),
    Attack("in what does not exist", f"import importlib\nimportlib.import_module({OBEYED})", 0),
)  # fmt: skip

SOURCES = (
    Attack("a syntax error", "def duplicate_angles(:\n", 0, "SyntaxError", alone=True),
    Attack("bad indentation", "def f():\nreturn 1\n", 0, "IndentationError", alone=True),
    Attack("a NUL byte", "x = 1\0\n", 0, "null bytes", alone=True),
    Attack("nothing", "", 0, "does not define", alone=True),
    Attack("deep brackets", "x = " + "(" * 60_000 + ")" * 60_000, 0, alone=True),
    Attack("a long sum", "x = " + "1+" * 90_000 + "1", 0, alone=True),
    Attack("a huge constant", "x = " + "9" * 100_000, 0, alone=True),
    Attack("an import of what is not there", "import pandas\n", 0, "pandas", alone=True),
)  # fmt: skip
