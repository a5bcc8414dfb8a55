"""The sample city as tests see it: the committed tiny one, and one demo generated a session."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from sample_data.gen.output import generate

TINY = Path(__file__).resolve().parents[2] / "sample_data" / "fixtures" / "tiny"


@dataclass
class Sample:
    """Files of a profile, read back the way anybody else would."""

    folder: Path
    manifest: dict[str, Any]
    _cache: dict[str, Any] = field(default_factory=dict)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Rows of a CSV file."""
        if name not in self._cache:
            with (self.folder / name).open(encoding="utf-8", newline="") as file:
                self._cache[name] = list(csv.DictReader(file))
        return self._cache[name]

    def features(self, name: str) -> list[dict[str, Any]]:
        """Features of a GeoJSON file."""
        if name not in self._cache:
            self._cache[name] = json.loads((self.folder / name).read_text(encoding="utf-8"))["features"]
        return self._cache[name]

    def layer(self, name: str, layer: str | None = None, encoding: str | None = None) -> list[dict[str, Any]]:
        """Rows of a vector file with their `geometry` as it is in the file."""
        key = f"{name}|{layer}"
        if key not in self._cache:
            meta, _, shapes, columns = pyogrio.raw.read(self.folder / name, layer=layer, encoding=encoding)
            names = list(meta["fields"])
            self._cache[key] = [
                {**dict(zip(names, values, strict=True)), "geometry": shape}
                for shape, values in zip(shapely.from_wkb(shapes), zip(*columns, strict=True), strict=True)
            ]
        return self._cache[key]

    def units(self) -> dict[str, list[Any]]:
        """Columns of the housing register."""
        if "units" not in self._cache:
            self._cache["units"] = pq.read_table(self.folder / "units.parquet").to_pydict()
        return self._cache["units"]

    @property
    def wrong(self) -> dict[str, str]:
        """Key -> kind of the errors put in on purpose."""
        return {row["key"]: row["kind"] for row in self.rows("facts/known_errors.csv")}


@pytest.fixture(scope="session")
def tiny() -> Sample:
    """The committed sample of 120 buildings."""
    return Sample(TINY, json.loads((TINY / "manifest.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample of 3,600 buildings, generated once a session."""
    folder = tmp_path_factory.mktemp("city") / "demo"
    return Sample(folder, generate("demo", folder))


@pytest.fixture(scope="session", params=["tiny", "demo"])
def either(request: pytest.FixtureRequest) -> Sample:
    """Both samples, one after the other: what must hold for any profile."""
    return request.getfixturevalue(request.param)
