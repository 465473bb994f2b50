"""A worker's side of the channel: lines of JSON in, lines of JSON out."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any


def answer(answers: IO[bytes], content: Mapping[str, Any]) -> None:
    """Send one line."""
    answers.write(json.dumps(content).encode() + b"\n")
    answers.flush()


def serve(main: Callable[[IO[bytes], IO[bytes]], None]) -> None:
    """Run a worker on this process's standard input and output; whatever else it prints goes to standard error.

    Args:
        main: takes where requests come from and where answers go.
    """
    # Whatever else in this process may print must not get among the answers.
    own = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with os.fdopen(own, "wb") as stream:
        main(sys.stdin.buffer, stream)
