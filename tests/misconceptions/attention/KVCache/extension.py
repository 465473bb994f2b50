"""Wrong answers to KVCache (lab 06): how it is extended.

hint: Begin with an empty cache: update it with three tokens, and print the shapes of keys and values.
hint: Old and new stand one behind the other along the axis of the tokens, which is axis 2 of (batch, kv_heads, length, D).
hint: Update an empty cache with an array, write 7 into that array, and print the cache's keys. Is the 7 there? An assignment
    makes no copy, and there is one update that is easily written as an assignment.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import KVCache

Array = NDArray[Any]
Pair = tuple[Array, Array]


def _checked(cache: KVCache, keys: Array, values: Array) -> Pair:
    """What the cache holds, arrays without tokens where it is empty, after the reference's refusals."""
    other = KVCache()
    other.keys, other.values = cache.keys, cache.values
    other.update(keys, values)
    if cache.keys is None or cache.values is None:
        return keys[:, :, :0], values[:, :, :0]
    return cache.keys, cache.values


class ReplacedByTheNew(KVCache):
    """the old replaced by the new

    met: a classic: assigned where it should be extended
    hint: Update it twice with three tokens. How long is it?
    hint: Each update throws away what was there. Put the new tokens behind the old ones.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        _checked(self, keys, values)
        self.keys, self.values = keys.copy(), values.copy()
        return self.keys, self.values


class NewInFront(KVCache):
    """new tokens in front

    met: a classic: the arguments of a concatenation exchanged
    hint: Update it with two tokens and then with one. Which of the three is the last?
    hint: The causal mask counts on the order: the queries are the last tokens of the keys. New ones go behind the old ones.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        old_keys, old_values = _checked(self, keys, values)
        self.keys = np.concatenate([keys, old_keys], axis=2)
        self.values = np.concatenate([values, old_values], axis=2)
        return self.keys, self.values


class AlongTheHeads(KVCache):
    """joined along the heads

    met: a classic: axis 1 is the tokens in the layout (batch, seq, heads, D), and the heads in this one
    hint: Update it twice with three tokens, and print the shape of keys.
    hint: More tokens do not make more heads. The tokens are axis 2.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        _checked(self, keys, values)
        if self.keys is None or self.values is None:
            self.keys, self.values = keys.copy(), values.copy()
        else:
            self.keys = np.concatenate([self.keys, keys], axis=1)
            self.values = np.concatenate([self.values, values], axis=1)
        return self.keys, self.values


class AlongTheFeatures(KVCache):
    """joined along the features

    met: a classic: the last axis of keys that are kept transposed is the tokens
    hint: Update it twice with three tokens, and print the shape of keys.
    hint: More tokens do not make larger heads. The tokens are axis 2.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        _checked(self, keys, values)
        if self.keys is None or self.values is None:
            self.keys, self.values = keys.copy(), values.copy()
        else:
            self.keys = np.concatenate([self.keys, keys], axis=3)
            self.values = np.concatenate([self.values, values], axis=3)
        return self.keys, self.values


class AlongTheBatch(KVCache):
    """joined along the batch

    met: a classic: np.concatenate without an axis takes the first
    hint: Update it twice with three tokens, and print the shape of keys.
    hint: More tokens do not make more sequences. The tokens are axis 2.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        _checked(self, keys, values)
        if self.keys is None or self.values is None:
            self.keys, self.values = keys.copy(), values.copy()
        else:
            self.keys = np.concatenate([self.keys, keys])
            self.values = np.concatenate([self.values, values])
        return self.keys, self.values


class ValuesReplaced(KVCache):
    """values replaced, keys extended

    met: a classic: two lines for two arrays, and one of them corrected
    hint: Update it twice with three tokens, and print both shapes.
    hint: Keys and values of a token belong together. Whatever is done to one is done to the other.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        old_keys, _ = _checked(self, keys, values)
        self.keys, self.values = np.concatenate([old_keys, keys], axis=2), values.copy()
        return self.keys, self.values


class KeysForValues(KVCache):
    """keys kept as values too

    met: a classic: a line copied, and one of its names not changed
    hint: Update it with different keys and values, and compare what is kept.
    hint: Look at the line that extends the values: what does it put behind them?
    """

    def update(self, keys: Array, values: Array) -> Pair:
        old_keys, old_values = _checked(self, keys, values)
        self.keys = np.concatenate([old_keys, keys], axis=2)
        self.values = np.concatenate([old_values, keys], axis=2)
        return self.keys, self.values


class Exchanged(KVCache):
    """keys and values exchanged

    met: a classic: kept in one order and read in the other
    hint: Update it with different keys and values, and compare what is kept.
    hint: The values are kept under the name of the keys. Follow one of them from the argument to the attribute.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        return super().update(values, keys)


class ValuesReturnedFirst(KVCache):
    """values returned first

    met: a classic: what is kept is right, and handed out in the other order
    hint: Compare what update returns with the attributes.
    hint: The keys come first in the result, as in the arguments.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        super().update(keys, values)
        assert self.keys is not None
        assert self.values is not None
        return self.values, self.keys


class NewAloneReturned(KVCache):
    """new tokens alone returned

    met: kvcache-ai/sglang pull request 66: what was kept was right, and attention went on with another array
    hint: Compare the shape of what update returns with that of the attributes, from the second call on.
    hint: The queries have to see all tokens so far, not only the new ones. Return what is kept.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        super().update(keys, values)
        return keys.copy(), values.copy()


class ArgumentsReturned(KVCache):
    """the arguments themselves

    variant of: NewAloneReturned
    """

    def update(self, keys: Array, values: Array) -> Pair:
        super().update(keys, values)
        return keys, values


class OldAloneReturned(KVCache):
    """what was there before returned

    met: a classic: the pair is taken before it is extended
    hint: What does the first update return?
    hint: A token sees itself too: return what is kept after the update.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        before = _checked(self, keys, values)
        super().update(keys, values)
        return before[0].copy(), before[1].copy()


class NothingReturned(KVCache):
    """nothing returned

    met: a classic: an update is thought to be a command
    hint: What does update return?
    hint: The layer goes on with the keys and values of all tokens. Return both.
    """

    def update(self, keys: Array, values: Array) -> Any:
        super().update(keys, values)


class FirstKeptAsTheyCame(KVCache):
    """first tokens kept without a copy

    met: a classic: there is nothing to join yet, so the arguments themselves are kept
    hint: Update an empty cache, change the array that you passed, and print the cache's keys.
    hint: An assignment copies nothing: the caller and the cache then hold one array. np.concatenate makes a new one, a copy
        does too.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        _checked(self, keys, values)
        if self.keys is None:
            self.keys, self.values = keys, values
            return keys, values
        return super().update(keys, values)
