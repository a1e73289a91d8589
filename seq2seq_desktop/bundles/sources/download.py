"""Files from the network, whole or not at all: each has its length and its SHA-256, or an error says why."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from seq2seq_desktop import __version__
from seq2seq_desktop.bundles.sources.catalogue import PinnedFile, Wheel
from seq2seq_desktop.errors import DownloadError

INDEX = "https://pypi.org/simple"
_BLOCK = 1 << 18  # bytes read at once
_PATIENCE = 15.0  # seconds that a server may be silent
_LONGEST_PAGE = 5_000_000  # bytes of a page of the index


class Response(Protocol):
    """What a server sends."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes more; none at the end."""


OpenUrl = Callable[[str], AbstractContextManager[Response]]


def open_url(url: str) -> AbstractContextManager[Response]:
    """The response of a server. Raises: OSError or HTTPException, as urllib does."""
    request = Request(url, headers={"User-Agent": f"seq2seq-desktop/{__version__}", "Accept": "*/*"})
    response: AbstractContextManager[Response] = urlopen(request, timeout=_PATIENCE)
    return response


def fetch(url: str, path: Path, file: PinnedFile, opener: OpenUrl = open_url) -> Iterator[int]:
    """The bytes of each block that was written to `path`; after the last the file is checked.

    Raises: DownloadError if the server cannot be reached or sends something else than `file`, OSError if `path`
    cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as written:
        for block in _blocks(url, opener):
            digest.update(block)
            size += len(block)
            written.write(block)
            if size > file.bytes:
                break
            yield len(block)
    if size < file.bytes:
        raise DownloadError(f"{file.name} arrived cut short: {size:,} of {file.bytes:,} bytes", "try again")
    if size > file.bytes or digest.hexdigest() != file.sha256:
        problem = f"{file.name} from {urlsplit(url).hostname} is not the file that was promised: its SHA-256 differs"
        raise DownloadError(problem, "nothing of it was used; try another network, or report it")


def wheel_url(wheel: Wheel, opener: OpenUrl = open_url) -> str:
    """Where the package index keeps a wheel. Raises: DownloadError if it does not have it."""
    page, page_url = b"", f"{INDEX}/{wheel.project}/"
    for block in _blocks(page_url, opener):
        page += block
        if len(page) > _LONGEST_PAGE:
            raise DownloadError(f"the page {page_url} does not end", "try again later")
    links = _Links()
    links.feed(page.decode("utf-8", "replace"))
    for link in links.found:
        url = urljoin(page_url, link)
        if urlsplit(url).scheme == "https" and urlsplit(url).path.endswith(f"/{wheel.file.name}"):
            return url.partition("#")[0]
    raise DownloadError(f"{page_url} does not list {wheel.file.name}", "it may have been taken down")


class _Links(HTMLParser):
    """The targets of all links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if tag == "a" and name == "href" and value]


def _blocks(url: str, opener: OpenUrl) -> Iterator[bytes]:
    """What the server sends, block by block. Raises: DownloadError."""
    try:
        with opener(url) as response:
            while block := response.read(_BLOCK):
                yield block
    except (OSError, HTTPException) as error:
        host = urlsplit(url).hostname
        raise DownloadError(f"{host}: {_reason(error)}", "check the network connection and try again") from error


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, TimeoutError) or (isinstance(error, URLError) and isinstance(error.reason, TimeoutError)):
        return f"the server said nothing for {_PATIENCE:.0f} seconds"
    return str(getattr(error, "reason", "")) or str(error) or type(error).__name__
