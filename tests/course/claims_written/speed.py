"""The numbers in the answers of lab 08, and where they come from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from support_bytes import bytes_moved, even_and_odd, forms, rows, sweeps

ANSWERS = Path(__file__).parents[3] / "solutions/written/08-speed.toml"
MEASURED = "a measured ratio of one run: machines differ"
BATCH, SEQ, HEADS, D = 2, 2048, 32, 128
KIB = 1024

GIVEN: dict[str, str] = {
    "0.5": "half a point",
    "0.95": MEASURED,
    "1.27": MEASURED,
    "0.78": MEASURED,
    "1.13": MEASURED,
    "0.62": MEASURED,
    "2.38": MEASURED,
    "3.8": MEASURED,
    "10.3": MEASURED,
    "9.6": MEASURED,
    "3.9": MEASURED,
    "7.5": MEASURED,
    "2,048": "the positions of a sequence in what was measured",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    read, written = bytes_moved(even_and_odd)
    viewed = np.zeros((2, 12, 6, 80), np.float16).view(np.complex64).shape
    return (read, written), viewed, _blocks(ropelab, (2, 300, 8, 64), 128)


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    counted = ANSWERS.read_text()
    for row in rows(sweeps(ropelab)):
        assert f"\n{row}\n" in counted, f"counted: {row}"
    return {
        "1.5": 12 / 8,
        "1.34": 1.27 / 0.95,
        "1.45": 1.13 / 0.78,
        "0.67": 8 / 12,
        "1.11": 2.38 - 1.27,
        "1.53": 0.95 / 0.62,
        "1.26": 0.78 / 0.62,
        "16,384": _bytes() / 4096,
        "131,072": BATCH * SEQ * HEADS,
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Whole numbers too small to be told apart without their words: the words, and the number that stands in them."""
    block = 8 * HEADS * D * 4 / KIB
    copied, split, textbook = (
        sum(bytes_moved(forms(ropelab)[name])) for name in ("copy", "rotate_half_blocked", "textbook")
    )
    return {
        "and 4 go for each feature, {} in all": copied,
        "8 come and 4 go, {} in all": copied + 4,
        "{} MiB are 16,384 pages of 4 KiB": _bytes() / KIB**2,
        "pages of 4 KiB, or {} of 2 MiB": _bytes() / (2 * KIB**2),
        "buffer again and again, {} numbers": D / 2,
        "{} bytes for $D = 128$": 4 * D / 2,
        "That makes {} bytes": split,
        "form moves {}, hardly more": textbook,
        "size 128 has {} KiB": block,
        "these are {} KiB": 3 * block,
        "8 to 12 of {}.": split,
        "sends all {} through memory": textbook,
        "`out` and scratch are {} MiB each": SEQ * HEADS * D * 4 / KIB**2,
    }


def holds(ropelab: Any) -> dict[str, bool]:
    """What the answers say in words, by the words, and whether it is so."""
    read, written = bytes_moved(forms(ropelab)["rotate_in_place"])
    split, textbook = (forms(ropelab)[name] for name in ("rotate_half_blocked", "textbook"))
    x, cos = np.zeros((1, 16, HEADS, D), np.float32), np.ones((16, D), np.float32)
    scratch = _made_with_empty(lambda: ropelab.speed.rotate_half_blocked(x, cos, cos, np.zeros_like(x)))
    return {
        "in place 8 bytes go through memory, lines or not": read + written == 8,
        "lab 03's form writes four and a half arrays": bytes_moved(textbook)[1] == 4.5 * 4,
        "blocks move hardly less": 0.9 * sum(bytes_moved(textbook)) <= sum(bytes_moved(split)),
        "the reference's blocks have 8 positions here": [len(array) for array in scratch] == [8],
    }


def _bytes() -> int:
    return 4 * BATCH * SEQ * HEADS * D


def _blocks(ropelab: Any, shape: tuple[int, int, int, int], block: int) -> tuple[int, int]:
    """How many products rotate_blocked forms of a float16 array, and the KiB of its scratch array."""
    speed, x = ropelab.speed, np.ones(shape, np.float16)
    table = speed.rotation_table(np.arange(shape[1]), ropelab.frequencies.rope_frequencies(shape[3], 500.0))
    with patch.object(speed, "_multiply", wraps=speed._multiply) as product:
        (scratch,) = _made_with_empty(lambda: speed.rotate_blocked(x, table, block))
    return product.call_count, scratch.nbytes // KIB


def _made_with_empty(function: Callable[[], object]) -> list[NDArray[Any]]:
    """The arrays that a function makes with np.empty."""
    made: list[NDArray[Any]] = []
    empty = np.empty

    def seen(*arguments: Any, **options: Any) -> NDArray[Any]:
        made.append(empty(*arguments, **options))
        return made[-1]

    with patch.object(np, "empty", seen):
        function()
    return made
