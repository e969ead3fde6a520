"""The laboratory: everything that can be done with a scenario, without a screen."""

from gradlab.lab.lab import Lab, Stopped, Trained
from gradlab.lab.opening import build, load
from gradlab.lab.script import Outcome

__all__ = ["Lab", "Outcome", "Stopped", "Trained", "build", "load"]
