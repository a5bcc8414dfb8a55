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
    envelope_srs : str or None
        What the envelope of the whole says.
    """

    def __init__(self, file: Path, wanted: Collection[str] = ()) -> None:
        self._file, self._wanted = file, wanted
        self.textures = 0
        self.root = ""
        self.envelope_srs: str | None = None
        self._depth = 0
        self._skipping = 0
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._capture_depth = 0
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
        space, _, name = tag.rpartition(" ")
        if self._depth == 1:
            self._begin(space, name)
        if self._depth > _DEEPEST:
            raise TooLarge(f"{self._file.name}: elements are nested deeper than {_DEEPEST}")
        if self._skipping or name in _SKIPPED:
            self._skipping += 1
            self.textures += name in _TEXTURES
            return
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if self._depth == 3 and name == "Envelope" and self._member_depth == 0:
            self.envelope_srs = self.envelope_srs or plain.get("srsName")
        if not self._open:
            if self._depth == 2 and name.endswith(("Member", "Members")):
                self._member_depth = 2
            inside = self._member_depth and self._depth == 3
            chosen = plain.get(GML_ID) in self._wanted if self._wanted else inside
            if not chosen:
                return
            self._capture_depth = self._depth
            self._nodes = self._text_bytes = 0
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TooLarge(f"{self._file.name}: one object has more than {_MOST_NODES} elements")
        made = Element(space, name, plain)
        if self._open:
            self._open[-1].children.append(made)
        self._open.append(made)
        self._texts.append([])

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
            done.text = "".join(self._texts.pop()).strip()
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
        self._texts[-1].append(data)
