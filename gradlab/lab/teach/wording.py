"""How questions are written: numbers, choices, orders, bets and reasons, with their words in quotes."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from math import prod

from gradlab.axis.places import is_mark
from gradlab.errors import Problem, ScenarioError
from gradlab.lab.arguments import Words, expression, integer, node
from gradlab.lab.teach.choosing import BetQuestion, ChoiceQuestion, OrderQuestion, WhyQuestion
from gradlab.lab.teach.question import TRIES, LessonQuestion
from gradlab.lab.teach.quiz import NumberQuestion
from gradlab.scenario.assertions import read_tolerance
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression, Known, read_expression
from gradlab.scenario.script import split_at, stripped
from gradlab.source import Span

MARKS = ("of", "tol", "tries", "hint")
MOST_OPTIONS, MOST_ITEMS, MOST_TRIES = 9, 9, 9
_QUOTED = re.compile(r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'""")
_ESCAPED = re.compile(r"\\(.)")
_ORDER = re.compile(r"order(?=\s)")


def quoted(words: Words, what: str) -> tuple[str, Words]:
    """Read a text in quotes, and return it with what stands behind it. Raises ScenarioError without one."""
    match = _QUOTED.match(words.span.text)
    if match is None:
        words.refuse(f"{what} in quotes is needed", words.span, f"it takes {words.usage}")
    text = " ".join(_ESCAPED.sub(r"\1", match[1] if match[1] is not None else match[2]).split())
    if not text:
        words.refuse(f"{what} has no words", words.span.part(match.start(), match.end()))
    return text, words.within(stripped(words.span.part(match.end(), len(words.span.text))))


def only(words: Words, what: str) -> str:
    """Read a text in quotes and nothing else. Raises ScenarioError."""
    text, rest = quoted(words, what)
    if rest.text:
        rest.refuse(f"unexpected `{rest.text}`")
    return text


def quiz(words: Words) -> tuple[LessonQuestion, Words | None]:
    """Read a quiz, and the answer that a person typed behind `=`. Raises ScenarioError."""
    title, body = _titled(words)
    marks = tuple(mark for mark in MARKS if mark != "of") if is_choice(body) else MARKS
    asked, given = body.split("=")
    asked, marked = _marked(asked, marks)
    if given is not None:
        given, more = _marked(given, marks)
        if twice := next((mark for mark in more if mark in marked), ""):
            more[twice].refuse(f"`{twice}` stands twice")
        marked = {**marked, **more}
    if is_choice(asked):
        return _choice(asked, given, marked, title), None
    if given is not None and not words.typed:
        words.refuse("a script asks, and does not answer", given.span, "write `answer …` on a line of its own")
    if _ORDER.match(asked.span.text) and "," in asked.text:
        return _order(asked, marked, title), given
    read = expression(asked)
    of = _root(marked.get("of"), read)
    within = read_tolerance(marked["tol"].span) if "tol" in marked else None
    tries, hint = _tries(marked), _hint(marked)
    return NumberQuestion(asked=read, of=of, within=within, title=title, tries=tries, hint=hint), given


def _titled(words: Words) -> tuple[str, Words]:
    """Read the words of a question, if there are any."""
    if words.text[:1] not in ('"', "'"):
        return "", words
    return quoted(words, "what is asked")


def _marked(words: Words, marks: tuple[str, ...]) -> tuple[Words, Mapping[str, Words]]:
    """Cut off what stands behind some marks, in any order; where nothing stands behind one it is a name.

    marks: `of`, `tol`, `tries`, `hint`; without `of` for options, which may have it among their words.
    """
    found: dict[str, Words] = {}
    ends = {mark: split_at(words.span, mark) for mark in marks}
    order = sorted(
        (len(head.text), mark) for mark, (head, tail) in ends.items() if tail is not None and tail.text and head.text
    )
    for mark in (mark for _, mark in reversed(order)):
        words, tail = words.split(mark)
        assert tail is not None
        if split_at(tail.span, mark)[1] is not None:
            words.refuse(f"`{mark}` stands twice", tail.span)
        found[mark] = tail
    return words, found


def _refuse_marks(marked: Mapping[str, Words], *marks: str) -> None:
    for mark in marks:
        if mark in marked:
            marked[mark].refuse(f"`{mark}` does not go with this question", marked[mark].span)


def _tries(marked: Mapping[str, Words], default: int = TRIES) -> int:
    if "tries" not in marked:
        return default
    words = marked["tries"]
    return integer(words, words.span, 1, MOST_TRIES)


def _hint(marked: Mapping[str, Words]) -> str:
    return only(marked["hint"], "a hint") if "hint" in marked else ""


def _root(words: Words | None, asked: Expression) -> str:
    """Read the node behind `of`. Raises ScenarioError where nothing reads a gradient."""
    if words is None:
        return ""
    if not reads_gradients(asked):
        words.refuse("`of` goes with a gradient", words.span, "it says of which node `grad(…)` is the gradient")
    return node(words)


def reads_gradients(asked: Expression) -> bool:
    """Whether an expression reads a gradient, of whatever root the backward pass has."""
    called = (part.func for part in ast.walk(asked.tree) if isinstance(part, ast.Call))
    return any(isinstance(word, ast.Name) and word.id in ("grad", "delta") for word in called)


def is_choice(words: Words) -> bool:
    """Whether options with `|` between them are written."""
    return len(_cut(words.span.text, "|")) > 1


def _cut(text: str, mark: str) -> list[str]:
    """Cut a text at a character outside quotes and brackets."""
    parts, depth, at = [""], 0, 0
    while at < len(text):
        match = _QUOTED.match(text, at)
        piece = match.group() if match else text[at]
        depth += (piece in "([{") - (piece in ")]}") if len(piece) == 1 else 0
        if piece == mark and depth <= 0:
            parts.append("")
        else:
            parts[-1] += piece
        at += len(piece)
    return parts


def options(words: Words) -> tuple[str, ...]:
    """Read `a|b|c`; an option may be in quotes. Raises ScenarioError."""
    found = tuple(" ".join(part.strip().strip("\"'").split()) for part in _cut(words.span.text, "|"))
    plain = [option.casefold() for option in found]
    if len(found) < 2 or not all(found):
        words.refuse("options are needed", words.span, "two or more words with `|` between them: `grows|stays|shrinks`")
    if len(found) > MOST_OPTIONS:
        words.refuse(f"{len(found)} options are too many", words.span, f"allowed are 2 to {MOST_OPTIONS}")
    if len(set(plain)) < len(plain):
        words.refuse("an option stands twice", words.span)
    return found


def _choice(words: Words, key: Words | None, marked: Mapping[str, Words], title: str) -> ChoiceQuestion:
    _refuse_marks(marked, "tol")
    listed = options(words)
    if key is None:
        words.refuse("which option is right?", words.span, f"write `{words.text} = {listed[0]}`")
    found = " ".join(key.text.strip("\"'").split())
    if found not in listed:
        key.refuse(f"`{key.text}` is not one of {', '.join(listed)}", key.span, "the right one is written as it stands there")
    tries = _tries(marked, min(TRIES, len(listed) - 1))
    return ChoiceQuestion(options=listed, key=found, title=title, tries=tries, hint=_hint(marked))


def _order(words: Words, marked: Mapping[str, Words], title: str) -> OrderQuestion:
    _refuse_marks(marked, "tol")
    listed = words.within(stripped(words.span.part(len("order"), len(words.span.text))))
    read = read_expression(listed.span)
    parts = read.tree.elts if isinstance(read.tree, ast.Tuple) else []
    items = tuple(read.part(part).text for part in parts)
    if not 2 <= len(items) <= MOST_ITEMS:
        words.refuse("what is to be ordered?", words.span, f"2 to {MOST_ITEMS} numbers with commas between them")
    if len({"".join(item.split()) for item in items}) < len(items):
        words.refuse("something stands twice in the order", words.span)
    for part in parts:
        if words.known is not None and (size := _size(part, words.known)) not in (None, 1):
            raise ScenarioError([Problem(f"this has {size:,} numbers", read.at(part), "one number each can be ordered")])
    of = _root(marked.get("of"), expression(listed))
    return OrderQuestion(numbers=read, items=items, of=of, title=title, tries=_tries(marked), hint=_hint(marked))


def _size(part: ast.expr, known: Known) -> int | None:
    """Return how many numbers a node or its gradient has; None for anything else."""
    inner = part.args[0] if isinstance(part, ast.Call) and len(part.args) == 1 and _is_grad(part) else part
    if not isinstance(inner, ast.Name) or name_of(inner) not in known.nodes or not known.shapes:
        return None
    return prod(known.shapes[known.nodes[name_of(inner)]])


def _is_grad(part: ast.Call) -> bool:
    return isinstance(part.func, ast.Name) and part.func.id == "grad"


def bet(words: Words) -> BetQuestion:
    """Read `NAME "WORDS" a|b|c`. Raises ScenarioError."""
    name, rest = first_name(words)
    title, rest = quoted(rest, "what is asked")
    if not is_choice(rest):
        rest.refuse("options are needed", rest.span, "two or more words with `|` between them: `grows|stays|shrinks`")
    if rest.split("=")[1] is not None:
        rest.refuse("a bet has no right answer yet", rest.span, f"`settle {name} = …` says later how it came out")
    return BetQuestion(name=name, title=title, options=options(rest), tries=1)


def first_name(words: Words) -> tuple[str, Words]:
    """Read the name that a bet has, and return it with what stands behind it. Raises ScenarioError."""
    first = next(iter(words), None)
    if first is None:
        words.refuse("the bet needs a name")
    if not is_mark(first.text):
        words.refuse(f"`{first.text}` is not a name", first, "letters, digits, `_`, `-`")
    return first.text, words.within(stripped(words.span.part(first.stop - words.span.start, len(words.span.text))))


def why(words: Words) -> WhyQuestion:
    """Read `"WORDS" ["WHAT THE AUTHOR SAYS"]`. Raises ScenarioError."""
    title, rest = quoted(words, "what is asked")
    return WhyQuestion(title=title, author=only(rest, "what the author says") if rest.text else "", tries=1)


def mistake(words: Words) -> tuple[Words, str]:
    """Read `WRONG "WORDS"`: a wrong answer, and what is said to it. Raises ScenarioError."""
    found = next(reversed(list(_QUOTED.finditer(words.span.text))), None)
    if found is None or found.end() != len(words.span.text):
        words.refuse("what is said to it, in quotes, is needed", words.span, f"it takes {words.usage}")
    wrong = words.within(stripped(words.span.part(0, found.start())))
    if not wrong.text:
        words.refuse("which answer is the mistake?", words.span, f"it takes {words.usage}")
    return wrong, only(words.within(words.span.part(found.start(), found.end())), "what is said to it")


def first_word(words: Words) -> Span | None:
    """Return where the first word stands."""
    return next(iter(words), None)


def is_words(words: Words) -> bool:
    """Whether a text is a word that no node or number has, or several in a row, which no expression is."""
    given = words.text.split()
    plain = all(re.fullmatch(r"[^\W\d][\w-]*", word) for word in given) and not {"and", "or", "not"} & set(given)
    known = () if words.known is None else (*words.known.nodes, *words.known.numbers)
    return bool(given) and plain and words.text not in known
