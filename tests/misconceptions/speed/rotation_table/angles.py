"""Wrong answers to rotation_table (lab 08): angles.

hint: Which number has modulus 1 and stands at an angle of one radian? Write it with a cosine and a sine.
hint: Every position meets every frequency: an outer product, and float64 before anything else is done with it.
hint: Fill the real and the imaginary part of an empty complex64 array: the cast is the last step, and it rounds once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import rotation_table

Table = NDArray[np.complex64]
Floats = NDArray[np.float64]


def _unit(angles: NDArray[Any]) -> Table:
    table = np.empty(angles.shape, np.complex64)
    table.real, table.imag = np.cos(angles), np.sin(angles)
    return table


def everything_in_float32(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """angles formed in float32

    met: kekzl/imp#1325: angles formed and reduced in float32, and a drift of 1e-2 at position 131,072
    hint: Compare the row of position 1,000,000 with the cosine and sine of the same angle in Python's own floats.
    hint: At 1,000,000 neighbouring float32 numbers lie 0.06 apart: that much of the angle is lost. The table is small;
        make it in float64 and cast what is finished.
    """
    return _unit(np.multiply.outer(positions.astype(np.float32), inv_freq.astype(np.float32)))


def angles_cast(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """angles cast to float32 before the cosine

    met: Hugging Face's Llama code: the product is cast with the rest, and the error grows with the position
    hint: Print the dtype of what goes into your cosine.
    hint: Casting an angle of 1,000,000 radians moves it by up to 0.03, and its cosine with it. Casting a cosine moves
        it by 3e-8.
    """
    return _unit(np.multiply.outer(positions.astype(np.float64), inv_freq).astype(np.float32))


def complex_angles_cast(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """the exponential of a complex64 array

    variant of: angles_cast
    """
    return np.asarray(np.exp((1j * np.multiply.outer(positions.astype(np.float64), inv_freq)).astype(np.complex64)))


def frequencies_cast(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """frequencies cast to float32

    met: Hugging Face's Llama code keeps inv_freq in float32; in half precision it was EleutherAI/gpt-neox#1003
    hint: By how much does a float32 frequency of 0.1 differ from the float64 one? Multiply that by 1,000,000.
    hint: The product with a position enlarges the rounding of the frequency as much as the frequency. It stays float64
        until the cosine is taken.
    """
    return _unit(np.multiply.outer(positions.astype(np.float64), inv_freq.astype(np.float32).astype(np.float64)))


def half_precision_frequencies(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """frequencies cast to float16

    met: EleutherAI/gpt-neox#1003, huggingface/transformers#25681: a buffer of frequencies cast with the model's .half()
    hint: Print the frequencies that meet your positions, beside inv_freq.
    hint: Three digits are left of a float16 frequency, so that the angle of position 2,000 is off by a radian. No cast
        before the cosine.
    """
    return _unit(np.multiply.outer(positions.astype(np.float64), inv_freq.astype(np.float16).astype(np.float64)))


def half_precision_positions(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """positions in float16

    met: huggingface/candle#3520, UNI-D2#6: integer positions in half precision, and long contexts fall apart
    hint: Print positions 2,048 to 2,060 as your code sees them.
    hint: From 2,048 on float16 knows only every second whole number, and none beyond 65,504. Positions become float64.
    """
    with np.errstate(all="ignore"):
        return rotation_table(positions.astype(np.float16), inv_freq)


def single_precision_positions(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """positions in float32

    met: a classic: whole numbers survive it up to 16,777,216, positions between tokens do not
    hint: Print 100,000.3 as a float32.
    hint: At 100,000 neighbouring float32 numbers are 0.008 apart. Interpolated positions lie between the whole ones and
        need float64.
    """
    return rotation_table(positions.astype(np.float32), inv_freq)


def sixteen_bit_positions(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """whole positions in 16 bits

    met: a classic: an index of 16 bits, chosen when contexts had 2,048 tokens
    hint: Print position 40,000 as your code sees it.
    hint: 16 bits with a sign end at 32,767; the next position is -32,768. NumPy says nothing about it.
    """
    if positions.dtype.kind in "iu":
        positions = positions.astype(np.int64).astype(np.int16)
    return rotation_table(positions, inv_freq)


def whole_positions_only(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """fractions of positions dropped

    met: a classic: positions are counted, so they are cast to integers
    hint: Call it with the positions 3 and 3.5. Do the rows differ?
    hint: Interpolation puts tokens between the trained positions. Take floating-point positions as they are.
    """
    return rotation_table(positions.astype(np.int64), inv_freq)


def whole_positions_in_32_bits(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """another way to write it

    variant of: whole_positions_only
    """
    return rotation_table(positions.astype(np.int32), inv_freq)


def powers_of_a_rounded_row(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """powers of a row in complex64

    met: a classic: one cosine for each frequency, then powers: fast, and right for the first thousand tokens
    hint: Print the modulus of the entries at position 1,000,000.
    hint: A power multiplies the rounding of its base by the exponent. The row whose powers you take has to be
        complex128.
    """
    return np.asarray(rotation_table(np.ones(1), inv_freq).astype(np.complex128) ** positions[:, None], np.complex64)


def rounded_to_half_precision(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """cosines and sines rounded to float16

    met: huggingface/transformers#29285, vllm-project/vllm#863: tables in the dtype of the model
    hint: Print the modulus of a few entries with eight digits.
    hint: The table is complex64, so its parts have seven digits. Yours have been through a dtype with three.
    """
    parts = rotation_table(positions, inv_freq).view(np.float32).astype(np.float16).astype(np.float32)
    return parts.view(np.complex64)
