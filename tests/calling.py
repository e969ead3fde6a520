"""What a test gets of a command that it runs: exit code, stdout and stderr. The fixture `call` runs one."""

from __future__ import annotations

from collections.abc import Callable

Said = tuple[int, str, str]
Call = Callable[..., Said]
