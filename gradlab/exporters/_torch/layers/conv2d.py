"""A convolution with weights of its own: `nn.Conv2d`."""

from gradlab.exporters._torch.layers._conv import form

SUBMODULE = form("conv2d", "Conv2d")
