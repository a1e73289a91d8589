"""One document with its summary and all versions of it, as they stand after the events so far. No Qt."""

from dataclasses import dataclass, field, replace

from seq2seq_desktop.events import Condensed, Event, Failed, Finished, Segment, SegmentDone, Started, Step
from seq2seq_desktop.io.documents import Document
from seq2seq_desktop.tasks.summarize.spec import Branch, SummarizeRequest
from seq2seq_desktop.ui.tabs.summarize.reading import EMPTY, Layout, Places, Remembered, layout_of_pieces
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.versions import Outcome, Work
from seq2seq_desktop.ui.views.words import Word, located

GAP = "\n\n"  # between the abstracts of a long summary
READING_SPEED = 240  # words a minute
COPIED = 0.5  # share from which on a word counts as copied


@dataclass
class Version:
    """The sections as one choice has them; versions share the sections that do not differ."""

    name: str
    sentences: list[Sentence]  # one a section: an abstract, or the whole extract
    branched: int | None = None  # the section that differs from the parent's
    parent: "Version | None" = None


@dataclass(frozen=True)
class Facts:
    """How much shorter a summary is than its document."""

    words: int  # of the summary
    of: int  # of the document

    @property
    def ratio(self) -> float:
        """The share of the words that is left."""
        return self.words / self.of if self.of else 0.0

    @property
    def seconds(self) -> float:
        """To read the summary."""
        return 60 * self.words / READING_SPEED

    @property
    def seconds_before(self) -> float:
        """To read the document."""
        return 60 * self.of / READING_SPEED


@dataclass
class Summary(Work[Version]):
    """Everything about one document that views draw and files are written from."""

    request: SummarizeRequest
    title: str = ""  # of the document: its file's name; "" for a text
    document: Document | None = None
    steerable: bool = True  # False for a file of a list: it is saved, not steered
    versions: list[Version] = field(default_factory=list)
    undone: list[Version] = field(default_factory=list)
    places: list[Places] = field(default_factory=list)  # of each section, what the model reads
    layout: Layout = EMPTY  # the sentences of the document, once they are known
    condensed: Condensed | None = None
    outcome: Outcome = "running"
    failure: Failed | None = None
    finished: Finished | None = None
    changed: set[int] = field(default_factory=set)  # sections to draw again
    restarted: bool = False  # True until the views have taken the new sections
    done: float = 0.0  # of a long document, what has been read ...
    total: float = 0.0  # ... of so much
    _jobs: dict[int, Version | None] = field(default_factory=dict)
    _words: int | None = None
    _handles: Remembered[tuple[Word, ...]] = field(default_factory=Remembered)

    @property
    def text(self) -> str:
        """What is summarized."""
        return self.request.text

    @property
    def extracts(self) -> bool:
        """True where the summary is made of whole sentences of the document."""
        return self.request.style == "extract"

    def feed(self, job: int, event: Event) -> None:
        """Take in one event of one of the jobs."""
        version = self._jobs[job] or (self.versions[0] if self.versions else None)
        match event:
            case Started():
                self._start(event)
            case Step() if version is not None:
                version.sentences[event.segment].step(event)
                self.changed.add(event.segment)
            case SegmentDone() if version is not None:
                version.sentences[event.segment].settle(event)
                self.changed.add(event.segment)
            case Finished():
                self._end(job, "cancelled" if event.reason == "cancelled" else "done")
                self.finished = event
            case Failed():
                self._end(job, "failed")
                self.failure = event

    def _start(self, event: Started) -> None:
        """Lay out the sections, once: a branch starts again with the same."""
        if self.versions:
            return
        self.condensed = event.condensed
        self.versions = [Version("", [Sentence(segment) for segment in event.segments])]
        self.places = [Places(segment, self.text, self.extracts) for segment in event.segments]
        if self.extracts and self.condensed is None:
            self.layout = layout_of_pieces(self.places)
        self.restarted = True

    def _end(self, job: int, outcome: Outcome) -> None:
        version = self._jobs.pop(job)
        self.outcome = outcome
        sections = (version or self.versions[0]).sentences if self.versions else []
        for index, section in enumerate(sections):
            if section.begun and not section.done:
                section.stop("cancelled")
                self.changed.add(index)

    # What comes out

    def words(self, version: Version, index: int) -> tuple[Word, ...]:
        """The handles of a section: its words, or its sentences where it is made of those of the document."""
        section = version.sentences[index]
        return self._handles.of(section, lambda: self._words_of(section, index))

    def _words_of(self, section: Sentence, index: int) -> tuple[Word, ...]:
        if not self.extracts:
            return section.target_words()
        order = sorted(self.chosen(section, index).items(), key=lambda item: (item[1], item[0]))
        texts = [section.pieces[number].strip() for number, _ in order]
        spans = located(texts, section.text)
        return tuple(
            Word(text, number, number + 1, *span) for (number, _), text, span in zip(order, texts, spans, strict=True)
        )

    def chosen(self, section: Sentence, index: int) -> dict[int, int]:
        """For each token of an extract the piece of the source that it chose."""
        places = self.places[index]
        found = {}
        for number in range(len(section.tokens)):
            origin = section.origins[number] if number < len(section.origins) else (0, 0)
            piece = places.piece_at(origin, section.pieces[number])
            if piece >= 0:
                found[number] = piece
        return found

    def output(self, version: Version | None = None) -> str:
        """The summary as far as it has come."""
        if not self.versions:
            return ""
        sections = (version or self.versions[0]).sentences
        return GAP.join(section.text for section in sections if section.text)

    def facts(self, version: Version | None = None) -> Facts:
        """How long the summary and the document are."""
        if self._words is None:
            self._words = len(self.text.split())
        return Facts(len(self.output(version).split()), self._words)

    def copied_share(self, version: Version) -> float | None:
        """The share of the words that was copied; None where the model cannot copy, or only copies."""
        flags = [
            self.is_copied(section, word)
            for index, section in enumerate(version.sentences)
            if section.copied
            for word in self.words(version, index)
        ]
        return None if self.extracts or not flags else sum(flags) / len(flags)

    def is_copied(self, section: Sentence, word: Word) -> bool:
        """True for a word that was taken over rather than written by the model; an extract as a whole is."""
        if self.extracts:
            return False
        shares = section.copied[word.first : word.last]
        return bool(shares) and min(shares) >= COPIED

    def let_go(self) -> None:
        """Keep what came out and how long the document was; its text is gone."""
        sections = self.versions[0].sentences if self.versions else []
        outputs = [replace(one.hypotheses[0], tokens=(), pieces=(), origins=()) for one in sections if one.hypotheses]
        self._words = self.facts().of
        self.request, self.document = replace(self.request, text=""), None
        kept = [Sentence(Segment("")) for _ in outputs]
        for number, output in enumerate(outputs):
            kept[number].settle(SegmentDone(number, (output,), "end"))
        self.versions = [Version("", kept)] if kept else []
        self.places, self.layout = [Places(Segment(""), "", self.extracts) for _ in kept], EMPTY
        self.restarted = True

    # Versions

    def branch(self, version: Version, index: int, word: Word, token: int | None, typed: str) -> Version:
        """A new version in which a word or sentence of section `index` is another; its events are still to come."""
        before = version.sentences[index]
        section = before.branched(word.first, token)
        if self.extracts:  # in the order of the document, as the task will have it
            order = sorted(self.chosen(section, index).items(), key=lambda item: item[1])
            section.text = " ".join(section.pieces[number].strip() for number, _ in order)
        said = typed or (section.pieces[-1].strip() if section.pieces else "")
        sections: list[Sentence] = list(version.sentences)
        sections[index] = section
        return self.add(Version(f"{word.text} → {said}", sections, index, version))

    def branch_request(self, version: Version, index: int, word: Word, token: int | None, typed: str) -> Branch:
        """What to ask of the task for `branch`."""
        return Branch(index, version.sentences[index].branch_prefix(word, token), typed)
