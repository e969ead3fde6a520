"""What the server hands out besides what a laboratory draws: one page, and files of the terminal that stands on it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from gradlab.errors import GradlabError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self' ws://{host}; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page may load what this server has, and nothing else; the terminal on it writes its own styles."""
HEADERS = {
    "Server": "gradlab",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STYLE = """\
@font-face { font-family: 'Roboto Mono'; src: url('font.ttf'); font-weight: 100 700; }
body { margin: 0; background: #11151c; color: #d5dae3; font-family: 'Roboto Mono', monospace; }
#note { display: none; position: absolute; inset: 0; z-index: 10; background: #11151c; padding: min(4em, 6vw); }
body.-closed #note { display: block; }
a { color: #6cb2ff; }
main { padding: min(4em, 6vw); max-width: 40em; }
"""
SCRIPT = """\
addEventListener('DOMContentLoaded', () => {
  const terminal = document.getElementById('terminal'), fitting = Math.floor(innerWidth / 80 / 0.61);
  if (terminal) terminal.dataset.fontSize = Math.max(9, Math.min(fitting, terminal.dataset.fontSize));
});
addEventListener('load', () => new MutationObserver((_, seen) => {
  if (!document.body.classList.contains('-loaded')) return;
  seen.disconnect();
  document.querySelector('.xterm-helper-textarea').focus();
}).observe(document.body, {attributes: true}));
"""
"""In a narrow window letters are smaller, so that 80 columns fit, but never under 9 pixels.

The keys go to the terminal as soon as it is connected.
"""
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/xterm.css">
<link rel="stylesheet" href="/assets/page.css">
<script src="/assets/textual.js"></script>
<script src="/assets/page.js"></script>
</head>
<body>
<div id="note" role="status">
<p>This laboratory has ended. What was done in it is kept.</p><p><a href="/">Open another one</a></p>
</div>
<noscript><main>The laboratory is drawn by a script of this server.</main></noscript>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://{host}/socket" data-font-size="{font}"></div>
</body>
</html>
"""
ENTERED = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>gradlab</title><link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url=/"></head></html>
"""
"""It leads on from a page of ours: behind a link on a page of others, a redirection would send no cookie."""
FULL = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>gradlab: full</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page.css"></head>
<body><main><p>{text}</p><p><a href="/">Try again</a></p></main></body>
</html>
"""
_FILES = {
    "textual.js": ("js/textual.js", "text/javascript"),
    "xterm.css": ("css/xterm.css", "text/css"),
    "font.ttf": ("fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
}
"""Names under which files of `textual-serve` are handed out, and what they are."""


def need_extra() -> Path:
    """Return the folder of the package that the terminal on the page is from. Raises GradlabError without the extra `web`."""
    spec = find_spec("textual_serve")
    if spec is None or spec.origin is None or find_spec("aiohttp") is None:
        raise GradlabError("error: `gradlab serve` needs the extra `web`: `pip install 'gradlab[web]'`")
    return Path(spec.origin).parent


def assets() -> dict[str, tuple[bytes, str]]:
    """Return all files that are handed out, by name, with their types. Raises GradlabError without the extra `web`."""
    folder = need_extra() / "static"
    try:
        found = {name: ((folder / path).read_bytes(), kind) for name, (path, kind) in _FILES.items()}
    except OSError as error:
        raise GradlabError(f"error: this textual-serve has no `{error.filename}`: take another version of it") from None
    return {**found, "page.css": (STYLE.encode(), "text/css"), "page.js": (SCRIPT.encode(), "text/javascript")}
