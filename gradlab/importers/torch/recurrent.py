"""Recurrent layers and cells."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch import _recurrent as recurrent
from gradlab.importers.torch._mapping import Mapping, Unmapped


def _layer(step: recurrent.CellStep) -> Any:
    def build(
        m: Any,
        *,
        input: Any = None,
        hx: Any = None,
        params: Any = None,
        has_biases: bool = True,
        num_layers: int = 1,
        dropout: float = 0.0,
        train: bool = True,
        bidirectional: bool = False,
        batch_first: bool = False,
        data: Any = None,
        **_: Any,
    ) -> Any:
        if data is not None:
            raise Unmapped("a packed sequence")
        states = list(hx) if isinstance(hx, list | tuple) else [hx]
        return recurrent.unrolled(
            m, input, states, params, step, has_biases=has_biases, num_layers=num_layers, dropout=dropout, train=train,
            bidirectional=bidirectional, batch_first=batch_first,
        )  # fmt: skip

    return build


def _cell(step: recurrent.CellStep) -> Any:
    def build(m: Any, input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None, **_: Any) -> Any:
        states = tuple(hx) if isinstance(hx, list | tuple) else (hx,)
        found = step(m, recurrent.weighed(m, input, w_ih, b_ih), states, w_hh, b_hh)
        return found if len(found) > 1 else found[0]

    return build


def _one_layer(
    m: Any,
    *,
    input: Any,
    weight0: Any,
    weight1: Any,
    weight2: Any,
    weight3: Any,
    hx_: Any,
    cx_: Any,
    reverse: bool = False,
    has_biases: bool = True,
    mode: int = 2,
    batch_first: bool = False,
    **_: Any,
) -> Any:
    """Return what `mkldnn_rnn_layer` gives: an LSTM of one layer in one direction, time first."""
    if mode != 2:
        raise Unmapped("a fused layer that is no LSTM")
    shape = m.shape_of(input)[1:2]
    h, c = (m.reshape(one, (*shape, m.shape_of(one)[-1])) for one in (hx_, cx_))
    biases = (weight2, weight3) if has_biases else (None, None)
    outputs, (h, c) = recurrent._one_layer(
        m, input, (h, c), (weight0, weight1, *biases), recurrent.lstm_step, m.scope, bool(reverse)
    )
    return outputs, m.reshape(h, m.out_shape(1)), m.reshape(c, m.out_shape(2)), None


MAPPING = (
    Mapping("lstm", _layer(recurrent.lstm_step)),
    Mapping("gru", _layer(recurrent.gru_step)),
    Mapping("rnn_tanh", _layer(recurrent.plain_step("tanh"))),
    Mapping("rnn_relu", _layer(recurrent.plain_step("relu"))),
    Mapping("lstm_cell", _cell(recurrent.lstm_step)),
    Mapping("gru_cell", _cell(recurrent.gru_step)),
    Mapping("rnn_tanh_cell", _cell(recurrent.plain_step("tanh"))),
    Mapping("rnn_relu_cell", _cell(recurrent.plain_step("relu"))),
    Mapping("mkldnn_rnn_layer", _one_layer),
)
