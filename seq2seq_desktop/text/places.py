"""Where the characters of a normalised text stand in the text it was made from."""

import bisect
import re

_WORD = re.compile(r"\S+")


class Places:
    """Maps places of a normalised text to the original: word by word, for normalising keeps the words."""

    def __init__(self, normalised: str, original: str) -> None:
        """Look at both texts once; where they have not the same number of words, places stay as they are."""
        self._same = normalised == original
        self._from = [match.span() for match in _WORD.finditer(normalised)]
        self._to = [match.span() for match in _WORD.finditer(original)]
        self._starts = [start for start, _ in self._from]
        self._length = len(original)

    def __call__(self, span: tuple[int, int]) -> tuple[int, int]:
        """The span in the original text."""
        if self._same or not self._from or len(self._from) != len(self._to):
            return min(span[0], self._length), min(span[1], self._length)
        return self._place(span[0]), self._place(span[1])

    def _place(self, place: int) -> int:
        word = max(0, bisect.bisect_right(self._starts, place) - 1)
        start, end = self._to[word]
        if place >= self._from[word][1]:
            return end
        return min(start + place - self._from[word][0], end)
