"""What the tests of exporters share: a browser."""

from tests.browser import chromium

__all__ = ["chromium"]
