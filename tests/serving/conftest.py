"""What the tests of the server share: a browser."""

from tests.browser import chromium

__all__ = ["chromium"]
