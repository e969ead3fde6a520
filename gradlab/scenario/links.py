"""Links of a lesson to pages and words: `[saturated](word:saturated)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradlab import pages
from gradlab.errors import Problem
from gradlab.scenario.markdown import Document
from gradlab.source import did_you_mean

_LINK = re.compile(r"\]\(word:([^)\s]*)\)")


def link_problems(document: Document) -> Iterator[Problem]:
    """Return a problem for each link to a page or a word that there is not."""
    from gradlab.scenario import glossary

    for block in document.blocks:
        for match in _LINK.finditer(block.text) if block.kind == "prose" else ():
            name = match.group(1)
            if name not in pages.files() and not glossary.knows(name):
                at = block.span.part(match.start(1), max(match.end(1), match.start(1) + 1))
                near = did_you_mean(name, (*pages.files(), *glossary.names()))
                yield Problem(f"there is no page and no word `{name}` to link to", at, near)
