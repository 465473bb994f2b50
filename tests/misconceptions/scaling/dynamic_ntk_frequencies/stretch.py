"""Wrong answers to dynamic_ntk_frequencies (lab 07): the stretch.

hint: Write down the factor for a text of max_position_embeddings tokens, and for one of twice as many. The first should
    be 1.
hint: Put a trained length of 1,000 and the factor 2 into the formula. Texts of 500, 1,000, 1,001 and 2,500 tokens give 0, 1,
    1.002 and 4. Which of these does ntk_frequencies refuse, and what should it be given in its place?
"""

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import dynamic_ntk_frequencies, linear_frequencies, ntk_frequencies

Floats = NDArray[np.float64]


def same_for_every_length(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """the same for every length

    met: vllm-project/vllm#41236: the longest length that can be served in place of the present one
    hint: Call it with two lengths. Do the results differ?
    hint: You use the longest text that there may be, factor times the trained length, so short texts pay for long ones.
        The length that counts is seq_len.
    """
    return ntk_frequencies(d_head, base, factor * factor - (factor - 1.0))


def short_texts_not_held(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """texts shorter than trained not held at the trained length

    met: vllm-project/vllm#52665: served with less than the trained length, a negative base and numbers of 1e38
    hint: What is the factor for a text of a single token?
    hint: For short texts the formula falls below 1 and then below 0. Up to max_position_embeddings tokens nothing is
        stretched: the frequencies are the trained ones.
    """
    return ntk_frequencies(d_head, base, factor * seq_len / max_position_embeddings - (factor - 1.0))


def short_texts_not_held_in_numpy(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """powers of negative numbers, which NumPy answers with NaN

    variant of: short_texts_not_held
    """
    stretch = np.float64(factor * seq_len / max_position_embeddings - (factor - 1.0))
    larger = base * stretch ** (d_head / (d_head - 2))
    return np.asarray(larger ** (-np.arange(0, d_head, 2) / d_head))


def short_texts_not_held_in_python(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """powers of negative numbers, which Python answers with complex ones

    variant of: short_texts_not_held
    """
    stretch = factor * seq_len / max_position_embeddings - (factor - 1.0)
    return rope_frequencies(d_head, base * stretch ** (d_head / (d_head - 2)))


def factor_forgotten(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """factor forgotten

    met: ml-explore/mlx-lm#1545: the factor of the configuration never reaches the base
    hint: Call it with two factors, for a text longer than trained. Do the results differ?
    hint: The quotient of the two lengths is the paper's own rule. The form asked for multiplies it by factor and takes
        factor - 1 away again.
    """
    return ntk_frequencies(d_head, base, max(seq_len / max_position_embeddings, 1.0))


def nothing_subtracted(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """factor - 1 not subtracted

    met: a classic: the first half of the formula is the half that looks like a stretch
    hint: Take a text as long as trained. Which factor do you use?
    hint: At the trained length the quotient is 1 and yours becomes factor: even short texts are stretched. factor - 1
        goes off, so that the stretch begins at 1.
    """
    return ntk_frequencies(d_head, base, factor * max(seq_len / max_position_embeddings, 1.0))


def whole_factor_at_once(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """the whole factor as soon as a text is longer than trained

    met: a classic: dynamic taken to mean on or off
    hint: Compare a text of one token more than trained with one far longer.
    hint: The stretch grows with every token. One token beyond the trained length should change next to nothing.
    """
    return ntk_frequencies(d_head, base, factor if seq_len > max_position_embeddings else 1.0)


def whole_factor_always(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """the length ignored

    met: a classic: NTK-aware scaling itself, with two arguments more
    hint: Call it with two lengths. Do the results differ?
    hint: You scale by factor whatever the length. Up to the trained length nothing is to change, and beyond it the
        stretch follows the text.
    """
    return ntk_frequencies(d_head, base, factor)


def never_stretched(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """the trained frequencies for every length

    met: ml-explore/mlx-lm#1553: the number of heads compared with the trained length, so that nothing is ever stretched
    hint: Take a text of twice the trained length. Do the frequencies differ from the trained ones?
    hint: Print what you compare with max_position_embeddings: it has to be the length of the text, and the branch for
        long ones has to be reached.
    """
    return rope_frequencies(d_head, base)


def held_at_the_longest(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """texts beyond factor times the trained length held there

    met: a classic: factor taken for a limit
    hint: Compare a text of factor times the trained length with one twice as long.
    hint: factor says how fast the stretch grows, not where it ends. There is no limit above.
    """
    longest = min(seq_len, int(factor * max_position_embeddings))
    return dynamic_ntk_frequencies(d_head, base, factor, longest, max_position_embeddings)


def begins_at_the_longest(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """nothing stretched up to factor times the trained length

    met: a classic: the length that can be read is taken for the length that was trained
    hint: Take a text of twice the trained length. Are the frequencies still the trained ones?
    hint: The stretch begins at max_position_embeddings. factor times as many tokens is what may be read, not what was
        trained.
    """
    held = seq_len if seq_len > factor * max_position_embeddings else 0
    return dynamic_ntk_frequencies(d_head, base, factor, held, max_position_embeddings)


def last_position_for_the_length(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """the last position in place of the length

    met: a classic: the largest position is at hand, and the length is one more
    hint: Call it for a text of one token more than trained. Are the frequencies still the trained ones?
    hint: You are one token late: seq_len is how many tokens there are, and nothing is to be taken off.
    """
    return dynamic_ntk_frequencies(d_head, base, factor, max(seq_len - 1, 0), max_position_embeddings)


def one_token_too_many(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """one token too many

    met: fla-org/flash-linear-attention#766: a length advanced too early
    hint: Call it for a text as long as trained. Are the frequencies the trained ones?
    hint: seq_len counts the tokens already, the newest one too. Add nothing.
    """
    return dynamic_ntk_frequencies(d_head, base, factor, seq_len + 1, max_position_embeddings)


def whole_number_stretch(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """whole-number division of the lengths

    met: a classic: // between two whole numbers
    hint: Take texts of 1.2 and of 1.9 times the trained length. Do the results differ?
    hint: A quotient without its fraction jumps from 1 to 2 to 3, and a text that is a little too long is not stretched
        at all.
    """
    stretch = max(seq_len // max_position_embeddings, 1)
    return ntk_frequencies(d_head, base, factor * stretch - (factor - 1.0))


def stretch_rounded_up_to_a_power_of_two(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """the stretch rounded up to a power of two

    met: InternLM/lmdeploy#536: the rule of another model family, with a logarithm to base 2 and a ceiling
    hint: Take a text of one token more than trained. By how much should the frequencies change?
    hint: Steps keep a table valid for longer, and some models were trained with them. The form asked for follows the
        length token by token.
    """
    stretch = max(seq_len, max_position_embeddings) / max_position_embeddings
    return ntk_frequencies(d_head, base, max(2.0 ** np.ceil(np.log2(stretch) + 1) - 1, 1.0))


def interpolated(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """linear interpolation by the stretch

    met: a classic: dynamic scaling exists for linear interpolation too
    hint: Take a text longer than trained. Is the first frequency 1?
    hint: The stretch goes into the base, as in ntk_frequencies, and not under every frequency.
    """
    stretch = max(seq_len, max_position_embeddings) / max_position_embeddings
    return linear_frequencies(rope_frequencies(d_head, base), factor * stretch - (factor - 1.0))
