"""What several attempts at a stretch that goes on have in common is firm: the next attempt begins with it.

Source: Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System", section 3.1 (local agreement).
"""

from dataclasses import dataclass, field, replace

from seq2seq_desktop.events import Hypothesis, Word

Tokens = tuple[int, ...]


@dataclass(frozen=True)
class AgreementLimits:
    """When words are believed, in seconds of sound."""

    span: float = 1.0  # attempts that lie so far apart, and all between them, must agree
    margin: float = 0.5  # what was said so shortly before the end of the sound may still become another word


LIMITS = AgreementLimits()


@dataclass
class Agreement:
    """The words of one stretch that stay, after the attempts so far."""

    limits: AgreementLimits = LIMITS
    words: tuple[Word, ...] = ()  # that stay; their tokens are counted in `tokens`
    tokens: Tokens = ()  # that stay: what the next attempt begins with
    _attempts: list[tuple[float, Tokens]] = field(default_factory=list)  # seconds heard, what was written; the newest

    def note(self, attempt: Hypothesis, heard: float) -> tuple[Word, ...]:
        """The words that stay from now on; `attempt` began with `tokens` and heard the sound up to `heard`."""
        self._attempts.append((heard, attempt.tokens))
        while len(self._attempts) > 2 and self._attempts[1][0] <= heard - self.limits.span:
            self._attempts.pop(0)
        if len(self._attempts) < 2 or self._attempts[0][0] > heard - self.limits.span:
            return ()
        shared = min(_shared(attempt.tokens, tokens) for _, tokens in self._attempts)
        return self._keep(attempt, shared, heard - self.limits.margin)

    def _keep(self, attempt: Hypothesis, shared: int, until: float) -> tuple[Word, ...]:
        """The words within the first `shared` tokens that ended by `until`; the last word may be half a word."""
        before = after = len(self.words)
        whole = attempt.words[:-1]
        while after < len(whole) and whole[after].tokens[1] <= shared and whole[after].end <= until:
            after += 1
        if after == before:
            return ()
        self.words = whole[:after]
        self.tokens = attempt.tokens[: whole[after - 1].tokens[1]]
        return whole[before:after]

    def leave(self, until: float) -> None:
        """Forget the words up to `until` (seconds of the recording): the stretch begins there now."""
        count = sum((word.start + word.end) / 2 < until for word in self.words)
        first = self.words[count - 1].tokens[1] if count else 0
        self.tokens = self.tokens[first:]
        self.words = tuple(_moved(word, first) for word in self.words[count:])
        self._attempts.clear()


def _shared(one: Tokens, other: Tokens) -> int:
    """How many tokens both begin with."""
    differs = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differs, min(len(one), len(other)))


def _moved(word: Word, first: int) -> Word:
    return replace(word, tokens=(word.tokens[0] - first, word.tokens[1] - first))
