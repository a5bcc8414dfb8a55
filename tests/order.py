"""In which order two processes of tests take the files: long ones first, browsers not beside each other.

`pytest-xdist` goes by the number of tests of a file, so files of few long tests came last, and one
process waited for the other's. Files say that they are long by ``pytestmark = pytest.mark.long``.
"""

from __future__ import annotations

from itertools import chain, zip_longest

import pytest


def for_processes(items: list[pytest.Item]) -> list[pytest.Item]:
    """Put the files of a run in the order processes shall take them; tests of a file stay as they are.

    Every second file drives a browser, as long as there are any: two pictures at once on two cores
    are slower than each in its turn. The others come as their marks and their number of tests say.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    # the name decides between equals, for all processes have to come to the same order
    by_length = sorted(files, key=lambda name: (not _marked(files[name], "long"), -len(files[name]), name))
    browsers = [name for name in by_length if _marked(files[name], "browser")]
    others = [name for name in by_length if not _marked(files[name], "browser")]
    turns = chain.from_iterable(zip_longest(browsers, others))
    return [item for name in turns if name is not None for item in files[name]]


def _marked(items: list[pytest.Item], mark: str) -> bool:
    return any(item.get_closest_marker(mark) is not None for item in items)
