"""Where the panels stand: trees of splits, the perspectives, places in a size, and what a person keeps. Pure."""
