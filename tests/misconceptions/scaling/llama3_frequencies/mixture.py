"""Wrong answers to llama3_frequencies (lab 07): the mixture."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.scaling import llama3_frequencies

Floats = NDArray[np.float64]


def _turns(inv_freq: ArrayLike, length: float) -> Floats:
    return np.asarray(length * np.asarray(inv_freq, dtype=np.float64) / (2.0 * np.pi))


def no_mixture(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """pairs between the limits not mixed

    met: a classic: the two limits exchanged, so that nothing lies between them and the branch is never reached
    hint: Print the quotient of trained frequency and yours, pair by pair. How many different numbers are there?
    hint: Between the limits a share of the trained frequency and a share of the divided one are added. Is your third case
        ever reached?
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    return np.where(turns < low_freq_factor, inv_freq / factor, inv_freq)


def no_mixture_and_divided(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the same, with the pairs between the limits divided

    variant of: no_mixture
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    return np.where(turns > high_freq_factor, inv_freq, inv_freq / factor)


def mixture_inverted(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the two shares of the mixture exchanged

    met: a classic: smooth and 1 - smooth in the other order
    hint: Print the quotients of trained frequency and yours between the limits. Do they grow from pair to pair?
    hint: The more turns, the more of the trained frequency is kept: nine tenths of it at 3.7 turns, for the limits 1 and 4.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    share = (turns - low_freq_factor) / (high_freq_factor - low_freq_factor)
    mixed = share * inv_freq / factor + (1.0 - share) * inv_freq
    kept = np.where(turns < low_freq_factor, inv_freq / factor, inv_freq)
    return np.where((turns >= low_freq_factor) & (turns <= high_freq_factor), mixed, kept)


def share_not_held(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the share not held between 0 and 1

    met: a classic: the formula of the mixture used for every pair
    hint: Print the share. Is it below 0 anywhere, or above 1?
    hint: The formula holds between the limits. Beyond them a pair is kept or divided, whole: hold the share at 0 and 1.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    share = (turns - low_freq_factor) / (high_freq_factor - low_freq_factor)
    return np.asarray((1.0 - share) * inv_freq / factor + share * inv_freq)


def share_not_held_below(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the share not held at 0

    met: a classic: one limit tried, the other taken to be alike
    hint: Print the share of the slowest pairs. Is it below 0?
    hint: Below low_freq_factor turns the share is 0, and the pair is divided by factor, no further.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    share = np.minimum((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 1.0)
    return np.asarray((1.0 - share) * inv_freq / factor + share * inv_freq)


def linear_in_the_wavelength(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """share linear in the wavelength

    met: ml-explore/mlx-examples#907: the share computed from wavelengths in the first version
    hint: Half-way between the limits, at 2.5 turns for 1 and 4: what is your share? It should be 1/2.
    hint: The share grows evenly with the number of turns. Wavelengths are one over that, and their middle is another.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    wavelengths = 2.0 * np.pi / inv_freq
    longest, shortest = (original_max_position_embeddings / limit for limit in (low_freq_factor, high_freq_factor))
    share = np.clip((longest - wavelengths) / (longest - shortest), 0.0, 1.0)
    return np.asarray((1.0 - share) * inv_freq / factor + share * inv_freq)


def wavelengths_mixed(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """wavelengths mixed, not frequencies

    met: jquesnelle/yarn#24: two formulas that look alike, one for wavelengths and one for frequencies
    hint: Half-way between the limits, with a factor of 4: by how much is a frequency divided?
    hint: The mean of f and f / 4 is 0.625 f. With wavelengths it is 0.4 f. The mixture is one of frequencies.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return np.asarray(inv_freq / ((1.0 - share) * factor + share))


def multiplied(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """slow pairs multiplied by the factor

    met: a classic: code on wavelengths, as in ml-explore/mlx-examples#907, is copied for frequencies
    hint: Should slow pairs turn faster or slower in a longer context?
    hint: A longer wavelength is a smaller frequency: divide.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = _turns(inv_freq, original_max_position_embeddings)
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return np.asarray((1.0 - share) * inv_freq * factor + share * inv_freq)


def argument_overwritten(
    inv_freq: NDArray[Any],
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> NDArray[Any]:
    """inv_freq changed in place

    met: a classic: a mask assigns to the array that came in
    hint: Print inv_freq before and after the call.
    hint: An array given to a function is the caller's, and a second call would divide again. Work on a copy.
    """
    inv_freq[:] = llama3_frequencies(
        inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings
    )
    return inv_freq


def dtype_of_the_argument(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> NDArray[Any]:
    """the argument's dtype kept

    met: a classic: float64 at the prompt, float32 from a checkpoint
    hint: Call it with a float32 array and print the dtype.
    hint: The result is float64 whatever comes in. NumPy computes in the dtype it is given: convert first.
    """
    scaled = llama3_frequencies(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
    return scaled.astype(np.asarray(inv_freq).dtype)
