"""A model as a program for PyTorch: what `gradlab export torch` writes.

expressions: the forms that the files of the ops declare, put together as Python.   body: nodes as statements.   layers: what
becomes a submodule, one kind a file.   feeds: data and noise.   steps: what moves the parameters.   program: the whole text.
"""
