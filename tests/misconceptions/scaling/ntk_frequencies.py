"""Wrong answers to ntk_frequencies (lab 07).

hint: Take four features: two pairs, with the frequencies 1 and base ** -0.5. Which base makes the second one smaller by
    factor?
hint: The last pair has the exponent -(D - 2) / D. For factor to come out of that power, it goes into the base raised to
    the reciprocal.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import ntk_frequencies

Floats = NDArray[np.float64]


def base_times_factor(d_head: int, base: float, factor: float) -> Floats:
    """base times factor, without the exponent

    met: Eyeline-Labs/CineScale#7: theta is 10000 times alpha
    hint: By how much is your last frequency divided? It should be by factor exactly.
    hint: The last pair's exponent stops short of -1, so a base that is factor times as large slows it by less than
        factor. The power of factor makes up for that.
    """
    return rope_frequencies(d_head, base * factor)


def exponent_upside_down(d_head: int, base: float, factor: float) -> Floats:
    """exponent upside down, (D - 2) / D

    met: a classic: the exponent of the last pair is used, not the one that undoes it
    hint: By how much is your last frequency divided? It should be by factor exactly.
    hint: Your exponent is below 1, so the base grows by less than factor. The last pair loses some of it again.
    """
    return rope_frequencies(d_head, base * factor ** ((d_head - 2) / d_head))


def plus_two(d_head: int, base: float, factor: float) -> Floats:
    """exponent D / (D + 2)

    met: a classic: the sign of the 2 is remembered wrongly
    hint: By how much is your last frequency divided? It should be by factor exactly.
    hint: The exponent has to be above 1. With a plus in the denominator it is below, and the base grows by less than
        factor.
    """
    return rope_frequencies(d_head, base * factor ** (d_head / (d_head + 2)))


def minus_one(d_head: int, base: float, factor: float) -> Floats:
    """exponent D / (D - 1)

    met: a classic: the last index is taken for D - 1, and it is D - 2 in steps of 2
    hint: By how much is your last frequency divided? It should be by factor exactly.
    hint: The numerators of the exponents are 0, 2, 4, ... up to D - 2: that is the number that has to cancel.
    """
    return rope_frequencies(d_head, base * factor ** (d_head / (d_head - 1)))


def pairs_counted_as_features(d_head: int, base: float, factor: float) -> Floats:
    """the number of pairs in place of D

    met: a classic: half of the head dimension goes by the name of dim in many programs
    hint: By how much is your last frequency divided? Try six features.
    hint: With D/2 in place of D the exponent is too large: it should come near 1 for large heads, twice as fast as
        yours does.
    """
    pairs = d_head // 2
    return rope_frequencies(d_head, base * factor ** np.float64(pairs / np.float64(pairs - 2)))


def exponent_by_whole_number_division(d_head: int, base: float, factor: float) -> Floats:
    """whole-number division in the exponent

    met: a classic: // typed where / is meant
    hint: Print the exponent of factor for six features.
    hint: D is hardly more than D - 2, and a division that drops the remainder makes the quotient 1.
    """
    return rope_frequencies(d_head, base * factor ** (d_head // (d_head - 2)))


def base_raised_too(d_head: int, base: float, factor: float) -> Floats:
    """the base raised to the power too

    met: apache/tvm#18576: a bracket round factor and base, so that one exponent holds for both
    hint: Call it with the factor 1. Are the frequencies the trained ones?
    hint: Only factor is raised to the power. With a bracket round the product the base changes even where nothing is to
        be stretched.
    """
    return rope_frequencies(d_head, (base * factor) ** (d_head / (d_head - 2)))


def smaller_base(d_head: int, base: float, factor: float) -> Floats:
    """a smaller base

    met: a classic: frequencies are to fall, so the base is divided
    hint: Are your frequencies smaller than the trained ones?
    hint: Frequencies are negative powers of the base: they fall when the base grows.
    """
    return rope_frequencies(d_head, base / factor ** (d_head / (d_head - 2)))


def interpolated_as_well(d_head: int, base: float, factor: float) -> Floats:
    """divided by factor as well

    met: turboderp/exllama#118: compress_pos_emb and alpha set to 4 together, and a perplexity of 15 in place of 5
    hint: Is your first frequency 1?
    hint: The larger base is all of the method. Dividing too stretches the slowest pair by the square of factor, and
        loses the fast pairs that it was to keep.
    """
    return np.asarray(ntk_frequencies(d_head, base, factor) / factor)


def interpolated_instead(d_head: int, base: float, factor: float) -> Floats:
    """linear interpolation in its place

    met: a classic: one function serves both rules, and looks at the factor alone
    hint: Is your first frequency 1?
    hint: Dividing every frequency blurs the fast pairs, which tell neighbours apart. This method leaves the first as it
        is and slows the last by factor.
    """
    return np.asarray(rope_frequencies(d_head, base) / factor)


def factor_ignored(d_head: int, base: float, factor: float) -> Floats:
    """factor ignored

    met: turboderp-org/exllamav2#704: alpha no longer handed on after a change elsewhere
    hint: Call it with two different factors. Do the results differ?
    hint: You return the trained frequencies: the base was never made larger.
    """
    return rope_frequencies(d_head, base)


def base_ignored(d_head: int, base: float, factor: float) -> Floats:
    """base ignored

    met: ggml-org/llama.cpp#2773, Lightning-AI/litgpt#2217: rope_theta of the configuration never read
    hint: Call it with two different bases. Do the results differ?
    hint: You stretch the base 10,000, whichever the model was trained with.
    """
    return ntk_frequencies(d_head, 10000.0, factor)


def single_precision(d_head: int, base: float, factor: float) -> NDArray[Any]:
    """float32 frequencies

    met: kekzl/imp#1325: drift that grows with the position, from angles formed in float32
    hint: Print the dtype of what you return.
    hint: Long contexts are where rounding hurts most: at position one million a float32 frequency gives an angle that is
        off by a tenth. Every step is float64.
    """
    return ntk_frequencies(d_head, base, factor).astype(np.float32)


def one_pair_accepted(d_head: int, base: float, factor: float) -> Floats:
    """heads of one pair not refused

    met: a classic: the check of lab 01 copied, where two features were enough
    checks: its own
    hint: Call it with a head dimension of 2. What is D - 2?
    hint: A single pair cannot stay as it is and be slowed by factor as well. The docstring asks for D of at least 4.
    """
    if d_head == 2:
        return rope_frequencies(d_head, base * factor ** (d_head / (d_head - 2)))
    return ntk_frequencies(d_head, base, factor)


def odd_heads_accepted(d_head: int, base: float, factor: float) -> Floats:
    """odd head dimensions not refused

    met: a classic: only the sign of d_head is looked at
    checks: its own
    hint: Call it with a head dimension of 7.
    hint: Features turn in pairs, so an odd number of them is refused like one that is too small.
    """
    if d_head > 4 and d_head % 2:
        return np.asarray(ntk_frequencies(2 * d_head, base, factor)[: d_head // 2])
    return ntk_frequencies(d_head, base, factor)


def factor_not_checked(d_head: int, base: float, factor: float) -> Floats:
    """factors below 1 accepted

    met: vllm-project/vllm#52665: a context served shorter than trained, and a negative base
    checks: its own
    hint: Call it with the factors 0.25 and -3. What should happen?
    hint: A factor below 1 shrinks the base, and one below 0 has no real power at all. Refuse both, by name and value.
    """
    if d_head < 4 or d_head % 2:
        raise ValueError(f"d_head must be an even number and at least 4, got {d_head}")
    if not base > 0:
        raise ValueError(f"base must be above 0, got {base}")
    return np.asarray((base * np.float64(factor) ** (d_head / (d_head - 2))) ** (-np.arange(0, d_head, 2) / d_head))


def assertions(d_head: int, base: float, factor: float) -> Floats:
    """assert in place of ValueError

    met: a classic: the shortest check to type
    checks: its own
    hint: Which type of exception does a failed assert raise? Which one does the docstring promise?
    hint: An AssertionError says that the program is wrong, and python -O leaves it out. A bad argument is a ValueError.
    """
    assert d_head >= 4 and d_head % 2 == 0, f"d_head must be an even number and at least 4, got {d_head}"
    assert base > 0, f"base must be above 0, got {base}"
    assert factor >= 1, f"factor must be at least 1, got {factor}"
    return ntk_frequencies(d_head, base, factor)
