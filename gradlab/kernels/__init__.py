"""All that is compiled, and its cache: the only package that imports numba."""
