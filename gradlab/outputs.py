"""Where files are written, and how: whole or not at all, and never over one that is there unless that was said.

What a person types may be written where they say. The script of a file, and a recording that is done again, come from
strangers: they write below one folder, that of `--out`, and without it into a temporary one that goes away with the process.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from gradlab.errors import ActionError, GradlabError


class Outputs:
    """Where a laboratory may write. folder: of `--out`, made when it is written to; None for a temporary one.

    strange: whether all that is done now comes from a file, as when a recording is done again.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.given = folder
        self.strange = False
        self._made: Path | None = None

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

    def place(self, name: str, *, script: bool) -> Path:
        """Return where a file of this name is to be written. script: whether the name stands in a script.

        Raises ActionError for a name that leads out of the folder, and where a file is already there.
        """
        path = self._below(name) if script or self.strange else Path(name)
        try:
            if path.exists() or path.is_symlink():
                raise ActionError(f"`{name}` is there already, and is not written over")
            if not path.parent.is_dir():
                raise ActionError(f"there is no folder `{path.parent}`")
        except (OSError, ValueError) as error:
            raise ActionError(f"`{name:.80}` is no name of a file: {getattr(error, 'strerror', None) or error}") from None
        return path

    def find(self, name: str, *, script: bool) -> Path | None:
        """Return a file that this laboratory has written under a name, if there is one; a person's may lie anywhere.

        Raises ActionError for a name in a script that leads out of the folder.
        """
        path = self._below(name) if script or self.strange else Path(name)
        return path if path.is_file() else None

    def _below(self, name: str) -> Path:
        """Return the place of a name below the folder. Raises ActionError."""
        posix, windows = PurePosixPath(name), PureWindowsPath(name)
        if not posix.name or ".." in (*posix.parts, *windows.parts) or posix.is_absolute() or windows.anchor or "\0" in name:
            raise ActionError(f"`{name:.80}`: a script writes below the folder of `--out` only")
        path = self.folder / name
        if not path.parent.resolve().is_relative_to(self.folder.resolve()):
            raise ActionError(f"`{name:.80}` leads out of the folder of `--out`")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@contextmanager
def written(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a place beside `path` to write to, and put what was written there in its place at the end of the block.

    When something goes wrong nothing is left. force: whether it may take the place of a file that is there.
    Raises GradlabError where one is there, and for whatever the disk refuses.
    """
    refuse_existing(path, force=force)
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        yield beside
        if beside.is_file():
            _to_disk(beside)
        refuse_existing(path, force=force)
        beside.replace(path)
    except OSError as error:
        raise GradlabError(f"error: cannot write `{path}`: {(error.strerror or str(error)).lower()}") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(beside) if beside.is_dir() else beside.unlink(missing_ok=True)


def refuse_existing(path: Path, *, force: bool = False) -> None:
    """Raise GradlabError where a file is to be written that is there already."""
    if path.is_dir() or ((path.exists() or path.is_symlink()) and not force):
        kind, way = ("a folder", "") if path.is_dir() else ("there already", "; `--force` writes over it")
        raise GradlabError(f"error: `{path}` is {kind}{way}")


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
