"""Drawing on a page: Textual's driver for one, which ends with whoever it draws for."""

from __future__ import annotations

from textual import messages
from textual.drivers.web_driver import WebDriver


class ServedDriver(WebDriver):
    """Ends the program when the pipe that keys come through is closed, as it is when the server has been killed."""

    def run_input_thread(self) -> None:
        """Read keys until there are no more."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self.send_message(messages.ExitApp())
