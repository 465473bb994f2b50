"""Wrong answers to KVCache (lab 06): what it holds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import KVCache

Array = NDArray[Any]
Pair = tuple[Array, Array]


class OneForAllTexts(KVCache):
    """one store for all caches

    met: con2/kompassi pull request 971: a dictionary made in the class body belongs to all of its objects
    hint: Update one cache, make another, and print its length.
    hint: What is assigned in the class body, or to the class, is shared by all objects. A cache's arrays belong to self.
    """

    store: dict[str, KVCache] = {}  # noqa: RUF012 - that is the mistake

    def update(self, keys: Array, values: Array) -> Pair:
        whole = self.store.setdefault("all", KVCache())
        pair = whole.update(keys, values)
        self.keys, self.values = pair
        return pair


class LengthOfTheBatch(KVCache):
    """length of the batch

    met: a classic: len() of an array is its first axis
    hint: Update it with five tokens of a batch of two. What is its length?
    hint: The first axis is the batch. The tokens are axis 2.
    """

    @property
    def length(self) -> int:
        return 0 if self.keys is None else len(self.keys)


class LengthOfTheHeads(KVCache):
    """number of heads taken for the length

    met: a classic: axis 1 is the tokens in the layout (batch, seq, heads, D), and the heads in this one
    hint: Update it with five tokens of three heads. What is its length?
    hint: The axes are (batch, kv_heads, length, D): the tokens are axis 2.
    """

    @property
    def length(self) -> int:
        return 0 if self.keys is None else int(self.keys.shape[1])


class TokensOfAllSequences(KVCache):
    """tokens of all sequences counted

    met: a classic: batch times tokens, as if the batch were one long text
    hint: Update it with five tokens of a batch of two. What is its length?
    hint: Each sequence holds five tokens, and the next one of each stands at position 5. Do not multiply by the batch.
    """

    @property
    def length(self) -> int:
        return 0 if self.keys is None else int(self.keys.shape[0] * self.keys.shape[2])


class UpdatesCounted(KVCache):
    """updates counted instead of tokens

    met: a classic: in decoding each update brings one token, and a prompt brings many
    hint: Update an empty cache with three tokens. What is its length?
    hint: An update may bring any number of tokens. The length is how many are kept.
    """

    updates = 0

    @property
    def length(self) -> int:
        return self.updates

    def update(self, keys: Array, values: Array) -> Pair:
        pair = super().update(keys, values)
        self.updates += 1
        return pair


class EmptyArrays(KVCache):
    """empty arrays instead of None

    met: a classic: an array without entries needs no special case, except that its shape is not known yet
    hint: Make a cache and print its keys.
    hint: Before the first update nobody knows batch, heads or head size. Keys and values are None until then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys, self.values = np.zeros((0, 0, 0, 0)), np.zeros((0, 0, 0, 0))

    def update(self, keys: Array, values: Array) -> Pair:
        if self.keys is not None and not self.keys.size:
            self.keys = self.values = None
        return super().update(keys, values)


class AlwaysFloat64(KVCache):
    """always float64

    met: a classic: np.zeros for the old tokens of an empty cache, and NumPy promotes what is joined to it
    hint: Update it with float32 keys, and print the dtype of what is kept.
    hint: The cache keeps the dtype of what it is given. Begin with arrays of that dtype, or with none.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        return super().update(keys.astype(np.float64), values.astype(np.float64))


class WholeBufferReturned(KVCache):
    """places that are not filled yet returned too

    met: huggingface/transformers pull request 45940: the zeros of a cache that was not full took part in attention
    hint: Update it with three tokens, and print the shape of what comes back.
    hint: Places without a token have keys of 0, and a score of 0 is an ordinary one. Return as many tokens as there are.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        pair = super().update(keys, values)
        free = [(0, 0), (0, 0), (0, 64 - pair[0].shape[2]), (0, 0)]
        return np.pad(pair[0], free), np.pad(pair[1], free)


class LastTokensOnly(KVCache):
    """no more than the last eight tokens kept

    met: a classic: a sliding window, as some models have it
    hint: Update it three times with three tokens. How long is it?
    hint: Nothing in the docstring lets go of a token. A text may be long: keep all of it.
    """

    def update(self, keys: Array, values: Array) -> Pair:
        pair = super().update(keys, values)
        self.keys, self.values = pair[0][:, :, -8:].copy(), pair[1][:, :, -8:].copy()
        return self.keys, self.values
