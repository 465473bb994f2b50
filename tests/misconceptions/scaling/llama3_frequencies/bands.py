"""Wrong answers to llama3_frequencies (lab 07): which pairs stay.

hint: Take L = 8,192 and the factors 1 and 4. Which wavelengths stay, which are stretched, and which are between?
hint: Three pairs turn by 0.01, 0.003 and 0.0005 radians per token. How many turns do they make in 5,000 tokens? 7.96, 2.39 and
    0.398. With the limits 1 and 4, what becomes of each?
hint: With the factor 8 the pair of 2.39 turns should come out as 0.53 of its trained frequency. The same formula, held
    nowhere, makes 2.15 times the trained frequency of the pair of 7.96 turns. Which number has to be held, and where?
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.scaling import linear_frequencies, llama3_frequencies

Floats = NDArray[np.float64]


def _mixed(inv_freq: ArrayLike, factor: float, share: Floats) -> Floats:
    """The right mixture for any share of the trained frequencies."""
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    return np.asarray((1.0 - share) * inv_freq / factor + share * inv_freq)


def fast_pairs_divided(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """fast pairs divided and slow ones kept

    met: Lightning-AI/litgpt#1745: in review, whether a high frequency has the longer wavelength or the shorter
    hint: Print your first frequency. Is it still 1?
    hint: A high frequency is a short wavelength and many turns. Those pairs stay, and the slow ones are divided.
    """
    turns = original_max_position_embeddings * np.asarray(inv_freq, dtype=np.float64) / (2.0 * np.pi)
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return _mixed(inv_freq, factor, 1.0 - share)


def limits_exchanged(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the two limits exchanged in the share, which comes to the same

    variant of: fast_pairs_divided
    """
    turns = original_max_position_embeddings * np.asarray(inv_freq, dtype=np.float64) / (2.0 * np.pi)
    share = np.clip((turns - high_freq_factor) / (low_freq_factor - high_freq_factor), 0.0, 1.0)
    return _mixed(inv_freq, factor, share)


def two_pi_forgotten(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """2 pi forgotten

    met: a classic: 1 / f taken for the wavelength
    hint: How many turns does a pair make in 100 tokens, at 1 radian per token?
    hint: A full turn takes 2 pi radians. Yours are radians, so that pairs are kept which make far fewer turns than asked.
    """
    turns = original_max_position_embeddings * np.asarray(inv_freq, dtype=np.float64)
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return _mixed(inv_freq, factor, share)


def extended_length(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the extended length in place of the trained one

    met: NVIDIA/Megatron-LM#1418: max_position_embeddings has two meanings, and the other is taken
    hint: How many tokens did the model see in training, before any extension?
    hint: What counts is how far each pair turned in training: within original_max_position_embeddings as it is, not times
        factor.
    """
    turns = factor * original_max_position_embeddings * np.asarray(inv_freq, dtype=np.float64) / (2.0 * np.pi)
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return _mixed(inv_freq, factor, share)


def turns_upside_down(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """turns upside down

    met: a classic: the wavelength is divided by the length, not the length by the wavelength
    hint: Which pair makes the most turns by your count? It should be the fastest.
    hint: A pair with a wavelength of 100 tokens makes 50 turns in 5,000 tokens, not 0.02.
    """
    wavelengths = 2.0 * np.pi / np.asarray(inv_freq, dtype=np.float64)
    turns = wavelengths / original_max_position_embeddings
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return _mixed(inv_freq, factor, share)


def whole_turns(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """turns cut to whole numbers

    met: a classic: // between a length and a wavelength
    hint: Print the turns of the pairs between the limits. Are they fractions?
    hint: A pair may make 2.7 turns, and its share depends on the 0.7. Keep the fraction.
    """
    turns = original_max_position_embeddings * np.asarray(inv_freq, dtype=np.float64) // (2.0 * np.pi)
    share = np.clip((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0.0, 1.0)
    return _mixed(inv_freq, factor, share)


def taken_to_fall(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """frequencies taken to fall from pair to pair

    met: a classic: pairs are counted, and the first so many are kept
    hint: Give it the same frequencies in another order. Is each one treated as before?
    hint: Every pair is judged by its own wavelength, not by its place: the function sees any frequencies, in any order.
    """
    turns = original_max_position_embeddings * np.asarray(inv_freq, dtype=np.float64) / (2.0 * np.pi)
    share = (turns - low_freq_factor) / (high_freq_factor - low_freq_factor)
    kept, divided = np.count_nonzero(share > 1), np.count_nonzero(share < 0)
    share[:kept] = 1.0
    share[share.size - divided :] = 0.0
    return _mixed(inv_freq, factor, share)


def settings_of_one_model(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the numbers of Llama 3.1 in the body

    met: meta-llama/llama-models: apply_scaling as published has 8, 1, 4 and 8,192 in its body
    hint: Call it with other settings than 8, 1, 4 and 8,192. Do the results differ?
    hint: Llama 3.2 has the factor 32. The numbers come in as arguments.
    """
    return llama3_frequencies(inv_freq, 8.0, 1.0, 4.0, 8192)


def factor_of_one_model(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """always the factor 8

    met: swiss-ai/Megatron-LM#80: rope_scaling_factor is 8 whatever the command line says
    hint: Call it with two different factors. Do the results differ?
    hint: Llama 3.1 has the factor 8 and Llama 3.2 has 32. It comes in as an argument.
    """
    return llama3_frequencies(inv_freq, 8.0, low_freq_factor, high_freq_factor, original_max_position_embeddings)


def old_frequencies_returned(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """the trained frequencies returned

    met: huggingface/transformers#32330: new frequencies computed under one name, the old ones returned under another
    hint: Does what you return differ from what came in?
    hint: Follow the name behind return back to where it got its value. It has to be the mixture.
    """
    return np.array(inv_freq, dtype=np.float64)


def all_divided(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """every pair divided

    met: a classic: any rope_scaling with a factor is read as linear interpolation
    hint: Print your first frequency. Is it still 1?
    hint: Pairs that make more turns than high_freq_factor stay as they are.
    """
    return linear_frequencies(inv_freq, factor)
