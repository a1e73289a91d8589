"""Where things lie: the project's own resources and models, and the user's data."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path

APP = "seq2seq-desktop"
PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """The folder of icons, samples, translations and styles."""
    return _beside_package("resources")


def shipped_models() -> Path:
    """The folder of the bundles that come with the program."""
    return _beside_package("models")


def user_models() -> Path:
    """The folder of the bundles the user added; SEQ2SEQ_DESKTOP_MODELS overrides it."""
    override = os.environ.get("SEQ2SEQ_DESKTOP_MODELS")
    return Path(override) if override else user_data() / "models"


def user_data() -> Path:
    """The folder of history, recordings and added models; SEQ2SEQ_DESKTOP_DATA overrides it."""
    override = os.environ.get("SEQ2SEQ_DESKTOP_DATA")
    return Path(override) if override else user_data_path(APP, appauthor=False)


def recordings() -> Path:
    """The folder of what was recorded with the microphone."""
    return user_data() / "recordings"


def pictures() -> Path:
    """The folder of pictures that were pasted."""
    return user_data() / "pictures"


def user_log() -> Path:
    """The file where unexpected errors are written down."""
    return user_data() / "log.txt"


def user_config() -> Path:
    """The folder of settings."""
    override = os.environ.get("SEQ2SEQ_DESKTOP_DATA")
    return Path(override) if override else user_config_path(APP, appauthor=False)


def user_cache() -> Path:
    """The folder of what can be made again."""
    return user_cache_path(APP, appauthor=False)


def _beside_package(name: str) -> Path:
    """`name` inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
