from typing import Any

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from seq2seq_desktop.ui import icons, theme
from seq2seq_desktop.ui.theme import DARK, LIGHT, Theme, Tokens, contrast

both = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)


@both
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "danger", "ok"])
@pytest.mark.parametrize("ground", ["paper", "pane"])
def test_text_can_be_read(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@both
def test_selected_text_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@both
@pytest.mark.parametrize("ground", ["paper", "pane"])
def test_controls_can_be_seen(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.control, getattr(tokens, ground)) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@both
def test_the_style_sheet_takes_every_token(tokens: Tokens) -> None:
    sheet = theme.style_sheet(tokens)
    assert "$" not in sheet
    assert tokens.control in sheet


def test_choosing_a_theme_dresses_the_application(qapp: QApplication, qtbot: Any) -> None:
    dressed = Theme(qapp, "light")
    with qtbot.waitSignal(dressed.changed) as told:
        dressed.choose("dark")
    assert told.args == [DARK]
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.paper
    assert theme.current() is DARK
    dressed.choose("light")
    assert theme.current() is LIGHT
    dressed.choose("system")
    dressed.deleteLater()


@pytest.mark.parametrize("file", sorted(icons.path("x").parent.glob("*.svg")), ids=lambda file: file.stem)
def test_every_icon_draws_something(qapp: QApplication, file: Any) -> None:
    image = icons.icon(file.stem).pixmap(24, 24).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_icons_take_the_ink_of_the_theme(qapp: QApplication) -> None:
    def darkest(color: str) -> int:
        image = icons.icon("stop", color).pixmap(32, 32).toImage()
        return min(
            image.pixelColor(x, y).lightness()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() > 200
        )

    assert darkest(LIGHT.ink) < 80 < darkest(DARK.ink)
