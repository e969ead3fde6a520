"""One line of a recording, from bytes: everything in it is looked at before it is used, for it may come from a stranger."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from gradlab.axis.position import Position
from gradlab.errors import GradlabError
from gradlab.recording.form import FORMAT, KINDS, Fingerprint, Kind, RecordedLine, RecordingHeader, read_at
from gradlab.scenario.bounds import MAX_FILE
from gradlab.scenario.characters import REFUSED

T = TypeVar("T")
MOST_TEXT = 100_000
"""Characters of an action line."""
MOST_NAMES = 10_000
HEX = re.compile(r"[0-9a-f]{0,128}")
_LONE = re.compile("[\ud800-\udfff]")
_NOT_FINITE = ("nan", "inf", "-inf")


class Malformed(GradlabError):
    """A line that is none; whoever knows the file and the line says so."""


class Record:
    """The keys of a line. Each is asked for with the kind that it has to be of. Raises Malformed."""

    def __init__(self, data: bytes) -> None:
        try:
            found = json.loads(data.decode("utf-8"), parse_constant=_no_word)
        except UnicodeDecodeError as error:
            raise Malformed(f"byte {error.start + 1} is no UTF-8") from None
        except json.JSONDecodeError as error:
            raise Malformed(f"column {error.colno}: {error.msg.lower()}") from None
        except (ValueError, RecursionError):
            raise Malformed("this is no JSON that can be read") from None
        if not isinstance(found, dict):
            raise Malformed(f"a line is an object, got {_word(found)}")
        self._found: dict[str, Any] = found

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def text(self, key: str, most: int = MOST_TEXT) -> str:
        """Return a text of one line; "" where there is none."""
        found: str = self._of(key, "", str)
        if len(found) > most:
            raise Malformed(f"`{key}` is longer than {most:,} characters")
        bad = REFUSED.search(found) or _LONE.search(found) or ("\n" in found and re.search("\n", found))
        if bad:
            raise Malformed(f"`{key}` holds the character U+{ord(bad.group()):04X}, which is not allowed")
        return found

    def page(self, key: str) -> str:
        """Return a text of many lines; what is wrong with its characters the reader of scenarios says."""
        found = self._of(key, "", str)
        if len(found) > MAX_FILE or len(_LONE.sub("", found).encode()) > MAX_FILE:
            raise Malformed(f"`{key}` is larger than {MAX_FILE >> 20} MiB")
        return _LONE.sub("\x00", found)

    def hexadecimal(self, key: str) -> str:
        """Return the digits of a hash."""
        found: str = self._of(key, "", str)
        return found if HEX.fullmatch(found) else self._refuse(key, "hexadecimal digits", found)

    def whole(self, key: str, default: int = 0, most: int = 2**63 - 1) -> int:
        """Return a whole number from 0."""
        found: int = self._of(key, default, int)
        return found if 0 <= found <= most else self._refuse(key, f"a whole number from 0 to {most}", found)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a truth."""
        return bool(self._of(key, default, bool))

    def number(self, key: str) -> float | None:
        """Return a number; None where there is none."""
        return None if key not in self._found else self._number(key, self._found[key])

    def numbers(self, key: str, most: int) -> tuple[float, ...]:
        """Return several numbers."""
        found = self._of(key, [], list)
        if len(found) > most:
            self._refuse(key, f"at most {most} numbers", found)
        return tuple(self._number(key, one) for one in found)

    def names(self, key: str) -> dict[str, str]:
        """Return texts by names."""
        found: dict[str, str] = self._of(key, {}, dict)
        if len(found) > MOST_NAMES or not all(
            isinstance(one, str) and not REFUSED.search(f"{name}{one}") for name, one in found.items()
        ):
            self._refuse(key, "texts by names", found)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return several texts."""
        found = self._of(key, [], list)
        if len(found) > MOST_NAMES or not all(isinstance(one, str) and not REFUSED.search(one) for one in found):
            self._refuse(key, "texts", found)
        return tuple(found)

    def position(self, key: str) -> Position | None:
        """Return a position; None where there is none."""
        if key not in self._found:
            return None
        return read_at(self.text(key, 60)) or self._refuse(key, "a position such as 0.f.9", self._found[key])

    def seconds(self) -> float:
        """Return the time of a line."""
        found = self.number("t")
        return found if found is not None and math.isfinite(found) and found >= 0 else 0.0

    def _of(self, key: str, default: T, kind: type) -> Any:
        found = self._found.get(key, default)
        return found if type(found) is kind else self._refuse(key, _KINDS[kind], found)

    def _number(self, key: str, found: Any) -> float:
        if (type(found) in (int, float) and abs(found) < 1e309) or found in _NOT_FINITE:
            return float(found)
        return self._refuse(key, "a number", found)

    @staticmethod
    def _refuse(key: str, wanted: str, found: Any) -> NoReturn:
        raise Malformed(f"`{key}` is {_word(found)}, not {wanted}")


_KINDS: Mapping[type, str] = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}


def _word(found: Any) -> str:
    return f"`{REFUSED.sub('�', json.dumps(found)[:40])}`" if not isinstance(found, float) else f"`{found}`"


def _no_word(name: str) -> NoReturn:
    raise Malformed(f"`{name}` is no number of JSON")


def read_header(data: bytes) -> RecordingHeader:
    """Return the header that the first line is. Raises Malformed, for a newer form, too."""
    record = Record(data)
    number = record.whole("gradlab")
    if number != FORMAT:
        by = record.text("version", 60)
        raise Malformed(
            f"the form {number} of recordings is unknown, {FORMAT} is what this version reads; it is by gradlab {by or '?'}"
        )
    if "text" not in record:
        raise Malformed("the scenario is missing: there is no `text`")
    return RecordingHeader(
        text=record.page("text"), scenario=record.text("scenario", 1000), model=record.flag("model", default=False),
        version=record.text("version", 60), seed=record.whole("seed"), dtype=record.text("dtype", 20) or "float64",
        mode=record.text("mode", 20) or "train",
        backend=record.text("backend", 60) or "plain", blas=record.text("blas", 1000), threads=record.whole("threads", 1),
        cpu=record.text("cpu", 1000), created=record.text("created", 60), data=record.names("data"),
        arrays=record.names("arrays"), plugins=record.texts("plugins"), layers=record.whole("layers", 1, 100) or 1,
        changes=record.texts("changes"), auto=record.flag("auto", default=False), folder=record.text("folder", 10_000),
    )  # fmt: skip


def read_line(data: bytes, number: int) -> RecordedLine:
    """Return a line behind the header. number: of it in the file. Raises Malformed."""
    record = Record(data)
    kinds = [kind for kind in KINDS if kind in record]
    kind: Kind | None = next(iter(kinds), None)
    if kind is None:
        raise Malformed(f"it says none of {', '.join(f'`{kind}`' for kind in KINDS)}")
    found = _READ[kind](record) if kind in _READ else {"full": record.hexadecimal(kind)}
    at = record.position("at")
    if at is None and kind in ("do", "skip", "outside", "mark", "full"):
        raise Malformed("it does not say where the run stands: there is no `at`")
    return RecordedLine(kind, seconds=record.seconds(), at=at, start=record.position("from"), number=number, **found)


def _deed(record: Record) -> dict[str, Any]:
    stopped = record.flag("stopped", default=False)
    ok = record.flag("ok", default=True)
    error = "" if ok or stopped else record.text("error", MOST_TEXT) or "it could not be done"
    text = record.text("do") if "do" in record else ""
    line, deeds = record.whole("line"), record.whole("deeds")
    return {"text": text, "line": line, "deeds": deeds, "error": error, "stopped": stopped, "prints": _prints(record)}


def _prints(record: Record) -> Fingerprint | None:
    if "digest" not in record:
        return None
    kept, total = (*(int(n) for n in record.numbers("of", 2) if math.isfinite(n)), 0, 0)[:2]
    return Fingerprint(
        record.hexadecimal("digest"), kept, total, record.number("root"), record.numbers("some", 64),
        record.hexadecimal("sums"), record.whole("stale"),
    )  # fmt: skip


_READ: dict[Kind, Callable[[Record], dict[str, Any]]] = {
    "do": _deed,
    "skip": _deed,
    "page": _deed,
    "outside": _deed,
    "view": lambda record: {"text": record.text("view")},
    "mark": lambda record: {"text": record.text("mark"), "full": record.hexadecimal("full")},
    "backend": lambda record: {"text": record.text("backend", 60)},
    "text": lambda record: {"text": record.page("text")},
    "end": lambda record: {"full": record.hexadecimal("end"), "lines": record.whole("lines")},
}
