"""Wrong answers to linear_frequencies (lab 07).

hint: A model was trained on 4,096 tokens and reads 16,384. As which position should the last token appear to it, and by
    how much must each frequency change for that?
hint: An angle is a position times a frequency, so dividing every position by factor is dividing every frequency by it.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.scaling import linear_frequencies

Floats = NDArray[np.float64]


def multiplied(inv_freq: ArrayLike, factor: float) -> Floats:
    """multiplied by the factor

    met: ml-explore/mlx-lm#1545: a scale of 2 where positions should have been left alone, so that they stood twice as far apart
    hint: Should pairs turn faster or slower when more tokens have to fit into the angles that the model knows?
    hint: Position p is to look like position p / factor, so every pair turns more slowly. Yours turn faster, and leave
        the trained range even sooner.
    """
    return np.asarray(inv_freq, dtype=np.float64) * factor


def wavelengths_divided(inv_freq: ArrayLike, factor: float) -> Floats:
    """wavelengths divided in place of frequencies

    variant of: multiplied
    """
    return np.asarray(1.0 / (1.0 / np.asarray(inv_freq, dtype=np.float64) / factor))


def divided_twice(inv_freq: ArrayLike, factor: float) -> Floats:
    """divided twice

    met: a classic: positions are scaled in one place and frequencies in another, and both divide
    hint: Try the factor 2. By how much is each frequency smaller?
    hint: Positions divided, or frequencies divided: either is the whole method. Both together stretch by the square of
        factor.
    """
    return linear_frequencies(linear_frequencies(inv_freq, factor), factor)


def factor_ignored(inv_freq: ArrayLike, factor: float) -> Floats:
    """factor ignored

    met: Blaizzy/mlx-vlm#1710: rope_scaling of the configuration never read
    hint: Call it with two different factors. Do the results differ?
    hint: You return the trained frequencies. Nothing is stretched, and positions beyond the trained length have angles
        that the model has never seen.
    """
    return np.array(inv_freq, dtype=np.float64)


def factor_of_another_model(inv_freq: ArrayLike, factor: float) -> Floats:
    """always the factor 8

    met: swiss-ai/Megatron-LM#80: rope_scaling_factor is 8 whatever the command line says
    hint: Call it with two different factors. Do the results differ?
    hint: The factor belongs to the configuration of the model. A number in the body holds for one model alone.
    """
    return linear_frequencies(inv_freq, 8.0)


def factor_raised_to_the_exponent(inv_freq: ArrayLike, factor: float) -> Floats:
    """factor raised to the exponent of the pair

    met: apache/tvm#18576: (factor * base) ** exponent where factor * base ** exponent was meant
    hint: By how much is your first frequency divided, and by how much the last?
    hint: Linear interpolation slows every pair alike, the first one too. A factor that went into the base slows the
        first not at all.
    """
    pairs = np.size(inv_freq)
    return np.asarray(np.asarray(inv_freq, dtype=np.float64) * factor ** (-np.arange(pairs) / pairs))


def first_pair_kept(inv_freq: ArrayLike, factor: float) -> Floats:
    """the fastest pair left as it is

    met: a classic: the first frequency is 1, and is taken for something that does not scale
    hint: Compare the first frequency before and after.
    hint: Every frequency is divided, the first like the others. Keeping fast pairs is what later methods do.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    return np.concatenate([inv_freq[:1], inv_freq[1:] / factor])


def whole_number_division(inv_freq: ArrayLike, factor: float) -> Floats:
    """whole-number division

    met: a classic: // typed where / is meant
    hint: Print the result for the frequencies 1 and 0.5.
    hint: Two slashes drop the fraction, and nearly all of a frequency is fraction: what is left is 0.
    """
    return np.asarray(np.asarray(inv_freq, dtype=np.float64) // factor)


def factor_cut_to_a_whole_number(inv_freq: ArrayLike, factor: float) -> Floats:
    """factor cut to a whole number

    met: a classic: the factor is a quotient of two lengths, and a whole one where it was tried first
    hint: Do factors of 2 and 2.9 give the same?
    hint: A context may become 2.9 times as long. The factor is used as it comes.
    """
    return linear_frequencies(inv_freq, int(factor))


def argument_overwritten(inv_freq: NDArray[Any], factor: float) -> NDArray[Any]:
    """inv_freq divided in place

    met: a classic: /= saves a line and changes the caller's array
    hint: Print inv_freq before and after the call.
    hint: An array given to a function is the caller's, and a second call would divide again. Make a new one.
    """
    inv_freq /= factor
    return inv_freq


def dtype_of_the_argument(inv_freq: ArrayLike, factor: float) -> NDArray[Any]:
    """the argument's dtype kept

    met: a classic: float64 at the prompt, float32 from a checkpoint
    hint: Call it with a float32 array and print the dtype.
    hint: The result is float64 whatever comes in. NumPy divides in the dtype it is given: convert first.
    """
    return np.asarray(inv_freq) / factor


def nothing_refused(inv_freq: ArrayLike, factor: float) -> Floats:
    """factors below 1 accepted

    met: a classic: a factor taken for a share, 0.25 in place of 4
    checks: its own
    hint: Call it with the factors 0.5 and 0. What should happen?
    hint: A factor below 1 would shorten the context: ValueError, with the name factor and its value.
    """
    return np.asarray(np.asarray(inv_freq, dtype=np.float64) / np.float64(factor))


def only_negative_factors_refused(inv_freq: ArrayLike, factor: float) -> Floats:
    """factors between 0 and 1 accepted

    met: a classic: the check that keeps a division from failing, and no more
    checks: its own
    hint: Call it with the factor 0.5.
    hint: The docstring asks for a factor of at least 1. One of 0.5 divides without an error and makes the context half
        as long.
    """
    if factor <= 0:
        raise ValueError(f"factor must be at least 1, got {factor}")
    return np.asarray(np.asarray(inv_freq, dtype=np.float64) / factor)


def factor_of_one_refused(inv_freq: ArrayLike, factor: float) -> Floats:
    """a factor of 1 refused too

    met: meta-llama/llama3#319: "rope_scaling's factor field must be a float > 1"
    checks: its own
    hint: Call it with the factor 1. What does the docstring say about it?
    hint: A factor of 1 changes nothing, and configurations have it. Only what is below 1 is refused.
    """
    if factor <= 1:
        raise ValueError(f"factor must be above 1, got {factor}")
    return linear_frequencies(inv_freq, factor)


def whole_numbers_refused(inv_freq: ArrayLike, factor: float) -> Floats:
    """a whole number refused as a factor

    met: meta-llama/llama3#319: a configuration says 8, and the check wants a float
    checks: its own
    hint: Call it with the factor 3, without a decimal point.
    hint: 3 and 3.0 are the same factor, and a configuration file may hold either. Ask for the value, not for the type.
    """
    if not isinstance(factor, float) or factor < 1:
        raise ValueError(f"factor must be a float of at least 1, got {factor}")
    return linear_frequencies(inv_freq, factor)
