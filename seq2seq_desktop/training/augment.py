"""Changes to training pairs that teach a translator what its corpora do not show.

Small letters, capitals, a missing full stop, and numbers, names and placeholders that must be copied.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seq2seq_desktop.text.tokenizer import PLACEHOLDERS
from seq2seq_desktop.training.recipe import Augmentation

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,:/-]\d+)*(?![\w])")
_NAME = re.compile(r"(?<![\w'-])[A-ZÀ-Ý][a-zà-ÿ]{2,}(?![\w'])")
_FINAL = re.compile(r"\s*[.!?…]+$")
_ONSETS = (*"bdfghjklmnprstvwz", "br", "kr", "st", "th")
_RHYMES = (*"aeiou", "an", "en", "in", "on", "ar", "er", "ill", "ov", "am", "esh", "ak", "ou", "ie")

Replacement = Callable[[str, set[str], np.random.Generator], str]
"""(the stretch, what this pair already got, the draws) -> what stands there instead."""


@dataclass(frozen=True)
class Augmenter:
    """Applies each change with its own probability."""

    options: Augmentation

    def __call__(self, source: str, target: str, rng: np.random.Generator) -> tuple[str, str]:
        """The pair, changed or not."""
        options = self.options
        draw = rng.random(6)
        if draw[0] < options.new_number:
            source, target = _replace_shared(_NUMBER, source, target, _new_number, rng)
        if draw[1] < options.new_name:
            source, target = _replace_shared(_NAME, source, target, _new_name, rng)
        if draw[2] < options.no_final_mark and _FINAL.search(source) and _FINAL.search(target):
            source, target = _FINAL.sub("", source), _FINAL.sub("", target)
        if draw[3] < options.lower_case:
            source = source.lower()
        elif draw[4] < options.upper_case:
            source, target = source.upper(), target.upper()
        if draw[5] < options.placeholder:
            pattern = _NUMBER if _NUMBER.search(source) else _NAME
            source, target = _replace_shared(pattern, source, target, _placeholder, rng)
        return source, target


def _replace_shared(
    pattern: re.Pattern[str], source: str, target: str, replacement: Replacement, rng: np.random.Generator
) -> tuple[str, str]:
    """Both texts with each stretch replaced that matches exactly once in both."""
    ours, theirs = Counter(pattern.findall(source)), Counter(pattern.findall(target))
    new: dict[str, str] = {}
    for stretch, count in ours.items():
        if count == theirs[stretch] == 1:
            new[stretch] = replacement(stretch, set(new.values()), rng)

    def swapped(match: re.Match[str]) -> str:
        return new.get(match.group(), match.group())

    return pattern.sub(swapped, source), pattern.sub(swapped, target)


def _new_number(stretch: str, used: set[str], rng: np.random.Generator) -> str:
    """A number of the same shape whose digits are other ones; it does not begin with 0."""
    digits = [str(rng.integers(0, 10)) if char.isdigit() else char for char in stretch]
    digits[0] = str(rng.integers(1, 10))
    return "".join(digits)


def _new_name(stretch: str, used: set[str], rng: np.random.Generator) -> str:
    """An invented name of two or three syllables."""
    syllables = rng.integers(2, 4)
    return "".join(str(rng.choice(_ONSETS)) + str(rng.choice(_RHYMES)) for _ in range(syllables)).capitalize()


def _placeholder(stretch: str, used: set[str], rng: np.random.Generator) -> str:
    """A placeholder not yet used in this pair; after ten the stretch itself."""
    free = [piece for piece in PLACEHOLDERS if piece not in used]
    return str(rng.choice(free)) if free else stretch
