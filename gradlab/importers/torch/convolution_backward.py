"""What a convolution sends back, as a part of a forward pass: where a gradient is itself a part of the loss."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch.convolution import _conv, _each, _transposed


def _backward(
    m: Any,
    grad_output: Any,
    input: Any,
    weight: Any,
    *,
    bias_sizes: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
    output_mask: Any,
) -> Any:
    """Return what is sent to the input, to the weight and to the bias; None for what is not asked for."""
    if transposed:
        raise Unmapped("what a transposed convolution sends back")
    axes = len(m.shape_of(weight)) - 2
    kernel = m.shape_of(weight)[2:]
    s, p, d = (_each(one, axes) for one in (stride, padding, dilation))
    to_input = to_weight = to_bias = None
    if output_mask[0]:
        wide = [(n - 1) * a - 2 * b + c * (k - 1) + 1
                for n, a, b, c, k in zip(m.shape_of(grad_output)[2:], s, p, d, kernel, strict=True)]  # fmt: skip
        more = [n - one for n, one in zip(m.shape_of(input)[2:], wide, strict=True)]
        to_input = _transposed(
            m, grad_output, weight, stride=s, padding=p, output_padding=more, groups=groups, dilation=d
        )  # fmt: skip
    if output_mask[1]:
        to_weight = _to_weight(m, grad_output, input, kernel, s, p, d, groups)
    if output_mask[2]:
        to_bias = m.call("sum", grad_output, axis=(0, *range(2, axes + 2)))
    return to_input, to_weight, to_bias


def _to_weight(m: Any, g: Any, x: Any, kernel: Any, s: Any, p: Any, d: Any, groups: int) -> Any:
    """Return the input convolved with what arrives, samples in the place of channels."""
    if groups != 1:
        raise Unmapped("what a convolution in groups sends to its weight")
    turn = [1, 0, *range(2, len(kernel) + 2)]
    found = _conv(m, m.transpose(m.item(x), turn), m.transpose(m.item(g), turn), None, d, p, s)
    if m.shape_of(found)[2:] != tuple(kernel):
        found = m.index(found, slice(None), slice(None), *(slice(0, k) for k in kernel))
    return m.transpose(found, turn)


MAPPING = Mapping("convolution_backward", _backward)
