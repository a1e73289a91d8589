"""The error tree. Every message says what went wrong, with which value or file, and what to do about it.

Seq2SeqError
├── InputError      a file or text from the user cannot be used
├── OptionError     an option or a combination of options makes no sense
├── BundleError     a model bundle is missing, damaged or of an unknown kind
├── RecipeError     a training recipe does not hold together
├── TrainingError   a run cannot start, go on or resume
├── DeviceError     the chosen device is missing, full or broken
└── DownloadError   something the user asked to fetch did not arrive whole
"""


class Seq2SeqError(Exception):
    """An expected failure: `problem` is one clear sentence, `remedy` says what the user can do."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class InputError(Seq2SeqError):
    """A file or text from the user cannot be used."""


class OptionError(Seq2SeqError):
    """An option or a combination of options makes no sense."""


class BundleError(Seq2SeqError):
    """A model bundle is missing, damaged or of an unknown kind."""


class RecipeError(Seq2SeqError):
    """A training recipe does not hold together."""


class TrainingError(Seq2SeqError):
    """A training run cannot start, go on or resume."""


class DeviceError(Seq2SeqError):
    """The chosen device is missing, full or broken."""


class DownloadError(Seq2SeqError):
    """Something the user asked to fetch did not arrive whole."""
