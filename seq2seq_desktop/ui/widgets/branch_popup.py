"""The words that could have stood in a place: a small list that opens on the word."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.events import Alternative

_PROBABILITY = Qt.ItemDataRole.UserRole
_TOKEN = Qt.ItemDataRole.UserRole + 1
_ENDS = ("</s>", "<|endoftext|>")  # pieces that end a text
_ROW = 32  # px
_WIDTH = 260  # px
_WIDEST = 560  # px, where what could stand there are whole sentences
_LONG = 40  # characters of a word from which on the list is wide
_PERCENT = 48  # px of the number at the right


class _BarDelegate(QStyledItemDelegate):
    """A word over a bar as long as its probability, with the number."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802
        return QSize(_WIDTH, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        text, plain.text = plain.text, ""
        plain.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, plain.widget)
        probability = float(index.data(_PROBABILITY))
        selected = bool(plain.state & QStyle.StateFlag.State_Selected)
        palette, box = plain.palette, plain.rect.adjusted(8, 0, -8, -4)
        ink = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        painter.save()
        bar = QRect(box.left(), box.bottom() - 2, int((box.width() - _PERCENT) * probability), 3)
        painter.fillRect(bar, ink if selected else palette.color(QPalette.ColorRole.Highlight))
        painter.setPen(ink)
        room = box.adjusted(0, 0, -_PERCENT, 0)
        text = plain.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        number = f"{100 * probability:.0f} %" if probability >= 0.01 else "< 1 %"
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)
        painter.restore()


class BranchPopup(QFrame):
    """Alternatives with their probabilities and a field to type another word. Esc closes it."""

    token_chosen = Signal(int)
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """A closed popup."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.list = QListWidget(self)
        self.list.setItemDelegate(_BarDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        for bars in (self.list.setHorizontalScrollBarPolicy, self.list.setVerticalScrollBarPolicy):
            bars(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._on_item)
        self.list.itemClicked.connect(self._on_item)
        self.field = QLineEdit(self)
        self.field.returnPressed.connect(self._on_typed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.list)
        layout.addWidget(self.field)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Other words for this place"))
        self.list.setAccessibleName(self.tr("Other words, the likeliest first"))
        self.field.setAccessibleName(self.tr("Another word of your own"))
        self.field.setPlaceholderText(self.tr("or type your own…"))

    def offer(self, alternatives: Sequence[Alternative], current: int, place: QPoint, typing: bool = True) -> None:
        """Open at a place of the screen; `current` is the token that stands there now.

        Without `typing` only what is offered can be chosen.
        """
        self.list.clear()
        for other in alternatives:
            self.list.addItem(self._item(other, other.token == current))
        self.list.setCurrentRow(0)
        longest = max((len(other.piece) for other in alternatives), default=0)
        width = _WIDEST if longest > _LONG else _WIDTH
        self.list.setFixedSize(width, _ROW * max(1, len(alternatives)) + 4)
        self.list.setVisible(bool(alternatives))
        self.field.setVisible(typing)
        self.field.clear()
        self.adjustSize()
        self.move(self._on_screen(place))
        self.show()
        (self.list if alternatives else self.field).setFocus()

    def _item(self, other: Alternative, current: bool) -> QListWidgetItem:
        word = other.piece.strip()
        name = self.tr("(end here)") if word in _ENDS else word or "␣"
        item = QListWidgetItem(f"✓ {name}" if current else name)
        item.setData(_PROBABILITY, other.probability)
        item.setData(_TOKEN, other.token)
        if len(name) > _LONG:
            item.setToolTip(name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {100 * other.probability:.0f} %")
        return item

    def _on_screen(self, place: QPoint) -> QPoint:
        """`place`, moved so that the whole popup can be seen."""
        screen = self.screen().availableGeometry()
        x = min(max(place.x(), screen.left()), max(screen.left(), screen.right() - self.width()))
        y = min(max(place.y(), screen.top()), max(screen.top(), screen.bottom() - self.height()))
        return QPoint(x, y)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc closes; letters go into the field."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.text().isalnum() and not self.field.isHidden():
            self.field.setFocus()
            self.field.insert(event.text())
        else:
            super().keyPressEvent(event)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.close()
        self.token_chosen.emit(item.data(_TOKEN))

    def _on_typed(self) -> None:
        text = self.field.text().strip()
        if text:
            self.close()
            self.typed.emit(text)
