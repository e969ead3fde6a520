"""Reading a scenario file: bytes to a document of prose, model and script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gradlab.errors import GradlabError, Problem, ScenarioError
from gradlab.scenario.bounds import MAX_FILE, MAX_MEMORY
from gradlab.scenario.characters import clean, harmless
from gradlab.scenario.fences import Fence, find_fences
from gradlab.scenario.fragment import Fragment
from gradlab.scenario.head import FOR_PEOPLE, Head, read_head
from gradlab.scenario.reading.packed import LOOK, TEXT, Packed, is_packed, unpacked
from gradlab.scenario.shelf import original
from gradlab.source import Source, Span, did_you_mean

KINDS = {"python model": "model", "lab": "lab"}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a scenario, in its order.

    kind: "prose" (Markdown), "model", "lab", or "code" (any other fence, shown as it is).
    text: the Markdown, or what stands between the fences.   span: where it is in the file, with its fences.
    starts: for each line of the text, the offset in the file at which the line begins.   info: the words behind the fence.
    """

    kind: str
    text: str
    span: Span
    starts: tuple[int, ...] = ()
    info: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A scenario that has been read, but not traced.

    folder: where its data may lie, or None for a text without a file.   packed: the file with its data that it came in, if any.
    """

    source: Source
    head: Head
    blocks: tuple[Block, ...]
    folder: Path | None = None
    packed: Packed | None = None

    @property
    def model(self) -> Fragment:
        """The model: all `python model` fences, one after the other."""
        return joined(self.source, (b for b in self.blocks if b.kind == "model"))

    @property
    def prose(self) -> str:
        """The Markdown without the model and the script."""
        return "".join(block.text for block in self.blocks if block.kind in ("prose", "code"))


def joined(source: Source, blocks: Iterable[Block]) -> Fragment:
    """Return blocks as one fragment."""
    lines: list[str] = []
    starts: list[int] = []
    for block in blocks:
        lines += block.text.split("\n") if block.starts else []
        starts += block.starts
    return Fragment(source, "\n".join(lines), tuple(starts) or (0,))


def read(where: str | Path) -> Document:
    """Read a scenario from a file, or from a text (a string with a line end in it). Raises ScenarioError."""
    if isinstance(where, str) and "\n" in where:
        return read_text(where)
    document, problems = read_file(Path(where))
    return _checked(document, problems)


def read_text(text: str, name: str = "<text>", folder: Path | None = None) -> Document:
    """Read a scenario from a Markdown text. Raises ScenarioError."""
    return _checked(*parse(text, name, folder))


def read_model(text: str, name: str = "<model>", folder: Path | None = None) -> Document:
    """Read the text of a model alone, without Markdown around it. Raises ScenarioError."""
    source, problems = clean(name, text)
    span = source.span(0, len(source.text))
    starts = Fragment.of(span).starts
    return _checked(Document(source, Head(), (Block("model", source.text, span, starts),), folder), problems)


def _checked(document: Document | None, problems: list[Problem]) -> Document:
    if problems or document is None:
        raise ScenarioError(problems)
    return document


def read_file(path: Path, memory: int = MAX_MEMORY) -> tuple[Document | None, list[Problem]]:
    """Return the document of a file and everything that is wrong with its form; no document when there is no text at all.

    It is the text of a scenario, or one with its data in an archive. memory: bytes that the data may take.
    """
    shown = harmless(str(path))
    try:
        if path.exists() and not path.is_file():
            return None, [Problem(_no_file(path, shown))]
        with path.open("rb") as file:
            data = file.read(LOOK)
            if is_packed(data):
                return _read_packed(path, memory)
            data += file.read(MAX_FILE + 1 - LOOK)
    except FileNotFoundError:
        return None, [Problem(_missing(path, shown))]
    except (OSError, ValueError) as error:
        return None, [Problem(f"cannot read `{shown}`: {getattr(error, 'strerror', None) or 'not a file name'}")]
    if data.startswith(b"PK\x03\x04"):
        return None, [Problem(f"`{shown}` {_ARCHIVE}")]
    return _of_bytes(data, path, shown)


_ARCHIVE = "is an archive and no snapshot, or one that is cut; a snapshot begins with the entry `gradlab.json`"
_BINARY = "is no text, so no scenario; `gradlab open` and `gradlab import` read models of ONNX and of torch.export"


def _no_file(path: Path, shown: str) -> str:
    """Say what stands where a scenario is looked for, and which one is in a folder."""
    if not path.is_dir():
        return f"`{shown}` is a special file, not a scenario"
    inside = [one for name in (TEXT, "model.md") if (one := path / name).is_file()]
    return f"`{shown}` is a folder, not a scenario{f'; `{harmless(str(inside[0]))}` is one' if inside else ''}"


def _read_packed(path: Path, memory: int) -> tuple[Document | None, list[Problem]]:
    """Return the document in an archive, called by the name of the archive."""
    try:
        packed = unpacked(path, memory)
    except GradlabError as error:
        return None, [Problem(str(error))]
    document, problems = _of_bytes((packed.folder / TEXT).read_bytes(), path, harmless(str(path)))
    if document is not None:
        document = replace(document, folder=packed.folder, packed=packed)
    return document, problems


def _of_bytes(data: bytes, path: Path, shown: str) -> tuple[Document | None, list[Problem]]:
    if len(data) > MAX_FILE:
        return None, [Problem(f"`{shown}` is larger than {MAX_FILE >> 20} MiB")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):  # which is a text in UTF-16
            return None, [Problem(f"`{shown}` {_BINARY}")]
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return None, [Problem(f"`{shown}` is not UTF-8: byte 0x{data[error.start]:02x} in line {line}, byte {column}")]
    document, problems = parse(text, str(path), path.parent)
    if (of := original(path)) is not None:
        document, more = _translated(document, of)
        problems = problems + more
    title = document.head.title or path.stem
    return replace(document, head=replace(document.head, title=title)), problems


def _translated(document: Document, of: Path) -> tuple[Document, list[Problem]]:
    """Return a lesson in another language with the settings of the lesson itself, and where model or script differ from it."""
    first, problems = read_file(of)
    if first is None:
        return document, problems
    words = {name: value for name in FOR_PEOPLE if (value := getattr(document.head, name))}
    mine, theirs = ([b for b in d.blocks if b.kind in ("model", "lab")] for d in (document, first))
    found = [_difference(block, other, of) for block, other in zip(mine, theirs, strict=False) if block.text != other.text]
    if len(mine) != len(theirs):
        message = f"`{of.name}` has {len(theirs)} fences of model and script, its translation has {len(mine)}"
        found.append(Problem(message, document.source.span(0, 0)))
    return replace(document, head=replace(first.head, **words)), found[:1]


def _difference(block: Block, other: Block, of: Path) -> Problem:
    """Say in which line a fence of a translation is not that of the lesson."""
    lines, theirs = block.text.split("\n"), other.text.split("\n")
    shared = min(len(lines), len(theirs))
    number = next((i for i in range(shared) if lines[i] != theirs[i]), shared)
    at = block.span
    if number < len(lines):
        at = Span(at.source, block.starts[number], block.starts[number] + len(lines[number]))
    wanted = theirs[number] if number < len(theirs) else "nothing"
    return Problem(f"a translation has the model and the script of `{of.name}`, word for word", at, f"there it is `{wanted}`")


def _missing(path: Path, shown: str) -> str:
    """Say that a file is not there, and which one of its folder is meant."""
    try:
        near = did_you_mean(path.name, sorted(p.name for p in path.parent.iterdir())) if path.name else ""
    except OSError:
        near = ""
    return f"there is no file `{shown}`" + (f"; {near}" if near else "")


def parse(text: str, name: str, folder: Path | None = None) -> tuple[Document, list[Problem]]:
    """Return the document of a Markdown text, and everything that is wrong with its form."""
    source, problems = clean(name, text)
    head, lines, found = read_head(source)
    blocks = tuple(_blocks(source, lines))
    if not any(block.kind == "model" for block in blocks):
        found.append(Problem("no model: a scenario has a fence ```python model", source.span(0, 0)))
    if not head.title:
        head = replace(head, title=_heading(blocks))
    return Document(source, head, blocks, folder), problems + found


def _heading(blocks: tuple[Block, ...]) -> str:
    """Return the text of the first heading, or nothing."""
    for block in blocks:
        for line in block.text.split("\n") if block.kind == "prose" else ():
            if line.startswith("# "):
                return line.strip("# \t")
    return ""


def _blocks(source: Source, head_lines: int) -> Iterator[Block]:
    """Cut the text behind the front matter into blocks."""
    lines = source.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    done = head_lines
    for fence in find_fences("\n".join(lines[head_lines:])):
        yield from _prose(source, starts, done, head_lines + fence.first)
        yield _fenced(source, lines, starts, fence, head_lines)
        done = head_lines + fence.last
    yield from _prose(source, starts, done, len(lines))


def _prose(source: Source, starts: list[int], first: int, last: int) -> Iterator[Block]:
    stop = min(starts[last], len(source.text))
    text = source.text[starts[first] : stop] if first < last else ""
    if text.strip():
        yield Block("prose", text, source.span(starts[first], stop))


def _fenced(source: Source, lines: list[str], starts: list[int], fence: Fence, shift: int) -> Block:
    """Return the block of a fence. Code is shown with its fences, a model and a script are run without."""
    span = source.span(starts[shift + fence.first], min(starts[shift + fence.last], len(source.text)))
    kind = KINDS.get(" ".join(fence.info.split()), "code")
    if kind == "code":
        return Block("code", span.text, span, info=fence.info)
    offsets = tuple(starts[shift + n] + _lead(lines[shift + n], text) for n, text in fence.content)
    return Block(kind, "\n".join(text for _, text in fence.content), span, offsets, fence.info)


def _lead(line: str, content: str) -> int:
    """Return how many characters of a line stand before its content (the indent of the fence)."""
    return len(line) - len(content) if line.endswith(content) else 0
