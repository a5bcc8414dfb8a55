"""Which kernel meshes which product, told in one look at its body.

Half of what meshing a tower cost outside the kernels was looking at each body four times,
so everything that is asked of a body is asked here, and once of what many products show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from loaders.ifc.attributes import stated
from loaders.ifc.bodies import bodies
from loaders.ifc.profiles import is_hard_profile
from loaders.ifc.segments import segments
from loaders.ifc.units import Units

_CLIPS = ("IfcBooleanResult", "IfcHalfSpaceSolid", "IfcCsgSolid")
_DEEPEST = 12


@dataclass(slots=True)
class Sorted:
    """Products by the way they are meshed.

    Attributes
    ----------
    safe : dict of int to list of entity_instance
        For the fast kernel, by the number of segments a circle gets, ascending; 0 is for those
        without circles, whose curves the kernel divides itself. Bodies told by their faces come
        first: they take the longest.
    risky : list of entity_instance
        Those the fast kernel would get wrong.
    unconfirmed : set of int
        Entity numbers of safe ones whose body is mapped with another scale along each axis. The
        two kernels then disagree on where it lies; checked by hand, the fast one is right.
    maps : dict of int to int
        Of products that show a map, by entity number: the map they show, by its number.
    """

    safe: dict[int, list[Any]] = field(default_factory=dict)
    risky: list[Any] = field(default_factory=list)
    unconfirmed: set[int] = field(default_factory=set)
    maps: dict[int, int] = field(default_factory=dict)


class _Trait(NamedTuple):
    """What is asked of a body, or of a part of one.

    The radius is of the largest circle, file units; `map` is the number of the first map it shows, or 0.
    """

    hard: bool = False
    radius: float = 0.0
    map: int = 0
    stretched: bool = False
    faces: bool = False


_PLAIN, _HARD, _FACES = _Trait(), _Trait(hard=True), _Trait(faces=True)


def sort_products(model: Any, products: list[Any]) -> Sorted:
    """Sort products of an open model by the way they are meshed.

    Hard for the fast kernel are bodies clipped by half spaces (it cuts wrongly or not at all),
    openings in mapped bodies (it crashes) and profiles with arcs or an outline that meets itself
    (the area may be off by half).
    """
    length_m = Units(model).length_m
    openings = _openings(model)
    look = _Look()
    found = Sorted()
    safe: dict[int, tuple[list[Any], list[Any]]] = {}
    for product in products:
        trait = look.at(product)
        if trait.map:
            found.maps[product.id()] = trait.map
        cut_by = openings.get(product.id(), ())
        if trait.hard or (cut_by and (trait.map or any(look.at(opening).hard for opening in cut_by))):
            found.risky.append(product)
            continue
        faces, others = safe.setdefault(segments(trait.radius * length_m), ([], []))
        (faces if trait.faces else others).append(product)
        if trait.stretched:
            found.unconfirmed.add(product.id())
    found.safe = {count: faces + others for count, (faces, others) in sorted(safe.items())}
    return found


def _openings(model: Any) -> dict[int, list[Any]]:
    """Openings by the number of what they are in; the inverse attribute is slow to ask of every product."""
    found: dict[int, list[Any]] = {}
    for relation in model.by_type("IfcRelVoidsElement"):
        element = relation.RelatingBuildingElement
        if element is not None:
            found.setdefault(element.id(), []).append(relation.RelatedOpeningElement)
    return found


class _Look:
    """Traits of bodies; those of maps, of operators and of profiles are worked out once."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[bool, bool]] = {}
        self._profiles: dict[int, _Trait] = {}
        self._maps: dict[int, _Trait] = {}
        self._targets: dict[int, tuple[float, bool]] = {}

    def at(self, product: Any) -> _Trait:
        """Trait of a product, or of an opening."""
        return _together([self._item(item, 0) for body in bodies(product) for item in body.Items or ()])

    def _item(self, item: Any, depth: int) -> _Trait:
        if item is None or depth > _DEEPEST:
            return _PLAIN
        kind = item.is_a()
        if kind == "IfcMappedItem":
            return self._mapped(item, depth)
        clipped, swept = self._kinds.get(kind) or self._learn(kind, item)
        if clipped:
            return _HARD
        return self._of_sweep(item) if swept else _FACES

    def _learn(self, kind: str, item: Any) -> tuple[bool, bool]:
        self._kinds[kind] = any(item.is_a(clip) for clip in _CLIPS), bool(stated(item, "SweptArea"))
        return self._kinds[kind]

    def _of_sweep(self, item: Any) -> _Trait:
        profile = item.SweptArea
        if profile is None:
            return _PLAIN
        number = profile.id()
        if number not in self._profiles:
            radius = float(profile.Radius) if profile.is_a("IfcCircleProfileDef") else 0.0
            self._profiles[number] = _Trait(is_hard_profile(profile), radius)
        return self._profiles[number]

    def _mapped(self, item: Any, depth: int) -> _Trait:
        source = item.MappingSource
        number = source.id()
        if number not in self._maps:
            shown = source.MappedRepresentation.Items or ()
            self._maps[number] = _together([self._item(inner, depth + 1) for inner in shown])
        inside = self._maps[number]
        scale, stretched = self._scale(item.MappingTarget)
        return _Trait(inside.hard, inside.radius * scale, number, stretched, inside.faces)

    def _scale(self, target: Any) -> tuple[float, bool]:
        """Largest scale of an operator, and whether it differs along the axes."""
        if target is None:
            return 1.0, False
        number = target.id()
        if number not in self._targets:
            first = target.Scale or 1.0
            own = (getattr(target, name) for name in stated(target, "Scale2", "Scale3"))
            others = [scale for scale in own if scale is not None]
            uneven = target.is_a("IfcCartesianTransformationOperator3DnonUniform")
            self._targets[number] = (
                max(first, 1.0, *others),
                uneven and any(scale != first for scale in others),
            )
        return self._targets[number]


def _together(traits: list[_Trait]) -> _Trait:
    if len(traits) == 1:
        return traits[0]
    if not traits:
        return _PLAIN
    hard, radius, maps, stretched, faces = zip(*traits, strict=True)
    return _Trait(any(hard), max(radius), next(filter(None, maps), 0), any(stretched), any(faces))
