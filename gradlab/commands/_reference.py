"""The reference as Markdown: a page for each word, one for each group, all derivatives in one table, and an index.

Everything on the pages is what `gradlab ops NAME` says: the text at the top of the word's file, its arguments, its examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from textwrap import dedent

from gradlab import manual
from gradlab.diagnose.pages import facts, in_order
from gradlab.diagnose.rule import Rule
from gradlab.errors import GradlabError
from gradlab.op import Op
from gradlab.scenario import glossary
from gradlab.scenario.glossary import GROUPS, Entry, WordGroup

MARK = "<!-- Written by `gradlab ops --markdown`, which writes it again: change the text in the code instead. -->\n"
"""The first line of every page: a file without it is somebody else's."""
INDEX, DERIVATIVES, RULE_PAGE = "index.md", "derivatives.md", "rules.md"
SPECIAL = re.compile(r"[\\<*\[]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown would read as more than a character; an underscore inside a name is one that it leaves alone."""


def pages() -> dict[str, str]:
    """Return the text of each page by its path, relative and with `/`."""
    found = {INDEX: index(), DERIVATIVES: derivatives(), RULE_PAGE: rules()}
    for group in GROUPS.values():
        found[f"{group.name}/{INDEX}"] = group_page(group)
    found |= {path_of(entry): word_page(entry) for entry in glossary.entries()}
    return {path: MARK + text for path, text in found.items()}


def write(folder: Path) -> tuple[int, int]:
    """Write all pages into a folder, and remove pages of words that are gone; return how many of each.

    Raises GradlabError before anything is written where a file of somebody else is in the way, or a link leads elsewhere.
    """
    wanted = {folder / path: text for path, text in pages().items()}
    for path in wanted:
        if not path.parent.resolve().is_relative_to(folder.resolve()) or path.is_symlink() or not _ours(path):
            raise GradlabError(
                f"`{path}` was not written by `gradlab ops --markdown`: it is left as it is; name another folder"
            )
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    stale = [path for path in _written(folder) if path not in wanted]
    for path in stale:
        path.unlink()
    return len(wanted), len(stale)


def _ours(path: Path) -> bool:
    """Return whether a path is free or has a page of an earlier time."""
    if not path.exists():
        return True
    with path.open("rb") as file:
        return file.read(len(MARK.encode())) == MARK.encode()


def _written(folder: Path) -> Iterator[Path]:
    """Return the pages that are in a folder and in its folders of groups."""
    for place in (folder, *(folder / name for name in GROUPS)):
        yield from (path for path in sorted(place.glob("*.md")) if not path.is_symlink() and _ours(path))


def path_of(entry: Entry) -> str:
    """Return the path of a word's page."""
    return f"{entry.group.name}/{entry.name}.md"


def index() -> str:
    """Return the first page: the groups, with the number of words in each."""
    rows = [
        (f"[{group.name}]({group.name}/{INDEX})", str(len(glossary.in_group(group.name))), prose(group.holds))
        for group in GROUPS.values()
    ]
    return "\n".join(
        [
            "# Reference of gradlab", "",
            "Every word of the model language and every function of expressions, by group.", "",
            *table(("group", "words", "what they are for"), rows), "",
            f"[All derivatives on one page]({DERIVATIVES}), [all rules of a diagnosis]({RULE_PAGE})", "",
        ]
    )  # fmt: skip


def group_page(group: WordGroup) -> str:
    """Return the page of a group: a row for each word."""
    rows = [
        (f"[`{entry.name}`]({entry.name}.md)", code(entry.usage), summary(entry)) for entry in glossary.in_group(group.name)
    ]
    lines = [
        f"# {group.name.capitalize()}",
        "",
        f"[Reference](../{INDEX})",
        "",
        prose(group.holds[0].upper() + group.holds[1:]) + ".",
        "",
    ]
    return "\n".join([*lines, *table(("word", "how it is written", "what it is"), rows), ""])


def summary(entry: Entry) -> str:
    """Return what a word is in a line; of an operation the title, and the formula as code."""
    op = entry.thing if isinstance(entry.thing, Op) else None
    if op is None:
        return prose(entry.summary)
    return prose(op.title) + (f": {code(op.formula)}" if op.formula else "")


def derivatives() -> str:
    """Return the table of all operations that send a gradient, or that say why they send none."""
    ops = [(entry, entry.thing) for entry in glossary.entries() if isinstance(entry.thing, Op) and entry.thing.derivatives]
    rows = [
        (
            f"[`{op.name}`]({path_of(entry)})",
            code(op.formula),
            "<br>".join(code(part) for part in op.derivatives),
            prose(kink(op)),
            source(op.source),
        )
        for entry, op in ops
    ]
    lines = [
        "# All derivatives", "", f"[Reference]({INDEX})", "",
        "`x`, `y` … are the inputs of an operation, `z` is its output, and `g` the gradient of the root with respect to `z`;",
        "`dx`, `dy` … are what the operation sends to its inputs. The gradient jumps where what stands under *kink* changes.",
        "",
    ]  # fmt: skip
    return "\n".join([*lines, *table(("operation", "forward", "backward", "kink", "source"), rows), ""])


def kink(op: Op) -> str:
    """Return what changes where the gradient jumps, or what backward does instead of the derivative; "" if neither."""
    if op.surrogate:
        return f"no derivative: {op.surrogate}"
    if op.branch is None:
        return ""
    return manual.sentence(op.branch.__doc__ or "", op.name).removeprefix("Return ")


def rules() -> str:
    """Return the page of all rules of a diagnosis: what each looks at and why, its bounds with their source, two models."""
    lines = [
        "# Rules of a diagnosis", "", f"[Reference]({INDEX})", "",
        "`gradlab diagnose FILE` asks these rules. `gradlab help D1` is the part of one of them.", "",
    ]  # fmt: skip
    return "\n".join([*lines, *(line for rule in in_order() for line in rule_part(rule))])


def rule_part(rule: Rule) -> Iterator[str]:
    """Yield the lines of one rule."""
    yield from (f"## {prose(f'{rule.id} {rule.name}')}", "")
    for block in rule.doc.strip().split("\n\n"):
        yield from (*(fence("text", dedent(block)) if block.startswith(" ") else [prose(block)]), "")
    written = {"source": source}
    yield from (f"- **{name}**: {written.get(name, prose)(said)}" for name, said in facts(rule).items() if said)
    for title, model in (("A model that has it:", rule.faulty), ("Its twin:", rule.healthy)):
        yield from ("", title, "", *fence("python model", model)) if model else ()
    yield ""


def word_page(entry: Entry) -> str:
    """Return the page of a word."""
    group = entry.group
    parts: list[Sequence[str]] = [
        [f"# {entry.name}"],
        [f"[Reference](../{INDEX}) › [{group.name}]({INDEX}): {prose(title(entry))}"],
        fence("text", entry.usage),
        list(text(entry)),
        *remarks(entry),
        _section("Arguments", arguments(entry)),
        _section("Examples", examples(entry)),
        _section("Source", [source(entry.source)] if entry.source else []),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def title(entry: Entry) -> str:
    """Return what a word is in a few words."""
    return entry.thing.title if isinstance(entry.thing, Op) else entry.group.one


def text(entry: Entry) -> Iterator[str]:
    """Return the lines of a word's text without examples and source, which have sections of their own."""
    for indented, lines in groupby(manual.body(entry.doc).splitlines(), key=_indented):
        block = "\n".join(lines)
        if indented is None:
            yield ""
        elif indented:
            yield from fence("text", dedent(block))
        else:
            yield prose(block, link=links_from(entry))


def _indented(line: str) -> bool | None:
    """Return whether a line belongs to a block of formulas; None for an empty one."""
    return line.startswith("    ") if line.strip() else None


def remarks(entry: Entry) -> Iterator[list[str]]:
    """Return what gradlab knows about a word besides its text, a paragraph each."""
    if entry.group.name == "inner":
        yield [glossary.NO_WORD]
    if isinstance(entry.thing, Op):
        yield from ([line] for line in glossary.remarks(entry.thing))


def arguments(entry: Entry) -> list[str]:
    """Return the table of a word's arguments; nothing where it takes none."""
    rows = [
        (code(one.name), code(one.default) if one.default else "has to be given", prose(one.text)) for one in entry.arguments
    ]
    return table(("argument", "default", "what it is"), rows) if rows else []


def examples(entry: Entry) -> list[str]:
    """Return the calls of an operation with what they give, and the pieces of models."""
    calls = entry.thing.examples if isinstance(entry.thing, Op) else ()
    blocks = ["\n".join(f"{example.call}    # gives {example.gives}" for example in calls), *entry.examples]
    fenced = [fence("python", block) for block in blocks if block]
    return [line for number, block in enumerate(fenced) for line in ([""] * bool(number) + block)]


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"## {heading}", "", *lines] if lines else []


def links_from(entry: Entry) -> Callable[[str], str]:
    """Return what gives, for a name in a word's text, the link to its page; "" for its own names and for no word."""
    own = {entry.name, *entry.aliases, *entry.parameters}
    return lambda name: "" if name in own or name not in places() else f"../{places()[name]}"


@cache
def places() -> Mapping[str, str]:
    """Return the path of each word's page by its name and by its other names; of two words of a name, the first."""
    found: dict[str, str] = {}
    for entry in glossary.entries():
        for name in (entry.name, *entry.aliases):
            found.setdefault(name, path_of(entry))
    return found


def prose(words: str, link: Callable[[str], str] = lambda name: "") -> str:
    """Return plain text as Markdown that reads the same: what stands between backticks is code, with a link to its page."""
    parts = re.split(r"(`[^`]+`)", words)
    return "".join(_quoted(part, link) if part.startswith("`") else SPECIAL.sub(r"\\\g<0>", part) for part in parts)


def _quoted(part: str, link: Callable[[str], str]) -> str:
    place = link(part.strip("`"))
    return f"[{part}]({place})" if place else part


def source(words: str) -> str:
    """Return a source as Markdown: titles stand between stars already."""
    return words.replace("<", r"\<")


def code(words: str) -> str:
    """Return text as code."""
    return f"`` {words} ``" if "`" in words else f"`{words}`"


def fence(language: str, block: str) -> list[str]:
    """Return the lines of a block of code."""
    return [f"```{language}", *block.splitlines(), "```"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table; a pipe in a cell is escaped, in code too, as tables of Markdown want it."""
    cells = [[" ".join(cell.split()).replace("|", r"\|") for cell in line] for line in rows]
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *cells)]
