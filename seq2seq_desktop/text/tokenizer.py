"""Sub-word pieces by byte pair encoding with byte fallback: nothing is unknown and every text comes back whole.

Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units"; training and encoding
are done by the `tokenizers` library. A piece carries its leading space as a real space, a digit is always a piece of
its own (numbers are copied digit by digit), and a character without a piece is spelt in UTF-8 bytes `<0x..>`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tokenizers import Regex, decoders, models, pre_tokenizers, trainers
from tokenizers import Tokenizer as Backend

from seq2seq_desktop.errors import BundleError

PAD, START, END = "<pad>", "<s>", "</s>"
PLACEHOLDERS = tuple(f"<p{index}>" for index in range(10))
_WORD = r" ?[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*'?| ?\p{N}| ?[^\s\p{L}\p{M}\p{N}]+|\s+"
_ALPHABET = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x100))] + ["œ", "Œ", "€"]
_BYTES = tuple(f"<0x{value:02X}>" for value in range(256))


@dataclass(frozen=True)
class Encoding:
    """Pieces of one text; the three tuples have one entry a piece."""

    ids: tuple[int, ...]
    pieces: tuple[str, ...]  # as they are shown
    spans: tuple[tuple[int, int], ...]  # in the text, in characters; (0, 0) for a special piece


class Tokenizer:
    """Text to piece numbers and back."""

    def __init__(self, backend: Backend) -> None:
        # Text from outside never turns into a special token, whatever it spells.
        backend.encode_special_tokens = True
        self._backend = backend

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """The tokenizer of a `tokenizer.json`. Raises: BundleError if the file is not one."""
        try:
            return cls(Backend.from_file(str(path)))
        except Exception as error:  # the library raises bare Exception
            raise BundleError(f"{path}: not a tokenizer file ({error})", "fetch or train the bundle again") from error

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary: int, languages: Sequence[str]) -> "Tokenizer":
        """A tokenizer of `vocabulary` pieces learned from `texts`, with a tag `<2xx>` for each target language.

        With a `vocabulary` too small for any larger piece, 0 for one, the pieces are the commonest characters.
        """
        specials = [PAD, START, END, *(language_tag(language) for language in languages), *PLACEHOLDERS]
        learner = Backend(models.BPE())
        learner.pre_tokenizer = _pre_tokenizer()
        learned = max(0, vocabulary - len(specials) - len(_BYTES))
        learner.train_from_iterator(
            (" " + text for text in texts),
            trainers.BpeTrainer(
                vocab_size=learned,
                limit_alphabet=400,
                initial_alphabet=_ALPHABET,
                min_frequency=2,
                show_progress=False,
            ),
        )
        return cls(_with_bytes(learner, specials))

    def save(self, path: Path) -> None:
        """Write `tokenizer.json`."""
        self._backend.save(str(path))

    @property
    def vocabulary(self) -> int:
        """The number of pieces."""
        return int(self._backend.get_vocab_size())

    @cached_property
    def pad(self) -> int:
        """The id of the padding piece."""
        return self.id(PAD)

    @cached_property
    def start(self) -> int:
        """The id of the piece that starts every output."""
        return self.id(START)

    @cached_property
    def end(self) -> int:
        """The id of the piece that ends every text."""
        return self.id(END)

    @cached_property
    def placeholders(self) -> tuple[int, ...]:
        """The ids of the ten pieces that stand for protected stretches."""
        return tuple(self.id(piece) for piece in PLACEHOLDERS)

    @cached_property
    def specials(self) -> frozenset[int]:
        """The ids that never stand for text."""
        return frozenset(self._backend.get_added_tokens_decoder())

    def has(self, piece: str) -> bool:
        """True if there is a piece of exactly this text."""
        return self._backend.token_to_id(piece) is not None

    def extended(self, specials: Sequence[str]) -> "Tokenizer":
        """A tokenizer with these special pieces behind the others."""
        backend = Backend.from_str(self._backend.to_str())
        backend.add_special_tokens(list(specials))
        return Tokenizer(backend)

    @cached_property
    def _spelt_in_bytes(self) -> bool:
        """True where a letter of a piece stands for a byte, as in GPT-2's vocabulary."""
        return isinstance(self._backend.decoder, decoders.ByteLevel)

    def id(self, piece: str) -> int:
        """The id of a piece by its exact text. Raises: BundleError if there is none."""
        number = self._backend.token_to_id(piece)
        if number is None:
            raise BundleError(f"tokenizer.json: no piece {piece!r}", "use a bundle made for this task")
        return int(number)

    def encode(self, text: str, *, continues: bool = False, lone: bool = False) -> Encoding:
        """The pieces of `text`; a text that does not continue another is read as if a space stood before it.

        An empty text has no pieces; with `lone` it has that space.
        """
        shift = 0 if continues or not (text or lone) else 1
        encoded = self._backend.encode(" " * shift + text, add_special_tokens=False)
        spans = tuple((max(start - shift, 0), max(end - shift, 0)) for start, end in encoded.offsets)
        ids = tuple(encoded.ids)
        return Encoding(ids, tuple(self.piece(token) for token in ids), spans)

    def encode_batch(self, texts: Sequence[str], *, trusted: bool = False) -> list[list[int]]:
        """The ids of many texts, as `encode` gives them; in `trusted` ones `<p0>` and the like are special pieces."""
        self._backend.encode_special_tokens = not trusted
        try:
            encoded = self._backend.encode_batch_fast([" " + text if text else "" for text in texts], False)
        finally:
            self._backend.encode_special_tokens = True
        return [item.ids for item in encoded]

    def decode(self, ids: Sequence[int], *, first: bool = True) -> str:
        """The text of `ids` without special pieces; of the `first` ones the space before the text is dropped."""
        text = str(self._backend.decode([token for token in ids if token not in self.specials], False))
        return text.removeprefix(" ") if first else text

    def piece(self, token: int) -> str:
        """One piece as it is shown: a leading space is kept; of a character in several pieces each shows a mark."""
        if self._spelt_in_bytes and token not in self.specials:
            return str(self._backend.decode([token], False))
        return str(self._backend.id_to_token(token) or "")


def language_tag(language: str) -> str:
    """The special piece that asks for a target language."""
    return f"<2{language}>"


def _pre_tokenizer() -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Split(Regex(_WORD), behavior="isolated")


def _with_bytes(learner: Backend, specials: Sequence[str]) -> Backend:
    """The learned merges in a vocabulary that starts with the special pieces and the 256 bytes."""
    model = json.loads(learner.to_str())["model"]
    learned = sorted(model["vocab"], key=model["vocab"].__getitem__)
    pieces = dict.fromkeys([*specials, *_BYTES, *learned])
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    merges = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in model["merges"]]
    backend = Backend(models.BPE(vocab=vocabulary, merges=merges, byte_fallback=True))
    backend.pre_tokenizer = _pre_tokenizer()
    backend.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    backend.add_special_tokens(list(specials))
    return backend
