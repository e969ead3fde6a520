"""One file with everything in it: the lesson, the graph, and what can be seen at each moment of the lesson."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from gradlab import __version__
from gradlab.draw.ink import Row, safe
from gradlab.draw.scene import Outline, Scene, View, make_scene
from gradlab.exporters._page import words
from gradlab.exporters._page.picture import picture
from gradlab.exporters._page.reel import Camera, Instant, Reel

if TYPE_CHECKING:
    from gradlab.recording.performance import Performance
    from gradlab.session import Lab

MOST_BOXES = 80
"""Nodes that are drawn one by one; of more the layers are."""


def page_of(performance: Performance) -> str:
    """Return the page of a lesson or a recording, which is done to its end.

    Raises ActionError for a line that cannot be done, and GradlabError for more moments than a page can show.
    """
    lab = performance.lab
    model = [info for info in lab.nodes if info.phase != "u"]
    scene = make_scene(Outline(lab.nodes), View("ops" if len(model) <= MOST_BOXES else "network", update=False))
    camera = Camera(lab, scene)
    reel = camera.replay(performance) if performance.recorded else camera.play()
    style, script = _text("page.css"), _text("page.js")
    return Template(_text("page.html")).substitute(
        lang="en", title=escape(safe(lab.title or "a model")), version=escape(__version__),
        head=_head(lab), style=style, script=script,
        style_hash=_hash(style), script_hash=_hash(script), graph=picture(scene),
        lesson="\n".join(_lesson(reel)),
        data=_json(packed(reel, scene)),
    )  # fmt: skip


def _head(lab: Lab) -> str:
    """Return the title, unless the prose begins with a heading of its own, and what the page was made of."""
    begins = next((block.text for block in lab.scenario.document.blocks if block.kind == "prose"), "").lstrip()
    title = "" if begins.startswith("# ") else f"<h1>{escape(safe(lab.title or 'a model'))}</h1>"
    return f"{title}<p>{escape(safe(_about(lab)))}</p>"


def _about(lab: Lab) -> str:
    source = str(lab.scenario.document.head.source or "")
    made = ", ".join(f"{name} {value}" for name, value in lab.options().items())
    return f"{source} · made with gradlab {__version__}, {made}" if source else f"made with gradlab {__version__}, {made}"


def _lesson(reel: Reel) -> Iterator[str]:
    """Yield the pieces of the lesson; beside a piece what stands in its place while a question hides something in it."""
    veiled = [(one.number, words.lesson(one.lesson)) for one in reel.questions]
    for stop, text in words.lesson(reel.lesson).items():
        yield f'<div data-stop="{stop}">{text}</div>'
        for number, other in veiled:
            if stop in other and stop != f"line:{number}" and other[stop] != text:
                yield f'<div data-veiled="{stop}" data-while="{number}" hidden>{other[stop]}</div>'


def packed(reel: Reel, scene: Scene) -> dict[str, Any]:
    """Return a reel as JSON has it: each row once, and of each moment the boxes that changed in it."""
    known: dict[Row, int] = {}

    def number(line: Row) -> int:
        return known.setdefault(line, len(known))

    before: list[tuple[Row, Row] | None] = [None] * len(scene.speaker)
    moments = []
    for moment in reel.moments:
        changed = [(box, number(v), number(d)) for box, (v, d) in enumerate(moment.boxes) if before[box] != (v, d)]
        before = list(moment.boxes)
        moments.append(_moment(moment, changed, number))
    questions = [
        {
            "moment": one.moment,
            "number": one.number,
            "title": "\n".join(one.card),
            "hint": one.hint,
            "answer": one.answer,
            "marking": one.marking,
        }
        for one in reel.questions
    ]
    return {"moments": moments, "questions": questions, "rows": list(known)}


def _moment(moment: Instant, changed: Iterable[tuple[int, int, int]], number: Any) -> dict[str, Any]:
    kind, place = moment.stop
    return {
        "stop": f"{kind}:{place}", "told": moment.told, "boxes": list(changed), "here": moment.here, "next": moment.following,
        "why": [number(line) for line in moment.why], "health": [number(line) for line in moment.health],
    }  # fmt: skip


def _json(data: Any) -> str:
    """Return data as JSON that can stand in a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _text(name: str) -> str:
    return files("gradlab.exporters._page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
