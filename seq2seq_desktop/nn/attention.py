"""Scaled dot-product attention with several heads, its weights on request.

Source: Vaswani et al. 2017, "Attention Is All You Need", sections 3.2.1 and 3.2.2.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def split_heads(states: Tensor, heads: int) -> Tensor:
    """(batch, steps, width) as (batch, heads, steps, head_dim)."""
    return torch.unflatten(states, -1, (heads, -1)).transpose(1, 2)


def join_heads(states: Tensor) -> Tensor:
    """(batch, heads, steps, head_dim) as (batch, steps, width)."""
    return states.transpose(1, 2).flatten(2)


def attend(query: Tensor, keys: Tensor, values: Tensor, keep_mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The context (batch, heads, target, head_dim) and the weights (batch, heads, target, source).

    `keep_mask` is True where a source position may be looked at and broadcasts to the weights; a row must keep at
    least one position.
    """
    scores = query @ keys.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if keep_mask is not None:
        scores = scores.masked_fill(~keep_mask, float("-inf"))
    weights = torch.softmax(scores.float(), dim=-1)
    return weights.to(values.dtype) @ values, weights


def attend_all(query: Tensor, keys: Tensor, values: Tensor, keep_mask: Tensor | None, causal: bool = False) -> Tensor:
    """The context alone, for whole sequences: (batch, heads, target, head_dim)."""
    if query.is_cuda or not torch.is_grad_enabled():
        return F.scaled_dot_product_attention(query, keys, values, keep_mask, is_causal=causal)
    if causal:
        steps = query.shape[2]
        keep_mask = torch.ones(steps, steps, dtype=torch.bool, device=query.device).tril()
    # On the CPU torch's fused kernel runs backward seven times slower than this in bfloat16 at sentence length; only
    # forward it is the faster one, by a little at sentence length and twofold over a window of sound.
    return attend(query, keys, values, keep_mask)[0]


class SelfAttention(nn.Module):
    """Attention of a sequence to itself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def project(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, keys and values of states (batch, steps, width), each (batch, heads, steps, head_dim)."""
        query, keys, values = self.query_key_value(states).chunk(3, dim=-1)
        return split_heads(query, self.heads), split_heads(keys, self.heads), split_heads(values, self.heads)

    def forward(self, states: Tensor, keep_mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """The attended states (batch, steps, width); with `causal` a step sees itself and what came before."""
        query, keys, values = self.project(states)
        context = attend_all(query, keys, values, keep_mask, causal)
        attended: Tensor = self.output(join_heads(context))
        return attended


class CrossAttention(nn.Module):
    """Attention of a decoder to the encoder's memory."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, width)

    def project_memory(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of a memory (batch, source, width), each (batch, heads, source, head_dim)."""
        keys, values = self.key_value(memory).chunk(2, dim=-1)
        return split_heads(keys, self.heads), split_heads(values, self.heads)

    def project_query(self, states: Tensor) -> Tensor:
        """The query of states (batch, steps, width), (batch, heads, steps, head_dim)."""
        return split_heads(self.query(states), self.heads)

    def prepare(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Keys (batch, heads, head_dim, source) and values (batch, heads, source, head_dim) as a step reads them.

        What every step would do is done here once: the keys are transposed and divided by sqrt(head_dim).
        """
        keys, values = self.project_memory(memory)
        return (keys / math.sqrt(keys.shape[3])).transpose(2, 3).contiguous(), values.contiguous()

    def forward(self, states: Tensor, memory: Tensor, keep_mask: Tensor | None) -> Tensor:
        """The attended memory (batch, target, width) for states (batch, target, width)."""
        keys, values = self.project_memory(memory)
        context = attend_all(self.project_query(states), keys, values, keep_mask)
        attended: Tensor = self.output(join_heads(context))
        return attended
