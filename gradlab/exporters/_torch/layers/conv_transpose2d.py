"""A convolution with weights of its own: `nn.ConvTranspose2d`."""

from gradlab.exporters._torch.layers._conv import form

SUBMODULE = form("conv_transpose2d", "ConvTranspose2d", turned=True)
