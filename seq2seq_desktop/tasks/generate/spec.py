"""What generation takes and gives, without torch: for the window, the command line and the engine alike."""

from dataclasses import dataclass, field, replace

from seq2seq_desktop.decoding.options import DecodeOptions, LampLimits
from seq2seq_desktop.errors import OptionError

__all__ = ["BUNDLE", "LONGEST", "TASK", "DecodeOptions", "GenerateRequest", "writing"]

TASK = "generate"
BUNDLE = "generate-chars"  # unless another is named
LONGEST = 100_000  # characters that may be asked for at a time

# A loop of characters is a loop of words or of whole sentences, so the unit is longer than one of pieces.
_LAMP = LampLimits(ngram=80, repeats=4, span=40)
_CAUTIOUS, _CANDIDATES = 0.8, 8


@dataclass(frozen=True)
class GenerateRequest:
    """One prompt to go on from.

    Raises: OptionError for a length outside its range.
    """

    prompt: str  # may be empty
    length: int = 400  # characters to write, 1..100,000
    options: DecodeOptions = field(default_factory=lambda: writing())
    prefix: tuple[int, ...] = ()  # tokens that are written already and stay: what to branch from
    typed: str = ""  # what goes on after `prefix`, written by the user; "" for nothing

    def __post_init__(self) -> None:
        """Check the length."""
        if not 1 <= self.length <= LONGEST:
            raise OptionError(f"length = {self.length} is not between 1 and {LONGEST}", "choose a number in between")

    def limited(self) -> DecodeOptions:
        """The options with `length` as the limit; what the prompt's length would allow does not count."""
        return replace(
            self.options, max_length=self.length, length_factor=0.0, length_extra=self.length, attention=False
        )


def writing(
    temperature: float = _CAUTIOUS, top_k: int = 0, top_p: float = 1.0, seed: int | None = None
) -> DecodeOptions:
    """Options to draw characters; at temperature 0 the likeliest is taken. Raises: OptionError."""
    return DecodeOptions(
        search="sample" if temperature > 0 else "greedy",
        temperature=temperature if temperature > 0 else 1.0,
        top_k=top_k,
        top_p=top_p,
        seed=seed,
        alternatives=_CANDIDATES,
        lamp_limits=_LAMP,
    )
