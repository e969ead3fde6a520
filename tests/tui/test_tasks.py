"""What waits for the lab thread."""

from __future__ import annotations

from gradlab.tui.tasks import Tasks


def filled() -> tuple[Tasks, list[str]]:
    tasks, ran = Tasks(), list[str]()
    for kind in ("deed", "look", "other", "deed", "look"):
        tasks.put(lambda kind=kind: ran.append(kind), kind)  # type: ignore[misc]
    return tasks, ran


def test_tasks_come_in_their_order_and_looks_may_be_taken_before_them() -> None:
    tasks, ran = filled()
    assert tasks.deeds == 2 and not tasks.idle
    for task in tasks.take_looks():
        task.run()
        tasks.done()
    while not tasks.empty:
        task = tasks.take()  # type: ignore[assignment]
        task.run()
        tasks.done()
    assert ran == ["look", "look", "deed", "other", "deed"]
    assert tasks.idle


def test_deeds_that_wait_are_dropped_and_nothing_else_is() -> None:
    tasks, _ = filled()
    assert tasks.drop_deeds() == 2
    assert tasks.drop_deeds() == 0
    kinds = [task.kind for task in iter(lambda: None if tasks.empty else tasks.take(), None)]
    assert kinds == ["look", "other", "look"]


def test_what_was_taken_and_is_not_done_keeps_the_thread_busy() -> None:
    tasks = Tasks()
    tasks.put(lambda: None)
    assert tasks.take() is not None
    assert tasks.empty and not tasks.idle
    tasks.done()
    assert tasks.idle


def test_the_end_comes_behind_what_waits() -> None:
    tasks = Tasks()
    tasks.put(lambda: None, "deed")
    tasks.end()
    assert tasks.take() is not None
    assert tasks.take() is None
