"""Python of the environment of peers that do not fit beside us, made by `requirements/peers.lock`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from twin.settings import Settings

_LOCK = Path(__file__).resolve().parent.parent.parent / "requirements" / "peers.lock"


def peers_python(settings: Settings) -> Path:
    """Make the environment beside the state where it is not there yet, and again for another lock.

    Raises
    ------
    subprocess.CalledProcessError
        It cannot be made, as where no package index answers.
    """
    home = settings.state_dir / "peers"
    python, stamp = home / "bin" / "python", home / ".lock"
    if not (python.exists() and stamp.exists() and stamp.read_bytes() == _LOCK.read_bytes()):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = ["-m", "pip", "install", "-q", "--require-hashes", "-r", str(_LOCK)]
        subprocess.run([str(python), *install], check=True)
        stamp.write_bytes(_LOCK.read_bytes())
    return python
