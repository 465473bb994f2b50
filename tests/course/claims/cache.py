"""The numbers printed in the handout of lab 02, and where they come from."""

from typing import Any

GIVEN: dict[str, str] = {
    "8192": "how far the experiment grows a table",
    "10000": "the base in claim 3, to be checked by the student",
    "131,072": "the rows of the tables in quiz question 1, 128k",
}


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    angles = ropelab.frequencies.position_angles([3], ropelab.frequencies.rope_frequencies(8, 100.0))
    cos, sin = ropelab.cache.precompute_rope(4, 8, 100.0)
    return {
        "0.9487": float(angles[0, 1]),
        "0.5828": float(cos[3, 1]),
        "0.8126": float(sin[3, 1]),
        "2,080": rows_computed(ropelab.cache.RotaryCache(8, 1), length=64),
    }


def rows_computed(cache: Any, length: int) -> int:
    """How many rows are built in all when cache grows to length rows, one request at a time; its first rows count."""
    rows: int = cache.max_seq_len_cached
    for request in range(rows + 1, length + 1):
        before = cache.cos_cached
        cache.ensure_length(request)
        if cache.cos_cached is not before:
            rows += len(cache.cos_cached)
    return rows
