"""The highest values of very long rows, found without looking at each of them twice."""

from functools import cache

import torch
from torch import Tensor

_CHUNK = 64  # columns; near the square root of a vocabulary, where both stages cost about the same
_SHORT = 4096  # columns up to which one stage is as fast


def top_ids(values: Tensor, count: int) -> Tensor:
    """The ids (rows, count) of the highest of `values` (rows, columns), best first; fewer if there are fewer columns.

    On the CPU the maximum of each chunk of columns is taken first, which costs one pass at the speed of memory: the
    highest `count` values lie in the `count` chunks with the highest maxima. NaN counts as the highest.
    """
    columns = values.shape[1]
    if count == 0:
        return torch.empty((values.shape[0], 0), dtype=torch.int64, device=values.device)
    if values.is_cuda or columns <= max(_SHORT, _CHUNK * (count + 1)):
        return values.topk(min(count, columns)).indices
    edge = columns // _CHUNK * _CHUNK
    chunks = values[:, :edge].view(len(values), -1, _CHUNK)
    best = chunks.amax(dim=-1).topk(count).indices
    within, rest = _places(edge, columns)
    places = (best * _CHUNK).unsqueeze(2) + within
    candidates = torch.cat((places.flatten(1), rest.expand(len(values), -1)), dim=1)
    return candidates.gather(1, values.gather(1, candidates).topk(count).indices)


@cache
def _places(edge: int, columns: int) -> tuple[Tensor, Tensor]:
    """The places of a chunk's columns within it, and the columns from `edge` on, which are in no chunk."""
    with torch.inference_mode(False):  # they outlive the decode that needs them first
        return torch.arange(_CHUNK), torch.arange(edge, columns)
