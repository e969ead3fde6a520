"""The model language and the lab language in colours, for every program that uses Pygments: an editor, a site, gradlab itself.

They are known to Pygments as `gradlab-model` and `gradlab-lab`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, words
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Token, Whitespace

SEPARATORS = ("to", "of", "by", "for", "at", "with", "else", "until", "tol", "tries", "hint", "always", "never", "but")
"""Words of the lab language that stand between what an action takes."""
_NAME = r"[^\W\d]\w*(?:\.(?:[^\W\d]\w*|\d+))*"


@cache
def _model_words() -> frozenset[str]:
    from gradlab.scenario.vocabulary import known_words

    return known_words()


class ModelLexer(PythonLexer):
    """Colours a model: Python, in which the words of gradlab stand out and Python's own functions do not."""

    name = "gradlab model"
    aliases: ClassVar[list[str]] = ["gradlab-model"]
    filenames: ClassVar[list[str]] = []

    def get_tokens_unprocessed(self, text: str, stack: Any = ("root",)) -> Iterator[tuple[int, Any, str]]:
        """Yield the places, kinds and texts of the tokens."""
        for place, kind, value in super().get_tokens_unprocessed(text):
            yield place, self._kind(kind, value), value

    def _kind(self, kind: Any, value: str) -> Any:
        if kind in Token.Name and kind not in Token.Name.Function:
            return Name.Builtin if value in _model_words() else Name
        return kind


class LabLexer(RegexLexer):
    """Colours a script of the laboratory: a line is an action and what it takes."""

    name = "gradlab lab"
    aliases: ClassVar[list[str]] = ["gradlab-lab"]
    filenames: ClassVar[list[str]] = []
    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r"\s+", Whitespace),
            (r"#.*", Comment.Single),
            (r"[^\W\d]\w*", Keyword, "line"),
            (r".", Text, "line"),
        ],
        "line": [
            (r"\n", Whitespace, "#pop"),
            (r"[ \t]+", Whitespace),
            (r"#.*", Comment.Single),
            (r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', String),
            (r"\d+\.[fbu](?:\.\d+|\.end)?\b", Number),
            (r"(?:\d+\.\.\d+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?)", Number),
            (words(SEPARATORS, prefix=r"\b", suffix=r"\b(?![.(\w])"), Operator.Word),
            (rf"{_NAME}(?=\()", Name.Function),
            (_NAME, Name),
            (r"~=|[<>=!]=|\*\*|//|[-+*/%@<>=]", Operator),
            (r"[()\[\]{},:|]", Punctuation),
            (r".", Text),
        ],
    }
