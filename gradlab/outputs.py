"""Where files are written, and how: whole or not at all, and never over one that is there unless that was said.

What a person types may be written where they say. The script of a file, and a recording that is done again, come from
strangers (SEMANTICS §7): they write below one folder, that of `--out`, and without it into a temporary one that goes away with
the laboratory.
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
    """Where the actions of one laboratory write, and find what was written.

    folder: of `--out`, made when it is written to; None for a temporary one.   most: bytes that scripts may write.
    strange: whether all that is done now comes from a file, as when a recording is done again.
    """

    def __init__(self, folder: Path | None = None, most: int = MOST) -> None:
        self.given, self.left = folder, most
        self.strange = False
        self._made: Path | None = None

    def beside(self) -> Outputs:
        """Return those of a laboratory that does the same again, beside this one: it writes into a temporary folder only."""
        return _Again(self)

    @property
    def folder(self) -> Path:
        """The folder that scripts write to."""
        if self._made is None:
            if self.given is not None:
                self.given.mkdir(parents=True, exist_ok=True)
            self._made = self.given or Path(tempfile.mkdtemp(prefix="gradlab-"))
            if self.given is None:
                weakref.finalize(self, shutil.rmtree, self._made, ignore_errors=True)
        return self._made

    def place(self, name: str, *, script: bool, over: bool = False) -> Path:
        """Return where a file of this name is to be written; a script's folders on the way to it are made.

        script: whether the name stands in a script; one that is typed begins in the folder of `--out`, else in the current one.
        over: whether a person, not a script, lets it take the place of a file.
        Raises ActionError for a name that leads out of a script's folder, and where a file is already there.
        """
        script |= self.strange
        _check_name(name, script=script)
        try:
            path = self._below(name) if script else self._typed(name)
            if self.given is not None:
                self.given.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise ActionError(f"`{name}` is a folder")
            if os.path.lexists(path) and (script or not over):
                raise ActionError(f"`{name}` is there already, and is not written over")
            if not path.parent.is_dir():
                raise ActionError(f"there is no folder `{path.parent}`")
        except (OSError, ValueError, RuntimeError) as error:
            raise ActionError(f"`{name:.80}` cannot be written: {_reason(error)}") from None
        return path

    def find(self, name: str, *, script: bool) -> Path | None:
        """Return the file that lies under a name where this laboratory writes, or None where there is none.

        What a script has written goes before what lies in the current folder. Raises ActionError as `place` does for the name.
        """
        script |= self.strange
        _check_name(name, script=script)
        bases = [base for base in (self._made, self.given) if base is not None]
        found = [base / name for base in bases] if script else [*(base / name for base in bases), self._typed(name)]
        return next((path for path in found if path.is_file() and (not script or _is_below(path, bases))), None)

    def spend(self, size: int, *, script: bool) -> None:
        """Take note of bytes that are going to be written. Raises BoundError where a script would write too many."""
        if script or self.strange:
            if size > self.left:
                left = f"a script may write {self.left / 2**20:,.3g} MiB more"
                raise BoundError(f"this takes {size / 2**20:,.3g} MiB, and {left}")
            self.left -= size

    def _typed(self, name: str) -> Path:
        return (self.given or Path()) / Path(name).expanduser()

    def _below(self, name: str) -> Path:
        """Return the place of a name below the folder, and make the folders on the way. Raises ActionError, OSError."""
        path, real = self.folder, self.folder.resolve()
        for part in PurePosixPath(name).parts[:-1]:
            path /= part
            if not path.resolve().is_relative_to(real):
                raise ActionError(f"`{name:.80}` leads out of the folder of `--out`")
            path.mkdir(exist_ok=True)
        return path / PurePosixPath(name).name


class _Again(Outputs):
    """Where a laboratory writes that does again what another one has done: names mean what was written here, then there."""

    def __init__(self, other: Outputs) -> None:
        super().__init__(None, other.left)
        self._other = other
        self._places: dict[str, Path] = dict(other._places) if isinstance(other, _Again) else {}

    def place(self, name: str, *, script: bool, over: bool = False) -> Path:
        """See `Outputs`. Every name is given a new file."""
        _check_name(name, script=script)
        self._places[name] = self.folder / f"{len(self._places)}{Path(name).suffix}"
        return self._places[name]

    def find(self, name: str, *, script: bool) -> Path | None:
        """See `Outputs`."""
        return self._places.get(name) or self._other.find(name, script=script)

    def spend(self, size: int, *, script: bool) -> None:
        """See `Outputs`. All that is written lies in the temporary folder, so that all of it counts."""
        super().spend(size, script=True)


def _check_name(name: str, *, script: bool) -> None:
    """Raise ActionError for what cannot be the name of a file, or not that of a script's."""
    if not name or not name.isprintable():
        raise ActionError("the name of a file is missing" if not name else "the name of a file holds what cannot be seen")
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    parts = (*posix.parts, *windows.parts)
    if script and (not posix.name or ".." in parts or posix.is_absolute() or windows.anchor or windows.drive):
        raise ActionError(f"`{name:.80}`: a script writes below the folder of `--out` only")
    if script and any(part.startswith(".") or ":" in part for part in parts):
        raise ActionError(f"`{name:.80}`: a script writes no hidden files, and no names with `:`")


def _is_below(path: Path, bases: list[Path]) -> bool:
    return any(path.resolve().is_relative_to(base.resolve()) for base in bases)


def _reason(error: BaseException) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"{reason[:1].lower()}{reason[1:]}"


@contextmanager
def written(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a place beside `path` to write to, and put what was written there in its place at the end of the block.

    When something goes wrong nothing is left. force: whether it may take the place of a file that is there.
    Raises GradlabError where one is there, and for whatever the disk refuses.
    """
    refuse_existing(path, force=force)
    try:
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}-", dir=path.parent))
    except OSError as error:
        raise GradlabError(f"cannot write `{path}`: {_reason(error)}") from None
    try:
        yield aside / path.name
        _move(aside / path.name, path, force=force)
    except OSError as error:
        raise GradlabError(f"cannot write `{path}`: {_reason(error)}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(made: Path, path: Path, *, force: bool) -> None:
    """Move what was made to its place. Raises GradlabError where something has come there meanwhile."""
    if made.is_file():
        _to_disk(made)
    if not force and made.is_file():
        try:
            path.hardlink_to(made)  # unlike `rename` it never replaces what is there
            return
        except FileExistsError:
            refuse_existing(path)
        except OSError:  # a file system without links
            pass
    refuse_existing(path, force=force)
    made.replace(path)


FORCED = "`--force` writes over it"


def refuse_existing(path: Path, *, force: bool = False, read: str = "", way: str = FORCED) -> None:
    """Raise GradlabError where a file is to be written that is there already.

    force: whether it may be replaced; then too a device and a pipe may not, nor the file that is read, as a person named it.
    way: what helps where it is there.
    """
    if path.exists() and not path.is_dir() and not path.is_file():
        raise GradlabError(f"`{path}` is no file that can be written whole or not at all")
    if read and path.is_file() and Path(read).exists() and path.samefile(read):
        raise GradlabError(f"`{path}` is the file that is read, and is not written over")
    if path.is_dir() or (os.path.lexists(path) and not force):
        raise GradlabError(f"`{path}` is {'a folder' if path.is_dir() else f'there already; {way}'}")


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file, suppress(OSError):
        os.fsync(file.fileno())
