"""The settings, in one dialog: where models run, how the window looks, what is kept."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import Device, Devices
from seq2seq_desktop.ui.i18n import languages
from seq2seq_desktop.ui.settings import LIMITS, Settings
from seq2seq_desktop.ui.theme import CONTROL_HEIGHT


class SettingsDialog(QDialog):
    """Shows the settings; `accept` writes those that were changed, one `Settings.changed` each."""

    def __init__(
        self, settings: Settings, devices: tuple[Device, ...] = (Device("cpu", "CPU"),), parent: QWidget | None = None
    ) -> None:
        """Show what holds now; `devices` are those the worker knows of, the CPU first."""
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Settings"))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(480)
        self.device = _choice(self._devices(devices), settings.device)
        self.precision = _choice(self._precisions(), settings.precision)
        self.threads = self._number("threads", self.tr("Automatic"))
        self.model_folder = QLineEdit(settings.model_folder)
        self.model_folder.setPlaceholderText(str(paths.user_models()))
        self.language = _choice({"system": self.tr("As the system")} | languages(), settings.language)
        self.theme = _choice(self._themes(), settings.theme)
        self.unload_minutes = self._number("unload_minutes", self.tr("Never"))
        self.unload_minutes.setSuffix(self.tr(" min"))
        self.history_on = QCheckBox(self.tr("&Keep a history of results on this computer"))
        self.history_on.setChecked(settings.history_on)
        self._lay_out()

    @Slot(object)
    def on_devices(self, found: Devices) -> None:
        """Offer the devices that were found meanwhile; the choice stays."""
        chosen = self.device.currentData()
        self.device.clear()
        _fill(self.device, self._devices(found.devices), chosen)

    def values(self) -> dict[str, object]:
        """What the dialog says now, by setting."""
        return {
            "device": self.device.currentData(),
            "precision": self.precision.currentData(),
            "threads": self.threads.value(),
            "model_folder": self.model_folder.text().strip(),
            "language": self.language.currentData(),
            "theme": self.theme.currentData(),
            "unload_minutes": self.unload_minutes.value(),
            "history_on": self.history_on.isChecked(),
        }

    def accept(self) -> None:
        """Write what was changed and close; a model folder that is not there is refused."""
        folder = self.model_folder.text().strip()
        if folder and not Path(folder).is_dir():
            self.problem.setText(self.tr("There is no folder {folder}").format(folder=folder))
            self.problem.show()
            self.model_folder.setFocus()
            return
        for key, value in self.values().items():
            if value != self._settings.choice(key):
                self._settings.set(key, value)
        super().accept()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        browse = QPushButton(self.tr("&Browse…"))
        browse.setAccessibleName(self.tr("Browse for the model folder"))
        browse.clicked.connect(self._on_browse)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self.model_folder)
        folder.addWidget(browse)
        for label, control, tip in self._rows():
            self._row(form, label, control, tip, folder if control is self.model_folder else control)
        self.history_on.setAccessibleName(self.tr("Keep a history"))
        form.addRow("", self.history_on)
        self.problem = QLabel(self, wordWrap=True)
        self.problem.setProperty("tone", "danger")
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self._buttons())

    def _rows(self) -> list[tuple[str, QWidget, str]]:
        return [
            (self.tr("&Device"), self.device, self.tr("Where models run; if a GPU fails, the CPU goes on")),
            (self.tr("&Precision"), self.precision, self.tr("Smaller numbers are faster and a bit less exact")),
            (self.tr("&Threads"), self.threads, self.tr("CPU cores that one model uses")),
            (self.tr("&Free idle models after"), self.unload_minutes, self.tr("They are loaded again when needed")),
            (self.tr("&Models in"), self.model_folder, self.tr("A folder with models of your own")),
            (self.tr("&Language"), self.language, self.tr("Of the window")),
            (self.tr("T&heme"), self.theme, self.tr("Light or dark")),
        ]

    def _row(self, form: QFormLayout, label: str, control: QWidget, tip: str, field: QWidget | QHBoxLayout) -> None:
        name = QLabel(label, self)
        name.setBuddy(control)
        name.setMinimumHeight(CONTROL_HEIGHT)
        control.setAccessibleName(label.replace("&", ""))
        control.setAccessibleDescription(tip)
        control.setToolTip(tip)
        form.addRow(name, field)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        for kind in (QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel):
            button = buttons.addButton(kind)
            button.setAccessibleName(button.text().replace("&", ""))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _number(self, key: str, lowest: str) -> QSpinBox:
        low, high = LIMITS[key]
        box = QSpinBox(minimum=low, maximum=high)
        box.setSpecialValueText(lowest)
        box.setValue(self._settings.choice(key))
        return box

    def _on_browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder with models"), self.model_folder.text())
        if folder:
            self.model_folder.setText(folder)

    def _devices(self, devices: tuple[Device, ...]) -> dict[str, str]:
        known = {"auto": self.tr("Automatic")} | {device.name: _titled(device) for device in devices}
        missing = self.tr("{device} (not found)").format(device=self._settings.device)
        return known if self._settings.device in known else known | {self._settings.device: missing}

    def _precisions(self) -> dict[str, str]:
        return {
            "auto": self.tr("Automatic"),
            "int8": self.tr("int8, smallest"),
            "bfloat16": "bfloat16",
            "float16": self.tr("float16, for GPUs"),
            "float32": self.tr("float32, exact"),
        }

    def _themes(self) -> dict[str, str]:
        return {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}


def _titled(device: Device) -> str:
    return device.title if device.name == "cpu" else f"{device.title} ({device.name})"


def _choice(entries: dict[str, str], chosen: str) -> QComboBox:
    box = QComboBox()
    _fill(box, entries, chosen)
    return box


def _fill(box: QComboBox, entries: dict[str, str], chosen: str) -> None:
    for value, text in entries.items():
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
