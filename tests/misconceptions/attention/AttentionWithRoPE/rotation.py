"""Wrong answers to AttentionWithRoPE (lab 06): what is rotated, and when."""

import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import (
    AttentionWithRoPE,
    KVCache,
    apply_rotary_pos_emb,
    position_ids_from_mask,
    scaled_dot_product_attention,
)
from ropelab.relative import half_to_interleaved, interleaved_to_half

Array = NDArray[Any]
Ids = ArrayLike | None
Mask = ArrayLike | None


class _InSteps(AttentionWithRoPE):
    """The reference, with the steps between projection and attention apart. Heads before tokens in all of them."""

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        super().forward(x, position_ids, copy.deepcopy(kv_cache), attention_mask)  # for its refusals
        past = 0 if kv_cache is None else kv_cache.length
        if position_ids is not None:
            ids = np.asarray(position_ids)
        elif attention_mask is not None:
            ids = position_ids_from_mask(attention_mask)[:, past:]
        else:
            ids = np.arange(past, past + x.shape[1])
        q, k, v = self.projected(x.astype(self.q_proj.dtype), ids)
        q, k, v = self.turned(q, k, v, ids, kv_cache)
        heads = scaled_dot_product_attention(q, k, v, attention_mask=attention_mask)
        return np.asarray(heads.swapaxes(1, 2).reshape(*x.shape[:2], -1) @ self.o_proj.T)

    def projected(self, x: Array, ids: Array) -> tuple[Array, ...]:
        return tuple(self.split(x @ weight.T) for weight in (self.q_proj, self.k_proj, self.v_proj))

    def split(self, x: Array) -> Array:
        return x.reshape(*x.shape[:2], -1, self.head_dim).swapaxes(1, 2)

    def rotated(self, x: Array, ids: Array) -> Array:
        return apply_rotary_pos_emb(x.swapaxes(1, 2), ids, self.theta).swapaxes(1, 2)

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        q, k = self.rotated(q, ids), self.rotated(k, ids)
        return (q, *((k, v) if kv_cache is None else kv_cache.update(k, v)))


class ValuesRotated(_InSteps):
    """values rotated too

    met: Hugging Face's RoFormer code has it as an option; labmlai's value_pe rotated them twice, issue 251
    hint: Shift all positions by 37. Does the result change?
    hint: Scores compare positions, and there the rotations of q and k leave their difference. Nothing undoes a rotation of v:
        it is not rotated.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        return super().turned(q, k, self.rotated(v, ids), ids, kv_cache)


class ValuesForKeys(_InSteps):
    """values rotated in place of keys

    met: a classic: three arrays in a loop, and the wrong two of them
    hint: Print k before and after the rotation.
    hint: Queries and keys meet in the scores: these two are rotated.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        q, v = self.rotated(q, ids), self.rotated(v, ids)
        return (q, *((k, v) if kv_cache is None else kv_cache.update(k, v)))


class KeysNotRotated(_InSteps):
    """keys not rotated

    met: a classic: the query carries its position, and that seems to be enough
    hint: Shift all positions by 37. Does the result change?
    hint: With only q rotated the scores know where the query stands, and not how far the key is. Rotate both.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        return (self.rotated(q, ids), *((k, v) if kv_cache is None else kv_cache.update(k, v)))


class QueriesNotRotated(_InSteps):
    """queries not rotated

    met: RobertCsordas/moeut thread 6: the query was rotated as the first token, whatever the offset
    hint: Shift all positions by 37. Does the result change?
    hint: A query that is not rotated stands at position 0. Rotate it by its own, as the key of the same token.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        return (q, *super().turned(q, k, v, ids, kv_cache)[1:])


class KeptUnrotated(_InSteps):
    """keys put into the cache before they are rotated

    met: EleutherAI/gpt-neox pull request 363 and ggml-org/llama.cpp pull request 3234 keep such keys on purpose
    hint: Compare cache.keys with the rotated keys of a full pass.
    hint: All keys are then rotated again at each step, at positions that the cache does not know: with padding, or with
        positions that are given, they are other ones. Rotate first, then extend.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        if kv_cache is None:
            return super().turned(q, k, v, ids, None)
        k, v = kv_cache.update(k, v)
        return self.rotated(q, ids), self.rotated(k, np.arange(k.shape[2])), v


class OldKeysNeverRotated(_InSteps):
    """keys in the cache never rotated

    met: a classic: new keys are rotated for this step, and kept as they were before
    hint: Compare cache.keys with the rotated keys of a full pass.
    hint: What is kept is the key before its rotation, and later steps take it as it is. Rotate first, then extend.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        new = self.rotated(k, ids)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
            new = np.concatenate([k[:, :, : -new.shape[2]], new], axis=2)
        return self.rotated(q, ids), new, v


class OldKeysRotatedAgain(_InSteps):
    """keys in the cache rotated again at each step

    met: NeuraLegion/shainet pull request 110: keys rotated when they were kept, and all of them again when they were read
    hint: Feed tokens with a cache, one by one. From which on do the results differ from those of a full pass?
    hint: A key's position never changes, so it is rotated once, before it is kept. What comes out of the cache is used as it
        is.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        q, k, v = super().turned(q, k, v, ids, kv_cache)
        if kv_cache is not None and k.shape[2] > q.shape[2]:
            k = self.rotated(k, np.arange(k.shape[2]))
        return q, k, v


class RotatedTwice(_InSteps):
    """keys rotated twice

    met: labmlai/annotated_deep_learning_paper_implementations issue 251: a second call on what was rotated already
    hint: Print the keys after each step, for a token at position 1. By which angle has the first pair turned?
    hint: Twice rotated, a key stands at twice its position. Look for a second call on the first one's result.
    """

    def turned(self, q: Array, k: Array, v: Array, ids: Array, kv_cache: KVCache | None) -> tuple[Array, ...]:
        return super().turned(q, self.rotated(k, ids), v, ids, kv_cache)


class AlongTheHeads(_InSteps):
    """rotated along the head axis

    met: facebookresearch/xformers thread 841 and mlfoundations/open_lm thread 4: every head got an angle, and no token did
    hint: Print the shape of what goes into the rotation. Which axis does it take for the tokens?
    hint: apply_rotary_pos_emb wants tokens before heads. Exchange the two after the rotation, not before it.
    """

    def rotated(self, x: Array, ids: Array) -> Array:
        return apply_rotary_pos_emb(x, np.arange(x.shape[1]), self.theta)


class SplitHalf(_InSteps):
    """split-half rotation

    met: TinyLlama#24 and llama.cpp#3018: weights of one layout, rotation of the other
    hint: Compare the rotated keys with those of apply_rotary_pos_emb.
    hint: You rotate as Hugging Face's code does. These weights are of the interleaved layout; others are carried over with
        projection_to_interleaved, once.
    """

    def rotated(self, x: Array, ids: Array) -> Array:
        return interleaved_to_half(super().rotated(half_to_interleaved(x), ids))


class BeforeTheSplit(_InSteps):
    """rotated before the split into heads

    met: Lightricks/LTX-Video issue 224: the rotation runs over all heads together, as over one large head
    hint: How many frequencies do you use: one for each pair of a head, or for each pair of d_model?
    hint: Rotated as one vector, each head gets frequencies of its own, and the last heads hardly turn. Split first.
    """

    def rotated(self, x: Array, ids: Array) -> Array:
        whole = x.swapaxes(1, 2).reshape(x.shape[0], x.shape[2], 1, -1)
        return self.split(apply_rotary_pos_emb(whole, ids, self.theta)[:, :, 0])


class BeforeTheProjection(_InSteps):
    """x rotated instead of queries and keys

    met: a classic: positions added to the input, as in the models before
    hint: Shift all positions by 37. Does the result change?
    hint: Between the rotation and the scores then stands a projection, and the rotations of two tokens no longer leave their
        difference. Project first, and rotate q and k.
    """

    def projected(self, x: Array, ids: Array) -> tuple[Array, ...]:
        turned = apply_rotary_pos_emb(x[:, :, None], ids, self.theta)[:, :, 0]
        pairs = ((turned, self.q_proj), (turned, self.k_proj), (x, self.v_proj))
        return tuple(self.split(part @ weight.T) for part, weight in pairs)

    def rotated(self, x: Array, ids: Array) -> Array:
        return x


class ThetaNotPassedOn(_InSteps):
    """base 10,000 whatever theta is

    met: ggml-org/llama.cpp pull request 2773: a model's base was in its file, and nobody read it
    hint: Make two layers with the same weights and two values of theta. Do the results differ?
    hint: The layer keeps theta, and the rotation takes the default unless it is told. Pass it on.
    """

    def rotated(self, x: Array, ids: Array) -> Array:
        return apply_rotary_pos_emb(x.swapaxes(1, 2), ids).swapaxes(1, 2)
