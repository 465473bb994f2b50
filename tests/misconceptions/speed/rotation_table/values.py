"""Wrong answers to rotation_table (lab 08): values and shapes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import rotation_table

Table = NDArray[np.complex64]
Floats = NDArray[np.float64]


def not_cast(positions: NDArray[Any], inv_freq: Floats) -> NDArray[np.complex128]:
    """complex128: the cast missing

    met: a classic: NumPy computes in double precision, and every product with this table then does
    hint: Print the dtype of what comes back.
    hint: A complex64 array times a complex128 one is complex128: twice the bytes to move. The finished numbers are cast.
    """
    return np.exp(1j * np.multiply.outer(positions.astype(np.float64), inv_freq))


def conjugate(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """clockwise: the complex conjugate

    met: karpathy/nanochat#489: the other direction gives the same scores, and breaks only against foreign weights
    hint: Print the entry of position 1 and pair 0. Is its imaginary part above 0?
    hint: Turning counter-clockwise by a small angle raises the imaginary part. Yours has the opposite sign at the sine.
    """
    return rotation_table(positions, inv_freq).conj()


def sine_as_real_part(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """sine and cosine exchanged

    met: a classic: two arrays of the same shape, assigned in the other order
    hint: Print the row of position 0. Turning by nothing is multiplying by which number?
    hint: The cosine is the real part. At position 0 every entry is 1; yours are i.
    """
    return (1j * rotation_table(positions, inv_freq).conj()).astype(np.complex64)


def sine_missing(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """imaginary parts 0

    met: a classic: real numbers assigned to a complex array, which takes them without a word
    hint: Print the modulus of a few entries.
    hint: A complex array filled with cosines has imaginary parts of 0: it stretches pairs and turns none. The sines are
        missing.
    """
    return rotation_table(positions, inv_freq).real.astype(np.complex64)


def i_forgotten(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """i missing in the exponential

    met: a classic: exp(angle) for exp(i angle)
    hint: Print the modulus of the entry at position 5.
    hint: The exponential of a real angle grows without turning. Only an imaginary exponent stays on the unit circle.
    """
    with np.errstate(over="ignore"):
        return np.exp(np.multiply.outer(positions.astype(np.float64), inv_freq)).astype(np.complex64)


def counted_anew(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """positions ignored: 0, 1, 2, ...

    met: Blaizzy/mlx-vlm#1983: arange in place of the positions, so that decoding differs from reading the prompt
    hint: Call it with the positions 7 and 3. Does position 7 have the row of 7?
    hint: You count the rows. In decoding the first row is not position 0, and positions may come in any order.
    """
    return rotation_table(np.arange(len(positions)), inv_freq)


def counted_from_the_first(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """positions relative to the first

    met: Blaizzy/mlx-vlm#1983: the offset of a cache lost on the way
    hint: Call it with the positions 7 and 8. Is the first row 1 everywhere?
    hint: Scores depend on differences, but keys in a cache have been turned by their own positions. Take positions as
        they come.
    """
    return rotation_table(positions - positions[:1], inv_freq)


def sorted_positions(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """positions sorted

    met: a classic: np.unique or np.sort to save work on repeated positions, and the order is gone
    hint: Call it with the positions 7 and 3. Which row comes first?
    hint: Row t belongs to positions[t], in whatever order they come.
    """
    return rotation_table(np.sort(positions), inv_freq)


def repeated_positions_dropped(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """a row for each different position, in order

    variant of: sorted_positions
    """
    return rotation_table(np.unique(positions), inv_freq)


def counted_from_one(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """positions one too large

    met: fla-org/flash-linear-attention#766: a length advanced too early puts every token one place off
    hint: Print the row of position 0. Turning by nothing is multiplying by which number?
    hint: Position 0 turns by nothing. Yours turns by one step already.
    """
    return rotation_table(positions + 1, inv_freq)


def wavelengths_for_frequencies(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """divided by the frequencies

    met: a classic: inv_freq read as something to be divided by
    hint: Which pair turns fastest? Which column of yours does?
    hint: inv_freq is radians per token already, the inverse has been taken. An angle is position times frequency.
    """
    return rotation_table(positions, 1.0 / inv_freq)


def turns_for_radians(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """angles multiplied by 2 pi

    met: a classic: a frequency in signal processing counts turns
    hint: Print the entry of position 1 for the frequency 0.5, beside the cosine of 0.5.
    hint: These frequencies are radians per token. Only a frequency in turns needs a 2 pi.
    """
    return rotation_table(positions, 2 * np.pi * inv_freq)


def transposed(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """a row for each frequency

    met: a classic: the arguments of the outer product exchanged
    hint: Print the shape for five positions and three frequencies.
    hint: A row for each position, a column for each pair: the positions come first in the outer product.
    """
    return rotation_table(positions, inv_freq).T


def each_angle_twice(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """a column for each feature

    met: a classic: the tables of the split-half layout, where each angle stands twice
    hint: Print the shape. How many pairs does a head of size D have?
    hint: One complex number turns both features of a pair at once. So there are D/2 columns.
    """
    return np.tile(rotation_table(positions, inv_freq), 2)


def real_and_imaginary_parts(positions: NDArray[Any], inv_freq: Floats) -> NDArray[np.float32]:
    """float32: real and imaginary parts side by side

    met: a classic: view_as_real, as some ports keep the table
    hint: Print the dtype and the shape.
    hint: The numbers are right, and their memory is too. What is asked for is the complex64 view of it.
    """
    return rotation_table(positions, inv_freq).view(np.float32)


def an_axis_for_the_heads(positions: NDArray[Any], inv_freq: Floats) -> Table:
    """an axis of length 1 for the heads

    met: a classic: the table shaped for one layout of x, where the other needs none
    hint: Print the shape.
    hint: Where the heads are depends on seq_axis, which this function does not know. The table is (seq, D/2).
    """
    return rotation_table(positions, inv_freq)[:, None]
