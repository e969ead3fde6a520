"""What the screen of a sweep is made of: what it sees of the file, its picture and its list, the process that runs it."""
