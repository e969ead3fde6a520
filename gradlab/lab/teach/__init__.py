"""Questions, and the standard mistakes in answering them."""
