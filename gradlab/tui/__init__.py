"""The terminal face of the laboratory: it sends action lines, draws the pictures that come back, and does no mathematics."""

import os

# Textual waits for the next of its frames before it draws: at 60 a second that alone is up to 16 ms from key to picture.
os.environ.setdefault("TEXTUAL_FPS", "250")
