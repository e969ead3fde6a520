"""Columns of a CSV file beside the scenario or below it: numbers, or texts whose labels are numbered.

    columns      a name, a number from 0, or a list of them; without it, all but that of t
    t            the column of the targets: then x and t are given, as `dataset` gives them
    labels       the labels of t, or of the only column, in their order; else their names are sorted and numbered from 0
    missing      what becomes of empty cells (or NA, NaN, null, ?): "drop" leaves the row out, "mean" puts in the mean of the
                 training rows, a number that number
    delimiter    between cells: else a semicolon, a tab or a comma, whichever the first line has
    decimal      before the decimals, "," for 3,14
    header       whether the first line has names; else it has when no cell of it is a number

What is not asked for may hold anything. The other options are those of `dataset`. Equal options of one file deal out the same
rows, so that columns that are read apart stay side by side. `t.classes` is the number of labels.

Known as: read_csv.

Example:
    x = csv("points.csv", columns=["a", "b"], split="train", batch=2)
    t = csv("points.csv", columns="label", split="train", batch=2)
    y, u = csv("points.csv", t="label", missing="drop")
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED, choice, number
from gradlab.data.scaling import filled
from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.call import Call
from gradlab.scenario.reading.sheet import Format, Selection, Sheet, read_sheet
from gradlab.scenario.values import Data, Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import (
    FILE_OPTIONS,
    as_it_is,
    dealt,
    dealt_x,
    file_of,
    options_of,
    room_for,
    rows_of,
)

PARAMETERS = {
    "file": REQUIRED, "columns": None, "delimiter": None, "decimal": ".", "t": None, "labels": None, "missing": None,
    "header": None, **FILE_OPTIONS,
}  # fmt: skip


def run(call: Call) -> Value:
    """Return x, or x and t; in batches, or with a part held out, they are inputs at once."""
    bound = call.bind(PARAMETERS)
    form, wanted, missing = _format(bound), _wanted(bound), _missing(bound["missing"])
    try:
        path = file_of(call, bound["file"], PARAMETERS)
        sheet = read_sheet(path, bound["file"], form, wanted, room_for(call, bound))
        numbers, rows = sheet.without_missing(missing)
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    if missing == "drop":
        _same_rows(call, sheet, rows)
    call.trace.budget.spend(numbers.nbytes)
    return _given(call, bound, sheet, numbers, missing == "mean")


def _given(call: Call, bound: dict[str, Value], sheet: Sheet, numbers: Array, fill: bool) -> Value:
    """Return what was read as data, or dealt out."""
    name, of_t = bound["file"], bound["t"] is not None
    x = numbers[:, :-1] if of_t else numbers
    one = bound["columns"] is not None and not isinstance(bound["columns"], list | tuple | range)
    x, t = (x[:, 0] if one else x), numbers[:, -1] if of_t else None
    labels = sheet.columns[-1].labels if of_t or len(sheet.columns) == 1 else ()
    if t is not None and fill and sheet.columns[-1].missing:
        raise call.trace.wrong('a target that is missing has no mean: `missing="drop"` leaves its row out', call.node)
    if not as_it_is(bound):
        rows = rows_of(name, x, t, labels, fill)
        return dealt_x(call, rows, options_of(bound)) if t is None else dealt(call, rows, options_of(bound))
    x = filled(x, x) if fill else x
    return Data(x, "csv", labels) if t is None else (Data(x, "csv"), Data(t, "csv", labels))


def _format(bound: dict[str, Value]) -> Format:
    """Return how the file is written. Raises ArgumentError."""
    delimiter, decimal = bound["delimiter"], choice("csv", "decimal", bound["decimal"], (".", ","))
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\n\r"'):
        raise ArgumentError("a delimiter is one character")
    if delimiter == decimal:
        raise ArgumentError("`delimiter` and `decimal` of `csv` cannot be the same character")
    return Format(delimiter, decimal, choice("csv", "header", bound["header"], (None, True, False)))


def _wanted(bound: dict[str, Value]) -> Selection:
    """Return which columns are read. Raises ArgumentError."""
    columns, labels = bound["columns"], bound["labels"] or ()
    if not isinstance(labels, list | tuple) or not all(isinstance(label, str) for label in labels):
        raise ArgumentError('`labels` of `csv` is a list of texts, such as ["no", "yes"]')
    if len(set(labels)) < len(labels):
        raise ArgumentError("`labels` of `csv` has a label twice")
    if columns is not None and not isinstance(columns, list | tuple | range):
        columns = [columns]
    return Selection(columns, bound["t"], tuple(labels))


def _missing(value: Value) -> Value:
    """Return the option. Raises ArgumentError."""
    if value is None or isinstance(value, str):
        return choice("csv", "missing", value, (None, "drop", "mean"))
    return number("csv", "missing", value)


def _same_rows(call: Call, sheet: Sheet, rows: Array) -> None:
    """Raise Wrong when other rows were left out for columns that were read before: samples and targets would be out of step."""
    before = call.trace.kept.setdefault(sheet.name, rows)
    if len(before) != len(rows) or (before != rows).any():
        message = f"`{sheet.name}`: other rows have empty cells here than in the columns that were read before"
        raise call.trace.wrong(message, call.node, "read x and t at once: `x, t = csv(…, t=…)`")


WORD = Word("csv", "csv(file, columns=None, t=None, missing=None, batch=None, split=None, …)", run, __doc__, PARAMETERS)
