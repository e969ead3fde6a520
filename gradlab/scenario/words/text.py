"""A text file beside the scenario or below it, in numbers: tokens that are sorted by their names and numbered from 1.

The other options are those of `dataset`. `x.classes` is the number of different tokens, the end of a line counted in.

Arguments:
    by      "char", "word", "line": one row of tokens (n,), where 0 is the end of a line; by "line" a row of characters for each
            line, (lines, longest + 1), where 0 ends it and fills what is behind
    length  whole, from 1: one row is cut into rows of so many tokens, (n // length, length), and the rest left out; None: it is
            not

Example:
    names = text("names.txt", by="line", batch=4)
    x = one_hot(names[:, :-1], names.classes)
    t = names[:, 1:]
    rows = text("names.txt", length=5, batch=2)
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED, choice, whole
from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.call import Call
from gradlab.scenario.reading.tokens import BY, read_tokens
from gradlab.scenario.values import Data, Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import FILE_OPTIONS, as_it_is, dealt_x, file_of, options_of, room_for, rows_of

PARAMETERS = {"file": REQUIRED, "by": "char", "length": None, **FILE_OPTIONS}


def run(call: Call) -> Value:
    """Return the tokens; in batches, or with a part held out, they are an input at once."""
    bound = call.bind(PARAMETERS)
    name, by = bound["file"], choice("text", "by", bound["by"], BY)
    try:
        labels, tokens = read_tokens(file_of(call, name, PARAMETERS), name, by, room_for(call, bound))
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    if bound["length"] is not None:
        tokens = _cut(tokens, by, bound["length"])
    call.trace.budget.spend(tokens.nbytes)
    if as_it_is(call.word, bound):
        return Data(tokens, "text", labels)
    return dealt_x(call, rows_of(name, tokens, labels=labels), options_of(bound))


def _cut(tokens: Array, by: str, length: Value) -> Array:
    """Return one row of tokens as rows of a length. Raises ArgumentError."""
    if by == "line":
        raise ArgumentError('`length` of `text` cuts one row, by="char" or "word"; the rows of by="line" are the lines')
    length = whole("text", "length", length)
    if length > len(tokens):
        raise ArgumentError(f"`length` of `text` is at most {len(tokens):,}, the tokens there are, got {length:,}")
    return tokens[: len(tokens) // length * length].reshape(-1, length)


WORD = Word("text", 'text(file, by="char", length=None, batch=None, …)', run, __doc__, PARAMETERS)
