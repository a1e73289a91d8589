"""Whisper's vocabulary: which pieces ask for a language, a task or times, and which tell a time.

Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", section 2.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.text.tokenizer import Tokenizer

SpeechTask = Literal["transcribe", "translate"]
"""To write what is said, or to write it in English."""

END, START = "<|endoftext|>", "<|startoftranscript|>"
SECONDS_A_TIME = 0.02  # between two times that the model can tell
TIMES = tuple(f"<|{number * SECONDS_A_TIME:.2f}|>" for number in range(1501))  # 0 to 30 seconds
_SILENCE = ("<|nospeech|>", "<|nocaptions|>")  # the same piece under its two names


@dataclass(frozen=True)
class WhisperTokens:
    """The pieces that are no text, by their ids."""

    start: int  # fed first
    end: int  # ends a text
    previous: int  # stands before a text that went before
    no_speech: int  # its probability after `start` is that of nobody speaking
    no_times: int  # asks for a text without times
    first_time: int  # 0.00 seconds; the next 1500 follow in steps of 0.02
    tasks: Mapping[str, int]
    languages: Mapping[str, int]  # by code; empty where the model knows English only

    @classmethod
    def of(cls, tokenizer: Tokenizer, languages: Sequence[int]) -> "WhisperTokens":
        """The pieces of a tokenizer; `languages` are the ids of those the model knows. Raises: BundleError."""
        no_times = tokenizer.id("<|notimestamps|>")
        return cls(
            start=tokenizer.id(START),
            end=tokenizer.id(END),
            previous=tokenizer.id("<|startofprev|>"),
            no_speech=next((tokenizer.id(name) for name in _SILENCE if tokenizer.has(name)), no_times - 1),
            no_times=no_times,
            first_time=no_times + 1,
            tasks={name: tokenizer.id(f"<|{name}|>") for name in ("transcribe", "translate")} if languages else {},
            languages={tokenizer.piece(token).strip("<|>"): token for token in languages},
        )

    def prefix(self, language: str = "en", task: SpeechTask = "transcribe", times: bool = False) -> tuple[int, ...]:
        """What is forced after the start token. Raises: OptionError for what the model does not know."""
        ending = () if times else (self.no_times,)
        if not self.languages:
            if language != "en" or task != "transcribe":
                problem = f"the model transcribes English only, not {language!r} to {task}"
                raise OptionError(problem, "choose a model of several languages, such as whisper-base")
            return ending
        if language not in self.languages:
            known = ", ".join(sorted(self.languages))
            raise OptionError(f"the model does not know the language {language!r}", f"it knows {known}")
        return (self.languages[language], self.tasks[task], *ending)

    def seconds(self, token: int) -> float | None:
        """The time from the window's start that a token tells; None where it is no time."""
        return (token - self.first_time) * SECONDS_A_TIME if token >= self.first_time else None


def with_times(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer with a piece for each time; some files leave them out."""
    return tokenizer if tokenizer.has(TIMES[0]) else tokenizer.extended(TIMES)
