"""`python -m gradlab` is the command `gradlab`."""

from gradlab.cli import program

if __name__ == "__main__":
    program()
