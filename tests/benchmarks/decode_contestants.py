"""The engines that decode.py compares, each one class: built from the same weights, asked with the same `Case`.

`python decode_contestants.py NAME MODEL THREADS FOLDER` is one contestant in a process of its own: it reads cases as
JSON lines and answers each with its tokens, seconds and peak memory.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MARIAN = {"vocabulary": 59_514, "width": 512, "heads": 8, "encoder_layers": 6, "decoder_layers": 6}  # 75 M weights
PAD, START, END = 0, 1, 2
SPECIAL = {PAD: "<pad>", START: "<s>", END: "</s>"}
FIRST = 20  # ids below are special pieces
QUEUE_LIMIT = 2**16  # no batch is split


@dataclass(frozen=True)
class Case:
    """What is decoded: `batch` sources of random pieces, each answered with `tokens` pieces, no end before."""

    batch: int = 1
    beams: int = 1
    attention: bool = True  # capture it
    tokens: int = 64
    source: int = 20  # pieces
    threads: int = 1  # 0: as we choose ourselves


class Contestant(Protocol):
    """An engine with a model in it."""

    vocabulary: int

    def run(self, sources: list[list[int]], case: Case) -> list[tuple[int, ...]]:
        """What is said for each source."""


class Ours:
    """This project: the same generator of events that the window shows."""

    def __init__(self, model: str, precision: str) -> None:
        import torch

        from seq2seq_desktop.decoding.options import SpecialTokens
        from seq2seq_desktop.nn.quantized import quantize

        began = time.perf_counter()
        if model == "marian":
            self.model: Any = marian()
            if precision == "int8":
                quantize(self.model)
            self.special = SpecialTokens(START, END, PAD)
            self.vocabulary: int = MARIAN["vocabulary"]
        else:
            from seq2seq_desktop.bundles.load import load_bundle

            bundle = load_bundle(ROOT / "models" / model, "cpu", precision)
            tokenizer = bundle.tokenizer
            self.model = bundle.model
            self.special = SpecialTokens(tokenizer.start, tokenizer.end, tokenizer.pad)
            self.vocabulary = json.loads((bundle.folder / "config.json").read_text())["vocabulary"]
        self.load_seconds = time.perf_counter() - began
        self._torch = torch
        self._models: dict[int, Any] = {}  # by number of threads

    def run(self, sources: list[list[int]], case: Case) -> list[tuple[int, ...]]:
        """What is said for each source, every event taken."""
        from seq2seq_desktop.decoding.decode import decode
        from seq2seq_desktop.decoding.filters import SuppressTokens
        from seq2seq_desktop.decoding.options import DecodeOptions
        from seq2seq_desktop.decoding.pace import paced
        from seq2seq_desktop.events import SegmentDone
        from seq2seq_desktop.nn.tokens import TokenBatch

        model = self._models.setdefault(case.threads, paced(self.model, self._torch.device("cpu"), case.threads))
        options = DecodeOptions(
            search="greedy" if case.beams == 1 else "beam",
            beams=case.beams,
            max_length=case.tokens,
            length_factor=100.0,
            attention=case.attention,
            lamp=False,
        )
        with self._torch.inference_mode():
            memory = model.encode(TokenBatch.of(sources, PAD))
        endless = SuppressTokens((self.special.end,))
        events = decode(model, memory, options, special=self.special, filters=(endless,))
        done = {event.segment: event for event in events if isinstance(event, SegmentDone)}
        return [done[index].hypotheses[0].tokens for index in range(len(sources))]


class Transformers:
    """transformers.generate on M2M100, whose layers are ours to the letter: norm first, sinusoids, tied embedding."""

    def __init__(self, model: str, precision: str) -> None:
        import torch
        from transformers import M2M100Config, M2M100ForConditionalGeneration
        from transformers.utils import logging

        if precision != "float32":
            raise ValueError(precision)
        logging.set_verbosity_error()
        sizes, weights = sizes_and_weights(model)
        config = M2M100Config(
            vocab_size=sizes["vocabulary"],
            d_model=sizes["width"],
            encoder_layers=sizes["encoder_layers"],
            decoder_layers=sizes["decoder_layers"],
            encoder_attention_heads=sizes["heads"],
            decoder_attention_heads=sizes["heads"],
            encoder_ffn_dim=sizes["feed_forward"],
            decoder_ffn_dim=sizes["feed_forward"],
            pad_token_id=PAD,
            bos_token_id=START,
            decoder_start_token_id=START,
            eos_token_id=END,
        )
        self.vocabulary = sizes["vocabulary"]
        self._torch = torch
        # Attention comes out of the "eager" implementation only, which is not the fastest.
        self._models = {}
        for attention, kind in ((False, "sdpa"), (True, "eager")):
            made = M2M100ForConditionalGeneration._from_config(config, attn_implementation=kind).eval()
            made.load_state_dict(m2m100_weights(weights), strict=False)
            for half in (made.model.encoder, made.model.decoder):
                place_positions(half.embed_positions, sizes["width"])
            self._models[attention] = made

    def run(self, sources: list[list[int]], case: Case) -> list[tuple[int, ...]]:
        """What is said for each source."""
        self._torch.set_num_threads(case.threads or 1)
        given = self._torch.tensor(sources)
        with self._torch.inference_mode():
            made = self._models[case.attention].generate(
                input_ids=given,
                attention_mask=self._torch.ones_like(given),
                num_beams=case.beams,
                do_sample=False,
                min_new_tokens=case.tokens,
                max_new_tokens=case.tokens,
                output_attentions=case.attention,
                return_dict_in_generate=case.attention,
            )
        rows = made.sequences if case.attention else made
        return [tuple(row) for row in rows[:, 1:].tolist()]


class CTranslate2:
    """CTranslate2 on a specification filled with the same arrays."""

    def __init__(self, model: str, precision: str, threads: int, folder: Path) -> None:
        import ctranslate2

        saved = folder / f"{model}-{precision}"
        if not saved.exists():
            sizes, weights = sizes_and_weights(model)
            save_specification(saved, sizes, weights, precision)
        self.vocabulary = len(json.loads((saved / "shared_vocabulary.json").read_text()))
        self._engine = ctranslate2.Translator(
            str(saved), device="cpu", compute_type=precision, intra_threads=threads, inter_threads=1
        )

    def run(self, sources: list[list[int]], case: Case) -> list[tuple[int, ...]]:
        """What is said for each source."""
        results = self._engine.translate_batch(
            [[str(token) for token in source] for source in sources],
            beam_size=case.beams,
            min_decoding_length=case.tokens,
            max_decoding_length=case.tokens,
            max_batch_size=QUEUE_LIMIT,
            return_attention=case.attention,
        )
        numbers = {piece: number for number, piece in SPECIAL.items()}
        said = [result.hypotheses[0] for result in results]
        return [tuple(numbers[piece] if piece in numbers else int(piece) for piece in pieces) for pieces in said]


# Weights


def marian() -> Any:
    """Our model in the size of the usual Marian translators, with the same random weights every time.

    Drawn as for training, the tied embedding would repeat the last piece for ever. So it is louder than the
    positions here, and what the decoder's layers add is louder still: what comes next depends on all of them.
    """
    import torch

    from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig

    torch.manual_seed(1)
    model = Transformer(TransformerConfig(**MARIAN, feed_forward=2048)).eval().requires_grad_(False)
    model.embedding.weight *= 4
    for layer in model.decoder:
        layer.attention.output.weight *= 8
        layer.cross_attention.output.weight *= 8
        layer.feed_forward.outer.weight *= 64
    return model


def sizes_and_weights(model: str) -> tuple[dict[str, int], dict[str, Any]]:
    """The sizes of a model and its weights in float32 by our names."""
    if model == "marian":
        made = marian()
        return asdict(made.config), made.state_dict()
    from seq2seq_desktop.bundles.load import state_dict_of

    folder = ROOT / "models" / model
    return json.loads((folder / "config.json").read_text()), state_dict_of(folder)


def m2m100_weights(ours: dict[str, Any]) -> dict[str, Any]:
    """Our weights by M2M100's names."""
    names = {
        "attention_norm": "self_attn_layer_norm",
        "attention.output": "self_attn.out_proj",
        "cross_attention_norm": "encoder_attn_layer_norm",
        "cross_attention.query": "encoder_attn.q_proj",
        "cross_attention.output": "encoder_attn.out_proj",
        "feed_forward_norm": "final_layer_norm",
        "feed_forward.inner": "fc1",
        "feed_forward.outer": "fc2",
    }
    parts = {
        "attention.query_key_value": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        "cross_attention.key_value": ("encoder_attn.k_proj", "encoder_attn.v_proj"),
    }
    theirs = {}
    for name, tensor in ours.items():
        place, _, kind = name.rpartition(".")
        half, _, rest = place.partition(".")
        number, _, part = rest.partition(".")
        if place == "embedding":
            theirs |= dict.fromkeys(("model.shared.weight", "lm_head.weight"), tensor)
            theirs |= {f"model.{one}.embed_tokens.weight": tensor for one in ("encoder", "decoder")}
        elif part in parts:
            chunks = zip(parts[part], tensor.chunk(len(parts[part])), strict=True)
            theirs |= {f"model.{half}.layers.{number}.{one}.{kind}": chunk for one, chunk in chunks}
        elif part:
            theirs[f"model.{half}.layers.{number}.{names[part]}.{kind}"] = tensor
        else:
            theirs[f"model.{place.removesuffix('_norm')}.layer_norm.{kind}"] = tensor
    return theirs


def place_positions(embedding: Any, width: int) -> None:
    """Let positions count from 0, as ours do; theirs stand behind the padding id."""
    from seq2seq_desktop.nn.transformer import sinusoids

    table = embedding.weights
    table[PAD + 1 :] = sinusoids(len(table) - PAD - 1, width)


def save_specification(saved: Path, sizes: dict[str, int], ours: dict[str, Any], precision: str) -> None:
    """Write our weights as a CTranslate2 model."""
    from ctranslate2.specs import TransformerSpec

    from seq2seq_desktop.nn.transformer import sinusoids

    weights = {name: tensor.numpy() for name, tensor in ours.items()}
    layers = (sizes["encoder_layers"], sizes["decoder_layers"])
    spec = TransformerSpec.from_config(layers, sizes["heads"], pre_norm=True)
    positions = sinusoids(512, sizes["width"]).numpy()
    table = weights["embedding.weight"]
    spec.encoder.embeddings[0].weight = spec.decoder.embeddings.weight = spec.decoder.projection.weight = table
    for half, side in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        side.position_encodings.encodings = positions
        fill_norm(side.layer_norm, weights, f"{half}_norm")
        for number, layer in enumerate(side.layer):
            fill_layer(layer, weights, f"{half}.{number}")
    pieces = [SPECIAL.get(number, str(number)) for number in range(sizes["vocabulary"])]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = False
    spec.config.unk_token = pieces[FIRST - 1]
    spec.validate()
    spec.optimize(quantization="int8" if precision == "int8" else None)
    saved.mkdir(parents=True)
    spec.save(str(saved))


def fill_layer(layer: Any, weights: dict[str, Any], place: str) -> None:
    """The weights of one encoder or decoder layer."""
    fill_norm(layer.self_attention.layer_norm, weights, f"{place}.attention_norm")
    fill_linear(layer.self_attention.linear[0], weights, f"{place}.attention.query_key_value")
    fill_linear(layer.self_attention.linear[1], weights, f"{place}.attention.output")
    if hasattr(layer, "attention"):
        fill_norm(layer.attention.layer_norm, weights, f"{place}.cross_attention_norm")
        for linear, name in zip(layer.attention.linear, ("query", "key_value", "output"), strict=True):
            fill_linear(linear, weights, f"{place}.cross_attention.{name}")
    fill_norm(layer.ffn.layer_norm, weights, f"{place}.feed_forward_norm")
    fill_linear(layer.ffn.linear_0, weights, f"{place}.feed_forward.inner")
    fill_linear(layer.ffn.linear_1, weights, f"{place}.feed_forward.outer")


def fill_norm(norm: Any, weights: dict[str, Any], place: str) -> None:
    """The weights of a LayerNorm."""
    norm.gamma, norm.beta = weights[f"{place}.weight"], weights[f"{place}.bias"]


def fill_linear(linear: Any, weights: dict[str, Any], place: str) -> None:
    """The weights of a linear layer."""
    linear.weight, linear.bias = weights[f"{place}.weight"], weights[f"{place}.bias"]


# A process of its own


def contestant(name: str, model: str, threads: int, folder: Path) -> Contestant:
    """The engine called "ours-int8", "ctranslate2-float32", ..., with its model."""
    engine, _, precision = name.partition("-")
    if engine == "ours":
        return Ours(model, precision)
    if engine == "transformers":
        return Transformers(model, precision)
    return CTranslate2(model, precision, threads, folder)


def sources_of(case: Case, vocabulary: int) -> list[list[int]]:
    """The same random pieces for everybody."""
    draw = np.random.default_rng([case.batch, case.source])
    return draw.integers(FIRST, vocabulary, (case.batch, case.source)).tolist()


def forget_peak() -> None:
    """Let the peak begin here where the system allows it: making and converting weights is not decoding."""
    from seq2seq_desktop.engine.devices import release

    release()
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def peak_bytes() -> int:
    """The most memory that this process held since `forget_peak`; on systems other than Linux, ever."""
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts bytes


def main() -> None:
    """Answer cases until there are no more."""
    name, model, threads, folder = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not stand between answers
    if not name.startswith("ctranslate2"):
        import torch  # noqa: F401  (its import is not part of loading)
    engine = contestant(name, model, int(threads), Path(folder))
    forget_peak()
    print(json.dumps({"load_seconds": getattr(engine, "load_seconds", 0.0)}), file=answers, flush=True)
    for line in sys.stdin:
        case = Case(**json.loads(line))
        sources = sources_of(case, engine.vocabulary)
        began = time.perf_counter()
        said = engine.run(sources, case)
        seconds = time.perf_counter() - began
        count = sum(len(one) for one in said)
        if count != case.batch * case.tokens:
            raise ValueError(f"{name} said {count} pieces instead of {case.batch * case.tokens}")
        answer = {"seconds": seconds, "tokens": count, "peak_bytes": peak_bytes(), "said": said[0]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
