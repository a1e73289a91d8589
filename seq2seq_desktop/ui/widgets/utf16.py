"""Places in a text as Qt counts them: in units of UTF-16, of which some characters take two."""


def units(text: str) -> int:
    """The length of `text` in a QTextDocument."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str, unit: int) -> int:
    """The place in `text`, in characters, of a place in UTF-16 units."""
    if text.isascii() or units(text) == len(text):
        return min(unit, len(text))
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * unit].decode("utf-16-le", "ignore"))


def displayable(text: str) -> str:
    """`text` with line ends and characters as a QTextDocument keeps them, so that places stay the same."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.translate(_KEPT)


_KEPT = {
    0: "\ufffd",
    0xFDD0: "\ufffd",  # Qt's own marks of frames
    0xFDD1: "\ufffd",
    0xFFFC: "\ufffd",
    0x2029: "\n",
}
