#!/usr/bin/python3
"""Our files in NumPy and PyTorch, and PyTorch's weights in ours (Debian: python3-torch).

    torch_models.py ours FOLDER COUNT float|double
        runs each N.safetensors on N.x by NumPy alone and as an nn.Sequential whose load_state_dict
        takes the file's tensors, compares with N.y, and writes N.torch.safetensors: the weights of a
        freshly initialised nn.Sequential of the same modules, and what that makes of N.x: N.torch
    torch_models.py theirs FOLDER COUNT float|double
        compares N.torch.y, what we make of those weights, with N.torch

How near they came is printed; further than the bound fails.
"""
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

import safetensors  # noqa: E402

ROWS = 9


def erf(x):  # NumPy has none
    return torch.erf(torch.from_numpy(x)).numpy()


def softmax(z, _):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


FORMULAS = {
    "identity": lambda z, a: z, "sigmoid": lambda z, a: 1 / (1 + np.exp(-z)), "tanh": lambda z, a: np.tanh(z),
    "relu": lambda z, a: np.maximum(z, 0), "leaky_relu": lambda z, a: np.where(z > 0, z, a * z),
    "elu": lambda z, a: np.where(z > 0, z, a * np.expm1(np.minimum(z, 0))),
    "gelu": lambda z, a: z * (1 + erf(z / np.sqrt(2))) / 2, "silu": lambda z, a: z / (1 + np.exp(-z)),
    "softplus": lambda z, a: np.logaddexp(z, 0), "softmax": softmax,
}
MODULES = {
    "sigmoid": lambda a: nn.Sigmoid(), "tanh": lambda a: nn.Tanh(), "relu": lambda a: nn.ReLU(),
    "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": lambda a: nn.GELU(), "silu": lambda a: nn.SiLU(),
    "softplus": lambda a: nn.Softplus(threshold=50), "softmax": lambda a: nn.Softmax(1),
}


def by_numpy(model, tensors, x):
    """Dropout is the identity; a module's number counts the activations before it."""
    module, y = 0, x
    for layer in model["layers"]:
        if layer["type"] == "dense":
            y = y @ tensors[f"{module}.weight"].T + tensors.get(f"{module}.bias", 0)
        activation = layer.get("activation", "identity")
        y = FORMULAS[activation](y, layer.get("alpha", 0))
        module += 1 if activation == "identity" else 2
    return y


def sequential(model, dtype):
    modules, inputs = [], int(np.prod(model["input"]))
    for layer in model["layers"]:
        if layer["type"] == "dense":
            modules.append(nn.Linear(inputs, layer["units"], layer.get("bias", True), dtype=dtype))
        else:
            modules.append(nn.Dropout(layer["param"]["share"] if "param" in layer else 0.0))
        inputs = layer["units"]
        if "activation" in layer:
            modules.append(MODULES[layer["activation"]](layer["alpha"]))
    return nn.Sequential(*modules).eval()


def scaled(model, x, run):
    """In the user's units, around a network of its own."""
    s = {name: np.array(numbers) for name, numbers in model.get("scaling", {}).items()}
    y = run((x - s["input_shift"]) / s["input_scale"] if "input_shift" in s else x)
    return y * s["output_scale"] + s["output_shift"] if "output_shift" in s else y


def by_torch(modules, dtype):
    def run(x):
        with torch.no_grad():
            return modules(torch.tensor(x, dtype=dtype)).numpy().astype(np.float64)
    return run


class Worst:
    """The largest max|a - b| / max|b| so far."""

    def __init__(self, what, bound):
        self.what, self.bound, self.worst = what, bound, 0.0

    def compare(self, number, a, b):
        distance = np.abs(a - b).max() / np.abs(b).max()
        if not distance <= self.bound:
            sys.exit(f"{self.what}: network {number}: {distance} > {self.bound}")
        self.worst = max(self.worst, distance)


def main():
    what, folder, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    real, dtype, bound = {"float": (np.float32, torch.float32, 1e-5),
                          "double": (np.float64, torch.float64, 1e-12)}[sys.argv[4]]
    torch.manual_seed(3)
    torch.set_num_threads(1)
    results = [Worst("NumPy", bound), Worst("PyTorch", bound)] if what == "ours" else [Worst("weights", bound)]

    def numbers(number, end):
        return np.fromfile(folder / f"{number}{end}", real).reshape(ROWS, -1).astype(np.float64)

    for i in range(count):
        tensors, metadata = safetensors.load(folder / f"{i}.safetensors")
        model, x = json.loads(metadata["gemmnet"]), numbers(i, ".x")
        if what == "theirs":
            results[0].compare(i, numbers(i, ".torch.y"), numbers(i, ".torch"))
            continue
        y = numbers(i, ".y")
        wide = {name: t.astype(np.float64) for name, t in tensors.items()}
        results[0].compare(i, y, scaled(model, x, lambda z: by_numpy(model, wide, z)))
        modules = sequential(model, dtype)
        fresh = {name: t.numpy().copy() for name, t in modules.state_dict().items()}
        safetensors.save(folder / f"{i}.torch.safetensors", fresh)
        scaled(model, x, by_torch(modules, dtype)).astype(real).tofile(folder / f"{i}.torch")
        modules.load_state_dict({name: torch.from_numpy(t.copy()) for name, t in tensors.items()}, strict=True)
        results[1].compare(i, y, scaled(model, x, by_torch(modules, dtype)))
    for result in results:
        print(f"{result.what}: {count} networks, max|a-b| <= {result.worst:.2g} max|b|")


if __name__ == "__main__":
    main()
