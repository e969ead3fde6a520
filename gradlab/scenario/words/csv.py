"""Numbers from a CSV file beside the scenario or below it. A header line is recognised.

columns: a name, a number from 0, or a list of them; without it, all.   The other options are those of `dataset`. Equal options
of one file deal out the same rows, so that x and t stay side by side.

Known as: read_csv.

Example:
    x = csv("points.csv", columns=["a", "b"], split="train", batch=2)
    t = csv("points.csv", columns="label", split="train", batch=2)
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.scenario.call import Call
from gradlab.scenario.files import choose_columns, open_path, read_csv
from gradlab.scenario.values import Data, Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import DEALT, FILE_OPTIONS, IN_ARENA, as_it_is, dealt

PARAMETERS = {"file": REQUIRED, "columns": None, "delimiter": ",", **FILE_OPTIONS}


def run(call: Call) -> Value:
    """Return the numbers; in batches, or with a part held out, they are an input at once."""
    bound = call.bind(PARAMETERS)
    name, delimiter = bound["file"], bound["delimiter"]
    if not isinstance(name, str):
        raise call.trace.wrong(f"`csv` takes the name of a file, got {kind_of(name)}", call.place(PARAMETERS, "file"))
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\n\r"':
        raise call.trace.wrong("a delimiter is one character", call.place(PARAMETERS, "delimiter"))
    budget = call.trace.budget
    try:
        room = budget.left // (IN_ARENA if as_it_is(bound) else DEALT)
        header, table = read_csv(open_path(call.trace.document.folder, name), name, delimiter, room)
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    array = choose_columns(name, header, table, bound["columns"])
    budget.spend(array.nbytes)
    if as_it_is(bound):
        return Data(array, "csv")
    return dealt(call, name, array, {option: bound[option] for option in FILE_OPTIONS})


WORD = Word("csv", "csv(file, columns=None, delimiter=',', batch=None, split=None, …)", run, __doc__, PARAMETERS)
