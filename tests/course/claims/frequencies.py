"""The numbers printed in the handout of lab 01, and where they come from."""

from typing import Any

GIVEN: dict[str, str] = {
    "10,000": "a base in the table of written question 4",
    "50,000": "a base in the table of written question 4: Kimi-K2",
    "500,000": "a base in the table of written question 4: Llama 3",
    "10000": "the base in claim 4, to be checked by the student",
    "1.43": "a figure in claim 2, to be checked by the student",
    "0.7": "a figure in claim 2, to be checked by the student",
    "2021": "the year of the RoFormer paper",
}


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    frequencies = ropelab.frequencies
    inv_freq = frequencies.rope_frequencies(8, 100.0)
    return {
        "0.3162": float(inv_freq[1]),
        "19.87": float(frequencies.wavelengths(inv_freq)[1]),
        "1.5811": float(frequencies.position_angles([5], inv_freq)[0, 1]),
    }
