"""What the user chose and how the window stood, remembered in one INI file."""

import json
from pathlib import Path
from typing import Any, TypeVar, cast

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import Configure

T = TypeVar("T")
DEFAULTS: dict[str, Any] = {
    "device": "auto",  # "auto", "cpu", "cuda:0"
    "precision": "auto",  # "auto", "int8", "float32", "bfloat16", "float16"
    "threads": 0,  # 0: as many as help
    "model_folder": "",  # "": the usual one
    "language": "system",  # "system" or a code of i18n.languages()
    "theme": "system",  # "system", "light", "dark"
    "history_on": True,
    "unload_minutes": 10,  # 0: never
}
LIMITS = {"threads": (0, 256), "unload_minutes": (0, 1440)}
CHOICES = {
    "precision": ("auto", "int8", "float32", "bfloat16", "float16"),
    "theme": ("system", "light", "dark"),
}


class Settings(QObject):
    """Settings by attribute, and `get` and `set` by key for what a tab or the window wants to remember.

    A value that is missing, damaged or out of range reads as its default, so an edited or torn file does no harm.
    """

    changed = Signal(str)  # the key

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        """Read `file`, or the user's own one."""
        super().__init__(parent)
        self.file = file or paths.user_config() / "settings.ini"
        self._store = QSettings(str(self.file), QSettings.Format.IniFormat)

    def get(self, key: str, default: T) -> T:
        """The value last set, if it has the default's type; lists, dicts, str, int, float, bool and bytes survive."""
        stored = self._store.value(key)
        if isinstance(default, bytes):
            return cast(T, bytes(stored.data())) if isinstance(stored, QByteArray) else default
        try:
            value = json.loads(stored) if isinstance(stored, str) else default
        except ValueError:
            return default
        if type(default) is float and type(value) is int:
            value = float(value)
        return value if type(value) is type(default) else default

    def set(self, key: str, value: object) -> None:
        """Remember a value; `changed` is emitted if it is another one."""
        stored = QByteArray(value) if isinstance(value, bytes) else json.dumps(value)
        if self._store.value(key) != stored:
            self._store.setValue(key, stored)
            self.changed.emit(key)

    def choice(self, name: str) -> Any:
        """One of `DEFAULTS` as it stands, its default if the file says something impossible."""
        value = self.get(name, DEFAULTS[name])
        low, high = LIMITS.get(name, (value, value))
        possible = value in CHOICES.get(name, (value,)) and low <= value <= high
        return value if possible else DEFAULTS[name]

    def save(self) -> bool:
        """Write to disk now; False when that failed."""
        self._store.sync()
        return self._store.status() == QSettings.Status.NoError

    device: str = property(lambda self: self.choice("device"))  # type: ignore[assignment]
    precision: str = property(lambda self: self.choice("precision"))  # type: ignore[assignment]
    threads: int = property(lambda self: self.choice("threads"))  # type: ignore[assignment]
    model_folder: str = property(lambda self: self.choice("model_folder"))  # type: ignore[assignment]
    language: str = property(lambda self: self.choice("language"))  # type: ignore[assignment]
    theme: str = property(lambda self: self.choice("theme"))  # type: ignore[assignment]
    history_on: bool = property(lambda self: self.choice("history_on"))  # type: ignore[assignment]
    unload_minutes: int = property(lambda self: self.choice("unload_minutes"))  # type: ignore[assignment]

    def configuration(self) -> Configure:
        """What the worker needs to know."""
        return Configure(self.device, self.precision, self.threads, self.unload_minutes)  # type: ignore[arg-type]
