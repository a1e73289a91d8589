"""XMP packets: what a picture file says about itself, as XML. Only the description is ever changed.

Source: ISO 16684-1 (XMP, part 1); `dc:description` is also the Description of the IPTC Photo Metadata Standard.
"""

from typing import Any

from seq2seq_desktop.errors import InputError

_XML = "http://www.w3.org/XML/1998/namespace"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_NAMES = {"rdf": _RDF, "dc": _DC}
_DEFAULT = "x-default"  # the language of the text that readers show first
_EMPTY = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about=""
 xmlns:dc="{_DC}"></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def described(packet: bytes | None, text: str) -> bytes:
    """The packet (None: a new one) with `text` as its description; all else in it stays.

    Raises: InputError if the packet is no XMP.
    """
    from lxml import etree

    tree = _parsed(packet or _EMPTY.encode())
    for subject in tree.iter(f"{{{_RDF}}}Description"):
        subject.attrib.pop(f"{{{_DC}}}description", None)  # some programs write it there
    for found in tree.iter(f"{{{_DC}}}description"):
        _fill(found, text)
        break
    else:
        _fill(etree.SubElement(_subject(tree), f"{{{_DC}}}description", nsmap={"dc": _DC}), text)
    return bytes(etree.tostring(tree.getroottree(), encoding="utf-8"))


def description(packet: bytes) -> str:
    """The description in a packet, "" for none. Raises: InputError if the packet is no XMP."""
    texts = _parsed(packet).findall(".//dc:description/rdf:Alt/rdf:li", _NAMES)
    first = [one for one in texts if one.get(f"{{{_XML}}}lang") == _DEFAULT] or texts
    return str(first[0].text or "") if first else ""


def _parsed(packet: bytes) -> Any:
    """The outermost element; entities are not resolved and nothing is fetched."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(packet.strip(b"\0 \r\n\t"), parser)
    except etree.XMLSyntaxError as error:
        raise InputError(
            f"its XMP data cannot be read: {error.msg}", "save the caption as a file of its own"
        ) from error
    if tree.find(".//rdf:Description", _NAMES) is None and tree.find(".//rdf:RDF", _NAMES) is None:
        raise InputError("its XMP data hold no description of the file", "save the caption as a file of its own")
    return tree


def _subject(tree: Any) -> Any:
    """The element in which the properties of the file stand, made if there is none."""
    from lxml import etree

    found = tree.find(".//rdf:Description", _NAMES)
    if found is not None:
        return found
    return etree.SubElement(tree.find(".//rdf:RDF", _NAMES), f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})


def _fill(element: Any, text: str) -> None:
    """Write the text as the default of its alternatives in other languages, which stay."""
    from lxml import etree

    alternatives = element.find("rdf:Alt", _NAMES)
    if alternatives is None:
        element.clear(keep_tail=True)
        alternatives = etree.SubElement(element, f"{{{_RDF}}}Alt")
    default = next((one for one in alternatives if one.get(f"{{{_XML}}}lang") == _DEFAULT), None)
    if default is None:
        default = etree.Element(f"{{{_RDF}}}li", {f"{{{_XML}}}lang": _DEFAULT})
        alternatives.insert(0, default)
    default.text = "".join(one for one in text if one.isprintable() or one in "\n\t")
