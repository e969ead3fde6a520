"""Recording what is done from now on, and what was done before, to a file that `gradlab replay` does again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.errors import ActionError, GradlabError
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, said, told

if TYPE_CHECKING:
    from gradlab.session import Lab

WITH_DATA = ["with", "data"]


@dataclass(frozen=True, slots=True)
class RecordTarget:
    """A file to record to; "" to stop. data: whether what it reads goes into an archive beside it."""

    file: str
    data: bool = False


def _read(words: Words) -> RecordTarget:
    """Read `FILE [with data]` or `stop`."""
    given = [span.text for span in words]
    if not given:
        words.refuse("record to which file?", words.span, "a name, such as `session.gradlab`, or `stop`")
    if given == ["stop"]:
        return RecordTarget("")
    data = given[-2:] == WITH_DATA and len(given) > 2
    name = words.text.removesuffix("data").rstrip().removesuffix("with").rstrip() if data else words.text
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1]
    return RecordTarget(name, data)


def _record(lab: Lab, wanted: RecordTarget) -> Outcome:
    """Begin a recording, or end those that were begun."""
    from gradlab.recording.recorders import record_to, stop, with_data

    try:
        if not wanted.file:
            return told(line for one in stop(lab) for line in said("info", one.ending).lines)
        path = lab.outputs.place(wanted.file, script=lab.in_script)
        beside = with_data(lab, path) if wanted.data else ""
        record_to(lab, path)
    except ActionError:
        raise
    except GradlabError as error:
        raise ActionError(str(error).removeprefix("error: ")) from None
    return said("info", f"what is done is recorded to {wanted.file}{beside}")


ACTION = Action(
    "record", "FILE [with data] | stop",
    "record what was done and is done from now on, for `gradlab replay`; with data: its arrays beside it", _read, _record,
)  # fmt: skip
