"""The look: colours by name for light and dark, as Qt's palette and one style sheet."""

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from seq2seq_desktop import paths

CONTROL_HEIGHT = 32  # pixels


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as #RRGGBB."""

    name: str  # "light" or "dark"
    paper: str  # behind everything
    pane: str  # behind text and in controls
    ink: str  # text
    muted: str  # text that is not the point
    line: str  # between areas; carries no meaning
    control: str  # around controls: 3:1 against paper and pane
    accent: str  # links, focus, selection
    on_accent: str  # text on accent
    danger: str
    ok: str


LIGHT = Tokens(
    "light",
    paper="#FBFBF9",
    pane="#FFFFFF",
    ink="#1C1D21",
    muted="#6B6F76",
    line="#E3E3DE",
    control="#8A8E95",
    accent="#2F5DA8",
    on_accent="#FFFFFF",
    danger="#B3372F",
    ok="#2E7D5B",
)
DARK = Tokens(
    "dark",
    paper="#17181B",
    pane="#1F2125",
    ink="#ECECE8",
    muted="#9A9EA6",
    line="#33363C",
    control="#70747B",
    accent="#8FB3F0",
    on_accent="#17181B",
    danger="#F08A80",
    ok="#7CCBA6",
)


class Theme(QObject):
    """The theme in use: the user's choice, or the system's as it changes."""

    changed = Signal(object)  # Tokens

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        """Dress the application at once."""
        super().__init__(app)
        self._app = app
        self.tokens = LIGHT
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._dress)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Take "light", "dark" or "system"; title bars follow where the system can do it."""
        hints = self._app.styleHints()
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(choice)
        self._choice = scheme
        if scheme is None:
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(scheme)
        self._dress()

    def _dress(self) -> None:
        scheme = self._choice or self._app.styleHints().colorScheme()
        tokens = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        if tokens is self.tokens and self._app.styleSheet():
            return
        self.tokens = tokens
        self._app.setPalette(palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens))
        self.changed.emit(tokens)


def current() -> Tokens:
    """The tokens in use, for code that paints by itself; light before there is a window."""
    app = QGuiApplication.instance()
    dark = isinstance(app, QGuiApplication) and app.palette().color(QPalette.ColorRole.Window) == QColor(DARK.paper)
    return DARK if dark else LIGHT


def palette(tokens: Tokens) -> QPalette:
    """Qt's palette from the tokens, so that what no style sheet reaches fits too."""
    role, result = QPalette.ColorRole, QPalette()
    colors = {
        role.Window: tokens.paper,
        role.WindowText: tokens.ink,
        role.Base: tokens.pane,
        role.AlternateBase: tokens.paper,
        role.Text: tokens.ink,
        role.Button: tokens.pane,
        role.ButtonText: tokens.ink,
        role.ToolTipBase: tokens.pane,
        role.ToolTipText: tokens.ink,
        role.PlaceholderText: tokens.muted,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Accent: tokens.accent,
        role.Mid: tokens.control,
        role.Dark: tokens.control,
        role.Light: tokens.line,
    }
    for which, color in colors.items():
        result.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.muted))
    return result


def style_sheet(tokens: Tokens) -> str:
    """The style sheet with the tokens filled in."""
    folder = paths.resources()
    template = Template((folder / "styles" / "window.qss").read_text(encoding="utf-8"))
    return template.substitute(asdict(tokens), icons=(folder / "icons").as_posix())


def contrast(first: str, second: str) -> float:
    """How far two colours are apart, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def motion_allowed() -> bool:
    """False where the system asks for reduced motion."""
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)  # newer than the oldest Qt we take
    preference = getattr(accessibility(), "motionPreference", None) if accessibility else None
    return preference is None or preference().name != "ReducedMotion"


def _luminance(color: str) -> float:
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
