"""The front matter of a scenario: what the run needs to know before the model is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from gradlab.errors import Problem
from gradlab.scenario.bounds import LARGEST_INT, MAX_HEAD
from gradlab.scenario.characters import REFUSED
from gradlab.source import Source, Span, did_you_mean

_MARK = re.compile(r"(?:---|\.\.\.)[ \t]*$")
MAX_TIMEOUT = 86_400.0


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a lesson stands in a course: `optimizers/3`. Two lessons of one number follow each other by name."""

    course: str
    number: int


@dataclass(frozen=True, slots=True)
class Head:
    """What stands between the two lines `---`.

    title, source (of the lesson), about, tags: for people.   seed: every random number of the run comes from it.
    dtype: float64 or float32.   timeout: seconds that `gradlab check` allows.   mode: train or eval.
    level: 1 school calculus, 2 knows a network, 3 reads papers; 0 unsaid.   course: where it stands in courses.
    needs: names of lessons that come before it.   teaches: its one sentence.   minutes: how long it takes; 0 unsaid.
    run: "never" where only shapes and sizes are asked for, so that nothing is allocated.   begin: a file that `save` wrote, or
    one with some of its arrays, beside the scenario: the run begins there.
    names: a layer whose nodes and layers may be called without it: with `net`, `fc1.weight` is `net.fc1.weight`.
    """

    title: str = ""
    source: str = ""
    seed: int = 0
    dtype: str = "float64"
    timeout: float = 60.0
    mode: str = "train"
    about: str = ""
    level: int = 0
    tags: tuple[str, ...] = ()
    course: tuple[Stand, ...] = ()
    needs: tuple[str, ...] = ()
    teaches: str = ""
    minutes: int = 0
    run: str = ""
    begin: str = ""
    names: str = ""


class _Refused(Exception):
    """A value of the front matter is not what its key takes; the text says what it takes."""


def _words(text: str) -> str:
    if REFUSED.search(text):
        raise _Refused("control characters are not allowed here")
    return text


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > LARGEST_INT:
        raise _Refused(f"a seed is a whole number from 0 to {LARGEST_INT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not isfinite(value) or not 0 < value <= MAX_TIMEOUT:
        raise _Refused(f"a number of seconds above 0, at most {MAX_TIMEOUT:,.0f}")
    return value


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise _Refused(f"allowed are {' and '.join(f'`{a}`' for a in allowed)}")
        return text

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise _Refused(f"a whole number from {low} to {high:,}")
        return int(text)

    return read


def _stand(text: str) -> Stand:
    found = re.fullmatch(r"([a-z0-9]+(?:-[a-z0-9]+)*)/([0-9]{1,4})", text)
    if found is None:
        raise _Refused("a place in a course is its name, small letters with hyphens, and a number: `optimizers/3`")
    return Stand(found.group(1), int(found.group(2)))


def _lesson(text: str) -> str:
    if not re.fullmatch(r"[\w-]+(?:/[\w-]+)*", text):
        raise _Refused("a lesson is called by its name: `circuits/sigmoid-neuron`")
    return text


def _layer(text: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", text):
        raise _Refused("the name of an outermost layer: letters, digits and `_`")
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "seed": _seed, "timeout": _seconds, "dtype": _one_of("float64", "float32"), "mode": _one_of("train", "eval"),
    "level": _whole(1, 3), "minutes": _whole(1, 600),
    "run": _one_of("never"), "names": _layer,
}  # fmt: skip
_LISTS: dict[str, tuple[Callable[[str], Any], int]] = {"tags": (_words, 30), "course": (_stand, 10), "needs": (_lesson, 3)}
"""What reads each part of a list, and how many parts there may be."""
KEYS = tuple(f.name for f in fields(Head))
FOR_PEOPLE = ("title", "source", "about", "teaches")
"""Keys whose texts a translation has in its own language."""


def head_lines(lines: list[str]) -> int:
    """Return how many lines the front matter takes, with both marks: 0 when there is none, -1 when it does not end."""
    if not lines or lines[0].rstrip(" \t") != "---":
        return 0
    return next((i + 1 for i in range(1, len(lines)) if _MARK.match(lines[i])), -1)


def read_head(source: Source) -> tuple[Head, int, list[Problem]]:
    """Return the front matter, the number of its lines, and what is wrong with it."""
    lines = source.text.split("\n")
    count = head_lines(lines)
    if count < 0:
        return Head(), 1, [Problem("the front matter does not end", source.span(0, 3), "a line `---` must close it")]
    if count == 0:
        return Head(), 0, []
    text = "\n".join(lines[1 : count - 1]) + "\n"
    start = len(lines[0]) + 1
    if len(text) > MAX_HEAD:
        return Head(), count, [Problem(f"the front matter is longer than {MAX_HEAD:,} characters", source.span(0, 3))]
    values, problems = _read_yaml(Span(source, start, start + len(text) - 1), text)
    return Head(**values), count, problems


def _read_yaml(span: Span, text: str) -> tuple[dict[str, Any], list[Problem]]:
    """Read a flat YAML mapping: keys of `Head` to single values, or to lists where `_LISTS` has them."""
    import yaml

    problems: list[Problem] = []
    try:
        pairs = list(_pairs(iter(yaml.parse(text, Loader=yaml.SafeLoader)), span, problems))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        offset = min(mark.index if mark else 0, len(text) - 1)
        said = getattr(error, "problem", None) or "this cannot be read"
        return {}, [*problems, Problem(f"front matter: {said}", _visible(span, text, offset), _quoted(text, offset))]
    values: dict[str, Any] = {}
    for key, value in pairs:
        _take(key, value, values, problems)
    return values, problems


def _quoted(text: str, offset: int) -> str:
    """Return what a text that YAML takes for something else has to look like, or ""."""
    line = text[text.rfind("\n", 0, offset) + 1 :].split("\n", 1)[0]
    key, _, value = line.partition(":")
    value = value.strip()
    misread = ": " in value or value.endswith(":") or value[:1] in tuple("@`%,?-|>")
    if key.strip() not in KEYS or key.strip() in _READERS or not misread or value[0] in "\"'[{&*!":
        return ""
    shown = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'put it in quotes: `{key.strip()}: "{shown}"`'


def _visible(span: Span, text: str, offset: int) -> Span:
    """Point at a character that can be seen: an error at the beginning of a line belongs to the end of the one before."""
    while offset > 0 and text[offset].isspace():
        offset -= 1
    return span.part(offset, offset + 1)


@dataclass(frozen=True, slots=True)
class _Text:
    value: str | tuple[str, ...]
    span: Span


def _pairs(events: Iterator[Any], span: Span, problems: list[Problem]) -> Iterator[tuple[_Text, _Text]]:
    """Return the keys and values of a mapping of plain texts; anchors, aliases, tags and deeper things are problems."""
    import yaml

    key: _Text | None = None
    items: list[str] = []
    depth = 0
    for event in events:
        place = span.part(event.start_mark.index, max(event.start_mark.index + 1, event.end_mark.index))
        refused = _refused(event, depth, key is not None)
        if refused:
            problems.append(Problem(f"front matter: {refused}", place))
            return
        value: _Text | None = None
        if isinstance(event, yaml.CollectionStartEvent):
            depth, items = depth + 1, []
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            value = _Text(tuple(items), place)
        elif isinstance(event, yaml.ScalarEvent) and depth == 2:
            items.append(event.value)
        elif isinstance(event, yaml.ScalarEvent):
            value = _Text(event.value, place)
        if key is not None and value is not None:
            yield key, value
            key = None
        elif value is not None:
            key = value


def _refused(event: Any, depth: int, has_key: bool) -> str:
    """Say why an event of a YAML text is not taken: keys with single values or lists of them are all there may be."""
    import yaml

    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
        return "anchors, aliases and tags are not allowed"
    form = "lines of the form `key: value` are allowed"
    if isinstance(event, yaml.MappingStartEvent):
        return form if depth else ""
    if isinstance(event, yaml.SequenceStartEvent):
        return "" if depth == 1 and has_key else form
    return form if isinstance(event, yaml.ScalarEvent) and depth == 0 else ""


def _take(key: _Text, value: _Text, values: dict[str, Any], problems: list[Problem]) -> None:
    """Check one value and keep it."""
    name = str(key.value)
    if name not in KEYS:
        hint = did_you_mean(name, KEYS) or f"known are {', '.join(KEYS)}"
        problems.append(Problem(f"front matter: unknown key `{name}`", key.span, hint))
    elif name in values:
        problems.append(Problem(f"front matter: `{name}` is given twice", key.span))
    elif (isinstance(value.value, tuple) and name not in _LISTS) or (name in _LISTS and not value.value):
        problems.append(Problem(f"front matter: `{name}` takes {'a list' if name in _LISTS else 'one value'}", value.span))
    else:
        try:
            values[name] = _read_value(name, value.value)
        except _Refused as refused:
            problems.append(Problem(f"front matter: `{name}` is {value.value!r}", value.span, str(refused)))


def _read_value(name: str, value: str | tuple[str, ...]) -> Any:
    if name in _LISTS:
        read, most = _LISTS[name]
        listed = value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(","))
        if len(listed) > most:
            raise _Refused(f"there are at most {most}")
        return tuple(read(part) for part in listed)
    return _READERS.get(name, _words)(str(value))
