"""Which source pieces an output depends on, for models without attention: the gradient at the input, times the input.

For the token at step t, with what was written before it given, the saliency of source piece s is
|d log p(token t) / d e(s) . e(s)|, the product summed over the embedding's width; a row is divided by its sum. It
says how much the token's probability would move if the embedding were scaled a little. It is no attention.

Source: Simonyan et al. 2014, "Deep Inside Convolutional Networks" (the gradient at the input); Li et al. 2016,
"Visualizing and Understanding Neural Models in NLP" (for words, by their embeddings); Denil et al. 2014, "Extraction
of Salient Sentences from Labelled Documents" (the gradient times the input).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq_desktop.bundles.load import LoadedBundle, load_bundle
from seq2seq_desktop.nn.tokens import TokenBatch

_ROWS = 32  # steps that are computed side by side: bounds the memory


class Saliency:
    """Computes maps for one bundle. Gradients need float32 weights, so a second copy is loaded with the first map."""

    def __init__(self, bundle: LoadedBundle) -> None:
        """Nothing is loaded yet."""
        self._bundle = bundle
        self._model: Any = bundle.model if bundle.precision == "float32" else None

    def rows(self, source: Sequence[int], target: Sequence[int]) -> NDArray[np.float32]:
        """(target, source), rows sum to 1: what each token of `target` depends on.

        Args:
            source: the ids that were encoded, special pieces included.
            target: the ids that were written, without start and end.

        Raises: BundleError if the bundle was damaged since it was loaded.
        """
        if self._model is None:
            self._model = load_bundle(self._bundle.folder, str(self._bundle.device), "float32").model
        steps = range(len(target))
        parts = [self._part(source, target, steps[first : first + _ROWS]) for first in range(0, len(steps), _ROWS)]
        return np.concatenate(parts) if parts else np.zeros((0, len(source)), np.float32)

    def _part(self, source: Sequence[int], target: Sequence[int], steps: range) -> NDArray[np.float32]:
        """The rows of some steps: each has a copy of the sentence of its own, so one backward pass gives them all."""
        tokenizer, device = self._bundle.tokenizer, self._bundle.device
        batch = TokenBatch.of([list(source)] * len(steps), tokenizer.pad, device)
        said = [tokenizer.start, *target[: steps[-1]]]
        read = torch.tensor([said] * len(steps), device=device)
        places = torch.tensor(list(steps), device=device)
        own_step = torch.arange(len(said), device=device) == places[:, None]
        with torch.enable_grad():
            embedded, logits = _with_source_embeddings(self._model, batch, read, own_step)
            wanted = torch.tensor([target[step] for step in steps], device=device)
            log_probs = torch.log_softmax(logits.float(), dim=-1).gather(1, wanted[:, None])
            (gradient,) = torch.autograd.grad(log_probs.sum(), embedded)
        moved = (gradient * embedded.detach()).sum(dim=-1).abs().float()
        rows: NDArray[np.float32] = (moved / moved.sum(dim=1, keepdim=True).clamp_min(1e-30)).cpu().numpy()
        return rows


def _with_source_embeddings(model: Any, batch: TokenBatch, read: Tensor, keep: Tensor) -> tuple[Tensor, Tensor]:
    """The source's embeddings (batch, source, width), which gradients reach, and the kept logits made from them.

    Every model embeds the source before the target, by the one embedding that both share.
    """
    found: list[Tensor] = []

    def catch(_module: Any, _inputs: Any, output: Tensor) -> Tensor | None:
        if found:
            return None
        found.append(output.detach().requires_grad_())
        return found[0]

    hook = model.embedding.register_forward_hook(catch)
    try:
        logits = model(batch, read, keep)
    finally:
        hook.remove()
    return found[0], logits
