"""Reading `keys.toml`: everything that is wrong with it is told with its line, before the screen is taken over.

theme = "light"     # above all sections
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gradlab.draw.themes import THEMES
from gradlab.errors import GradlabError, Note, Problem, ScenarioError
from gradlab.source import Source, Span, did_you_mean
from gradlab.tui.keymap import EVERYWHERE, SCOPES
from gradlab.tui.keys import (
    RESERVED,
    Bound,
    Keys,
    Place,
    bound_in,
    commands_in,
    doubled,
    file,
    normal,
    sign,
    widget_of,
)
from gradlab.tui.panels import PanelKind, panel_kinds

KEYS = (
    "a key is one character, or a name such as space, enter, tab, f5, up, pagedown; ctrl+, shift+ and alt+ may stand before it"
)
LARGEST = 1 << 16
_LINE = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)\s*=""")
_HEAD = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")


def read_keys(path: Path | None = None, *, whole: bool = True) -> Keys:
    """Return the keys that a person changed; none where there is no file.

    whole: whether a line that means nothing is refused; otherwise it is a problem of the keys, and the rest holds.
    Raises GradlabError with all that is wrong: always for a key that stands for two actions, and for what is no TOML.
    """
    where = path or file()
    try:
        with where.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Keys(file=where)
    except OSError as error:
        raise GradlabError(f"error: `{where}` cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise GradlabError(f"error: `{where}` is larger than {LARGEST:,} bytes")
    try:
        return _Reader(Source(str(where), raw.decode("utf-8"))).read(where, whole=whole)
    except UnicodeDecodeError:
        raise GradlabError(f"error: `{where}` is not UTF-8") from None


def read_theme(path: Path | None = None) -> str:
    """Return the name of the theme that a person wants, "" where none stands in the file; `read_keys` tells what is wrong."""
    import tomllib

    try:
        found = tomllib.loads((path or file()).read_text("utf-8")).get("theme", "")
    except (OSError, ValueError):
        return ""
    return found if isinstance(found, str) and found in THEMES else ""


class _Reader:
    """One reading of a file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.bounds: dict[str, tuple[Bound, ...]] = {scope: commands_in(scope) for scope in SCOPES}
        self.spans: dict[Place, Span | None] = {}

    def read(self, where: Path, *, whole: bool) -> Keys:
        """Return the keys. whole: whether a line that means nothing is refused, too. Raises ScenarioError."""
        sections = dict(self._sections(self._parsed()))
        self._know(set(sections) - {EVERYWHERE})
        changed: dict[Place, tuple[str, ...]] = {}
        for scope, lines in sections.items():
            for key, action in lines.items():
                if (name := self._checked(scope, key, action)) is not None:
                    place = scope, action
                    changed[place] = (*changed.get(place, ()), name)
                    self.spans[place] = self._span(scope, key)
        unknown = tuple(problem.brief for problem in self.problems)
        found = Keys(changed, where, unknown)
        self._refuse_doubled(found)
        if self.problems and (whole or len(self.problems) > len(unknown)):
            raise ScenarioError(self.problems)
        return found

    def _parsed(self) -> dict[str, Any]:
        import tomllib

        try:
            return tomllib.loads(self.source.text)
        except tomllib.TOMLDecodeError as error:
            what, _, place = str(error).partition(" (at ")
            numbers = [int(number) for number in re.findall(r"\d+", place)]
            at = self.source.offset(numbers[0], numbers[1]) if numbers else len(self.source.text)
            message = f"the settings are not TOML: {what[:1].lower()}{what[1:]}"
            raise ScenarioError([Problem(message, self.source.span(at, at + 1))]) from None

    def _sections(self, parsed: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Return the lines of each scope."""
        for name in parsed:
            if name == "theme":
                self._check_theme(parsed[name])
            elif name != "keys" or not isinstance(parsed[name], dict):
                near = did_you_mean(name, ["keys", "theme"])
                what = "`keys` is no section" if name == "keys" else f"there is no section `{name}` here{near and ': ' + near}"
                self._wrong(what, self._head(name), "keys stand below a line `[keys]`")
        found = parsed.get("keys", {})
        found = found if isinstance(found, dict) else {}
        yield EVERYWHERE, {key: action for key, action in found.items() if not isinstance(action, dict)}
        yield from ((name, lines) for name, lines in found.items() if isinstance(lines, dict))

    def _check_theme(self, name: Any) -> None:
        if name not in THEMES:
            near = did_you_mean(str(name), THEMES)
            at = self._where(lambda now, key: not now and key == "theme")
            self._wrong(f"there is no theme `{name}`{near and ': ' + near}", at, f"themes: {', '.join(THEMES)}")

    def _know(self, scopes: set[str]) -> None:
        """Learn what the panels bind; those of other packages only where the file names one."""
        kinds: Iterable[PanelKind] = panel_kinds(outside=False)
        if not scopes <= {kind.name for kind in kinds} | set(self.bounds):
            kinds = panel_kinds()
        self.bounds.update({kind.name: bound_in(widget_of(kind)) for kind in kinds if kind.name not in self.bounds})
        for scope in sorted(scopes - set(self.bounds)):
            places = [name for name in self.bounds if name != EVERYWHERE]
            near = did_you_mean(scope, places)
            self._wrong(
                f"there is no place `{scope}`{near and ': ' + near}",
                self._head(f"keys.{scope}"),
                f"places: {', '.join(places)}",
            )

    def _checked(self, scope: str, key: str, action: Any) -> str | None:
        """Return a key as Textual calls it; None, and a problem, when the line is wrong."""
        if scope not in self.bounds:
            return None
        name, span = normal(key), self._span(scope, key)
        if name is None:
            self._wrong(f"`{key}` is no key", span, KEYS)
        elif name in RESERVED:
            self._wrong(f"`{key}` cannot be taken: {RESERVED[name]}", span)
        else:
            names = [bound.name for bound in self.bounds[scope] if not set(bound.keys) & set(RESERVED)]
            if action in names:
                return name
            near = did_you_mean(str(action), names)
            place = f" in {place_name(scope)}" if scope else ""
            what = f"there is no action `{action}`{place}{near and ': ' + near}"
            self._wrong(what, span, f"actions{place}: {', '.join(sorted(names)) or 'none'}")
        return None

    def _refuse_doubled(self, keys: Keys) -> None:
        told: set[tuple[str, Place]] = set()
        for scope, here in self.bounds.items():
            wider = [] if scope in SCOPES else [(EVERYWHERE, self.bounds[EVERYWHERE])]
            for key, first, second in doubled(keys, *wider, (scope, here)):
                mine = next((place for place in (second, first) if place in self.spans), None)
                if mine is None or (key, mine) in told:
                    continue
                told.add((key, mine))
                other = first if mine == second else second
                message = f"`{sign(key)}` stands for two actions, {_named(mine)} and {_named(other)}"
                note = f"give {_named(other)} another key first" if other not in self.spans else ""
                self._wrong(message, self.spans[mine], note)

    def _wrong(self, message: str, span: Span | None, note: str = "") -> None:
        self.problems.append(Problem(message, span, notes=(Note(note),) if note else ()))

    def _head(self, section: str) -> Span | None:
        return self._where(lambda now, key: key is None and now.startswith(section))

    def _span(self, scope: str, key: str) -> Span | None:
        section = f"keys.{scope}" if scope else "keys"
        return self._where(lambda now, written: now == section and written == key)

    def _where(self, fits: Callable[[str, str | None], bool]) -> Span | None:
        """Return the first line that fits: called with the section and the key of each line, None for a head."""
        start, section = 0, ""
        for line in self.source.text.split("\n"):
            head, entry = _HEAD.match(line), _LINE.match(line)
            if head and not entry:
                section = head[1].replace('"', "").replace(" ", "")
            key = _unquoted(entry[1]) if entry else None
            if (head or entry) and fits(section, key):
                stripped = line.strip()
                begin = start + line.index(stripped)
                return self.source.span(begin, begin + len(stripped))
            start += len(line) + 1
        return None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "\"'" else text


def place_name(scope: str) -> str:
    """Return what a person calls a place where keys count."""
    names = {"view": "the menu view", "go": "the menu go", "play": "play", "asked": "asked", "present": "present"}
    return names.get(scope, f"the panel {scope}")


def _named(place: Place) -> str:
    scope, name = place
    return f"`{name}` of {place_name(scope)}" if scope else f"`{name}`"
