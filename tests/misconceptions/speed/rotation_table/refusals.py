"""Wrong answers to rotation_table (lab 08): refusals."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.speed import rotation_table

Table = NDArray[np.complex64]


def nothing_checked(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """no argument is checked

    met: a classic: an outer product takes arrays of any shape
    checks: its own
    hint: Call it with positions of shape (2, 3), then with frequencies in float32.
    hint: NumPy has no reason to complain about either, and rows of a wrong table are not seen later. Compare shapes and
        dtype before the product, and name the argument.
    """
    angles = np.multiply.outer(np.asarray(positions, np.float64), np.asarray(inv_freq, np.float64))
    return np.exp(1j * angles).astype(np.complex64)


def coarse_frequencies_accepted(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """frequencies of another dtype accepted

    met: Hugging Face's Llama code keeps inv_freq in float32, and what is lost there no later cast brings back
    checks: its own
    hint: Call it with the float32 copy of your frequencies. What does the docstring say about that?
    hint: Casting to float64 makes the rounding permanent, not good. Whoever hands over float32 frequencies has to hear
        it.
    """
    return rotation_table(positions, np.asarray(inv_freq, np.float64))


def positions_of_any_shape(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """positions of more dimensions accepted

    met: a classic: position_ids of shape (batch, seq) flattened on the way in
    checks: its own
    hint: Call it with positions of shape (2, 3). How many rows come back?
    hint: Flattened, two sequences become one, and the caller cannot see it. Refuse every shape but (seq,).
    """
    return rotation_table(np.ravel(positions), inv_freq)


def frequencies_of_any_shape(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """frequencies of more dimensions accepted

    met: a classic: frequencies with an axis for broadcasting, flattened on the way in
    checks: its own
    hint: Call it with frequencies of shape (1, 4).
    hint: Some other program's frequencies for two heads would pass as those of one. Refuse every shape but (D/2,).
    """
    if np.ndim(inv_freq) > 1:
        inv_freq = np.ravel(inv_freq)
    return rotation_table(positions, inv_freq)


def no_frequencies_accepted(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """no frequency at all accepted

    met: a classic: a head dimension of 1 divided by 2 gives no pairs, and everything after that is empty
    checks: its own
    hint: Call it with an empty inv_freq.
    hint: A table without columns turns nothing, without a word. The docstring asks for at least one frequency.
    """
    if np.size(inv_freq) == 0:
        return np.empty((np.size(positions), 0), np.complex64)
    return rotation_table(positions, inv_freq)


def fractions_refused(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """floating-point positions refused

    met: a classic: positions are counted, so anything else looks like a mistake
    checks: its own
    hint: Call it with the position 3.5. Does the docstring allow it?
    hint: Interpolation puts tokens between the trained positions. Integers and floating-point numbers are both fine.
    """
    if np.asarray(positions).dtype.kind not in "iu":
        raise ValueError(f"positions must be integers, got {np.asarray(positions).dtype}")
    return rotation_table(positions, inv_freq)


def nameless_refusal(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """refused without naming the argument

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument, and what it should have been: that is all there is to go by.
    """
    try:
        return rotation_table(positions, inv_freq)
    except ValueError:
        raise ValueError("wrong shape or dtype") from None


def refused_by_assert(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    positions, inv_freq = np.asarray(positions), np.asarray(inv_freq)
    assert positions.ndim == 1, f"positions: {positions.shape}"
    assert inv_freq.ndim == 1 and inv_freq.size and inv_freq.dtype == np.float64, f"inv_freq: {inv_freq.shape}"
    return rotation_table(positions, inv_freq)
