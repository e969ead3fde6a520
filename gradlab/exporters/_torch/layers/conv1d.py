"""A convolution with weights of its own: `nn.Conv1d`."""

from gradlab.exporters._torch.layers._conv import form

SUBMODULE = form("conv1d", "Conv1d")
