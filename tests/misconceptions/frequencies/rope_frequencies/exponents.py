"""Wrong answers to rope_frequencies (lab 01): exponents.

hint: Print the frequencies for a head dimension of 6 and base 100, and work the three numbers out on paper first.
hint: There are D/2 of them. Number i, counted from 0, is base to the power -2i/D: the first is 1, the last is nearly
    1/base.
"""

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def one_based_pair_index(d_head: int, base: float = 10000.0) -> Floats:
    """one-based pair index

    met: a classic: formulas on paper count pairs from 1, code counts them from 0
    hint: Print the first frequency. What should it be, whatever the base is?
    hint: Pair 0 turns by base ** 0 = 1 radian per token. Yours begins with what should be the second entry: count the
        pairs from 0 to D/2 - 1.
    """
    return np.asarray(base ** (-2.0 * np.arange(1, d_head // 2 + 1) / d_head))


def one_subtracted_from_an_index_that_starts_at_0(d_head: int, base: float = 10000.0) -> Floats:
    """one subtracted from an index that starts at 0

    met: bkitano/llama-from-scratch issue 8: the paper's i - 1 kept in a loop that starts at 0
    hint: Print the first frequency. Is it above 1?
    hint: The paper writes i - 1 because its i starts at 1. Yours starts at 0 already, so every pair turns at the speed
        of the one before it.
    """
    return np.asarray(base ** (-2.0 * (np.arange(d_head // 2) - 1) / d_head))


def odd_numerators(d_head: int, base: float = 10000.0) -> Floats:
    """odd numerators, 2i - 1, in the exponent

    met: stanford-cs336/assignment1-basics issue 22: a handout that printed (2k - 1)/d for 2(k - 1)/d
    hint: Print the first frequency. Is it exactly 1?
    hint: With a one-based i the numerator is 2(i - 1): 0, 2, 4, ... Without the brackets it becomes 1, 3, 5, ...
    """
    return np.asarray(base ** (-(2.0 * np.arange(1, d_head // 2 + 1) - 1) / d_head))


def missing_minus(d_head: int, base: float = 10000.0) -> Floats:
    """no minus in the exponent

    met: a classic: the power is written first and its inverse forgotten
    hint: The later pairs should turn more slowly. Do yours?
    hint: Your last entry is nearly the base instead of nearly one over the base: the exponent has the wrong sign.
    """
    return np.asarray(base ** (2.0 * np.arange(d_head // 2) / d_head))


def exponent_without_its_2(d_head: int, base: float = 10000.0) -> Floats:
    """the 2 missing from the exponent

    met: a classic: range(D // 2) in place of range(0, D, 2)
    hint: How far does your last frequency fall? It should come near 1/base.
    hint: The exponents run almost from 0 to -1, in steps of 2/D. Yours stop half-way: the steps are half as long.
    """
    return np.asarray(base ** (-np.arange(d_head // 2) / d_head))


def factor_2_taken_twice(d_head: int, base: float = 10000.0) -> Floats:
    """the factor 2 taken twice

    met: a classic: range(0, D, 2) is the numerator already, and is doubled once more
    hint: How far does your last frequency fall? It should stay above 1/base.
    hint: A range in steps of 2 holds the numerators 2i. Double them again, or divide by D/2, and every frequency is
        squared.
    """
    return np.asarray(base ** (-2.0 * np.arange(0, d_head, 2) / d_head))


def one_frequency_a_feature(d_head: int, base: float = 10000.0) -> Floats:
    """one frequency for each feature, not for each pair

    met: a classic, carried over from sinusoidal embeddings, whose tables are D wide
    hint: Print the shape of what you return. How many pairs does a head of size D have?
    hint: Two features share one rotation, so there are D/2 frequencies. Where each one goes is decided in later tasks.
    """
    return np.repeat(rope_frequencies(d_head, base), 2)


def one_frequency_a_feature_from_a_longer_range(d_head: int, base: float = 10000.0) -> Floats:
    """a range over all features

    variant of: one_frequency_a_feature
    """
    return np.asarray(base ** (-2.0 * np.arange(d_head) / d_head))


def base_ignored(d_head: int, base: float = 10000.0) -> Floats:
    """base ignored

    met: ggml-org/llama.cpp pull request 2773, Lightning-AI/litgpt 2217: rope_theta of the configuration never read
    hint: Call it with two different bases. Do the results differ?
    hint: Yours are the frequencies of base 10,000 whatever is asked for. The number belongs in the signature, not in
        the body.
    """
    return rope_frequencies(d_head, 10000.0)


def default_of_another_model(d_head: int, base: float = 500000.0) -> Floats:
    """a default base that is not 10,000

    met: a classic: Llama 3 uses 500,000, and its configuration is at hand
    hint: What does your function use when it is called with the head dimension alone?
    hint: The default is part of the contract: 10,000, as in the paper.
    """
    return rope_frequencies(d_head, base)


def linear_steps(d_head: int, base: float = 10000.0) -> Floats:
    """linear steps from 1 to 1/base

    met: a classic: linspace where a geometric sequence is meant
    hint: Print the quotient of each frequency and the one before it. Is it always the same?
    hint: The exponents are evenly spaced, not the frequencies: each pair is slower than the last by the same factor.
    """
    return np.linspace(1.0, 1.0 / base, d_head // 2)


def last_is_exactly_one_over_base(d_head: int, base: float = 10000.0) -> Floats:
    """the last frequency is exactly 1/base

    met: a classic: sinusoidal embeddings in Tensor2Tensor divide by D/2 - 1
    hint: By what factor does each frequency differ from the next? Compare with base to the power -2/D.
    hint: The exponent -2i/D ends at -(D - 2)/D, short of -1. Your steps are a little longer, so that the last one
        reaches -1.
    """
    return np.geomspace(1.0, 1.0 / base, d_head // 2)


def last_is_exactly_one_over_base_by_division(d_head: int, base: float = 10000.0) -> Floats:
    """D/2 - 1 in the denominator

    variant of: last_is_exactly_one_over_base
    """
    return np.asarray(base ** (-np.arange(d_head // 2) / max(d_head // 2 - 1, 1)))


def slowest_pair_first(d_head: int, base: float = 10000.0) -> Floats:
    """slowest pair first

    met: a classic, from a range that counts down
    hint: Which pair should turn fastest, the first or the last?
    hint: The first frequency is 1 and the others fall from there. Yours rise: reverse the order.
    """
    return rope_frequencies(d_head, base)[::-1].copy()


def base_and_exponent_exchanged(d_head: int, base: float = 10000.0) -> Floats:
    """base and exponent exchanged

    met: a classic: the two arguments of a power, in the other order
    hint: Print the result for a head dimension of 6 and base 2. Can a frequency be 0, or not a number?
    hint: The base is one number and stays below; the pair's index stands in the exponent. Yours raises the indices to
        the base.
    """
    return np.asarray(np.power(-2.0 * np.arange(d_head // 2) / d_head, base))


def whole_number_division(d_head: int, base: float = 10000.0) -> Floats:
    """whole-number division in the exponent

    met: a classic: // typed where / is meant
    hint: Print the exponents themselves. Are they fractions?
    hint: 2i is below D for every pair, so a division that drops the remainder gives 0, and every frequency becomes 1.
    """
    return np.asarray(1.0 / base ** (2 * np.arange(d_head // 2) // d_head))
