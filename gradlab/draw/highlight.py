"""Pieces of models and scripts as rows, coloured by what their words are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradlab.draw.ink import Row, Run, merge, row, safe

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_ROLES = (
    ("Comment", "dim"), ("Keyword", "keyword"), ("Operator.Word", "keyword"), ("Literal.Number", "number"),
    ("Literal.String", "text"), ("Name.Builtin", "word"), ("Name.Function", "word"),
)  # fmt: skip
"""Kinds of tokens and the roles that they play; the first that fits counts, and all others are code."""


@lru_cache(maxsize=256)
def highlighted(text: str, language: str) -> tuple[Row, ...]:
    """Return the lines of a text as rows. language: "model" or "lab"; others are code without colours."""
    lines: list[list[Run]] = [[]]
    for kind, value in _tokens(text.rstrip("\n"), language):
        parts = value.split("\n")
        for number, part in enumerate(parts):
            if number:
                lines.append([])
            if part:
                lines[-1].append((safe(part), _role(kind)))
    return tuple(merge(line) if line else row("") for line in lines)


def _tokens(text: str, language: str) -> list[tuple[Any, str]]:
    from pygments.token import Text

    lexer = _lexer(language)
    return [(Text, text)] if lexer is None else list(lexer.get_tokens(text))


@lru_cache(maxsize=4)
def _lexer(language: str) -> Lexer | None:
    from gradlab.draw.lexers import LabLexer, ModelLexer

    if language == "model":
        return ModelLexer(stripnl=False, ensurenl=False)
    return LabLexer(stripnl=False, ensurenl=False) if language == "lab" else None


def _role(kind: Any) -> str:
    name = str(kind).removeprefix("Token.")
    return next((role for start, role in _ROLES if name == start or name.startswith(f"{start}.")), "code")
