"""Chains that PyTorch exports, as they are:  python3 onnx_torch.py FOLDER float|double N

N random nn.Sequential, and some modules by hand, as NAME.onnx, with rows of inputs in NAME.x and
PyTorch's outputs in NAME.y (two int32, rows and columns, and doubles, little-endian).
"""
import pathlib
import random
import sys
import warnings

import numpy
import torch
from torch import nn

FOLDER = pathlib.Path(sys.argv[1])
TYPE = {"float": torch.float32, "double": torch.float64}[sys.argv[2]]
ROWS = 5
warnings.filterwarnings("ignore")
random.seed(1)
torch.manual_seed(1)
torch.set_default_dtype(TYPE)


def write_matrix(path, matrix):
    matrix = matrix.detach().reshape(ROWS, -1).double().numpy()
    path.write_bytes(numpy.array(matrix.shape, "<i4").tobytes() + matrix.astype("<f8").tobytes())


def save(name, module, x, outputs=None, **options):
    """outputs: what we are to make of x, where it is not what the module does."""
    module.eval()
    y = module(x)
    options.setdefault("dynamic_axes", {"x": {0: "n"}, "y": {0: "n"}})
    torch.onnx.export(module, x, FOLDER / (name + ".onnx"), input_names=["x"], output_names=["y"], **options)
    write_matrix(FOLDER / (name + ".x"), x)
    write_matrix(FOLDER / (name + ".y"), y if outputs is None else outputs(y))


# PyTorch 1.13 has no double Softplus, LeakyRelu, ... of its own: it exports the operators, whose
# attributes are floats; so take what a float holds.
ACTIVATIONS = [
    lambda: nn.ReLU(), lambda: nn.Sigmoid(), lambda: nn.Tanh(), lambda: nn.GELU(), lambda: nn.SiLU(),
    lambda: nn.Softplus(), lambda: nn.LeakyReLU(random.randrange(1, 9) / 16), lambda: nn.ELU(),
    lambda: nn.ELU(random.randrange(1, 32) / 16), lambda: nn.Softmax(dim=-1),
    lambda: nn.Softmax(dim=1), lambda: nn.Identity(),
]


def random_sequential():
    width = random.randint(1, 24)
    shape = [ROWS, width]
    modules = []
    if random.random() < 0.3:
        shape, width = [ROWS, 1, 4, 5], 20
        modules.append(nn.Flatten())
    for _ in range(random.randint(1, 4)):
        units = random.randint(1, 24)
        modules.append(nn.Linear(width, units, bias=random.random() < 0.75))
        modules.append(random.choice(ACTIVATIONS)())
        if random.random() < 0.3:
            modules.append(nn.Dropout(0.25))
        width = units
    return nn.Sequential(*modules), torch.randn(shape)


class Scaled(nn.Module):
    """Standardises its inputs, and takes its outputs back."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
        self.mean = nn.Parameter(torch.randn(6))
        self.deviation = nn.Parameter(torch.rand(6) + 0.5)

    def forward(self, x):
        return self.net((x - self.mean) / self.deviation) * 2.5 - 0.75


class Viewed(nn.Module):
    """Flattens by the number of rows, which the file computes."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(12, 7), nn.Linear(7, 2)

    def forward(self, x):
        return self.second(torch.relu(self.first(x.view(x.size(0), -1))))


for i in range(int(sys.argv[3])):
    network, rows = random_sequential()
    save(f"torch{i:03}", network, rows, opset_version=random.choice([9, 11, 13, 16, 17]),
         do_constant_folding=random.random() < 0.7, keep_initializers_as_inputs=random.random() < 0.2)

save("torch_scaled", Scaled(), torch.randn(ROWS, 6))
save("torch_viewed", Viewed(), torch.randn(ROWS, 3, 4))
save("torch_fixed", Viewed(), torch.randn(ROWS, 3, 4), dynamic_axes={})
save("torch_log_softmax", nn.Sequential(nn.Linear(4, 5), nn.LogSoftmax(dim=1)), torch.randn(ROWS, 4),
     outputs=torch.exp)
save("torch_training", nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5), nn.ReLU(), nn.Linear(5, 2)),
     torch.randn(ROWS, 4), training=torch.onnx.TrainingMode.PRESERVE)
