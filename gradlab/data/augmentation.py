"""Augmentation: training rows are changed a little, other ones in every update, so that a model learns what does not matter.

An option of a data set: `augment="flip, shift(1), noise(0.05)"`, words with their arguments, applied in this order to raw
rows, before `scale`. Only training batches are augmented. The changes are functions of (seed, update).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gradlab.arguments import REQUIRED, bind, parameters_of
from gradlab.data.dataset import Floats
from gradlab.errors import ArgumentError
from gradlab.graph.random import Stream
from gradlab.op import Shape
from gradlab.source import did_you_mean

_WORD = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\(([^()]*)\)\s*)?(?:,|$)")
FORM = '"flip, shift(1), noise(0.05)"'


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One way of changing rows.

    rule(stream, x, spread, …) gives rows of the same shape. x: raw images (n, channels, height, width), or with `images` False
    rows of any shape; spread: from the least to the greatest raw value of the training rows.
    check(name, shape, …) raises ArgumentError; shape: that of one row.   arguments: pairs of name and value.
    """

    name: str
    rule: Callable[..., Floats]
    check: Callable[..., None]
    images: bool
    arguments: tuple[tuple[str, Any], ...] = ()
    doc: str = ""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Names and defaults of its arguments."""
        return parameters_of(self.rule, skip=3)

    @property
    def usage(self) -> str:
        """How it is written, as an option of a data set: `augment="shift(pixels)"`."""
        return f'augment="{self.name}({", ".join(self.parameters)})"'

    def apply(self, stream: Stream, x: Floats, spread: float, image: Shape) -> Floats:
        """Return changed rows; a new array."""
        seen = x.reshape(len(x), *image) if self.images else x
        return self.rule(stream, seen, spread, **dict(self.arguments)).reshape(x.shape)


def augmentation(rule: Callable[..., Floats], check: Callable[..., None], *, images: bool = True) -> Augmentation:
    """Make an augmentation of the rule's name, with the doc of its file."""
    doc = inspect.cleandoc(inspect.getmodule(rule).__doc__ or "")
    return Augmentation(rule.__name__, rule, check, images, doc=doc)


def parsed(word: str, text: Any, known: Mapping[str, Augmentation]) -> tuple[Augmentation, ...]:
    """Read the option `augment` of a data set. Raises ArgumentError."""
    if text is None:
        return ()
    if not isinstance(text, str):
        raise ArgumentError(f"`augment` of `{word}` is a text such as {FORM}, got {text!r:.40}")
    found: list[Augmentation] = []
    place = 0
    while place < len(text) or not found:
        match = _WORD.match(text, place)
        if match is None:
            raise ArgumentError(f'`augment` of `{word}` is a text such as {FORM}, got "{text[:40]}"')
        found.append(_one(word, match[1], match[2] or "", known))
        place = match.end()
    return tuple(found)


def _one(word: str, name: str, arguments: str, known: Mapping[str, Augmentation]) -> Augmentation:
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise ArgumentError(f"`augment` of `{word}`: unknown `{name}`; {hint}")
    one = known[name]
    values = [_number(word, name, part) for part in arguments.split(",")] if arguments.strip() else []
    return replace(one, arguments=tuple(bind(name, parameters_of(one.rule, skip=3), values, {}).items()))


def _number(word: str, name: str, text: str) -> float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    raise ArgumentError(f"`augment` of `{word}`: `{name}` takes numbers, got `{text.strip()[:20]}`")


def checked(word: str, wanted: tuple[Augmentation, ...], row: Shape, image: Shape) -> None:
    """Check augmentations against the shape of a row, and of the image that it is. Raises ArgumentError."""
    for one in wanted:
        assert REQUIRED not in dict(one.arguments).values()
        if one.images and len(image) != 3:
            raise ArgumentError(f"`{one.name}` changes images (channels, height, width), the rows of `{word}` have shape {row}")
        one.check(one.name, image if one.images else row, **dict(one.arguments))


def image_of(row: Shape, declared: Shape) -> Shape:
    """Return the shape (channels, height, width) of a row that is an image, flat or not; () for any other."""
    if len(row) == 3:
        return row
    return (1, *row) if len(row) == 2 else declared
