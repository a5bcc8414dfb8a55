"""Write small XML documents."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write; a name of a model may hold it."""


def add(
    parent: ElementTree.Element, tag: str, content: str | None = None, **attributes: str
) -> ElementTree.Element:
    """A child element with text and attributes."""
    child = ElementTree.SubElement(parent, tag, {key: legal(value) for key, value in attributes.items()})
    if content is not None:
        child.text = legal(content)
    return child


def legal(content: str) -> str:
    """Text without the characters XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", content)


def document(root: ElementTree.Element) -> bytes:
    """UTF-8 with its declaration."""
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
