"""The laboratory in a browser of this computer: who may come in, a process for each page, and the page itself."""
