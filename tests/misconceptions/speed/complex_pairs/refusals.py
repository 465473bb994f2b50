"""Wrong answers to complex_pairs (lab 08): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import complex_pairs

Reals = NDArray[np.float32]
Pairs = NDArray[np.complex64]


def dtype_not_checked(array: Reals, name: str = "array") -> Pairs:
    """dtype not checked

    met: a classic: torch's view_as_complex checks the dtype, NumPy's view does not
    checks: its own
    hint: Pass a float16 array with eight features. How many complex numbers come back?
    hint: A view never fails for what the bytes mean. Four float16 features make one complex64 number, two of float64
        make four parts: refuse all but float32.
    """
    if array.shape[-1] % 2:
        raise ValueError(f"{name} must have an even number of features, got {array.shape[-1]}")
    if array.size and array.strides[-1] != array.itemsize:
        raise ValueError(f"{name}: the features of a vector must be adjacent in memory, got strides {array.strides}")
    return array.view(np.complex64)


def only_half_precision_refused(array: Reals, name: str = "array") -> Pairs:
    """float64 not refused

    met: a classic: the check names the dtype that went wrong last time
    checks: its own
    hint: Pass a float64 array. What are the first two complex numbers?
    hint: Half of a float64 is no number: its bytes are read as two float32. Ask for the one dtype that fits.
    """
    if array.dtype == np.float64 and array.shape[-1] % 2 == 0:
        return array.view(np.complex64)
    return complex_pairs(array, name)


def four_bytes_are_enough(array: Reals, name: str = "array") -> Pairs:
    """any dtype of four bytes accepted

    met: a classic: the check looks at itemsize, for that is what the view depends on
    checks: its own
    hint: Pass an int32 array.
    hint: The bytes of the integer 1 are no 1 in float32. Compare the dtype, not its size.
    """
    if array.dtype.itemsize == 4 and array.dtype != np.float32:
        array = array.view(np.float32)
    return complex_pairs(array, name)


def other_dtypes_converted(array: Reals, name: str = "array") -> Pairs:
    """other dtypes converted

    met: a classic: a helpful cast, after which the result no longer shares any memory
    checks: its own
    hint: Pass a float16 array. Can what comes back share its memory?
    hint: A cast is a copy, and what is written into it never reaches the caller. Refuse what cannot be viewed.
    """
    return complex_pairs(array.astype(np.float32, copy=False), name)


def last_feature_dropped(array: Reals, name: str = "array") -> Pairs:
    """an odd number of features cut

    met: a classic: D // 2 pairs, and nobody looks for the rest
    checks: its own
    hint: Pass seven features. Where does the seventh go?
    hint: A feature without a partner cannot turn; leaving it out rotates another vector than the caller has. Refuse it.
    """
    return complex_pairs(array[..., : array.shape[-1] // 2 * 2], name)


def odd_features_left_to_numpy(array: Reals, name: str = "array") -> Pairs:
    """odd D left to NumPy

    met: a classic: view raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for seven features. Does it name the argument?
    hint: NumPy knows neither the name nor what D means. Check before the view, with a message that begins with name.
    """
    if array.dtype != np.float32 or array.shape[-1] % 2 == 0:
        return complex_pairs(array, name)
    return array.view(np.complex64)


def strides_left_to_numpy(array: Reals, name: str = "array") -> Pairs:
    """features that are not adjacent left to NumPy

    met: a classic: view raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for x[..., ::2]. Does it name the argument?
    hint: NumPy does not know what the argument is called. Compare array.strides[-1] with array.itemsize, and begin the
        message with name.
    """
    if array.dtype != np.float32 or array.shape[-1] % 2 or array.strides[-1] == array.itemsize:
        return complex_pairs(array, name)
    return array.view(np.complex64)


def empty_arrays_refused(array: Reals, name: str = "array") -> Pairs:
    """empty arrays refused

    met: a classic: strides compared, and nobody thought of an array without items
    checks: its own
    hint: Print the strides of np.zeros((2, 0, 3, 8), np.float32).
    hint: An empty array has strides of 0 and nothing that could lie apart. Compare strides where there are items.
    """
    if array.strides[-1] != array.itemsize:
        raise ValueError(f"{name}: features must be adjacent")
    return complex_pairs(array, name)


def strides_copied_away(array: Reals, name: str = "array") -> Pairs:
    """features that are not adjacent copied

    met: a classic: np.ascontiguousarray makes the error message of view go away, and the result with it
    checks: its own
    hint: Pass x[..., ::2]. Can what comes back share its memory?
    hint: Features with gaps between them are no complex numbers in memory, and a copy is not what was asked for. Refuse
        them.
    """
    if array.size and array.strides[-1] != array.itemsize:
        array = np.ascontiguousarray(array)
    return complex_pairs(array, name)


def gaps_refused(array: Reals, name: str = "array") -> Pairs:
    """arrays with gaps refused

    met: a classic: flags.c_contiguous asked for where adjacent features are enough
    checks: its own
    hint: Pass every second head of an array, x[:, :, ::2]. Are the features of a vector adjacent?
    hint: A view changes only the last dimension, so only its stride matters: array.strides[-1].
    """
    if not array.flags.c_contiguous:
        raise ValueError(f"{name} must be contiguous, got strides {array.strides}")
    return complex_pairs(array, name)


def read_only_refused(array: Reals, name: str = "array") -> Pairs:
    """read-only arrays refused

    met: a classic: the check of the function that writes, put where nothing is written
    checks: its own
    hint: Pass a read-only array. What does the docstring say about the view of one?
    hint: Reading through a view is harmless, and the view of a read-only array is read-only by itself.
    """
    if not array.flags.writeable:
        raise ValueError(f"{name} is read-only")
    return complex_pairs(array, name)


def four_dimensions_only(array: Reals, name: str = "array") -> Pairs:
    """other numbers of dimensions refused

    met: a classic: written for x, and a table or a single vector is never tried
    checks: its own
    hint: Pass a single vector of shape (8,).
    hint: The docstring says (..., D): as many dimensions as the caller likes, none before the last included.
    """
    if array.ndim != 4:
        raise ValueError(f"{name} must have four dimensions, got {array.shape}")
    return complex_pairs(array, name)


def name_ignored(array: Reals, name: str = "array") -> Pairs:
    """name not used in messages

    met: a classic: a parameter added for messages, and the messages left as they were
    checks: its own
    hint: Pass an array of seven features with name="out", and read the message.
    hint: Whoever calls rotate_complex has no argument called array. Begin each message with name.
    """
    return complex_pairs(array)


def refused_by_assert(array: Reals, name: str = "array") -> Pairs:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    assert array.dtype == np.float32, f"{name}: {array.dtype}"
    assert array.shape[-1] % 2 == 0, f"{name}: {array.shape}"
    assert array.strides[-1] == array.itemsize, f"{name}: {array.strides}"
    return array.view(np.complex64)


def another_error(array: Reals, name: str = "array") -> Pairs:
    """TypeError for a wrong dtype

    met: a classic: a dtype is a type, so a TypeError comes to mind
    checks: its own
    hint: Which exception does the docstring promise for a float16 array?
    hint: All refusals of this lab are ValueErrors, so that a caller can catch them in one place.
    """
    if array.dtype != np.float32:
        raise TypeError(f"{name} must be float32, got {array.dtype}")
    return complex_pairs(array, name)
