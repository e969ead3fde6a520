"""Interruptions that Python swallows are raised once more."""

from __future__ import annotations

import _thread
import ctypes
import gc
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gradlab import interruption
from gradlab.cli import main
from gradlab.commands._limit import ALARM, TimeLimitReached, time_limit
from gradlab.kernels import cache
from tests.lab.models import XOR, plain


def here() -> None:
    """Be interrupted now, as by Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


class Closing:
    """Is interrupted while it is thrown away."""

    def __del__(self) -> None:
        here()


class Halfmade:
    """Is interrupted while it is made, and then has nothing to close."""

    def __init__(self) -> None:
        here()
        self.handle = 1

    def __del__(self) -> None:
        del self.handle


def in_a_destructor() -> None:
    thing = Closing()
    del thing
    gc.collect()


def in_a_callback_from_c() -> None:
    ctypes.CFUNCTYPE(None)(here)()


swallowed = pytest.mark.parametrize("swallow", [in_a_destructor, in_a_callback_from_c])


@swallowed
def test_what_is_swallowed_is_raised_at_the_end_of_the_block(
    swallow: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt), interruption.kept():
        swallow()
    assert capfd.readouterr().err == ""


@swallowed
def test_what_is_swallowed_ends_the_work_at_its_next_breath(swallow: Callable[[], None]) -> None:
    lab = plain(XOR)
    lab.on_chunk = swallow
    with interruption.listening(), pytest.raises(KeyboardInterrupt):
        lab.do("train 1000000000")
    lab.on_chunk = None
    interruption.forget()
    lab.do("train 3")


@swallowed
def test_a_command_that_swallows_an_interruption_is_interrupted(
    swallow: Callable[[], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def names() -> list[str]:
        swallow()
        return []

    monkeypatch.setattr("gradlab.scenario.shelf.names", names)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == ""
    monkeypatch.undo()
    assert main(["list"]) == 0


def test_nothing_is_printed_of_what_was_left_half_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    monkeypatch.setattr("gradlab.scenario.shelf.names", Halfmade)
    assert main(["list"]) == 130
    assert (told, capsys.readouterr().err) == ([], "")


@pytest.mark.parametrize(
    "text", ["from gradlab.kernels.jit import cfunction\ncfunction(len)\ndef warm(): pass\n",
             "from tests.test_interruption import half\ndef warm(): half()\n"], ids=["a kernel", "a loop"],
)  # fmt: skip
def test_compiling_is_done_to_its_end(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    done: list[str] = []

    def half(*_: object) -> None:
        here()
        done.append("whole")

    monkeypatch.setattr(cache, "keeps", lambda: False)
    monkeypatch.setattr(numba, "cfunc", lambda *_, **__: half)
    monkeypatch.setitem(sys.modules["tests.test_interruption"].__dict__, "half", half)
    with pytest.raises(KeyboardInterrupt):
        cache.load_text("gradlab_test_kernel", text)
    assert done == ["whole"]
    assert "gradlab_test_kernel" not in sys.modules


@swallowed
def test_kernels_that_were_interrupted_while_they_were_loaded_are_loaded_again(
    swallow: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "keeps", lambda: False)
    monkeypatch.setitem(sys.modules["tests.test_interruption"].__dict__, "swallow", swallow)
    with pytest.raises(KeyboardInterrupt):
        cache.load_text("gradlab_test_kernel", "from tests.test_interruption import swallow\nswallow()\ndef warm(): pass\n")
    assert "gradlab_test_kernel" not in sys.modules
    assert cache.load_text("gradlab_test_kernel", "right = True\ndef warm(): pass\n").right
    del sys.modules["gradlab_test_kernel"]


def test_damage_that_an_interruption_made_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        in_a_destructor()
        raise ImportError("half of it")

    monkeypatch.setattr(cache, "_import", broken)
    monkeypatch.setattr(cache, "keeps", lambda: True)
    monkeypatch.setattr(cache, "wipe", lambda name: pytest.fail("wiped"))
    with pytest.raises(KeyboardInterrupt):
        cache.load_text("gradlab_test_kernel", "")


def test_a_time_limit_that_is_swallowed_rings_at_the_end() -> None:
    callback = ctypes.CFUNCTYPE(None)(lambda: _thread.interrupt_main(ALARM))
    with pytest.raises(TimeLimitReached), time_limit(3600):
        callback()
    interruption.look()


def test_ctrl_c_and_the_end_of_a_time_limit_at_once_are_ctrl_c() -> None:
    def both() -> None:
        _thread.interrupt_main(signal.SIGINT)
        _thread.interrupt_main(ALARM)

    with pytest.raises(KeyboardInterrupt), interruption.listening(), time_limit(3600):
        ctypes.CFUNCTYPE(None)(both)()
    interruption.forget()


def test_a_time_limit_breaks_no_import_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "import _thread\nfrom gradlab.commands._limit import ALARM\n_thread.interrupt_main(ALARM)\nwhole = sum(range(9))\n"
    (tmp_path / "gradlab_slow_module.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(TimeLimitReached), time_limit(3600):
        import gradlab_slow_module  # type: ignore[import-not-found]
    assert gradlab_slow_module.whole == 36


def test_the_handlers_are_those_of_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(ALARM), sys.unraisablehook
    main(["list"])
    with time_limit(3600), interruption.listening(), interruption.unheard():
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(ALARM), sys.unraisablehook) == before


def _hold_off(done: list[str]) -> None:
    with interruption.listening():
        with interruption.held_off():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("all")
        done.append("never")


def test_what_is_held_off_is_done_to_its_end_and_then_interrupted_once() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _hold_off(done)
    assert done == ["all"]
    interruption.forget()


def test_what_was_left_half_made_is_not_heard_of_also_when_the_interruption_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    class HalfMade:
        def __del__(self) -> None:
            raise AttributeError("no `_ptr`")

    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: told.append(str(report.exc_value)))
    with interruption.kept():
        HalfMade()
    assert told == ["no `_ptr`"], "without an interruption it is a fault, and told"
    with interruption.kept():
        interruption.note(KeyboardInterrupt)
        interruption.forget()
        HalfMade()
    assert told == ["no `_ptr`"]
