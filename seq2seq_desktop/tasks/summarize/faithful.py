"""A rule for decoding: numbers, names and all words put together from pieces come only from the source.

A fact is a word with a capital letter or a digit, as `metrics.copying` counts it. A piece is ruled out where no word
of the source begins with what it would make of such a word, and a fact ends only where it is whole. A word in small
letters is free where it is one piece of the vocabulary; one of several pieces must stand in the source, too, for a
small model makes words of them that are none.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from seq2seq_desktop.metrics.copying import is_fact, words_of
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.tokenizer import Tokenizer

_LAST_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,:](?=\d)[^\W_]+)*(?:(?<=\d)[.,:])?$")  # "3." may become "3.5"
_LOOKED_BACK = 24  # pieces in which the last word begins
_LONGEST_PIECE = 24  # characters
_REMEMBERED = 4_096  # words for which the answer is kept


class Faithful:
    """The rule for a batch; one source text for each row of memory."""

    def __init__(self, sources: Sequence[str], tokenizer: Tokenizer) -> None:
        """Learn the words of the sources and the pieces of the vocabulary."""
        self._tokenizer = tokenizer
        self._pieces = _Pieces(tokenizer)
        self._words = [frozenset(words_of(source)) for source in sources]
        self._opening = [self._opened(source, words) for source, words in zip(sources, self._words, strict=True)]
        self._banned = lru_cache(_REMEMBERED)(self._find_banned)

    def __call__(self, log_probs: Tensor, tokens: Sequence[tuple[int, ...]], segments: Sequence[int]) -> Tensor:
        """Without the pieces that make a number or name that the source has not."""
        masks = [self._banned(self._word(said), segment) for said, segment in zip(tokens, segments, strict=True)]
        return log_probs.masked_fill(torch.stack(masks).to(log_probs.device), float("-inf"))

    def _word(self, said: tuple[int, ...]) -> str:
        """The word that a hypothesis ends in, as far as it is written; "" after a space or a mark."""
        found = _LAST_WORD.search(self._tokenizer.decode(said[-_LOOKED_BACK:], first=False))
        return found.group() if found else ""

    def _opened(self, source: str, words: frozenset[str]) -> Tensor:
        """(vocabulary,) True where a piece begins a fact that no word of the source begins with.

        What a byte begins cannot be told, so only those are left that the source has, too.
        """
        beginnings = {word[:length] for word in words for length in range(1, len(word) + 1)}
        banned = torch.zeros(len(self._pieces.texts), dtype=torch.bool)
        for token in self._pieces.facts:
            own = words_of(self._pieces.texts[token])
            banned[token] = any(word not in beginnings for word in own[-1:]) or any(w not in words for w in own[:-1])
        banned[self._pieces.bytes] = True
        there = set(self._tokenizer.encode(normalise(source)).ids)
        banned[[token for token in self._pieces.bytes if token in there]] = False
        return banned

    def _find_banned(self, word: str, segment: int) -> Tensor:
        """(vocabulary,) True where a piece may not follow `word`."""
        pieces, words = self._pieces, self._words[segment]
        if not word:
            return self._opening[segment]
        bare = word.rstrip(".,:").casefold()
        whole = bare in words or (not is_fact(word) and bare in pieces.words)
        banned = self._opening[segment] | pieces.goes_on
        if not whole:
            banned = banned | ~pieces.goes_on
        banned[self._continuations(word.casefold(), words)] = False
        return banned

    def _continuations(self, word: str, words: frozenset[str]) -> list[int]:
        """The pieces that make of `word` another beginning of a source word."""
        rests = {known[len(word) :] for known in words if known.startswith(word)}
        starts = {rest[:length] for rest in rests for length in range(1, min(len(rest), _LONGEST_PIECE) + 1)}
        found = [token for start in starts for token in self._pieces.by_text.get(start, ())]
        # A number goes on after a point only where the source has one there.
        marks = [mark for mark in ".,:" if word[-1:].isdigit() and any(rest.startswith(mark) for rest in rests)]
        return found + [token for mark in marks for token in self._pieces.by_text.get(mark, ())]


class _Pieces:
    """The vocabulary as the rule sees it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        plain = [tokenizer.piece(token) for token in range(tokenizer.vocabulary)]
        self.texts = [
            "" if token in tokenizer.specials or _is_byte(text) else text for token, text in enumerate(plain)
        ]
        self.bytes = [token for token, text in enumerate(plain) if _is_byte(text)]
        self.facts = [token for token, text in enumerate(self.texts) if is_fact(text)]
        self.words = {text.strip().casefold() for text in self.texts if text.startswith(" ")}
        self.goes_on = torch.tensor([text[:1].isalnum() for text in self.texts])
        self.by_text: dict[str, list[int]] = defaultdict(list)
        for token, text in enumerate(self.texts):
            self.by_text[text.casefold()].append(token)


def _is_byte(piece: str) -> bool:
    """Whether a piece is one byte of a character without a piece of its own."""
    return len(piece) == 6 and piece.startswith("<0x")
