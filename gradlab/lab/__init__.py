"""The core of the laboratory, and its features: why, search, beside, teach. `gradlab.session.Lab` is what users call."""
