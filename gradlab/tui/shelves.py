"""What the browser has to offer: lessons by folder and by course, files of this folder, and where a person has been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.lab.teach.progress import Journey, Reached, read_progress
from gradlab.scenario import shelf
from gradlab.scenario.bounds import MAX_FILE
from gradlab.scenario.catalogue import Shipped, catalogue, head_of
from gradlab.scenario.courses import after, courses
from gradlab.scenario.fences import find_fences

if TYPE_CHECKING:
    from gradlab.recording.kept import KeptSession

TOUR = "tour"
"""The tag of the lesson that comes before all others."""
LATELY = 4
MOST_FILES = 200
"""Files of a folder that are looked into."""
MODEL = "python model"


@dataclass(frozen=True, slots=True)
class Book:
    """A scenario. name: on the shelf, or its file.   reached: how far the person came.   session: kept of it, if one is."""

    name: str
    entry: Shipped
    reached: Reached | None = None
    session: KeptSession | None = None

    @property
    def path(self) -> Path:
        """Its file."""
        return self.entry.path

    @property
    def label(self) -> str:
        """Its name without folders."""
        return self.path.stem

    @property
    def state(self) -> str:
        """Return "new", "begun" or "done"."""
        if self.reached is not None and self.reached.done:
            return "done"
        return "begun" if self.reached is not None or self.session is not None else "new"

    @property
    def going_on(self) -> str:
        """Where Enter goes on, or "" where it begins: done is done, and without a session nothing is left to go on with."""
        if self.session is None or self.state == "done":
            return ""
        return f"update {self.session.update:,}" if self.session.update else self._line or "where you left it"

    @property
    def status(self) -> str:
        """How far the person is, in a few words; of what is new how long it takes."""
        if self.state == "begun":
            return self.going_on or self._line or "begun"
        if self.state == "done":
            return self.score
        return f"{self.entry.head.minutes} min" if self.entry.head.minutes else ""

    @property
    def score(self) -> str:
        """The quizzes of the best run, or ""."""
        return f"{self.reached.right} of {self.reached.asked} right" if self.reached is not None and self.reached.asked else ""

    @property
    def you(self) -> str:
        """How far the person is, in full."""
        if self.state == "new":
            return ""
        place = "done" if self.state == "done" else self.going_on or self._line or "begun"
        return ", ".join(part for part in (place, self.score) if part)

    @property
    def _line(self) -> str:
        return f"line {self.reached.line} / {self.reached.lines}" if self.reached is not None and self.reached.line else ""


@dataclass(frozen=True, slots=True)
class Section:
    """Books under a heading. folds: whether they can be put away."""

    title: str
    books: tuple[Book, ...]
    folds: bool = True

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(book.state == "done" for book in self.books)


@dataclass(frozen=True)
class Shelves:
    """All of it. shipped: what comes with gradlab, by name.   here: files of this folder.   elsewhere: those of sessions."""

    shipped: Mapping[str, Book] = field(default_factory=dict)
    here: tuple[Book, ...] = ()
    elsewhere: tuple[Book, ...] = ()
    sessions: tuple[KeptSession, ...] = ()

    @property
    def books(self) -> tuple[Book, ...]:
        """Every book once."""
        return (*self.here, *self.elsewhere, *self.shipped.values())

    @cached_property
    def folders(self) -> tuple[Section, ...]:
        """The lessons by folder."""
        found: dict[str, list[Book]] = {}
        for book in self.shipped.values():
            found.setdefault(book.name.rpartition("/")[0] or "scenarios", []).append(book)
        return tuple(Section(name, tuple(books)) for name, books in found.items())

    @cached_property
    def courses(self) -> tuple[Section, ...]:
        """The lessons by course, in the order in which they are taught, and those that belong to none."""
        made = courses(book.entry for book in self.shipped.values()).values()
        found = [Section(course.title, self._of(entry.name for entry in course.lessons)) for course in made]
        taught = {book.name for section in found for book in section.books}
        rest = tuple(book for name, book in self.shipped.items() if name not in taught)
        return (*found, *([Section("Lessons of no course", rest)] if rest else []))

    @cached_property
    def first(self) -> tuple[Section, ...]:
        """What stands above all: where to begin, or to go on; what was begun lately; the files of this folder."""
        where = self._begin() if self._is_fresh else self._go_on()
        title = "begin here" if self._is_fresh else "go on with"
        lately = [book for book in self._lately() if book not in where][:LATELY]
        found = (Section(title, where, folds=False), Section("begun lately", tuple(lately), folds=False))
        here = Section("in this folder", self.here, folds=len(self.here) > LATELY)
        return tuple(section for section in (*found, here) if section.books)

    def after(self, book: Book) -> tuple[Book, ...]:
        """Return the lessons that come behind one."""
        return self._of(entry.name for entry in after(book.name, (known.entry for known in self.shipped.values())))

    def needed(self, book: Book) -> tuple[Book, ...]:
        """Return the lessons that one needs, as far as they are known."""
        return self._of(name for name in book.entry.head.needs if name in self.shipped)

    def _of(self, names: Iterable[str]) -> tuple[Book, ...]:
        return tuple(self.shipped[name] for name in names)

    @property
    def _tours(self) -> tuple[Book, ...]:
        return tuple(book for book in self.shipped.values() if TOUR in book.entry.head.tags)

    @property
    def _is_fresh(self) -> bool:
        """Whether nothing was ever begun but the tour."""
        return all(book.state == "new" for book in self.shipped.values() if book not in self._tours) and not self._toured

    @property
    def _toured(self) -> bool:
        return bool(self._tours) and all(book.state == "done" for book in self._tours)

    def _begin(self) -> tuple[Book, ...]:
        first = [book for book in self.courses[0].books if book not in self._tours][:1] if self.courses else []
        return (*self._tours, *first)

    def _go_on(self) -> tuple[Book, ...]:
        """Return the lesson that was begun last, and the next one of its course, or of the first that is not done."""
        begun = [book for book in (*self._lately(), *self.shipped.values()) if book.state == "begun"][:1]
        latest = begun or [book for book in self._lately() if book.name in self.shipped][:1]
        behind = [book for before in latest for book in self.after(before) if book.state == "new"]
        ahead = [book for section in self.courses for book in section.books if book.state == "new"]
        return tuple(dict.fromkeys((*begun, *(behind or ahead)[:1])))

    def _lately(self) -> Iterator[Book]:
        known = {book.name: book for book in self.books}
        return (known[session.scenario] for session in self.sessions if session.scenario in known)


def read_shelves(here: Path | None) -> Shelves:
    """Return what there is now. here: the folder that the program was started in, if it is still there."""
    from gradlab.recording import kept  # which loads the engine: behind the first frame

    journey, sessions = read_progress(), kept.lately()
    shipped = catalogue()
    taken = {entry.path.resolve() for entry in shipped}
    files = list(_files(here, taken))
    others = _elsewhere(sessions, taken | {entry.path.resolve() for entry in files})

    def books(entries: Iterable[Shipped]) -> tuple[Book, ...]:
        return tuple(_book(entry, journey, sessions) for entry in entries)

    return Shelves({book.name: book for book in books(shipped)}, books(files), books(others), tuple(sessions))


def _book(entry: Shipped, journey: Journey, sessions: Sequence[KeptSession]) -> Book:
    session = next((one for one in sessions if one.scenario == entry.name), None)
    return Book(entry.name, entry, journey.of(entry.name), session)


def _files(here: Path | None, taken: set[Path]) -> Iterator[Shipped]:
    """Yield the scenarios of a folder that do not come with gradlab."""
    try:
        found = sorted(here.glob("*.md"))[:MOST_FILES] if here is not None else []
    except OSError:
        return
    for path in found:
        if path.name.lower() != "readme.md" and path.resolve() not in taken and _has_model(path):
            yield Shipped(shelf.name_of(path), path, head_of(path))


def _elsewhere(sessions: Iterable[KeptSession], taken: set[Path]) -> Iterator[Shipped]:
    """Yield the files of sessions, wherever they are."""
    for session in sessions:
        path = Path(session.scenario)
        if path.is_absolute() and path.is_file() and path.resolve() not in taken:
            yield Shipped(session.scenario, path, head_of(path))


def _has_model(path: Path) -> bool:
    """Return whether a Markdown file is a scenario."""
    try:
        if not path.is_file():
            return False
        with path.open(encoding="utf-8", errors="replace") as file:
            return any(" ".join(fence.info.split()) == MODEL for fence in find_fences(file.read(MAX_FILE)))
    except OSError:
        return False


def fitting(books: Iterable[Book], text: str) -> tuple[Book, ...]:
    """Return the books that every word of a text fits, the best first.

    A word fits where its letters stand in this order in the name, or where it stands as it is in the title or a tag.
    """
    words = text.lower().split()
    ranked = [(rank, number, book) for number, book in enumerate(books) if (rank := _rank(book, words)) is not None]
    return tuple(book for *_, book in sorted(ranked, key=lambda one: one[:2]))


def _rank(book: Book, words: Iterable[str]) -> int | None:
    """Return how far a book is from what is looked for, 0 for the best; None where a word does not fit."""
    name, texts = book.name.lower(), " ".join((book.entry.title, *book.entry.head.tags)).lower()
    total = 0
    for word in words:
        if word in name:
            total += 0 if word in book.label.lower() else 1
        elif word in texts:
            total += 2
        elif _in_order(word, name):
            total += 3
        else:
            return None
    return total


def _in_order(word: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in word)
