"""What must come through a model unchanged: URLs, numbers, codes, markup, emoji; and what a glossary dictates.

Each such stretch is replaced by a placeholder token that the model copies; what the placeholder becomes in the output
is known beforehand. Words and small plain integers are left to the model.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seq2seq_desktop.text.glossary import Glossary

PLACEHOLDERS = 10  # the tokenizer has <p0> .. <p9>
_DOMAINS = "com|org|net|edu|gov|info|io|dev|app|ai|eu|fr|de|es|it|uk|us|ca|ch|be|at|nl"
_SUFFIXES = (
    "pdf|docx?|xlsx?|pptx?|odt|txt|md|csv|tsv|json|xml|ya?ml|toml|ini|html?|css|js|ts|py|ipynb|sh|exe|zip|gz|tar|"
    "png|jpe?g|gif|svg|webp|mp[34]|wav|flac|ogg|mkv|avi|srt|vtt|epub|log"
)
_SYMBOL = "[\u2190-\u2bff\u203c\u2049\u2122\u2139\u3030\u303d\u3297\u3299\ue000-\uf8ff\U0001f000-\U0001fbff]"
_CHANGE = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"  # form, key, skin tone, tag of a region
_EMOJI = rf"(?:{_SYMBOL}{_CHANGE}*(?:\u200d{_SYMBOL}{_CHANGE}*)*|[0-9\#*]\ufe0f?\u20e3)"
_PATTERNS = (
    # emoji, alone or side by side, and other symbols of which models see next to nothing
    rf"{_EMOJI}{{1,300}}",
    # markup and placeholders of other programs
    r"```.{1,300}?```|`[^`\n]{1,300}`",  # code
    r"<(?P<tag>code|kbd|samp|var)>[^<>]{1,300}</(?P=tag)>",
    r"</?[A-Za-z][^<>]{0,300}>",  # a tag
    r"&(?:[A-Za-z]{2,8}|\#\d{1,7});",  # an entity
    r"\{\{[^{}]{1,100}\}\}|\$?\{[^{}\s]{0,100}\}",  # {{x}} ${VAR} {name} {}
    r"(?<![\d%])%(?:\(\w{1,60}\)|\d\$)?[-+0\#]{0,2}\d{0,3}(?:\.\d{1,3})?[sdifFgGeExXoucr](?!\w)",  # %s %(x)d %.2f
    r"%[A-Z][A-Z0-9_]{1,60}%|(?<!\w)\$[A-Z_][A-Z0-9_]{1,60}(?!\w)",  # %PATH% $HOME
    r"!?\[(?=[^\[\]]{0,500}\]\([^()\s]{1,500}\))|\]\([^()\s]{1,500}\)",  # both ends of a Markdown link
    r"\*\*|~~|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)",  # Markdown emphasis
    # addresses
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    r"(?<![\w])(?:(?:https?|ftp|file)://|mailto:|www\.)[^\s<>\"«»]{1,2000}",
    rf"(?<![\w.@-])(?:[\w-]{{1,63}}\.){{1,4}}(?:{_DOMAINS})(?:/[^\s<>\"«»]{{0,2000}})?(?![\w-])",
    r"(?<![\w/.@\#&])[@\#][^\W\d]\w{1,60}",  # a mention, a tag
    # files
    rf"(?<![\w.-])[\w-]{{1,100}}(?:\.[\w-]{{1,30}}){{0,3}}\.(?:{_SUFFIXES})(?!\w)",
    r"(?<![\w.])(?:[A-Za-z]:\\|\\\\)[^\s<>\"|?*]{1,500}",
    r"(?<![\w./<])(?:~|\.{1,2})?/[\w.+@-]{1,200}(?:/[\w.+@-]{0,200}){0,40}",
    # dates, times, versions, telephone numbers
    r"(?<![\w.,-])\d{4}-\d{2}-\d{2}(?:T[\d:.]{4,15}(?:Z|[+-]\d\d:?\d\d)?)?(?!\w)",
    r"(?<![\w.,/])\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?![\w/])",
    r"(?<![\w.,:])\d{1,2}(?::\d{2}){1,2}(?:[.,]\d{1,3})?(?![\w:])|(?<![\w.,])\d{1,2}h\d{2}(?!\w)",
    r"(?<![\w.,-])[vV]?\d{1,5}(?:\.\d{1,5}){2,4}(?:-?(?:rc|alpha|beta|a|b)\.?\d{1,3})?(?!\w)",
    r"(?<!\w)[vV]\d{1,5}(?:\.\d{1,5})?(?!\w)",
    r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)",
    r"(?<!\w)\(\d{2,4}\) ?\d{2,4}(?:[ .-]\d{2,4}){1,3}(?!\w)",
    r"(?<![\w.,-])\d{2,4}(?P<gap>[ .-])\d{2,4}(?:(?P=gap)\d{2,4}){1,4}(?![\w-])",
    r"(?<![\w.,-])\d{1,17}(?:-\d{1,17}){2,6}(?![\w-])",
    # amounts and numbers that must stay exact
    r"(?<!\w)(?:US|CA)?[$€£¥] ?\d{1,15}(?:[.,' ]\d{3}){0,5}(?:[.,]\d{1,4})?(?!\d)",
    r"(?<![\w.,])\d{1,3}(?:[ ']\d{3}){1,5}(?:[.,]\d{1,6})?(?: ?[$€£¥])?(?![\w])",
    r"(?<![\w.,])\d{1,15}(?:[.,]\d{1,15}){0,6} ?[$€£¥](?!\w)",
    r"(?<![\w.,])\d{1,15}(?:[.,]\d{1,15})?[eE][+-]?\d{1,3}(?!\w)",
    r"(?<![\w.,])\d{1,15}(?:[.,]\d{1,15}){1,6}(?!\w)",
    # codes: AB-1234, COVID-19, B2B-7, 4F-22A
    r"(?<![\w-])(?=[A-Z0-9_/-]{0,20}\d)(?=[A-Z0-9_/-]{0,20}[A-Z])[A-Z0-9]{1,12}(?:[-_/][A-Z0-9]{1,12}){1,5}(?![\w-])",
    r"(?<![\w-])[A-Z]{1,6}\d{2,30}[A-Z]{0,4}(?![\w-])",
    r"(?<!\w)\d{4,30}(?!\w)",
)
_VERBATIM = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
_SYMBOLS = re.compile(rf"(?:\s|{_EMOJI})+")
_ENDLESS = re.compile(r"\w{101,}")  # longer than any word: noise, a key, or a script without spaces
_ADDRESS = re.compile(r"\w*:|www\.|.*/")
_AFTER_ADDRESS = ".,;:!?'\"…*_~"  # ends the sentence rather than the address


@dataclass(frozen=True)
class Part:
    """A stretch of the source."""

    text: str
    start: int  # in the source, in characters
    placeholder: int | None = None  # 0..9: the token that stands for it; None: the model reads the text itself


@dataclass(frozen=True)
class Protected:
    """A source cut into what the model reads and what placeholders stand for; the parts make up the text exactly."""

    parts: tuple[Part, ...]
    values: tuple[str, ...]  # values[k]: what placeholder k becomes in the output

    @property
    def verbatim(self) -> bool:
        """Whether no letter is left for the model, so that the values alone are the output."""
        return not any(any(map(str.isalpha, part.text)) for part in self.parts if part.placeholder is None)


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    value: str


def protect(text: str, glossary: Glossary | None = None, limit: int = PLACEHOLDERS) -> Protected:
    """`text` cut into parts, with placeholders for at most `limit` stretches; further ones stay text.

    Args:
        text: one sentence, normalised.
        glossary: terms of this direction (see `Glossary.directed`).
        limit: 0..10.
    """
    terms = [_Hit(match.start, match.end, match.target) for match in glossary.matches(text)] if glossary else []
    hits = tuple(_apart([*terms, *_verbatim(text)]))[:limit]
    return Protected(tuple(_parts(text, hits)), tuple(hit.value for hit in hits))


def without_symbols(text: str) -> tuple[int, int]:
    """The bounds of `text` without the space and the symbols at both ends: what is left reads as models know it."""
    start, end = 0, len(text)
    for match in _SYMBOLS.finditer(text):
        if match.start() == 0:
            start = match.end()
        elif match.end() == len(text):
            end = match.start()
    return start, end


def without_endless_words(text: str) -> str:
    """`text` with line breaks in place of each run of letters that is longer than any word; places stay the same."""
    return _ENDLESS.sub(lambda match: "\n" * len(match.group()), text)


def _verbatim(text: str) -> Iterator[_Hit]:
    """The stretches to keep as they are."""
    for match in _VERBATIM.finditer(text):
        value = match.group()
        if _ADDRESS.match(value):
            value = _without_punctuation(value)
        if value:
            yield _Hit(match.start(), match.start() + len(value), value)


def _without_punctuation(address: str) -> str:
    """`address` without what belongs to the sentence around it: final punctuation and a bracket opened before it."""
    if address.startswith(("<", "]")):
        return address
    while address and (address[-1] in _AFTER_ADDRESS or _closes_nothing(address)):
        address = address[:-1]
    return address


def _closes_nothing(address: str) -> bool:
    """Whether `address` ends with a bracket that was opened before it."""
    pairs = {")": "(", "]": "[", "}": "{"}
    last = address[-1]
    return last in pairs and address.count(last) > address.count(pairs[last])


def _apart(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """`hits` from left to right without overlaps: the earlier counts, then the longer, then the one given first."""
    place = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= place:
            yield hit
            place = hit.end


def _parts(text: str, hits: Iterable[_Hit]) -> Iterator[Part]:
    """The parts of `text` around and at `hits`; none is empty."""
    place = 0
    for index, hit in enumerate(hits):
        if hit.start > place:
            yield Part(text[place : hit.start], place)
        yield Part(text[hit.start : hit.end], hit.start, index)
        place = hit.end
    if place < len(text):
        yield Part(text[place:], place)
