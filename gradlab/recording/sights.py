"""Views of a recording: which lines hold together, and which take the place of earlier ones."""

from __future__ import annotations


def put_view(views: dict[str, str], text: str) -> bool:
    """Put a view among those that hold, the latest last; return whether it says anything new.

    A line takes the place of the last one with its word; `fold` and `unfold` that of the same module. Another level of the
    zoom folds and unfolds anew.
    """
    word, _, rest = text.partition(" ")
    key = f"fold {rest}" if word in ("fold", "unfold") else word
    if views.get(key) == text:
        return False
    if word == "zoom":
        for folded in [one for one in views if one.startswith("fold ")]:
            del views[folded]
    views.pop(key, None)
    views[key] = text
    return True
