"""One window a user: a second start hands its files to the first and brings it forward."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from seq2seq_desktop import paths

WAIT_MS = 2000  # for the first window to answer
MOST_BYTES = 1_000_000  # of one message


class SingleInstance(QObject):
    """The claim to be the one window on this user's data."""

    opened = Signal(list)  # of Path: what a second start was given; often empty

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        """Make no claim yet; `folder` is the user's data by default."""
        super().__init__(parent)
        folder = folder or paths.user_data()
        folder.mkdir(parents=True, exist_ok=True)
        self._name = "seq2seq-desktop-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._lock = QLockFile(str(folder / "window.lock"))
        self._lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """True if this is the first window; it then listens for others."""
        if not self._lock.tryLock(0):
            return False
        QLocalServer.removeServer(self._name)  # left by a crash; the lock says that nobody else listens
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name)
        return True

    def hand_over(self, files: Sequence[Path]) -> bool:
        """True when the first window took the files and comes forward."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(json.dumps([str(file.resolve()) for file in files]).encode() + b"\n")
        taken = socket.waitForReadyRead(WAIT_MS) and bytes(socket.readAll().data()) == b"ok"
        socket.disconnectFromServer()
        return taken

    def release(self) -> None:
        """Let another start be the first."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.unlock()

    def _on_connection(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda socket=socket: self._on_message(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._on_message(socket)

    def _on_message(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > MOST_BYTES:
            socket.abort()
        elif socket.canReadLine():
            files = _files(bytes(socket.readLine().data()))
            socket.write(b"ok")
            socket.flush()
            self.opened.emit(files)


def _files(message: bytes) -> list[Path]:
    """The paths in a message; none if it is not one of ours."""
    try:
        names = json.loads(message)
    except ValueError:
        return []
    return [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
