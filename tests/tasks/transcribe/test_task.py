"""Transcription through its events, of real sound, with a model whose words mean nothing."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import Finished, Heard, Progress, SegmentDone, Started, Step
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks, probe
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.transcribe.spec import Branch, TranscribeRequest
from seq2seq_desktop.tasks.transcribe.task import TranscribeTask, load

BOAT = resources() / "samples" / "transcribe" / "01-boat.en.opus"
OPTIONS = DecodeOptions(max_length=14, lamp=False)  # 3 of them are forced


def run(task: TranscribeTask, path: Path = BOAT, **given: Any) -> list[Any]:
    return list(task.run(TranscribeRequest(path, **{"options": OPTIONS, "language": "en", **given})))


def collect(events: Iterable[Any], seen: list[Any]) -> None:
    """Put each event into `seen` as it comes."""
    for event in events:
        seen += [event]


def of(kind: type, events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def wav(path: Path, *parts: np.ndarray) -> Path:
    """A WAV file of these samples."""
    with Recording(path) as recording:
        for part in parts:
            recording.write(part.astype(np.float32))
    return path


def flac(path: Path, samples: np.ndarray) -> Path:
    """A FLAC file of these samples, whose header tells how long it is."""
    with av.open(path, "w") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono", format="s16")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], "s16", "mono")
        frame.sample_rate = SAMPLE_RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return path


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


@pytest.fixture(scope="module")
def boat() -> np.ndarray:
    return np.concatenate(list(blocks(BOAT)))


@pytest.fixture(scope="module")
def twice(boat: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sentences, a pause of 6 s, and the same once more."""
    return wav(tmp_path_factory.mktemp("sound") / "twice.wav", silence(1), boat, silence(6), boat)


def test_events_come_in_order_and_tell_the_text(tiny_listener: TranscribeTask) -> None:
    started, *middle, finished = run(tiny_listener)
    assert started == Started(())
    (heard,), (done,) = of(Heard, middle), of(SegmentDone, middle)
    steps = of(Step, middle)
    assert [type(event) for event in middle if not isinstance(event, Progress)] == [
        Heard, *[Step] * len(steps), SegmentDone
    ]  # fmt: skip
    seconds = probe(BOAT).seconds
    assert seconds
    assert 0 <= heard.start < heard.end <= seconds + 0.01
    assert (heard.segment, heard.language, heard.settled) == (0, "en", True)
    frames = round((heard.end - heard.start) * 100)
    assert heard.spectrogram.shape == (8, pytest.approx(frames, abs=1))
    assert heard.spectrogram.dtype == np.float32
    best = done.hypotheses[0]
    assert [step.index for step in steps] == list(range(len(steps)))
    assert steps[0].text == "".join(best.pieces[:1]).strip()
    assert best.text == "".join(best.pieces).strip() == finished.text
    assert steps[-1].tokens == best.tokens
    assert best.attention.shape == (len(best.tokens), 2, 2, (heard.spectrogram.shape[1] + 1) // 2)
    assert all(step.attention.shape == best.attention.shape[1:] for step in steps)
    assert (finished.reason, finished.tokens) == (done.reason, len(best.tokens))


def test_only_text_is_said_and_offered(tiny_listener: TranscribeTask) -> None:
    end = tiny_listener.listener.tokens.end
    for step in of(Step, run(tiny_listener)):
        assert step.token <= end
        assert all(other.token <= end for other in step.alternatives)
        assert all(other.piece for other in step.alternatives)


def test_words_have_times_in_order_within_the_stretch(tiny_listener: TranscribeTask) -> None:
    events = run(tiny_listener)
    (heard,), (done,) = of(Heard, events), of(SegmentDone, events)
    best = done.hypotheses[0]
    assert " ".join(word.text for word in best.words) == best.text
    times = [time for word in best.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert heard.start <= times[0] <= times[-1] <= heard.end
    for word in best.words:
        first, after = word.tokens
        assert "".join(best.pieces[first:after]).strip() == word.text
        assert word.probability == min(best.probabilities[first:after])


def test_pauses_part_stretches_and_paragraphs(tiny_listener: TranscribeTask, twice: Path, boat: np.ndarray) -> None:
    events = run(tiny_listener, twice)
    first, second = of(Heard, events)
    assert (first.segment, second.segment) == (0, 1)
    assert second.start - first.start == pytest.approx(len(boat) / SAMPLE_RATE + 6, abs=0.1)
    texts = [done.hypotheses[0].text for done in of(SegmentDone, events)]
    assert events[-1].text == "\n\n".join(texts)
    words = [word for done in of(SegmentDone, events) for word in done.hypotheses[0].words]
    assert words[-1].start > second.start
    progress = of(Progress, events)
    assert progress[-1].done == pytest.approx(progress[-1].total, abs=0.1)
    assert [one.done for one in progress] == sorted(one.done for one in progress)


def test_a_part_is_heard_alone_in_the_times_of_the_whole(tiny_listener: TranscribeTask, twice: Path) -> None:
    whole = run(tiny_listener, twice)
    part = run(tiny_listener, twice, start=of(Heard, whole)[1].start - 1.0)
    (heard,) = of(Heard, part)
    assert heard.segment == 0
    assert heard.start == pytest.approx(of(Heard, whole)[1].start, abs=0.1)
    assert part[-1].text == of(SegmentDone, whole)[1].hypotheses[0].text
    assert not of(Heard, run(tiny_listener, twice, end=0.9))


def test_silence_noise_and_a_hum_become_no_words(tiny_listener: TranscribeTask, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal(8 * SAMPLE_RATE) * 0.05
    hum = 0.3 * np.sin(2 * np.pi * 120 * np.arange(8 * SAMPLE_RATE) / SAMPLE_RATE)
    events = run(tiny_listener, wav(tmp_path / "quiet.wav", silence(8), noise, hum))
    assert not of(Heard, events)
    assert (events[-1].text, events[-1].tokens, events[-1].reason) == ("", 0, "end")


def test_a_branch_keeps_what_stood_before_it(tiny_listener: TranscribeTask, twice: Path) -> None:
    whole = run(tiny_listener, twice)
    heard, done = of(Heard, whole)[1], of(SegmentDone, whole)[1]
    tokens = done.hypotheses[0].tokens
    at = Branch(1, heard.start, heard.end, tokens[:3])
    events = run(tiny_listener, twice, branch=at)
    assert of(SegmentDone, events)[0].hypotheses[0].tokens[:3] == tokens[:3]
    other = next(o.token for o in done.hypotheses[0].alternatives[3] if o.token not in (tokens[3], 0))
    (branched,) = of(SegmentDone, run(tiny_listener, twice, branch=replace(at, prefix=(*tokens[:3], other))))
    assert branched.segment == 1
    assert branched.hypotheses[0].tokens[:4] == (*tokens[:3], other)
    assert branched.hypotheses[0].words[0].start >= heard.start
    typed = run(tiny_listener, twice, branch=replace(at, prefix=tokens[:1], typed=" café "))[-1].text
    assert typed.split()[1].startswith("café")
    with pytest.raises(InputError, match=r"no sound at 99\.0 s"):
        run(tiny_listener, twice, branch=Branch(0, 99.0, 100.0, ()))


def test_it_stops_within_a_step(tiny_listener: TranscribeTask, twice: Path) -> None:
    seen: list[Any] = []
    request = TranscribeRequest(twice, "en", options=OPTIONS)
    collect(tiny_listener.run(request, lambda: len(of(Step, seen)) >= 3), seen)
    assert isinstance(seen[-1], Finished)
    assert seen[-1].reason == "cancelled"
    assert len(of(Step, seen)) == 3
    assert seen[-1].text == of(Step, seen)[-1].text


def test_maps_and_alternatives_come_only_if_asked_for(tiny_listener: TranscribeTask) -> None:
    plain = replace(OPTIONS, attention=False, alternatives=0)
    events = run(tiny_listener, options=plain)
    assert all(step.attention is None and step.alternatives == () for step in of(Step, events))
    (done,), (full,) = of(SegmentDone, events), of(SegmentDone, run(tiny_listener))
    assert done.hypotheses[0].attention is None
    assert done.hypotheses[0].words == full.hypotheses[0].words


def test_a_beam_gives_several_outputs_each_with_its_text(tiny_listener: TranscribeTask) -> None:
    beams = replace(OPTIONS, search="beam", beams=3, n_best=3)
    (done,) = of(SegmentDone, run(tiny_listener, options=beams))
    assert len({one.text for one in done.hypotheses}) == 3
    assert all("".join(one.pieces).strip() == one.text for one in done.hypotheses)
    assert done.hypotheses[0].words
    (single,) = of(SegmentDone, run(tiny_listener, options=replace(OPTIONS, search="beam", beams=1)))
    (greedy,) = of(SegmentDone, run(tiny_listener))
    assert single.hypotheses[0].tokens == greedy.hypotheses[0].tokens


def test_a_language_is_found_where_none_is_named(tiny_listener: TranscribeTask) -> None:
    (heard,) = of(Heard, run(tiny_listener, language=None))
    assert heard.language in ("en", "fr")
    with pytest.raises(OptionError, match=r"language 'xx'.*en, fr"):
        run(tiny_listener, language="xx")


def test_what_a_damaged_file_holds_is_told_before_the_error(
    tiny_listener: TranscribeTask, boat: np.ndarray, tmp_path: Path
) -> None:
    path = flac(tmp_path / "cut.flac", np.concatenate([boat, silence(3), boat]))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    seen: list[Any] = []
    with pytest.raises(InputError, match="breaks off"):
        collect(tiny_listener.run(TranscribeRequest(path, "en", options=OPTIONS)), seen)
    assert of(SegmentDone, seen)[0].hypotheses[0].text


@pytest.mark.parametrize("name", ["gone.wav", "empty.wav", "text.wav"])
def test_a_file_without_sound_is_told(tiny_listener: TranscribeTask, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("no sound at all")
    with pytest.raises(InputError, match=name):
        run(tiny_listener, tmp_path / name)


def test_other_bundles_are_refused(tiny_bundle: Path) -> None:
    with pytest.raises(OptionError, match="translate"):
        load(str(tiny_bundle))
