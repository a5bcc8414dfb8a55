"""CityGML as a stream of small trees, one a member; entities and document types are refused.

Runs in the limited child. expat calls back for every element; a tree is built only for
the member that is being read, so memory follows the largest member, not the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path
from xml.parsers import expat

from twin.errors import SourceUnreadable, TooLarge

_PIECE = 1 << 20
_DEEPEST = 200
_MOST_NODES = 4_000_000
"""Elements of one member."""
_MOST_TEXT = 512 << 20
_SKIPPED = frozenset(("appearance", "appearanceMember"))
_TEXTURES = frozenset(("ParameterizedTexture", "GeoreferencedTexture", "X3DMaterial"))
GML_ID = "id"


class Element:
    """One element: namespace, local name, attributes by local name, text, children."""

    __slots__ = ("attributes", "children", "name", "space", "text")

    def __init__(self, space: str, name: str, attributes: dict[str, str]) -> None:
        self.space, self.name, self.attributes = space, name, attributes
        self.text = ""
        self.children: list[Element] = []

    @property
    def href(self) -> str | None:
        """Id an xlink inside this file leads to."""
        link = self.attributes.get("href")
        return link[1:] if link is not None and link.startswith("#") else None

    def all(self) -> Iterator[Element]:
        """This element and everything below."""
        pending = [self]
        while pending:
            one = pending.pop()
            yield one
            pending.extend(reversed(one.children))

    def first(self, name: str) -> Element | None:
        """First element of that local name below or here."""
        return next((one for one in self.all() if one.name == name), None)


class Members:
    """Reads the members of a CityModel one after another.

    Parameters
    ----------
    file : Path
        CityGML.
    wanted : collection of str, optional
        Then elements with these ids are collected instead, wherever they stand.

    Attributes
    ----------
    textures : int
        Materials and textures passed over.
    root : str
        Namespace of the root, known after the first piece.
    """

    def __init__(self, file: Path, wanted: Collection[str] = ()) -> None:
        self._file, self._wanted = file, wanted
        self.textures = 0
        self.root = ""
        self._depth = 0
        self._skipping = 0
        self._open: list[Element] = []
        self._tags: dict[str, tuple[str, str, bool, bool]] = {}
        self._member_depth = 0
        self._ready: deque[Element] = deque()
        self._nodes = self._text_bytes = 0

    def __iter__(self) -> Iterator[Element]:
        """Members in the order of the file.

        Raises
        ------
        SourceUnreadable
            Not well-formed, not CityGML, or with a document type.
        TooLarge
            Nested too deep, or one member too large.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        with self._file.open("rb") as stream:
            while True:
                piece = stream.read(_PIECE)
                try:
                    parser.Parse(piece, not piece)
                except expat.ExpatError as error:
                    raise SourceUnreadable(f"{self._file.name} is not well-formed XML: {error}") from error
                while self._ready:
                    yield self._ready.popleft()
                if not piece:
                    return

    def _refuse(self, *_: object) -> None:
        raise SourceUnreadable(
            f"{self._file.name} declares a document type or an entity, which CityGML has no use for; refused"
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        known = self._tags.get(tag)
        if known is None:
            space, _, name = tag.rpartition(" ")
            known = self._tags[tag] = (space, name, name in _SKIPPED, name in _TEXTURES)
        space, name, skipped, texture = known
        if self._depth == 1:
            self._begin(space, name)
        if self._depth > _DEEPEST:
            raise TooLarge(f"{self._file.name}: elements are nested deeper than {_DEEPEST}")
        if self._skipping or skipped:
            self._skipping += 1
            self.textures += texture
            return
        if attributes:
            attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        opened = self._open
        if not opened and not self._begins_one(name, attributes):
            return
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TooLarge(f"{self._file.name}: one object has more than {_MOST_NODES} elements")
        made = Element(space, name, attributes)
        if opened:
            opened[-1].children.append(made)
        opened.append(made)

    def _begins_one(self, name: str, attributes: dict[str, str]) -> bool:
        """Whether a tree is built from here on: for a member, or for an element that is wanted."""
        if self._depth == 2 and name.endswith(("Member", "Members")):
            self._member_depth = 2
        inside = bool(self._member_depth) and self._depth == 3
        if not (attributes.get(GML_ID) in self._wanted if self._wanted else inside):
            return False
        self._nodes = self._text_bytes = 0
        return True

    def _begin(self, space: str, name: str) -> None:
        if name != "CityModel" or "citygml" not in space.lower():
            raise SourceUnreadable(
                f"{self._file.name} is no CityGML: its root is {name} of {space or 'no namespace'}"
            )
        self.root = space

    def _end(self, _: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif self._open:
            done = self._open.pop()
            done.text = done.text.strip()
            if not self._open:
                self._ready.append(done)
        if self._depth == 2:
            self._member_depth = 0
        self._depth -= 1

    def _characters(self, data: str) -> None:
        if self._skipping or not self._open:
            return
        self._text_bytes += len(data)
        if self._text_bytes > _MOST_TEXT:
            raise TooLarge(f"{self._file.name}: one object has more than {_MOST_TEXT} characters")
        # expat hands over a text in one piece, or in few
        self._open[-1].text += data
