"""Files that are written: where a name that a person or a script gives may lie, and writing one whole or not at all.

A script comes from a stranger (SEMANTICS §7). It writes below one folder only, and never over a file. What a person types may
be written where they say.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from gradlab.errors import ActionError, BoundError, GradlabError

MOST = 2 << 30
"""Bytes that a script may write."""


class Outputs:
    """Where the actions of one laboratory write, and read what was written.

    folder: that of `--out`, or None: then a script writes into a temporary folder, which goes when this object goes, and names
    that are typed begin in the current folder.   most: bytes that scripts may write.
    """

    def __init__(self, folder: Path | None = None, most: int = MOST) -> None:
        self.folder, self.left = folder, most
        self._temporary: Path | None = None

    def beside(self) -> Outputs:
        """Return those of a laboratory that does the same again, beside this one: it writes into a temporary folder only."""
        return _Again(self)

    def place(self, name: str, *, typed: bool, over: bool = False) -> Path:
        """Return where a file may be written; the folders on the way to it are made. Raises ActionError.

        typed: whether a person typed the name; else it stands in a script.   over: whether the file may be there already.
        """
        _check_name(name, typed=typed)
        path = self._base(typed=typed) / (Path(name).expanduser() if typed else name)
        try:
            if not typed:
                self._make_within(path.parent, name)
            elif self.folder is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            _check_place(path, name, over=over and typed)
        except (OSError, RuntimeError) as error:
            raise ActionError(_failed(name, error)) from None
        return path

    def written(self, name: str, *, typed: bool) -> Path | None:
        """Return the file of a name where this laboratory writes, or None where there is none. Raises ActionError.

        What a script has written goes before what lies in the current folder.
        """
        _check_name(name, typed=typed)
        bases = [base for base in (self._temporary, self.folder) if base is not None]
        bases += [Path()] if typed and self.folder is None else []
        found = (base / (Path(name).expanduser() if typed else name) for base in bases)
        return next((path for path in found if path.is_file() and (typed or self._holds(path))), None)

    def spend(self, size: int, *, typed: bool) -> None:
        """Take note of bytes that are going to be written. Raises BoundError where a script would write too many."""
        if typed:
            return
        if size > self.left:
            raise BoundError(f"this takes {size / 2**20:,.3g} MiB, and a script may write {self.left / 2**20:,.3g} MiB more")
        self.left -= size

    def _base(self, *, typed: bool) -> Path:
        if self.folder is not None:
            return self.folder
        if typed:
            return Path()
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="gradlab-"))
            weakref.finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
        return self._temporary

    def _make_within(self, place: Path, name: str) -> None:
        """Make a folder, step by step, unless a link leads out on the way to it. Raises ActionError."""
        base = self._base(typed=False)
        base.mkdir(parents=True, exist_ok=True)
        for folder in (*reversed([*place.relative_to(base).parents][:-1]), place.relative_to(base)):
            if not (base / folder).resolve().is_relative_to(base.resolve()):
                raise ActionError(f"`{name}` leads out of the folder that a script writes in")
            (base / folder).mkdir(exist_ok=True)

    def _holds(self, path: Path) -> bool:
        base = self._base(typed=False)
        return path.resolve().is_relative_to(base.resolve())


class _Again(Outputs):
    """Where a laboratory writes that does again what another one has done: names mean what was written here, then there."""

    def __init__(self, other: Outputs) -> None:
        super().__init__(None, other.left)
        self._other = other
        self._places: dict[str, Path] = dict(other._places) if isinstance(other, _Again) else {}

    def place(self, name: str, *, typed: bool, over: bool = False) -> Path:
        """See `Outputs`. Every name is given a new file."""
        _check_name(name, typed=typed)
        self._places[name] = self._base(typed=False) / f"{len(self._places)}{Path(name).suffix}"
        return self._places[name]

    def written(self, name: str, *, typed: bool) -> Path | None:
        """See `Outputs`."""
        return self._places.get(name) or self._other.written(name, typed=typed)

    def spend(self, size: int, *, typed: bool) -> None:
        """See `Outputs`. All that is written lies in the temporary folder, so that all of it counts."""
        super().spend(size, typed=False)


def _check_name(name: str, *, typed: bool) -> None:
    if not name:
        raise ActionError("the name of a file is missing")
    if not name.isprintable():
        raise ActionError("the name of a file holds characters that cannot be seen")
    windows = PureWindowsPath(name)
    if typed:
        return
    if PurePosixPath(name).is_absolute() or windows.anchor or windows.drive or ".." in windows.parts:
        raise ActionError(
            f"`{name}`: a script writes and reads below the folder of `--out` only, by relative names without `..`"
        )
    if any(part.startswith(".") or ":" in part for part in windows.parts):
        raise ActionError(f"`{name}`: a script writes no hidden files, and no names with `:`")


def _check_place(path: Path, name: str, *, over: bool) -> None:
    if path.is_dir():
        raise ActionError(f"`{name}` is a folder")
    if os.path.lexists(path) and not over:
        raise ActionError(f"`{name}` is there already")
    if not path.parent.is_dir():
        raise ActionError(f"there is no folder `{path.parent}`")


def _failed(name: str, error: BaseException) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"`{name}` cannot be written: {reason[:1].lower()}{reason[1:]}"


@contextmanager
def whole(path: Path, *, over: bool = False, folder: bool = False) -> Iterator[Path]:
    """Yield the path of a new file, or of a new folder, beside a path; at the end it is moved there, whole.

    After an error nothing is left of it. over: whether a file that is there is replaced.   Raises GradlabError for what the
    system refuses: a full disk, a folder that is not there or may not be written, a file that is there.
    """
    try:
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}-", dir=path.parent))
    except OSError as error:
        raise GradlabError(_failed(str(path), error)) from None
    try:
        made = aside / path.name
        if folder:
            made.mkdir()
        yield made
        _move(made, path, over=over)
    except OSError as error:
        raise GradlabError(_failed(str(path), error)) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(made: Path, path: Path, *, over: bool) -> None:
    """Move what was made to its place. Raises GradlabError where something is there that must not be replaced."""
    if made.is_dir():
        if over and path.is_dir() and not path.is_symlink():
            path.rename(made.parent / "old")
        elif os.path.lexists(path):
            raise GradlabError(f"`{path}` is there already")
        made.rename(path)
        return
    _synced(made)
    if over:
        made.replace(path)
        return
    try:
        path.hardlink_to(made)  # unlike `rename` it never replaces what has come there meanwhile
    except FileExistsError:
        raise GradlabError(f"`{path}` is there already") from None
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise GradlabError(f"`{path}` is there already") from None
        made.rename(path)


def _synced(path: Path) -> None:
    with path.open("rb+") as file, suppress(OSError):
        os.fsync(file.fileno())
