"""A convolution with weights of its own: `nn.Conv3d`."""

from gradlab.exporters._torch.layers._conv import form

SUBMODULE = form("conv3d", "Conv3d")
