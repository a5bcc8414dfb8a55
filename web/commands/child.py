"""A child process that is started again when it dies, within reason."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from web.commands import processes

_LOG_LIMIT_BYTES = 10_000_000
_QUICK_DEATH_S = 20.0
_MOST_QUICK_DEATHS = 5


@dataclass(slots=True)
class Child:
    """One supervised program.

    Attributes
    ----------
    name : str
        Under which it is noted in the state directory.
    command : list of str
        Program and arguments.
    environment : dict
        Its whole environment.
    state_dir : Path
        Keeps its note and its log, ``<name>.log``.
    once : bool
        It ends by itself when its work is done, and is not started again.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    state_dir: Path
    once: bool = False
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _next_start: float = 0.0
    _quick_deaths: int = 0
    _given_up: bool = field(default=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.state_dir / f"{self.name}.log"

    @property
    def given_up(self) -> bool:
        """Whether it is not started again: it died too often at once, or was to run once."""
        return self._given_up

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C is for the supervisor alone."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )
        self._started = time.monotonic()
        processes.record(self.state_dir, self.name, self._process.pid, log=str(self.log))

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll() if self._process else None

    def tend(self) -> str | None:
        """Start it again if it died; what to tell the operator, if anything happened."""
        code = self.exit_code()
        if code is None or self._given_up:
            return None
        if self.once:
            self._given_up = True
            processes.forget(self.state_dir, self.name)
            return None if code == 0 else f"the {self.name} ended with {code} (its log: {self.log})"
        now = time.monotonic()
        if self._next_start == 0.0:
            quick = now - self._started < _QUICK_DEATH_S
            self._quick_deaths = self._quick_deaths + 1 if quick else 0
            if self._quick_deaths >= _MOST_QUICK_DEATHS:
                self._given_up = True
                told = f"the {self.name} died {self._quick_deaths} times at once; not started again:"
                return f"{told}\n{self.tail()}"
            self._next_start = now + min(30.0, 0.2 * 2**self._quick_deaths)
            return f"the {self.name} ended with {code}; starting it again (its log: {self.log})"
        if now >= self._next_start:
            self._next_start = 0.0
            self.start()
        return None

    def stop(self, patience_s: float) -> None:
        """End it and everything it started."""
        if self._process is None:
            return
        for number, wait_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 5.0)):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                if number == signal.SIGKILL:
                    os.killpg(self._process.pid, number)
                else:
                    self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(wait_s)
        processes.forget(self.state_dir, self.name)

    def tail(self, lines: int = 12) -> str:
        """Last lines of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""
