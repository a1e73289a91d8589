"""What may not be said: each filter takes log-probabilities and gives them back with some tokens ruled out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from seq2seq_desktop.errors import OptionError

Tokens = tuple[int, ...]


class LogitFilter(Protocol):
    """A rule on the next token. Rows without any finite value left end at once."""

    def __call__(self, log_probs: Tensor, tokens: Sequence[Tokens], segments: Sequence[int]) -> Tensor:
        """Log-probabilities to choose from, (rows, vocabulary); `log_probs` itself stays as it is.

        No token becomes likelier. `tokens` holds what each row has said so far, `segments` the row of memory it
        belongs to.
        """


class NoRepeatNgram:
    """No n-gram of `size` tokens comes twice in a hypothesis.

    Source: Paulus et al. 2018, "A Deep Reinforced Model for Abstractive Summarization", section 2.5.
    """

    def __init__(self, size: int) -> None:
        """A rule for n-grams of `size` tokens, 1 or more."""
        if size < 1:
            raise OptionError(f"the n-gram size {size} is not positive", "choose 1 or more")
        self._size = size

    def __call__(self, log_probs: Tensor, tokens: Sequence[Tokens], segments: Sequence[int]) -> Tensor:
        """Without the tokens that would complete an n-gram already said."""
        return _without(log_probs, [self._followers(said) for said in tokens])

    def _followers(self, said: Tokens) -> set[int]:
        """The tokens that followed earlier occurrences of the last size - 1 tokens."""
        context = self._size - 1
        recent = said[len(said) - context :]
        starts = range(len(said) - context)
        return {said[start + context] for start in starts if said[start : start + context] == recent}


class SuppressTokens:
    """Some tokens never, and some not as the first."""

    def __init__(self, always: Collection[int] = (), first: Collection[int] = (), forced: Sequence[int] = ()) -> None:
        """A rule with the ids ruled out `always`, and those ruled out only as the `first` token.

        `forced` holds for each segment how many tokens are forced on it, none without: the first stands behind them.
        """
        self._always = set(always)
        self._first = self._always | set(first)
        self._forced = forced

    def __call__(self, log_probs: Tensor, tokens: Sequence[Tokens], segments: Sequence[int]) -> Tensor:
        """Without the suppressed tokens."""
        banned = [
            self._first if len(said) <= (self._forced[segment] if self._forced else 0) else self._always
            for said, segment in zip(tokens, segments, strict=True)
        ]
        return _without(log_probs, banned)


class RequireTokens:
    """Each segment says each of its required tokens exactly as often as asked, and no other controlled token.

    This is how a placeholder for a URL, a number or a glossary term comes through. `end` is ruled out while a
    required token is missing, and so is a controlled token that is used up or not listed for the segment. Where the
    model would rather end than say what is missing, only the missing tokens are left, so that it can come to an end.

    `required` holds for each segment how often each token must come; `controlled` the tokens under the rule, to
    which all required ones belong in any case.
    """

    def __init__(self, required: Sequence[Mapping[int, int]], controlled: Collection[int], end: int) -> None:
        """A rule with one entry of `required` for each row of memory."""
        self._required = [Counter({token: count for token, count in one.items() if count > 0}) for one in required]
        self._controlled = set(controlled).union(*self._required)
        self._end = end
        if end in self._controlled:
            raise OptionError(f"the end token {end} is among the controlled tokens", "leave it out")

    def __call__(self, log_probs: Tensor, tokens: Sequence[Tokens], segments: Sequence[int]) -> Tensor:
        """Without the controlled tokens that may not come, and without `end` while one must come."""
        missing = [self._missing(said, segment) for said, segment in zip(tokens, segments, strict=True)]
        banned = [self._controlled - set(lacking) | ({self._end} if lacking else set()) for lacking in missing]
        kept = _without(log_probs, banned)
        rows = [row for row, lacking in enumerate(missing) if lacking]
        for row in self._ending(log_probs, rows):
            only = torch.tensor(list(missing[row]), device=kept.device)
            kept[row] = torch.full_like(kept[row], float("-inf")).index_copy(0, only, kept[row, only])
        return kept

    def _missing(self, said: Tokens, segment: int) -> Counter[int]:
        """How often each required token must still come."""
        return self._required[segment] - Counter(token for token in said if token in self._controlled)

    def _ending(self, log_probs: Tensor, rows: list[int]) -> list[int]:
        """Those of `rows` in which `end` is the likeliest token."""
        if not rows:
            return []
        likeliest = log_probs[rows].argmax(dim=-1).tolist()
        return [row for row, token in zip(rows, likeliest, strict=True) if token == self._end]


def _without(log_probs: Tensor, banned: Sequence[Collection[int]]) -> Tensor:
    """A copy of `log_probs` with each row's banned tokens at minus infinity; itself if nothing is banned."""
    if banned and banned[0] and all(tokens == banned[0] for tokens in banned):
        return log_probs.index_fill(1, torch.tensor(list(banned[0]), device=log_probs.device), float("-inf"))
    places = [(row, token) for row, tokens in enumerate(banned) for token in tokens]
    if not places:
        return log_probs
    rows, columns = torch.tensor(places, device=log_probs.device).unbind(dim=1)
    return log_probs.index_put((rows, columns), torch.tensor(float("-inf"), device=log_probs.device))
