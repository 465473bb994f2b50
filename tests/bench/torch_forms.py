"""The forms in which torch rotates eagerly: those of the modelling code of Hugging Face and of Meta, and one in place."""

from functools import partial

import numpy as np
import torch
from rotations import HUGGING_FACE, INTERLEAVED, SPLIT_HALF, Form, Inputs, Threads

from labkit.speed.torch_forms import eager


def torch_forms(inputs: Inputs) -> list[Form]:
    """All forms with the tables of the reference: on the memory of x, and in place on that of the target."""
    target = torch.from_numpy(inputs.target)
    freqs_cis = torch.from_numpy(inputs.freqs_cis)[None, :, None, :]
    split_half, by_complex = eager(inputs.x, inputs.wide_cos, inputs.wide_sin, inputs.freqs_cis)

    def in_place() -> torch.Tensor:
        torch.view_as_complex(target.view(*target.shape[:-1], -1, 2)).mul_(freqs_cis)
        return target

    prepare = partial(np.copyto, inputs.target, inputs.x)
    return [
        Form(HUGGING_FACE, lambda _: split_half, SPLIT_HALF, Threads.OWN),
        Form("torch, Meta's apply_rotary_emb", lambda _: by_complex, INTERLEAVED, Threads.OWN),
        Form("torch, complex product in place", lambda _: in_place, INTERLEAVED, Threads.OWN, prepare=prepare),
    ]


def torch_tables(inputs: Inputs) -> list[Form]:
    """How the same code builds its tables, from angles in float32."""
    seq, size, scaling = inputs.seq, inputs.size, 1.0
    inv_freq = 1.0 / (10000.0 ** (torch.arange(0, size, 2).float() / size))
    position_ids = torch.arange(seq)

    def split_half() -> tuple[torch.Tensor, torch.Tensor]:
        freqs = (inv_freq[:, None] @ position_ids[None, :].float()).transpose(0, 1)
        emb = torch.cat((freqs, freqs), dim=-1)
        return emb.cos() * scaling, emb.sin() * scaling

    def by_complex() -> torch.Tensor:
        freqs = torch.outer(position_ids, inv_freq).float()
        return torch.polar(torch.ones_like(freqs), freqs)

    return [
        Form("torch, Hugging Face's cos and sin", lambda _: split_half, threads=Threads.OWN),
        Form("torch, Meta's precompute_freqs_cis", lambda _: by_complex, threads=Threads.OWN),
    ]
