"""The same city on every Python.

The hashes of the whole tiny city are compared with the committed ones by
test_output.py on whatever Python runs the tests. Here other Pythons of this machine
follow: one that has the packages writes the whole city (`OTHER_PYTHON` names it when
it is not on the path), a bare one draws everything that needs no package.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sample_data.fix_city import Sample

ROOT = Path(__file__).resolve().parents[2]
# What follows from chance, layout, float repr, uuid and json alone; the same since Python 3.11.
DRAWN = "57a507b560775eddd9d5981ce084cf811745605b7e72958c5e20dfd5002c96f4"
_DRAW = """
import hashlib, json, sys
sys.path.insert(0, sys.argv[1])
from sample_data.gen import chance
from sample_data.models.layout import layouts
rows = [
    [chance.u(k, "a"), chance.between(k, "b", 1, 9), chance.whole(k, "c", -3, 3), chance.normal(k, "d"),
     chance.pick(k, "e", {"x": 0.2, "y": 0.3, "z": 0.5}), round(1e6 * chance.u(k, "f"), 2)]
    for k in (f"B-{n:06d}" for n in range(2000))
]
fires = json.dumps([m.fire_profile for m in layouts()], ensure_ascii=False)
text = json.dumps(rows) + repr(layouts()) + fires
print(hashlib.sha256(text.encode()).hexdigest())
"""
_WHOLE = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sample_data.gen.output import generate
print(json.dumps({n: f["sha256"] for n, f in generate("tiny", Path(sys.argv[2]))["files"].items()}))
"""


def version(python: str) -> str:
    """Return "3.12" and the like; empty when it does not run."""
    said = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    return said.stdout.strip()


def pythons() -> dict[str, str]:
    """Interpreters the product supports, one a version, by version: this one first."""
    names = [os.environ.get("OTHER_PYTHON", ""), *(f"python3.{minor}" for minor in (11, 12, 13))]
    candidates = [found for name in names if name and (found := shutil.which(name))]
    candidates += [str(p) for p in sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))]
    found = {version(sys.executable): sys.executable}
    for python in candidates:
        if (number := version(python)) in {"3.11", "3.12", "3.13"}:
            found.setdefault(number, python)
    return found


PYTHONS = pythons()


@pytest.mark.parametrize("number", PYTHONS)
def test_chance_and_layouts_are_the_same_on_every_python(number: str, tmp_path: Path) -> None:
    drawn = subprocess.run(
        [PYTHONS[number], "-I", "-S", "-c", _DRAW, str(ROOT)],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert drawn.stdout.strip() == DRAWN


def test_another_python_writes_the_same_city(tiny: Sample, tmp_path: Path) -> None:
    needs = "import numpy, shapely, pyproj, pyogrio, pyarrow, rasterio"
    fit = [
        python
        for python in list(PYTHONS.values())[1:]
        if subprocess.run([python, "-c", needs], capture_output=True, check=False).returncode == 0
    ]
    if not fit:
        pytest.skip("no second Python has the packages of requirements/run.lock; name one in OTHER_PYTHON")
    written = subprocess.run(
        [fit[0], "-c", _WHOLE, str(ROOT), str(tmp_path / "tiny")],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=280,
    )  # fmt: skip
    assert json.loads(written.stdout) == {n: f["sha256"] for n, f in tiny.manifest["files"].items()}
