"""All models of the ladder, by their names."""

from collections.abc import Callable

from tests.importers.ladder import images, sequence, vision
from tests.importers.ladder.rung import Rung

RUNGS: dict[str, Callable[[], Rung]] = {
    make.__name__: make
    for make in (
        vision.mlp,
        vision.lenet,
        vision.vgg16,
        vision.resnet18,
        vision.resnet50,
        vision.densenet121,
        vision.mobilenet_v2,
        images.unet,
        sequence.lstm,
        sequence.gru,
        sequence.char_rnn,
        sequence.gpt,
        sequence.gpt_fused,
        sequence.bert_tiny,
        images.vit,
        images.vae,
        images.dcgan,
    )
}
