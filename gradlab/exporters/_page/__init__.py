"""A lesson as one file that a browser shows, without a request to anywhere."""
