"""Captions as files: beside their pictures, as tables, and in the pictures themselves, which stay what they are."""

import contextlib
import csv
import errno
import io
import json
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.captions import Caption, save_beside, save_captions, save_inside, sidecars
from seq2seq_desktop.io.descriptions import describe, description_of, with_description
from seq2seq_desktop.io.xmp import described, description

TEXT = "A dog & a cat <play> – “here”."
OTHERS = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">Old.</rdf:li>
<rdf:li xml:lang="de">Alt.</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"""


def picture(kind: str, **options: object) -> bytes:
    """A picture of noise, so that any new compression would show."""
    pixels = np.random.default_rng(7).integers(0, 255, (24, 37, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


PICTURES = {
    "a.jpg": picture("JPEG", quality=60),
    "exif.jpg": picture("JPEG", exif=b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0"),
    "a.png": picture("PNG"),
    "lossy.webp": picture("WEBP", quality=40),
    "lossless.webp": picture("WEBP", lossless=True),
    "extended.webp": picture("WEBP", lossless=True, exif=b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0"),
    "a.tif": picture("TIFF"),
    "packed.tif": picture("TIFF", compression="tiff_lzw"),
    "big.tif": picture("TIFF", big_tiff=True),
}


def pixels_of(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_carries_its_caption_and_the_same_pixels(name: str) -> None:
    before = PICTURES[name]
    after = with_description(before, TEXT, name)
    assert description_of(after) == TEXT
    assert description_of(before) == ""
    assert np.array_equal(pixels_of(after), pixels_of(before))
    with Image.open(io.BytesIO(after)) as image:  # another reader finds it where it belongs
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or image.tag_v2[700]
    assert description(packet.encode() if isinstance(packet, str) else bytes(packet)) == TEXT


@pytest.mark.parametrize("name", PICTURES)
def test_a_second_caption_replaces_the_first(name: str) -> None:
    once = with_description(PICTURES[name], "First.", name)
    twice = with_description(once, "Second.", name)
    assert description_of(twice) == "Second."
    assert np.array_equal(pixels_of(twice), pixels_of(once))
    if not name.endswith("tif"):  # there the old one stays behind, unused
        assert b"First." not in twice


def test_the_compressed_picture_is_copied_byte_for_byte() -> None:
    before = PICTURES["a.jpg"]
    after = with_description(before, TEXT, "a.jpg")
    scan = before[before.index(b"\xff\xda") :]
    assert after.endswith(scan)
    assert after[:2] + after[2:20] == before[:20]  # JFIF's segment stays the first


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_of_both_byte_orders_keeps_its_other_pages(order: str) -> None:
    file = io.BytesIO()
    pages = [Image.new("L", (5, 4), shade) for shade in (10, 200)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    data = file.getvalue()
    if order == ">":
        data = big_endian_tiff()
    after = with_description(data, TEXT, "a.tif")
    assert description_of(after) == TEXT
    with Image.open(io.BytesIO(after)) as image:
        if order == "<":
            assert [image.seek(page) or image.getpixel((0, 0)) for page in range(2)] == [10, 200]
        else:
            assert image.getpixel((0, 0)) == 77


def big_endian_tiff() -> bytes:
    """One grey pixel of 77."""
    entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1)]
    body = b"MM\0\x2a" + struct.pack(">I", 10) + bytes([77, 0]) + struct.pack(">H", len(entries))
    return body + b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in entries) + bytes(4)


def test_what_others_wrote_stays() -> None:
    after = described(OTHERS, TEXT)
    assert description(after) == TEXT
    assert b'xmp:Rating="4"' in after
    assert b'<rdf:li xml:lang="de">Alt.</rdf:li>' in after
    assert b"Old." not in after


def test_a_description_that_stands_elsewhere_is_replaced() -> None:
    odd = OTHERS.replace(b'xmp:Rating="4"', b'dc:description="Odd." xmp:Rating="4"')
    odd = odd.replace(b' xmlns:dc="http://purl.org/dc/elements/1.1/"', b"")
    odd = odd.replace(b"<x:xmpmeta ", b'<x:xmpmeta xmlns:dc="http://purl.org/dc/elements/1.1/" ')
    after = described(odd, TEXT)
    assert b"Odd." not in after
    assert description(after) == TEXT


@given(st.text(max_size=60))
def test_any_caption_comes_back_without_what_xml_cannot_hold(text: str) -> None:
    kept = "".join(one for one in text if one.isprintable() or one in "\n\t")
    assert description(described(None, text)) == kept


@given(st.sampled_from(sorted(PICTURES)), st.integers(0, 10_000), st.binary(max_size=8))
def test_a_damaged_picture_is_refused_or_read_and_never_breaks(name: str, place: int, junk: bytes) -> None:
    data = PICTURES[name]
    cut = place % len(data)
    broken = data[:cut] + junk + data[cut + 2 * len(junk) :]
    with contextlib.suppress(InputError):  # and nothing else
        with_description(broken, TEXT, name)


def test_entities_are_not_resolved() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + OTHERS.replace(b"Old.", b"&a;&a;")
    assert b"aaaaaaaa" not in described(bomb, TEXT)


def test_a_packed_packet_in_a_png_is_read() -> None:
    text = b"XML:com.adobe.xmp\0\x01\0\0\0" + zlib.compress(OTHERS)
    chunk = struct.pack(">I", len(text)) + b"iTXt" + text + struct.pack(">I", zlib.crc32(b"iTXt" + text))
    data = PICTURES["a.png"][:33] + chunk + PICTURES["a.png"][33:]
    assert description_of(data) == "Old."
    assert b'xmp:Rating="4"' in with_description(data, TEXT, "a.png")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "AVIF"])
def test_other_kinds_are_refused_with_what_to_do(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{kind.lower()}"
    path.write_bytes(picture(kind))
    with pytest.raises(InputError, match="text file beside it"):
        describe(path, TEXT)
    assert path.read_bytes() == picture(kind)


def test_a_packet_that_is_no_xmp_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(picture("JPEG", xmp=b"<broken"))
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"a\.jpg: its XMP data cannot be read"):
        describe(path, TEXT)
    assert path.read_bytes() == before


# Files of their own


def captions(folder: Path) -> list[Caption]:
    return [
        Caption(folder / "a.jpg", 'A "dog", a cat.', ("A dog.",), score=-0.51234),
        Caption(folder / "sub" / "b.png", "Été.", edited=True),
        Caption(Path("/elsewhere/c.png"), "A car."),
    ]


def test_tables_name_pictures_as_seen_from_their_folder(tmp_path: Path) -> None:
    save_captions(captions(tmp_path), tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["file", "caption"], ["a.jpg", 'A "dog", a cat.'], ["sub/b.png", "Été."],
            [str(Path("/elsewhere/c.png")), "A car."],
        ]  # fmt: skip


def test_lines_of_json_tell_all(tmp_path: Path) -> None:
    save_captions(captions(tmp_path), tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert lines[0] == {"file": "a.jpg", "caption": 'A "dog", a cat.', "others": ["A dog."], "score": -0.5123}
    assert lines[1] == {"file": "sub/b.png", "caption": "Été.", "edited": True}


def test_one_caption_as_text_is_the_caption(tmp_path: Path) -> None:
    save_captions(captions(tmp_path)[:1], tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == 'A "dog", a cat.\n'
    save_captions(captions(tmp_path), tmp_path / "all.txt")
    assert (tmp_path / "all.txt").read_text().splitlines()[1] == "sub/b.png\tÉté."


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"all\.pdf"):
        save_captions(captions(tmp_path), tmp_path / "all.pdf")


def test_text_files_lie_beside_their_pictures(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    written = save_beside(captions(tmp_path)[:2])
    assert written == (tmp_path / "a.txt", tmp_path / "sub" / "b.txt")
    assert written[1].read_text() == "Été.\n"


def test_what_is_there_stays_unless_it_may_go(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text("mine")
    with pytest.raises(InputError, match=r"b\.txt exists already"):
        save_beside(captions(tmp_path)[:2])
    assert not (tmp_path / "a.txt").exists()
    save_beside(captions(tmp_path)[:2], overwrite=True)
    assert (tmp_path / "sub" / "b.txt").read_text() == "Été.\n"


def test_no_two_pictures_share_a_text_file(tmp_path: Path) -> None:
    names = ["x/a.jpg", "x/a.PNG", "x/b.jpg", "y/b.jpg", "z/B.jpg"]
    files = sidecars([Caption(Path(name), name) for name in names], tmp_path)
    assert len({str(file).lower() for file in files}) == len(names)
    assert [caption.text for caption in files.values()] == names


def test_captions_go_into_their_pictures_and_the_rest_is_told(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.gif"):
        (tmp_path / name).write_bytes(PICTURES.get(name) or picture("GIF"))
    told = save_inside([Caption(tmp_path / "b.gif", TEXT), Caption(tmp_path / "a.jpg", TEXT)])
    assert told.done == (tmp_path / "a.jpg",)
    assert [error.problem.split(":")[0] for error in told.refused] == ["b.gif"]
    assert description_of((tmp_path / "a.jpg").read_bytes()) == TEXT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "b.gif"]


def test_a_folder_that_may_not_be_written_to_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURES["a.jpg"])

    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    told = save_inside([Caption(tmp_path / "a.jpg", TEXT)])
    assert "may not be written to" in told.refused[0].problem
    with pytest.raises(InputError, match="may not be written to"):
        save_beside([Caption(tmp_path / "a.jpg", TEXT)])
    assert (tmp_path / "a.jpg").read_bytes() == PICTURES["a.jpg"]
