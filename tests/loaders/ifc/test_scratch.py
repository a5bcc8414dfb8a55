"""What the children leave for the parent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from loaders.ifc.scratch import write_meaning


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1001])
def test_rows_written_in_parts_are_the_rows(count: int, tmp_path: Path) -> None:
    rows = [{"global_id": str(number), "origin": np.arange(3.0)} for number in range(count)]
    meaning: dict[str, Any] = {
        "schema": "IFC4",
        "space": rows,
        "sets": {str(i): {"x": i} for i in range(count)},
    }
    write_meaning(tmp_path / "meaning.json", meaning)
    read = orjson.loads((tmp_path / "meaning.json").read_bytes())
    assert read == orjson.loads(orjson.dumps(meaning, option=orjson.OPT_SERIALIZE_NUMPY))
