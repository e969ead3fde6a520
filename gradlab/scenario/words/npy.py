"""An array from a NumPy file beside the scenario or below it.

The options behind the name are those of `dataset`. Files of as many rows that are given equal options are not dealt out side by
side: what belongs together stands in one `npz`.

Example:
    x = npy("x.npy")
    W = param(npy("x.npy"))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.scenario.call import Call
from gradlab.scenario.reading.arrays import read_npy
from gradlab.scenario.values import Data, Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import FILE_OPTIONS, as_it_is, dealt_x, file_of, options_of, room_for, rows_of

PARAMETERS = {"file": REQUIRED, **FILE_OPTIONS}


def run(call: Call) -> Value:
    """Return the array; in batches, or with a part held out, it is an input at once."""
    bound = call.bind(PARAMETERS)
    name = bound["file"]
    try:
        array = read_npy(file_of(call, name, PARAMETERS), name, room_for(call, bound))
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    call.trace.budget.spend(array.nbytes)
    if as_it_is(call.word, bound):
        return Data(array, "npy")
    if not array.ndim:
        raise call.trace.wrong(f"`{name}` is a single number and has no rows to deal out", call.node)
    return dealt_x(call, rows_of(name, array), options_of(bound))


WORD = Word("npy", "npy(file, batch=None, split=None, …)", run, __doc__, PARAMETERS)
