"""How one picture of many is drawn: small, with its caption or its state beneath; the caption can be written over."""

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QPlainTextEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from seq2seq_desktop.ui import theme
from seq2seq_desktop.ui.tabs.caption.photo import Photo
from seq2seq_desktop.ui.tabs.caption.photo_list import PHOTO

translate = QCoreApplication.translate
Index = QModelIndex | QPersistentModelIndex

_PICTURE = QSize(176, 124)  # px
_EDGE = 8  # px around it
_LINES = 3  # of the caption


def states() -> dict[str, str]:
    """What stands in place of a caption that is not there."""
    return {
        "waiting": translate("PhotoCard", "waiting"),
        "done": translate("PhotoCard", "no caption"),
        "running": translate("PhotoCard", "being looked at"),
        "cancelled": translate("PhotoCard", "cancelled"),
        "refused": translate("PhotoCard", "cannot be read"),
    }


class PhotoCard(QStyledItemDelegate):
    """A card of fixed size."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Room for the picture and the lines beneath."""
        lines = _LINES * QFontMetrics(option.font).height()
        return QSize(_PICTURE.width() + 2 * _EDGE, _PICTURE.height() + 3 * _EDGE + lines)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the card; one that is chosen has a line around it."""
        photo: Photo = index.data(PHOTO)
        box, palette = option.rect, option.palette
        painter.save()
        self._paint_picture(painter, box, index.data(Qt.ItemDataRole.DecorationRole), palette)
        self._paint_text(painter, _text_area(box), photo, palette)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        painter.restore()

    def _paint_picture(self, painter: QPainter, box: QRect, image: QImage | None, palette: QPalette) -> None:
        area = QRect(box.left() + _EDGE, box.top() + _EDGE, _PICTURE.width(), _PICTURE.height())
        if image is None:
            painter.fillRect(area, palette.color(QPalette.ColorRole.Light))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRect(area.topLeft(), image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio))
        place.moveCenter(area.center())
        painter.drawImage(place, image)

    def _paint_text(self, painter: QPainter, area: QRect, photo: Photo, palette: QPalette) -> None:
        """The caption, else how far it is; too long a text is cut, for the tool tip has all of it."""
        text = photo.text or states().get(photo.state, "")
        role = QPalette.ColorRole.Text if photo.text and photo.over else QPalette.ColorRole.PlaceholderText
        refused = photo.state == "refused"
        painter.setPen(theme.current().danger if refused else palette.color(role))
        font = painter.font()
        font.setItalic(photo.shown.edited is not None)
        painter.setFont(font)
        if refused:
            text = f"{text}: {photo.path.name}"
        painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, text)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        """A field over the caption."""
        editor = QPlainTextEdit(parent)
        editor.setAccessibleName(self.tr("Edit the caption"))
        editor.setTabChangesFocus(True)
        editor.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Begin with the caption as it is, marked."""
        if isinstance(editor, QPlainTextEdit):
            editor.setPlainText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:  # noqa: N802
        """Hand on what was written."""
        if isinstance(editor, QPlainTextEdit):
            model.setData(index, editor.toPlainText())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """Give the field a little more room than the caption has."""
        area = _text_area(option.rect)
        editor.setGeometry(area.adjusted(-_EDGE, -2 * _EDGE, _EDGE, _EDGE))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:  # noqa: N802
        """Enter ends the editing, as it does in a field of one line."""
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in enter:
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
            return True
        return super().eventFilter(editor, event)


def _text_area(box: QRect) -> QRect:
    top = box.top() + _PICTURE.height() + 2 * _EDGE
    return QRect(box.left() + _EDGE, top, _PICTURE.width(), box.bottom() - top)
