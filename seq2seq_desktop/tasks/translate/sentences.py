"""A text as the sentences that the model reads: pieces, their places in the text, and what is kept from the model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seq2seq_desktop.events import Segment
from seq2seq_desktop.text.glossary import Glossary
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.places import Places
from seq2seq_desktop.text.protect import Part, Protected, protect, without_endless_words, without_symbols
from seq2seq_desktop.text.sentences import Sentence, split
from seq2seq_desktop.text.tokenizer import Tokenizer, language_tag

CHARACTERS = 300  # of the longest segment: most training sentences are shorter
PIECES = 120  # of the longest segment; scripts that are spelt in bytes have more pieces than characters


@dataclass(frozen=True)
class Prepared:
    """One sentence, ready for the encoder."""

    sentence: Sentence
    segment: Segment
    ids: tuple[int, ...]
    protected: Protected


def prepare(
    text: str, source: str, target: str, tokenizer: Tokenizer, glossary: Glossary | None, keep: bool
) -> Iterator[Prepared]:
    """The sentences of `text`; with `keep`, URLs, numbers and the like become placeholders.

    Runs of letters longer than any word are in no sentence: they stay as they are, as the layout does.
    """
    directed = glossary.directed(source, target) if glossary else None
    for whole in split(without_endless_words(text), source, CHARACTERS):
        for part in _short_enough(whole, source, tokenizer):
            sentence = _bare(part) if keep else part
            yield _prepared(sentence, target, tokenizer, directed, keep)


def spell(tokens: Sequence[int], values: Sequence[str], tokenizer: Tokenizer) -> str:
    """The text of output tokens, with each placeholder replaced by its value."""
    numbers = {token: number for number, token in enumerate(tokenizer.placeholders)}
    parts: list[str] = []
    run: list[int] = []
    for token in tokens:
        number = numbers.get(token)
        if number is None:
            run.append(token)
            continue
        parts += [tokenizer.decode(run, first=not parts), values[number] if number < len(values) else ""]
        run = []
    return "".join([*parts, tokenizer.decode(run, first=not parts)]).strip()


def shown_piece(token: int, values: Sequence[str], tokenizer: Tokenizer) -> str:
    """One output piece as views show it."""
    if token in tokenizer.placeholders:
        number = tokenizer.placeholders.index(token)
        return values[number] if number < len(values) else ""
    return tokenizer.piece(token)


def _bare(sentence: Sentence) -> Sentence:
    """The sentence without the emoji at its ends, which come through best where no model touches them."""
    start, end = without_symbols(sentence.text)
    return Sentence(sentence.text[start:end], sentence.start + start)


def _short_enough(sentence: Sentence, language: str, tokenizer: Tokenizer) -> Iterator[Sentence]:
    """The sentence, or its parts if it has too many pieces."""
    if len(sentence.text.encode("utf-8", "replace")) < PIECES:  # a piece is at least a byte
        yield sentence
        return
    pieces = len(tokenizer.encode(normalise(sentence.text)).ids)
    if pieces <= PIECES:
        yield sentence
        return
    limit = max(8, len(sentence.text) * PIECES // pieces)
    for part in split(sentence.text, language, limit):
        yield Sentence(part.text, sentence.start + part.start)


def _prepared(
    sentence: Sentence, target: str, tokenizer: Tokenizer, glossary: Glossary | None, keep: bool
) -> Prepared:
    text = normalise(sentence.text)
    protected = protect(text, glossary) if keep or glossary else Protected((Part(text, 0),), ())
    tag = language_tag(target)
    ids, pieces, spans = [tokenizer.id(tag)], [tag], [(0, 0)]
    for number, part in enumerate(protected.parts):
        if part.placeholder is None or number == 0:
            # A placeholder at the start is read after a lone space, as everything else is.
            encoding = tokenizer.encode(
                part.text if part.placeholder is None else "", continues=number > 0, lone=True
            )
            ids += encoding.ids
            pieces += encoding.pieces
            spans += [(part.start + start, part.start + end) for start, end in encoding.spans]
        if part.placeholder is not None:
            ids.append(tokenizer.placeholders[part.placeholder])
            pieces.append(part.text)
            spans.append((part.start, part.start + len(part.text)))
    ids.append(tokenizer.end)
    special = (True, *([False] * (len(ids) - 2)), True)
    places = Places(text, sentence.text)
    placed = tuple(places(span) for span in (*spans, (0, 0)))
    segment = Segment(sentence.text, (*pieces, "</s>"), placed, special, sentence.start)
    return Prepared(sentence, segment, tuple(ids), protected)
