"""The form of a recording: JSON Lines in UTF-8, a header and then a line for each thing that happened, only ever added to.

    {"gradlab": 1, "version": "0.1.0", "scenario": "circuits/sigmoid-neuron", "text": "…", "seed": 0, …}
    {"t": 0.4, "do": "forward", "at": "0.f.9", "digest": "3f2a…", "root": 0.731059, "some": […], "sums": "…"}
    {"t": 2.4, "do": "set w1 = 5", "at": "0.f.9", "digest": "…", "stale": 5}
    {"t": 9.0, "view": "show health"}
    {"t": 9.3, "mark": "answer", "at": "0.f.9", "full": "…"}
    {"t": 9.9, "end": "…", "lines": 3}

t: seconds since the beginning.   do: an action line; `line` is that of the scenario if its script said it.   at: where the run
stands behind it; `from` is where it stood before, if that is not where the line above ended.   ok: false where it could not be
done, `error` says why; `stopped` that it was broken off at `at`, when the journal had grown by `deeds`.   digest, of, root,
some, sums, stale: see `fingerprint`.   skip, page: a question was skipped, a page turned.   outside: something was done by no
action line.   view: what only the screen shows.   mark, full, end: hashes of everything.   backend: the run was folded again on
another machine.   text: another scenario took the place of the first.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from gradlab.axis.position import Position

FORMAT = 1
LONGEST = 8 << 20
"""Bytes of a line: a text of 1 MiB whose every character is escaped has six times as many."""
EVERY = 1000
"""Lines between two hashes of everything."""
_POSITION = re.compile(r"(\d{1,18})\.([fbu])\.(\d{1,18})")
_LONE = re.compile("[\ud800-\udfff]")

Kind = Literal["do", "skip", "page", "outside", "view", "mark", "backend", "text", "full", "end"]
KINDS: tuple[Kind, ...] = ("do", "skip", "page", "outside", "view", "mark", "backend", "text", "full", "end")
DEEDS: tuple[Kind, ...] = ("do", "skip", "page", "outside")
"""What a diary tells of."""


@dataclass(frozen=True, slots=True)
class RecordingHeader:
    """The first line: what was recorded, and on what.

    text: of the scenario, or of a model alone if `model`.   scenario: its name.   data, arrays: hashes of the files that it
    reads and of the inputs that it was given, by name.   layers: how deep layers are looked at.   changes: of its model, as
    `gradlab compare` takes them.   auto: whether gradlab chose the machine, as it does for work beside the run.
    folder: of the scenario's file, in what is kept in a person's own state folder.
    """

    text: str
    scenario: str = ""
    model: bool = False
    version: str = ""
    seed: int = 0
    dtype: str = "float64"
    mode: str = "train"
    backend: str = "plain"
    blas: str = ""
    threads: int = 1
    cpu: str = ""
    created: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    arrays: Mapping[str, str] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    layers: int = 1
    changes: tuple[str, ...] = ()
    auto: bool = False
    folder: str = ""

    def made_with(self, surroundings: Mapping[str, Any]) -> RecordingHeader:
        """Return it with other values of some of its fields."""
        return replace(self, **surroundings)

    def record(self) -> dict[str, Any]:
        """Return it as it is written; what is as it mostly is goes without saying."""
        found: dict[str, Any] = {"gradlab": FORMAT, "version": self.version, "scenario": self.scenario, "text": self.text}
        always = ("seed", "dtype", "mode", "backend", "blas", "threads", "cpu", "created")
        found |= {key: getattr(self, key) for key in always}
        rest: dict[str, Any] = {
            "data": dict(self.data),
            "arrays": dict(self.arrays),
            "plugins": self.plugins,
            "changes": self.changes,
        }
        rest |= {
            "folder": self.folder,
            "model": self.model,
            "auto": self.auto,
            "layers": self.layers if self.layers != 1 else 0,
        }
        return found | {key: value for key, value in rest.items() if value}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of the numbers of a deed; see `fingerprint`.

    digest: of all.   kept, total: how many numbers were hashed, and how many there were.   root: the number that is derived.
    some: a few of the numbers.   sums: a byte for each group of arrays.   stale: values that are.
    """

    digest: str
    kept: int = 0
    total: int = 0
    root: float | None = None
    some: tuple[float, ...] = ()
    sums: str = ""
    stale: int = 0

    def record(self) -> dict[str, Any]:
        """Return it as it is written."""
        found: dict[str, Any] = {"digest": self.digest}
        found |= {"of": [self.kept, self.total]} if self.kept < self.total else {}
        found |= {} if self.root is None else {"root": self.root}
        found |= {"some": self.some} if self.some else {}
        return found | ({"sums": self.sums} if self.sums else {}) | ({"stale": self.stale} if self.stale else {})


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """A line of a recording, but the first. number: of it in the file, from 1.   lines: how many deeds are before an end.

    full: a hash of everything there.
    """

    kind: Kind
    text: str = ""
    seconds: float = 0.0
    at: Position | None = None
    start: Position | None = None
    line: int = 0
    deeds: int = 0
    error: str = ""
    stopped: bool = False
    prints: Fingerprint | None = None
    full: str = ""
    lines: int = 0
    number: int = 0

    def record(self) -> dict[str, Any]:
        """Return it as it is written."""
        found: dict[str, Any] = {"t": round(self.seconds, 3)}
        found |= {"line": self.line} if self.line else {}
        if self.kind in ("do", "view", "mark", "backend", "text"):
            found[self.kind] = self.text
        elif self.kind in ("full", "end"):
            found[self.kind] = self.full
        else:
            found[self.kind] = True
        found |= {"lines": self.lines} if self.kind == "end" else {}
        found |= {"full": self.full} if self.kind == "mark" and self.full else {}
        found |= {} if self.start is None else {"from": str(self.start)}
        found |= {} if self.at is None else {"at": str(self.at)}
        found |= {"ok": False, "error": self.error} if self.error else {}
        found |= {"ok": False, "stopped": True, "deeds": self.deeds} if self.stopped else {}
        return found | (self.prints.record() if self.prints is not None else {})


def encoded(record: Mapping[str, Any]) -> bytes:
    """Return a line as it is written, with its end. A number that JSON has no word for is "nan", "inf" or "-inf"."""
    text = json.dumps(_speakable(record), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _LONE.sub("�", text).encode() + b"\n"


def _speakable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _speakable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_speakable(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def bundle_of(path: Path) -> Path:
    """Return where the data of a recording lie, if they were kept."""
    return path.with_name(path.name + ".data.zip")


def read_at(text: str) -> Position | None:
    """Return a position as a recording writes it; None for another text."""
    match = _POSITION.fullmatch(text)
    return None if match is None else Position(int(match[1]), match[2], int(match[3]))
