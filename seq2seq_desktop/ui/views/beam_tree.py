"""The tree of a beam search: what was kept alive at each step, with scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from seq2seq_desktop.events import BeamEntry
from seq2seq_desktop.ui.views.figures import save_scene

_COLUMN = 24  # px between two steps
_ROW = 44  # px from one hypothesis to the next


@dataclass(frozen=True)
class Node:
    """One hypothesis after one step."""

    step: int
    rank: int  # 0: the best
    parent: int  # rank at the step before; -1 at the first step
    label: str
    score: float  # length-normalised log-probability
    alive: bool  # True when it leads to what stands at the end


def tree(beams: Sequence[Sequence[BeamEntry]]) -> list[Node]:
    """The nodes of a search, step by step; those that lead to the last step's entries are alive."""
    alive: list[set[int]] = [set() for _ in beams]
    last = max((index for index, entries in enumerate(beams) if entries), default=-1)
    if last >= 0:
        alive[last] = set(range(len(beams[last])))
    for step in range(last, 0, -1):
        alive[step - 1] = {beams[step][rank].parent for rank in alive[step]}
    return [
        Node(step, rank, entry.parent if step else -1, entry.piece, entry.score, rank in alive[step])
        for step, entries in enumerate(beams)
        for rank, entry in enumerate(entries)
    ]


class BeamTree(QGraphicsView):
    """Steps from left to right, the best hypothesis on top; branches that died are quiet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty tree."""
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.nodes: list[Node] = []
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Tree of beams"))
        self.setToolTip(self.tr("Every hypothesis the search kept, with its score. Wheel: zoom, drag: move."))

    def show_beams(self, beams: Sequence[Sequence[BeamEntry]]) -> None:
        """Draw the tree of these steps; nothing happens if it is drawn already."""
        nodes = tree(beams)
        if nodes == self.nodes:
            return
        self.nodes = nodes
        self.scene().clear()
        places = self._places(nodes)
        for node in nodes:
            self._draw(node, places[node.step, node.rank], places.get((node.step - 1, node.parent)))
        self.scene().setSceneRect(self.scene().itemsBoundingRect().adjusted(-12, -12, 12, 12))

    def export(self, path: Path, overwrite: bool = False) -> None:
        """Nothing; `path` (.png or .svg) then holds the tree. Raises: InputError as `save_scene`."""
        save_scene(self.scene(), path, self.palette().color(QPalette.ColorRole.Base), overwrite)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom where the pointer is."""
        factor = 1.15 if event.angleDelta().y() > 0 else 1 / 1.15
        if 0.1 < self.transform().m11() * factor < 8:
            self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
            self.scale(factor, factor)

    def _places(self, nodes: Sequence[Node]) -> dict[tuple[int, int], QRectF]:
        """The box of each node; a column is as wide as its widest label."""
        metrics = QFontMetricsF(self.font())
        widths: dict[int, float] = {}
        for node in nodes:
            widths[node.step] = max(widths.get(node.step, 0.0), metrics.horizontalAdvance(_label(node)), 34.0)
        left, places = 0.0, {}
        for step in sorted(widths):
            for node in (one for one in nodes if one.step == step):
                places[step, node.rank] = QRectF(left, node.rank * _ROW, widths[step], 2 * metrics.height())
            left += widths[step] + _COLUMN
        return places

    def _draw(self, node: Node, box: QRectF, parent: QRectF | None) -> None:
        palette = self.palette()
        role = QPalette.ColorRole.Text if node.alive else QPalette.ColorRole.PlaceholderText
        colour = palette.color(role)
        text = self.scene().addSimpleText(_label(node), self.font())
        text.setBrush(colour)
        text.setPos(box.topLeft())
        score = self.scene().addSimpleText(f"{node.score:.2f}", self.font())
        score.setBrush(palette.color(QPalette.ColorRole.PlaceholderText))
        score.setScale(0.8)
        score.setPos(box.left(), box.center().y())
        if parent is not None:
            line = self.scene().addLine(
                parent.right() + 2, parent.center().y() - 8, box.left() - 2, box.center().y() - 8
            )
            style = Qt.PenStyle.SolidLine if node.alive else Qt.PenStyle.DotLine
            line.setPen(QPen(colour, 1.5 if node.alive else 1.0, style))


def _label(node: Node) -> str:
    return node.label.strip() or "␣"
