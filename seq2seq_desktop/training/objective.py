"""What a step lowers: a module around the model that gives the loss of a batch; a task may have its own.

Its `forward` takes the tensors of a batch in their order and the progress of the run, 0..1, and gives the mean loss
in nats a target piece. It is what Fabric wraps, so that logits keep their type and gradients are shared once.
"""

import torch
from torch import Tensor, nn

from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.training.loss import smoothed_cross_entropy
from seq2seq_desktop.training.recipe import Training


class Likelihood(nn.Module):
    """How likely a model that reads and writes pieces finds the target, with label smoothing."""

    def __init__(self, model: nn.Module, training: Training) -> None:
        """The loss that `training` asks for."""
        super().__init__()
        self.model, self.options = model, training

    def forward(
        self,
        source: Tensor,
        source_keep: Tensor,
        target_in: Tensor,
        target_out: Tensor,
        target_keep: Tensor,
        progress: float,
    ) -> Tensor:
        """The loss; the shapes are those of `PairBatch`."""
        inputs = TokenBatch(source, source_keep)
        share = self.options.scheduled_sampling * progress
        if share > 0:
            target_in = _sampled(self.model, inputs, target_in, target_keep, share)
        logits = self.model(inputs, target_in, target_keep)
        return smoothed_cross_entropy(logits, target_out[target_keep], self.options.label_smoothing)


@torch.no_grad()
def _sampled(model: nn.Module, source: TokenBatch, target_in: Tensor, keep: Tensor, share: float) -> Tensor:
    """Inputs in which a share of the pieces is the model's own choice one pass before.

    Source: Mihaylova and Martins 2019, "Scheduled Sampling for Transformers", after Bengio et al. 2015.
    """
    own = model(source, target_in).argmax(dim=-1)
    own = torch.cat((target_in[:, :1], own[:, :-1]), dim=1)
    swap = (torch.rand(own.shape, device=own.device) < share) & keep
    swap[:, 0] = False
    return torch.where(swap, own, target_in)
