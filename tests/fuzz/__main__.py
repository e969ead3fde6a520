"""`python -m tests.fuzz --number N --seed S`: see `tests.fuzz.command`."""

from __future__ import annotations

from tests.fuzz.command import COMMAND

if __name__ == "__main__":
    COMMAND.main()
