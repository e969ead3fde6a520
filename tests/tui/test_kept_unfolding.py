"""A module is unfolded by a line, what is unfolded is kept in a recording, and is so again when that is opened."""

from __future__ import annotations

from pathlib import Path

from gradlab.recording.opening import open_at_end
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import record_to
from gradlab.recording.sights import put_view
from gradlab.session import Lab
from gradlab.tui.panels._graph_view import GraphView
from gradlab.tui.screens.laboratory import Laboratory
from tests.recording.making import lines_of
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line


def unfolded(screen: Laboratory) -> set[str]:
    """Return the modules that are drawn unfolded."""
    view = screen.query_one(GraphView)
    return {box.module for box in view.scene.boxes if box.frame}


async def test_a_line_unfolds_a_module_and_another_folds_it() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "unfold hidden")
        await press(pilot, "shift+f12")
        assert unfolded(screen) == {"hidden"}
        await type_line(pilot, "unfold hidden")
        assert "`hidden` is unfolded" in screen_text(pilot)
        await type_line(pilot, "fold hidden")
        await press(pilot, "shift+f12")
        assert unfolded(screen) == set()
        await type_line(pilot, "unfold hiden")
        assert "there is no module `hiden`; did you mean `hidden`?" in screen_text(pilot)


async def test_what_keys_unfolded_is_in_the_recording_and_unfolded_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"

    def recorded() -> Lab:
        lab = lab_of(MATRICES)
        record_to(lab, path)
        return lab

    async with opened(recorded, size=(120, 40)) as (pilot, screen):
        await press(pilot, "n")
        await type_line(pilot, "zoom network")
        await type_line(pilot, "focus hidden.h")
        await press(pilot, "1", "enter")
        assert "hidden" in unfolded(screen)
        await press(pilot, "f")
    texts = [line.text for line in lines_of(path) if line.kind == "view"]
    assert "unfold hidden" in texts
    async with opened(lambda: open_at_end(open_recording(path)), size=(120, 40)) as (pilot, screen):
        await press(pilot, "shift+f12")
        assert "hidden" in unfolded(screen)


def test_the_latest_of_fold_and_unfold_holds_and_another_level_forgets_both() -> None:
    views: dict[str, str] = {}
    assert put_view(views, "zoom network") and put_view(views, "unfold a") and put_view(views, "unfold b")
    assert not put_view(views, "unfold a")
    assert put_view(views, "fold b")
    assert list(views.values()) == ["zoom network", "unfold a", "fold b"]
    put_view(views, "zoom layers")
    assert list(views.values()) == ["zoom layers"]
