"""From a text to Python's syntax tree, safely: what is too deep or too long is refused before Python's parser sees it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from gradlab.errors import Problem
from gradlab.scenario.bounds import MAX_CHAIN, MAX_NESTING, MAX_STRING, MAX_TOKENS
from gradlab.scenario.fragment import Fragment
from gradlab.source import Span

_TOKEN = re.compile(
    r'''(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')'''
    r"|(?P<skip>\#[^\n]*|\\\n|[ \t]+)|(?P<line>\n)|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>[,;])"
    r"|(?P<number>\.?\d(?:[eE][+-]|[\w.])*)|(?P<word>\w+)|(?P<other>.)",
    re.DOTALL,
)
_CHAINING = {"not", "and", "or", "if", "else", "elif", "in", "is", "lambda", "for", "await"}
_DIGITS = 400
_ROUNDS = 20
"""How many lines that Python cannot read are looked for."""


def parse_statements(fragment: Fragment) -> tuple[ast.Module, list[Problem], set[str]]:
    """Return the tree of a program, what is wrong with its form, and the names on lines that could not be read.

    A line that Python cannot read is reported and passed over, so that the rest is checked, too.
    """
    problem = too_large(fragment)
    if problem is not None:
        return ast.Module([], []), [problem], set()
    problems: list[Problem] = []
    lost: set[str] = set()
    lines = list(fragment.lines)
    for _ in range(_ROUNDS):
        tree, problem, line = _parse(fragment, "\n".join(lines), "exec")
        if problem is None:
            assert isinstance(tree, ast.Module)
            deep = too_deep(fragment, tree)
            return (ast.Module([], []) if deep else tree), problems + ([deep] if deep else []), lost
        problems.append(problem)
        if not line or not lines[line - 1].strip():
            break
        lost |= set(re.findall(r"[^\W\d]\w*", lines[line - 1]))
        _pass_over(lines, line - 1)
    return ast.Module([], []), problems, lost


def parse_expression(fragment: Fragment) -> tuple[ast.expr | None, Problem | None]:
    """Return the tree of one expression, or what is wrong with its form."""
    problem = too_large(fragment)
    if problem is not None:
        return None, problem
    tree, problem, _ = _parse(fragment, fragment.text, "eval")
    if problem is not None:
        return None, problem
    assert isinstance(tree, ast.Expression)
    deep = too_deep(fragment, tree)
    return (None, deep) if deep else (tree.body, None)


def _pass_over(lines: list[str], index: int) -> None:
    """Put a statement that does nothing in the place of a line, with the same indent; a block below it stays a block."""
    line = lines[index]
    indent = line[: len(line) - len(line.lstrip())]
    below = next((text for text in lines[index + 1 :] if text.strip()), "")
    opens = len(below) - len(below.lstrip()) > len(indent)
    lines[index] = indent + ("if 1:" if opens else "pass")


def _parse(fragment: Fragment, text: str, mode: str) -> tuple[ast.AST | None, Problem | None, int]:
    """Return the tree, or the problem and the line (from 1; 0 when it has none) it is in."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode=mode), None, 0
    except SyntaxError as error:
        return None, _syntax_problem(fragment, error), error.lineno or 0
    except (RecursionError, MemoryError):
        return None, Problem("this is nested too deeply to be read", _whole(fragment)), 0
    except (ValueError, OverflowError) as error:
        return None, Problem(f"this cannot be read: {error}", _whole(fragment)), 0


def _syntax_problem(fragment: Fragment, error: SyntaxError) -> Problem:
    line = min(max(error.lineno or 1, 1), len(fragment.starts))
    column, end = (error.offset or 0) - 1, (error.end_offset or 0) - 1
    written = (error.text or "").strip()
    if error.msg.startswith("f-string") and written[:1] == "(" and written[1:-1] in fragment.lines[line - 1]:
        # Python 3.11 counts from the `{`, which it shows as `(`.
        column = fragment.lines[line - 1].index(written[1:-1])
        end = column + len(written) - 2
    elif column < 0:
        column = len(fragment.lines[line - 1].rstrip())
    shown = fragment.lines[line - 1]
    column += len(shown[column:]) - len(shown[column:].lstrip()) if shown[column:].strip() else 0
    start = fragment.place(line, column)
    stop = fragment.place(line, end) if (error.end_lineno or line) == line else start
    message = error.msg[:1].lower() + error.msg[1:]
    return Problem(message, Span(fragment.source, start, max(stop, start + 1)))


def _whole(fragment: Fragment) -> Span:
    """Point at the first line that says something."""
    line = next((i for i, text in enumerate(fragment.lines, 1) if text.strip()), 1)
    return Span(fragment.source, fragment.place(line, 0), fragment.place(line, 10**9))


def too_large(fragment: Fragment) -> Problem | None:
    """Find what would be too much for Python's parser, in one pass over the text: it may recurse as deep as the text says."""
    counts, tokens = [0], 0
    for match in _TOKEN.finditer(fragment.text):
        kind = match.lastgroup
        if kind == "open":
            counts.append(0)
        elif kind == "close":
            del counts[max(len(counts) - 1, 1) :]
            counts[-1] += 1
        elif kind == "comma" or (kind == "line" and len(counts) == 1):
            counts[-1] = 0
        elif kind == "other" or (kind == "word" and match.group() in _CHAINING):
            counts[-1] += 1
        tokens += kind != "skip"
        message = _excess(match, counts) if tokens <= MAX_TOKENS else f"more than {MAX_TOKENS:,} words, numbers and signs"
        if message:
            return _at(fragment, match, message)
    return None


def _excess(match: re.Match[str], counts: list[int]) -> str:
    """Say which bound a token breaks, if it does. counts: operations so far in each open bracket."""
    kind, length = match.lastgroup, match.end() - match.start()
    if kind == "string" and length > MAX_STRING:
        return f"a string is longer than {MAX_STRING:,} characters"
    if kind == "number" and length > _DIGITS:
        return f"a number of more than {_DIGITS} characters"
    if len(counts) > MAX_NESTING + 1:
        return f"nested more than {MAX_NESTING} brackets deep"
    # Summing at every 32nd operation of a bracket keeps the pass linear; a bracket that is left adds to the one around it.
    if counts[-1] > MAX_CHAIN or (counts[-1] % 32 == 31 and sum(counts) > MAX_CHAIN):
        return f"an expression of more than {MAX_CHAIN:,} operations"
    return ""


def _at(fragment: Fragment, match: re.Match[str], message: str) -> Problem:
    line = fragment.text.count("\n", 0, match.start()) + 1
    column = match.start() - (fragment.text.rfind("\n", 0, match.start()) + 1)
    start = fragment.place(line, column)
    return Problem(message, Span(fragment.source, start, start + 1))


def too_deep(fragment: Fragment, tree: ast.AST) -> Problem | None:
    """Find a place that is nested deeper than the bound. `a + b + c` is one level: it is worked off from left to right."""
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_NESTING and hasattr(node, "lineno"):
            return Problem(f"nested more than {MAX_NESTING} levels deep", fragment.span(node))
        for child in ast.iter_child_nodes(node):
            chained = isinstance(node, ast.BinOp) and child is node.left and isinstance(child, ast.BinOp)
            stack.append((child, depth if chained else depth + 1))
    return None


def chain(node: ast.BinOp) -> Iterator[ast.expr | ast.BinOp]:
    """Return the innermost left operand of a chain like `a + b - c`, then its operations from left to right."""
    links: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        links.append(left)
        left = left.left
    yield left
    yield from reversed(links)
