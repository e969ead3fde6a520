"""What an importer is: the kind of file that it reads, by the first bytes, and what a person can ask for beside the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gradlab.importers.program import Program
from gradlab.op import Array

LOOK = 256
"""First bytes by which a file is known."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What a person asks for beside the model.

    data: arrays by name.   loss: the word of a loss, or "".   target, output: the array that it compares with, and the output
    that it is of; "" for the only one.   memory: bytes that arrays may take; None: 2 GiB.
    trust: whether code of the file may run.
    """

    data: Mapping[str, Array] = field(default_factory=dict)
    loss: str = ""
    target: str = ""
    output: str = ""
    memory: int | None = None
    trust: bool = False


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file of another framework.

    name: of the kind.   begins: whether a file with such first bytes is one.   read: gives its program; raises GradlabError.
    """

    name: str
    begins: Callable[[bytes], bool]
    read: Callable[[Path, ImportWish], Program]
