"""A decoder layer at one step, with every weight at hand.

A step of one sentence is some hundred operations of a few microseconds each. To find a weight through its module (an
attribute that fails first, then a search) and to call a module past its hooks costs as much again, the more so where
the weights of a large model have just pushed the interpreter out of the caches. So everything is found once, before
the first step; no hook of a module is called here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.nn.attention import attend
from seq2seq_desktop.nn.past import Past

_FEW = 4  # rows up to which the fused attention is the faster one on the CPU; 32 take half as long again

Transform = Callable[[Tensor], Tensor]
"""States (rows, width) to states (rows, any)."""


@dataclass(frozen=True, slots=True)
class LayerStep:
    """Self-attention over the steps so far, attention to the memory, feed-forward; each added to what came in."""

    heads: int
    attention_norm: Transform
    query_key_value: Transform
    output: Transform
    cross_attention_norm: Transform
    cross_query: Transform
    cross_output: Transform
    feed_forward_norm: Transform
    inner: Transform
    activation: Transform
    outer: Transform

    def __call__(
        self, states: Tensor, past: Past, layer: int, cross: tuple[Tensor, Tensor], keep_mask: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """One step: states (rows, width), and where the memory was looked at, weights (groups, heads, rows, source).

        Writes this step's keys and values into `past`, as those of its `layer`. `cross` are keys and values of
        `CrossAttention.prepare`; rows / groups rows, side by side, look at the same row of them.
        """
        states = self._look_back(states, past, layer)
        states, weights = self._look_at(states, *cross, keep_mask)
        hidden = self.activation(self.inner(self.feed_forward_norm(states)))
        return self.outer(hidden).add_(states), weights

    def _look_back(self, states: Tensor, past: Past, layer: int) -> Tensor:
        rows, width = states.shape
        projected = self.query_key_value(self.attention_norm(states))
        projected = projected.view(rows, 3, self.heads, 1, width // self.heads).transpose(0, 1)
        query = projected[0]
        keys, values = past.write(layer, projected[1:])
        few = rows <= _FEW or states.is_cuda
        context = F.scaled_dot_product_attention(query, keys, values) if few else attend(query, keys, values, None)[0]
        return self.output(context.view(rows, width)).add_(states)

    def _look_at(
        self, states: Tensor, keys: Tensor, values: Tensor, keep_mask: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        groups, heads, head_dim, source = keys.shape
        query = self.cross_query(self.cross_attention_norm(states))
        query = query.view(groups, -1, heads, head_dim).transpose(1, 2).flatten(0, 1)
        scores = torch.bmm(query, keys.view(-1, head_dim, source)).view(groups, heads, -1, source)
        if keep_mask is not None:
            scores = scores.masked_fill(~keep_mask, float("-inf"))
        weights = torch.softmax(scores, dim=-1, dtype=torch.float32)
        context = torch.bmm(weights.to(values.dtype).flatten(0, 1), values.view(-1, source, head_dim))
        context = context.view(groups, heads, -1, head_dim).transpose(1, 2).reshape(states.shape)
        return self.cross_output(context).add_(states), weights


def linear_of(module: nn.Module) -> Transform:
    """What a linear layer does."""
    if isinstance(module, nn.Linear):
        return partial(F.linear, weight=module.weight, bias=module.bias)
    transform: Transform = module.forward
    return transform


def norm_of(module: nn.LayerNorm) -> Transform:
    """What a LayerNorm does."""
    return partial(
        torch.layer_norm,
        normalized_shape=module.normalized_shape,
        weight=module.weight,
        bias=module.bias,
        eps=module.eps,
    )
