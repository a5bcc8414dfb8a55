"""The Khronos validator and the codec's own decoder, asked about GLBs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.tiles.solids.reader import Glb, read

_FOLDER = Path(__file__).parent / "gltf"
_ROOT = _FOLDER.parents[3]


def checked(contents: Mapping[str, bytes], folder: Path, *, only_views: bool = False) -> dict[str, Glb]:
    """Read GLBs; each must have no error and no warning, and unpack alike in both decoders."""
    assert (_FOLDER / "node_modules").is_dir(), "run ./test once: it installs the glTF validator"
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for number, (name, data) in enumerate(contents.items()):
        path = folder / f"{number}.glb"
        path.write_bytes(data)
        paths[str(path)] = name
    found = {name: read(contents[name]) for name in paths.values()}
    for report in _reports(list(paths)):
        name = paths[report["path"]]
        assert only_views or (report["errors"], report["warnings"]) == (0, 0), (name, report["messages"])
        assert report["views"] == found[name].checksums(), name
    return found


def _reports(paths: list[str]) -> list[dict[str, Any]]:
    path = os.pathsep.join((str(_ROOT / ".venv" / "bin"), os.environ["PATH"]))
    node = shutil.which("node", path=path)
    assert node is not None, "run ./test once: it installs Node where there is none"
    run = subprocess.run(
        [node, "validate.mjs", *paths], cwd=_FOLDER, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(reports) == len(paths)
    return reports
