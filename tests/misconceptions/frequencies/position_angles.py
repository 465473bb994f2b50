"""Wrong answers to position_angles (lab 01).

hint: Take positions 3 and 10 and frequencies 1 and 0.1. Write down the four angles, one row for each position.
hint: Row t, column i is positions[t] * inv_freq[i]: every position with every frequency, in float64.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.frequencies import position_angles

Floats = NDArray[np.float64]


def positions_ignored(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """positions replaced by a plain range

    met: Blaizzy/mlx-vlm 1983: an arange that ignores where the cached sequence ended
    hint: Call it with positions 7, 7, 7. Are the three rows the same?
    hint: You use how many positions there are, not which. The second token of a batch may stand at position 4,000.
    """
    return position_angles(np.arange(np.size(positions)), inv_freq)


def counted_from_the_first(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """positions counted from the first one

    met: a classic: only differences of positions matter, so the first is set to 0
    hint: Call it with the single position 5. Is the angle 0?
    hint: Scores depend on differences only if queries and keys are turned by their own positions. Do not shift them
        here.
    """
    positions = np.asarray(positions, dtype=np.float64)
    return position_angles(positions - positions[0], inv_freq)


def counted_from_one(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """positions counted from 1

    met: fla-org/flash-linear-attention 766: a length advanced too early puts every token one place off
    hint: What is the angle at position 0?
    hint: Position 0 is not turned at all. Yours is turned by one step, and every other position by one too many.
    """
    return position_angles(np.asarray(positions, dtype=np.float64) + 1, inv_freq)


def sorted_positions(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """positions sorted

    met: a classic: sorted input tried, unsorted input never
    hint: Call it with positions 9, 2. Which row comes first?
    hint: Row t belongs to positions[t], in the order given: the rows are used beside tokens in that order.
    """
    return position_angles(np.sort(positions), inv_freq)


def repeats_dropped(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """repeated positions dropped

    met: a classic: unique positions are enough for a table, not for a batch
    hint: Call it with positions 7, 7, 7 and print the shape.
    hint: There is one row for each entry of positions, even where two are the same, and in the order given.
    """
    return position_angles(np.unique(positions), inv_freq)


def transposed(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """rows and columns exchanged

    met: a classic: the outer product taken the other way round
    hint: Print the shape for three positions and two frequencies.
    hint: Positions go down, frequencies across: shape (T, D/2). With as many positions as pairs the shape alone does
        not tell.
    """
    return position_angles(positions, inv_freq).T.copy()


def entry_by_entry(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """multiplied entry by entry

    met: a classic: * between two one-dimensional arrays
    hint: Print the shape for three positions and three frequencies.
    hint: Between two one-dimensional arrays * pairs them up and never crosses them. Every position meets every
        frequency.
    """
    return np.asarray(positions, dtype=np.float64) * np.asarray(inv_freq, dtype=np.float64)


def divided(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """divided by the inverse frequencies

    met: a classic: the word "inverse" taken as something left to do
    hint: A pair at 0.1 radians per token: where does it stand after 10 tokens?
    hint: inv_freq holds radians per token already. The name means that the power was inverted when it was made.
    """
    return position_angles(positions, 1.0 / np.asarray(inv_freq, dtype=np.float64))


def added(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """added, not multiplied

    met: a classic: learned position embeddings are added, so this is too
    hint: By how much should the angle of a slow pair differ from one position to the next?
    hint: Your pairs all move by 1 radian per token. An angle is a position times a frequency.
    """
    return np.asarray(np.add.outer(np.asarray(positions, dtype=np.float64), np.asarray(inv_freq, dtype=np.float64)))


def angles_in_degrees(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """angles in degrees

    met: a classic: np.cos takes radians, a compass does not
    hint: What is the angle at position 1 for a frequency of 1?
    hint: The frequencies are in radians per token and so are the angles; cosine and sine expect nothing else.
    """
    return np.rad2deg(position_angles(positions, inv_freq))


def whole_turns_removed(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """whole turns taken off

    met: a classic: the cosine does not see them, so they look superfluous
    hint: Print the angle at position 100 for a frequency of 1.
    hint: The contract is the plain product. Taking off multiples of 2 * pi loses how far a pair has turned, and rounds
        again.
    """
    return position_angles(positions, inv_freq) % (2 * np.pi)


def both_halves(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """a column for each feature

    met: a classic: usual PyTorch code forms [theta, theta] in the next line
    hint: Print the shape. How many frequencies went in?
    hint: One column for each frequency, D/2 of them. Making D columns of them is the next task.
    """
    return np.tile(position_angles(positions, inv_freq), (1, 2))


def frequencies_multiplied_in_place(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """each row multiplied onto the one before

    met: a classic: a second name for an array taken for a copy of it
    hint: Print inv_freq before and after the call.
    hint: Assigning an array to another name copies nothing, and *= changes it for both. Each row starts from the
        frequencies.
    """
    rows = []
    row = np.asarray(inv_freq, dtype=np.float64)
    for position in np.asarray(positions, dtype=np.float64):
        row *= position
        rows.append(row.copy())
    return np.array(rows)


def single_precision(positions: ArrayLike, inv_freq: ArrayLike) -> NDArray[np.float32]:
    """float32 angles

    met: kekzl/imp pull request 1325: angles formed in float32, drift of 1e-2 at position 131,072
    hint: Print the dtype, and the angle at position 1,000,000 for a frequency of 0.7.
    hint: float32 keeps seven digits of an angle, so at position one million the cosine is off in the second decimal.
        Convert both arguments to float64 before the product.
    """
    return np.outer(np.asarray(positions, dtype=np.float32), np.asarray(inv_freq, dtype=np.float32))


def single_precision_at_the_end(positions: ArrayLike, inv_freq: ArrayLike) -> NDArray[np.float32]:
    """only the product cast

    variant of: single_precision
    """
    return position_angles(positions, inv_freq).astype(np.float32)


def rounded_to_single_precision(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """float32 products in a float64 array

    met: a classic: a last cast makes the dtype right, not the numbers
    hint: Compare one angle with the product of two Python floats. How many digits agree?
    hint: The product is taken in float32 and widened afterwards, when the digits are gone. Convert before multiplying.
    """
    return np.outer(np.asarray(positions, dtype=np.float32), np.asarray(inv_freq, dtype=np.float32)).astype(np.float64)


def rounded_to_single_precision_at_the_end(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """only the product rounded

    variant of: rounded_to_single_precision
    """
    return position_angles(positions, inv_freq).astype(np.float32).astype(np.float64)


def positions_in_half_precision(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """positions in float16

    met: huggingface/candle pull request 3520: positions cast to bfloat16 before the product, neighbours fall together
    hint: Print np.float16(2049). Is it 2049?
    hint: Half precision holds whole numbers up to 2,048 exactly; beyond, neighbouring positions become the same, and at
        65,520 infinite. Positions are converted to float64.
    """
    return position_angles(np.asarray(positions).astype(np.float16), inv_freq)


def types_of_the_arguments(positions: ArrayLike, inv_freq: ArrayLike) -> NDArray[Any]:
    """the arguments' dtypes kept

    met: a classic: float64 in every test at the prompt, float32 from the model
    hint: Call it with two float32 arrays and print the dtype.
    hint: NumPy multiplies in the dtypes it is given: float32 stays float32, and small integers overflow. Convert first.
    """
    return np.outer(np.asarray(positions), np.asarray(inv_freq))


def any_shape_taken(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """shapes not checked

    met: a classic: np.outer flattens whatever it is given
    checks: its own
    hint: Call it with positions of shape (2, 3). What comes back?
    hint: A batch of positions would be flattened without a word. Refuse what is not one-dimensional, by name and shape.
    """
    return np.outer(np.asarray(positions, dtype=np.float64), np.asarray(inv_freq, dtype=np.float64))


def any_shape_broadcast(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """any shape, broadcast

    variant of: any_shape_taken
    checks: its own
    """
    return np.asarray(np.asarray(positions, dtype=np.float64)[..., None] * np.asarray(inv_freq, dtype=np.float64))


def frequencies_not_checked(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """the shape of inv_freq not checked

    met: a classic: one argument checked, the other trusted
    checks: its own
    hint: Call it with frequencies of shape (1, 4).
    hint: Both arguments have to be one-dimensional, and the message says which one is not.
    """
    if np.ndim(positions) != 1:
        raise ValueError(f"positions must be one-dimensional, got shape {np.shape(positions)}")
    return np.outer(np.asarray(positions, dtype=np.float64), np.asarray(inv_freq, dtype=np.float64))


def scalars_accepted(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """single numbers accepted

    met: a classic: "at most one-dimensional" where "one-dimensional" is meant
    checks: its own
    hint: Call it with the number 5 as positions.
    hint: A number has no dimensions at all: shape (). It is refused like two of them.
    """
    for name, value in (("positions", positions), ("inv_freq", inv_freq)):
        if np.ndim(value) > 1:
            raise ValueError(f"{name} must be one-dimensional, got shape {np.shape(value)}")
    return np.outer(np.asarray(positions, dtype=np.float64), np.asarray(inv_freq, dtype=np.float64))


def nameless_errors(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    """an error that does not say which argument

    met: a classic: one message for two arguments
    checks: its own
    hint: Read your message as somebody who passed both arguments. Which was wrong, and what shape had it?
    hint: The message names the argument, positions or inv_freq, and its shape.
    """
    if np.ndim(positions) != 1 or np.ndim(inv_freq) != 1:
        raise ValueError("both arguments must be one-dimensional")
    return position_angles(positions, inv_freq)
