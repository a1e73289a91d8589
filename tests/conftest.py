"""What holds for every test: no network, no touching of the user's own files, one thread, reproducible examples."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from seq2seq_desktop.paths import user_models

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.caption.task import CaptionTask
    from seq2seq_desktop.tasks.generate.task import GenerateTask
    from seq2seq_desktop.tasks.transcribe.task import TranscribeTask
    from seq2seq_desktop.tasks.translate.task import TranslateTask

# Before torch and Qt are imported. Threads cost tiny models more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Where this user's bundles lie, before the tests are led elsewhere.
_USER_MODELS = user_models()

# A busy machine is no failure, and in continuous integration the same commit must give the same result twice.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs an NVIDIA GPU where there is none; torch is only asked when such a test is there."""
    needing = [item for item in items if item.get_closest_marker("cuda")]
    if not needing:
        return
    import torch

    if not torch.cuda.is_available():
        for item in needing:
            item.add_marker(pytest.mark.skip(reason="no CUDA device here"))


@pytest.fixture(scope="session", autouse=True)
def _own_user_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep settings, history and added models of the tests away from those of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path_factory.mktemp("user-data")))
        patch.delenv("SEQ2SEQ_DESKTOP_MODELS", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _network_denied() -> Iterator[None]:
    """Fail whatever speaks to another machine: nothing leaves the user's unless the user asked for it."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def is_local(host: object) -> bool:
        return host in (None, "", "localhost", "127.0.0.1", "::1")

    def local_connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not is_local(address[0]):
            raise PermissionError(f"a test tried to connect to {address}")
        connect(self, address)

    def local_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        if not is_local(host):
            raise PermissionError(f"a test tried to look up {host}")
        return look_up(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", local_connect)
        patch.setattr(socket, "getaddrinfo", local_look_up)
        yield


@pytest.fixture(scope="session")
def whisper_base() -> Path:
    """The folder of Whisper base, which `make test` brings where the network allows it."""
    folder = _USER_MODELS / "whisper-base"
    if not (folder / "card.toml").is_file():
        pytest.skip("whisper-base is not in the user's folder: `seq2seq-desktop models add whisper-base` brings it")
    return folder


_TEXTS = ("The train leaves at noon.", "Le train part à midi.", "Where is my book?", "Où est mon livre ?") * 5


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a translator made in a moment: its words mean nothing, its way through the program is real."""
    import torch

    from seq2seq_desktop.bundles.card import Card
    from seq2seq_desktop.bundles.save import save_bundle
    from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig
    from seq2seq_desktop.text.tokenizer import Tokenizer

    tokenizer = Tokenizer.train(_TEXTS, 420, ("en", "fr"))
    sizes = {"width": 32, "heads": 2, "encoder_layers": 1, "decoder_layers": 2, "feed_forward": 64}
    torch.manual_seed(3)
    config = TransformerConfig(tokenizer.vocabulary, pad=tokenizer.pad, **sizes)  # type: ignore[arg-type]
    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    save_bundle(
        folder,
        card=Card("tiny", "translate", ("en", "fr"), "random weights"),
        model=Transformer(config),
        tokenizer=tokenizer,
        config={"architecture": "transformer", "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad, **sizes},
    )
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_bundle: Path) -> "TranslateTask":
    """That translator, loaded."""
    from seq2seq_desktop.tasks.translate.task import load

    return load(str(tiny_bundle), precision="float32")


@pytest.fixture(scope="session")
def tiny_writer_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model of characters made in a moment: it writes, but no words."""
    import torch

    from seq2seq_desktop.bundles.card import Card
    from seq2seq_desktop.bundles.save import save_bundle
    from seq2seq_desktop.nn.character import CharacterConfig, CharacterModel
    from seq2seq_desktop.text.tokenizer import Tokenizer

    tokenizer = Tokenizer.train([f"{text}\n" for text in _TEXTS], 0, ())
    torch.manual_seed(3)
    model = CharacterModel(CharacterConfig(tokenizer.vocabulary, 16, 24, pad=tokenizer.pad))
    torch.nn.init.normal_(model.output.weight, std=30.0)  # sure of itself: else it would be stopped for guessing
    folder = tmp_path_factory.mktemp("bundles") / "tiny-writer"
    save_bundle(
        folder,
        card=Card("tiny-writer", "generate", ("en", "fr"), "random weights"),
        model=model,
        tokenizer=tokenizer,
        config={
            "architecture": "character",
            "vocabulary": tokenizer.vocabulary,
            "width": 16,
            "hidden": 24,
            "pad": tokenizer.pad,
        },
    )
    return folder


@pytest.fixture(scope="session")
def tiny_writer(tiny_writer_bundle: Path) -> "GenerateTask":
    """That model, loaded."""
    from seq2seq_desktop.tasks.generate.task import load

    return load(str(tiny_writer_bundle), precision="float32")


@pytest.fixture(scope="session")
def tiny_listener_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Whisper made in a moment: what it hears means nothing, its way through the program is real."""
    import torch
    from tokenizers import Tokenizer as Backend
    from tokenizers import decoders, models, pre_tokenizers

    from seq2seq_desktop.bundles.card import Card
    from seq2seq_desktop.bundles.save import save_bundle
    from seq2seq_desktop.nn.speech import Whisper, WhisperConfig
    from seq2seq_desktop.text.tokenizer import Tokenizer
    from seq2seq_desktop.text.whisper import END, START, with_times

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [
        f"Ġ{first}{last}" for first in ("ba", "le", "mi", "so", "tu", "ra", "no") for last in ("", "r", "mo", "la")
    ]
    merges = dict.fromkeys((word[:cut], word[cut]) for word in words for cut in range(1, len(word)))
    pieces = dict.fromkeys([*letters, *("".join(pair) for pair in merges)])
    backend = Backend(models.BPE({piece: number for number, piece in enumerate(pieces)}, list(merges)))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    specials = ("en", "fr", "translate", "transcribe", "startofprev", "nocaptions", "notimestamps")
    backend.add_special_tokens([END, START, *(f"<|{name}|>" for name in specials)])
    tokenizer = with_times(Tokenizer(backend))
    end = tokenizer.id(END)
    facts = {
        "mels": 8,
        "width": 16,
        "heads": 2,
        "encoder_layers": 1,
        "decoder_layers": 2,
        "feed_forward": 16,
        "target_positions": 20,  # so that its texts are short
        "lang_ids": [end + 2, end + 3],
        "suppress_ids": list(range(len(letters))),  # so that it says words
        "suppress_ids_begin": [end],
        "alignment_heads": [[1, 0]],
    }
    torch.manual_seed(3)
    model = Whisper(WhisperConfig(tokenizer.vocabulary, **facts))  # type: ignore[arg-type]
    torch.nn.init.normal_(model.embedding.weight, std=0.7)
    model.embedding.weight.data[end:] *= 0.2  # what is no word is unlikely
    torch.nn.init.normal_(model.positions, std=2.0)  # so that it does not say the same word again and again
    folder = tmp_path_factory.mktemp("bundles") / "tiny-listener"
    save_bundle(
        folder,
        card=Card("tiny-listener", "transcribe", ("en", "fr"), "random weights"),
        model=model,
        tokenizer=tokenizer,
        config={"architecture": "whisper", "vocabulary": tokenizer.vocabulary, **facts},
    )
    return folder


@pytest.fixture(scope="session")
def tiny_listener(tiny_listener_bundle: Path) -> "TranscribeTask":
    """That model, loaded."""
    from seq2seq_desktop.tasks.transcribe.task import load

    return load(str(tiny_listener_bundle), precision="float32")


@pytest.fixture(scope="session")
def tiny_captioner_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a captioner made in a moment: what it sees means nothing, its way through the program is real."""
    import torch

    from seq2seq_desktop.bundles.card import Card
    from seq2seq_desktop.bundles.save import save_bundle
    from seq2seq_desktop.nn.captioning import Captioner, CaptionerConfig
    from seq2seq_desktop.text.tokenizer import Tokenizer

    captions = ("a dog runs through the grass", "two boys play with a red ball", "a woman rides a horse") * 5
    tokenizer = Tokenizer.train(captions, 540, ())
    sizes = {"width": 16, "hidden": 24, "attention": 16}
    torch.manual_seed(3)
    model = Captioner(CaptionerConfig(tokenizer.vocabulary, pad=tokenizer.pad, **sizes))  # type: ignore[arg-type]
    torch.nn.init.normal_(model.embedding.weight, std=2.0)  # sure of itself: else it would be stopped for guessing
    torch.nn.init.normal_(model.attention.score.weight, std=8.0)  # so that it looks somewhere ...
    torch.nn.init.normal_(model.context.weight, std=0.6)  # ... and what it sees matters
    pieces = [tokenizer.piece(token) for token in range(tokenizer.vocabulary)]
    wordless = torch.tensor([not (piece.startswith(" ") and len(piece) > 2) for piece in pieces])
    model.embedding.weight.data[wordless] *= 0.05  # what is no word is unlikely
    folder = tmp_path_factory.mktemp("bundles") / "tiny-captioner"
    save_bundle(
        folder,
        card=Card("tiny-captioner", "caption", ("en",), "random weights"),
        model=model,
        tokenizer=tokenizer,
        config={"architecture": "captioner", "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad, **sizes},
    )
    return folder


@pytest.fixture(scope="session")
def tiny_captioner(tiny_captioner_bundle: Path) -> "CaptionTask":
    """That model, loaded."""
    from seq2seq_desktop.tasks.caption.task import load

    return load(str(tiny_captioner_bundle), precision="float32")


_SUMMARIZERS: dict[str, dict[str, Any]] = {
    "summarize-extract": {"architecture": "sentence-pointer", "feed_forward": 32, "encoder_layers": 1, "channels": 2},
    "summarize-rewrite": {
        "architecture": "pointer-generator", "feed_forward": 32, "encoder_layers": 1, "decoder_layers": 1,
        "longest": 48,
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def summarizers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two summarizers by their usual names, made in a moment: their choices mean nothing."""
    import torch

    from seq2seq_desktop.bundles.architectures import build
    from seq2seq_desktop.bundles.card import Card
    from seq2seq_desktop.bundles.save import save_bundle
    from seq2seq_desktop.text.tokenizer import Tokenizer

    tokenizer = Tokenizer.train(_TEXTS, 420, ("en", "fr")).extended(("<headline>", "<abstract>"))
    folder = tmp_path_factory.mktemp("summarizers")
    for name, sizes in _SUMMARIZERS.items():
        config = {**sizes, "width": 16, "heads": 2, "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad}
        with torch.random.fork_rng():
            torch.manual_seed(7)
            model = build(config)
        card = Card(name, "summarize", ("en", "fr"), "random weights")
        save_bundle(folder / name, card=card, model=model, tokenizer=tokenizer, config=config)
    return folder
