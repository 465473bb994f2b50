"""What every benchmark of this folder is as a program: options that are explained, one clear line for what cannot be done."""

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

from labkit.errors import CourseError


class Options(argparse.ArgumentParser):
    """Options with the module's docstring as their help, and one clear line instead of the usage text."""

    def __init__(self, description: str | None) -> None:
        super().__init__(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        raise CourseError(f"{message} (see --help)")


def run(options: Options, bench: Callable[[argparse.Namespace], None]) -> NoReturn:
    """Measure, and leave: exit status 0 measured, 2 it could not be, 130 stopped by Ctrl-C."""
    try:
        bench(options.parse_args())
    except CourseError as error:
        print(f"bench: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        raise SystemExit(130) from None
    raise SystemExit(0)
