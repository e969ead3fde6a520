"""A convolution with weights of its own: `nn.ConvTranspose1d`."""

from gradlab.exporters._torch.layers._conv import form

SUBMODULE = form("conv_transpose1d", "ConvTranspose1d", turned=True)
