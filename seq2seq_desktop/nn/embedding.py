"""One matrix that turns pieces into states and states into scores of pieces.

Source: Press and Wolf 2017, "Using the Output Embedding to Improve Language Models".
"""

from torch import Tensor, nn
from torch.nn import functional as F


class TiedEmbedding(nn.Embedding):
    """An embedding whose matrix is the output's too."""

    def project(self, states: Tensor) -> Tensor:
        """Scores (..., vocabulary) of states (..., width)."""
        return F.linear(states, self.weight)
