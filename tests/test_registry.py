"""Registries: what is imported when one is asked, and that a name alone gives what all files together give."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from gradlab import registry
from gradlab.actions import ACTIONS
from gradlab.collecting import held_back
from gradlab.nn.initializers import INITIALIZERS
from gradlab.nn.layers import LAYERS
from gradlab.ops import OPS
from gradlab.optim import OPTIMIZERS, TUNABLES
from gradlab.scenario.vocabulary import own_words


def printed(program: str) -> str:
    """Return what a Python program prints in a process of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("word", ["break", "continue", "forward"])
def test_an_action_is_had_without_the_files_of_the_others(word: str) -> None:
    program = f"""
import sys
from gradlab import registry
from gradlab.actions import ACTIONS
print(ACTIONS[{word!r}].name, sum(name.startswith("gradlab.actions.") and "._" not in name for name in sys.modules))
"""
    assert printed(program) == f"{word} 1\n"


def test_what_has_no_file_of_its_name_is_found_in_the_others() -> None:
    program = """
from gradlab.optim import TUNABLES
from gradlab.nn.initializers import INITIALIZERS
from gradlab.ops import OPS
print(TUNABLES["amsgrad"].name, INITIALIZERS["relu_normal"].name, OPS["clock"].name, OPS.find("swish").name, OPS.get("build"))
"""
    assert printed(program) == "amsgrad relu_normal clock silu None\n"


@pytest.mark.parametrize("things", [OPS, LAYERS, INITIALIZERS, OPTIMIZERS, TUNABLES, ACTIONS, own_words()])
def test_a_name_gives_what_stands_among_all(things: Mapping[str, object]) -> None:
    by_name, together = [things[name] for name in things], [*things.values()]
    assert [*map(id, by_name)] == [*map(id, together)]
    for unknown in ("", "no such word", "_loss", "build"):
        assert unknown not in things


def test_the_garbage_collector_works_again_as_before() -> None:
    assert gc.isenabled()
    with held_back():
        assert not gc.isenabled()
        with held_back():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_look_at_the_files_that_is_broken_off_leaves_nothing_half(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [True]

    def packages() -> Iterator[str]:
        if broken and broken.pop():
            raise KeyboardInterrupt
        yield "gradlab.graph.machines"

    monkeypatch.setattr(registry, "_registries", {})
    machines = registry.Registry[object]("MACHINE", packages)
    with pytest.raises(KeyboardInterrupt):
        len(machines)
    assert {"plain", "jit"} <= {*machines}
