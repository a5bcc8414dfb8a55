"""Pictures of the running map for the README: `python docs/screenshots.py [URL]`.

Needs a server with the demo city (`./run`) and Chromium. Writes docs/images/*.webp,
each below 300 KB; the pictures are of the present state, so readings differ each time.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import rasterio
from playwright.sync_api import Browser, Page, sync_playwright
from rasterio.errors import NotGeoreferencedWarning

_IMAGES = Path(__file__).resolve().parent / "images"
_MOST_BYTES = 300_000
_QUALITIES = (88, 80, 72, 64)
_FLAGS = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
]
_SETTLE_MS = 4_000

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """One picture: its file, where the link leads, what is done before it is taken."""

    name: str
    link: str
    act: Act | None = None
    width: int = 1280
    height: int = 800
    relief: bool = False


def _find(words: str, tab: str = "", panel: str = "") -> Act:
    """Search as a person would and open what is found first."""

    def act(page: Page) -> None:
        page.get_by_test_id("search").press_sequentially(words, delay=30)
        page.get_by_test_id("search-hit").first.click()
        page.get_by_test_id("dossier-title").wait_for()
        page.evaluate("keys => window.__lh.set(keys)", {"tab": tab, "pan": panel})

    return act


PICTURES = (
    Picture("city", "lang=zh", relief=True),
    Picture("fire", "lang=zh#v1/114.1135,22.5419,15.9,60,-28", _find("国贸大厦", tab="fire")),
    Picture("vacancy", "lang=en#v1/114.1105,22.5425,15,58,-22?col=vacancy&pan=colour"),
    Picture("live", "lang=zh#v1/114.1085,22.5428,15.9,62,-28?th=d&pan=incidents"),
    Picture(
        "utilities",
        "lang=en#v1/114.1150,22.5425,16.3,55,-30"
        "?pan=layers&ly=bld.5,rd,wat,veg,pipe.w,pipe.s,pipe.d,pipe.g,pipe.p,pipe.c,hyd",
    ),
    Picture("tablet", "lang=zh#v1/114.1135,22.5419,15.6,58,-28", _find("国贸大厦"), width=820, height=1180),
)


def main() -> None:
    """Take all pictures, or those named after the URL."""
    url = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    wanted = set(sys.argv[2:])
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("no Chromium found; install it (Debian: apt-get install chromium)")
    _IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        for picture in PICTURES:
            if not wanted or picture.name in wanted:
                size = _take(browser, url, picture)
                print(f"{picture.name}.webp  {size / 1000:.0f} KB")
        browser.close()


def _take(browser: Browser, url: str, picture: Picture) -> int:
    page = browser.new_page(viewport={"width": picture.width, "height": picture.height})
    page.goto(f"{url}/?test=1&relief={int(picture.relief)}&{picture.link}")
    ends = time.monotonic() + 120
    while not page.evaluate("() => Boolean(window.__lh)"):
        if time.monotonic() > ends:
            sys.exit(f"{url} did not show the map within two minutes")
        page.wait_for_timeout(200)
    page.evaluate("() => window.__lh.ready")
    if picture.act is not None:
        picture.act(page)
    page.wait_for_timeout(_SETTLE_MS * (6 if picture.relief else 1))
    with tempfile.TemporaryDirectory() as folder:
        png = Path(folder) / "page.png"
        page.screenshot(path=png, timeout=180_000)
        page.close()
        return _compress(png, _IMAGES / f"{picture.name}.webp")


def _compress(png: Path, target: Path) -> int:
    """Write as WebP, coarser until it is small enough."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(png) as picture:
            pixels = picture.read([1, 2, 3])
        for quality in _QUALITIES:
            profile = {"driver": "WEBP", "count": 3, "height": pixels.shape[1], "width": pixels.shape[2]}
            with rasterio.open(target, "w", dtype="uint8", QUALITY=quality, **profile) as file:
                file.write(pixels)
            if target.stat().st_size <= _MOST_BYTES:
                break
    return target.stat().st_size


if __name__ == "__main__":
    main()
