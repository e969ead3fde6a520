"""The functions of expressions that ask the run, one file each.

Those of this package need nothing but an environment; rooms above have a package `queries` of their own for those that need
more of a run. Measures that ask for the op of a node are queries, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from gradlab.ops import OPS
from gradlab.plugins import words_of
from gradlab.registry import Registry, collect, rooms
from gradlab.scenario.environment import name_of
from gradlab.scenario.functions import FUNCTIONS, OWN
from gradlab.scenario.op_functions import stands_in_expressions
from gradlab.scenario.queries._measured import measured
from gradlab.scenario.query import Query

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known

QUERIES: Registry[Query] = collect(lambda: rooms("queries"), "QUERY")


@lru_cache(maxsize=512)
def find_query(word: str) -> Query | None:
    """Return the query of a word, if it is one."""
    if word in QUERIES:
        return QUERIES[word]
    function = FUNCTIONS.get(word)
    if function is None or not function.curved:
        return None
    return measured(function)


def bare_query(word: str, known: Known) -> Query | None:
    """Return the query that a word without brackets is, unless a node, a number of the model or a constant has its name."""
    taken = word in known.nodes or word in known.numbers or word in known.constants
    query = None if taken else find_query(word)
    return query if query is not None and query.bare else None


def call_words() -> Iterator[str]:
    """Return every word that an expression can call."""
    yield from FUNCTIONS
    yield from QUERIES


def reserved_words() -> frozenset[str]:
    """Return the words of expressions that are no measures, whose names no measure can take."""
    ops = (word for op in OPS.own.values() if stands_in_expressions(op) for word in words_of(op))
    return frozenset({*OWN, *QUERIES, *ops})


def called_query(node: ast.Call) -> Query | None:
    """Return the query that a call asks, if it asks one."""
    return find_query(name_of(node.func)) if isinstance(node.func, ast.Name) else None


def column_query(node: ast.Call) -> Query | None:
    """Return the query of a call behind which a column is named, as in `stats(h3).std`."""
    query = called_query(node)
    return query if query is not None and query.columns is not None else None
