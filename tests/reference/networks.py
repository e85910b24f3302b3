"""networks.h: loss, gradient and predictions of whole networks by torch's autograd."""
import numpy as np
import torch
import torch.nn.functional as F

from losses import row_losses, shares
from tables import array, generator, grid, number, numpy_of, tensor, write

ACTIVATIONS = {
    "identity": lambda z, a: z, "sigmoid": lambda z, a: torch.sigmoid(z),
    "tanh": lambda z, a: torch.tanh(z), "relu": lambda z, a: F.relu(z),
    "leaky_relu": lambda z, a: F.leaky_relu(z, a or 0.01), "elu": lambda z, a: F.elu(z, a or 1.0),
    "gelu": lambda z, a: F.gelu(z), "silu": lambda z, a: F.silu(z),
    "softplus": lambda z, a: F.softplus(z, threshold=1000),
    "softmax": lambda z, a: torch.softmax(z, 1),
}
FUSED = {"gn_softmax_cross_entropy": "softmax", "gn_sigmoid_cross_entropy": "sigmoid"}
KINKED = {"relu", "leaky_relu"}


class Layer:
    def __init__(self, units, activation, alpha=0, bias=True):
        self.units, self.activation, self.alpha, self.bias = units, activation, alpha, bias

    def text(self):
        return (f"{{ {self.units}, &gn_{self.activation}, {number(self.alpha)}, "
                f"{str(not self.bias).lower()} }}")


class Network:
    """Parameters are [W, b] (or [W]) for each layer, W units x inputs."""

    def __init__(self, rng, inputs, layers):
        self.inputs, self.layers, self.params = inputs, layers, []
        for layer in layers:
            w = grid(rng, layer.units, inputs, deviation=1.5 * inputs ** -0.5, step=1 / 256)
            self.params.append([tensor(w)])
            if layer.bias:
                self.params[-1].append(tensor(grid(rng, layer.units, deviation=0.5, step=1 / 256)))
            inputs = layer.units

    def forward(self, x):
        """What goes into the last activation, and how near a z came to a kink."""
        y, distance = torch.tensor(x), 1.0
        for i, (layer, params) in enumerate(zip(self.layers, self.params)):
            z = F.linear(y, *params)
            if layer.activation in KINKED:
                distance = min(distance, float(z.detach().abs().min()))
            y = ACTIVATIONS[layer.activation](z, layer.alpha) if i + 1 < len(self.layers) else z
        return y, distance

    def output(self, z):
        return ACTIVATIONS[self.layers[-1].activation](z, self.layers[-1].alpha)

    def rows(self, loss, alpha, x, y, labels):
        """The loss of each row: a loss takes what goes into the activation that it fuses."""
        z, _ = self.forward(x)
        raw = self.layers[-1].activation == FUSED.get(loss)
        return row_losses(loss, alpha, z if raw else self.output(z), y, labels)

    def flat(self, of=lambda p: p):
        return np.concatenate([numpy_of(of(p)).ravel() for layer in self.params for p in layer])

    def text(self):
        layers = ",\n".join("        " + layer.text() for layer in self.layers)
        return f"{self.inputs}, {len(self.layers)}, {{\n{layers} }}"


L = Layer
CASES = [  # what, inputs, layers, loss, alpha, kind of targets, weighted, rows
    ("ReLU, softmax, labels", 5, [L(7, "relu"), L(3, "softmax")],
     "gn_softmax_cross_entropy", 0, "labels", False, 150),
    ("tanh, squared error", 4, [L(6, "tanh"), L(6, "tanh"), L(2, "identity")],
     "gn_squared_error", 0, "errors", False, 33),
    ("GELU, SiLU, softmax, weighted shares", 8, [L(16, "gelu"), L(17, "silu"), L(10, "softmax")],
     "gn_softmax_cross_entropy", 0, "shares", True, 12),
    ("sigmoid, softplus, one sigmoid, labels", 3,
     [L(5, "sigmoid"), L(4, "softplus"), L(1, "sigmoid")],
     "gn_sigmoid_cross_entropy", 0, "labels", True, 40),
    ("leaky ReLU, ELU, Huber, no bias", 6,
     [L(9, "leaky_relu", 0.2, False), L(5, "elu", 0.5), L(3, "identity", 0, False)],
     "gn_huber", 0.5, "errors", False, 9),
    ("SiLU, absolute error of sigmoids", 7, [L(10, "silu"), L(12, "tanh"), L(3, "sigmoid")],
     "gn_absolute_error", 0, "chances", True, 20),
    ("softmax within and last, squared error", 4, [L(6, "softmax"), L(3, "softmax")],
     "gn_squared_error", 0, "shares", False, 10),
    ("logits, softmax cross-entropy", 4, [L(18, "elu"), L(4, "identity")],
     "gn_softmax_cross_entropy", 0, "labels", True, 17),
    ("logits, sigmoid cross-entropy of several", 4, [L(5, "leaky_relu"), L(3, "identity")],
     "gn_sigmoid_cross_entropy", 0, "chances", False, 11),
    ("one layer", 3, [L(2, "softplus")], "gn_squared_error", 0, "errors", False, 1),
]


def targets(rng, kind, rows, outputs):
    """y and labels, one of them None."""
    if kind == "labels":
        return None, rng.randint(max(outputs, 2), size=rows)
    if kind == "shares":
        return shares(rng, rows, outputs), None
    if kind == "chances":
        return rng.randint(65, size=(rows, outputs)) / 64, None
    return grid(rng, rows, outputs), None


def arrays(name, tables):
    return "".join(array(f"{name}_{key}", t, "int32_t" if key == "labels" else "double")
                   for key, t in tables.items() if t is not None)


def pointers(name, tables):
    """What arrays() has defined, in the same order."""
    names = ["NULL" if t is None else f"{name}_{key}" for key, t in tables.items()]
    return ", ".join(names[:4]) + ",\n      " + ", ".join(names[4:])


def accuracy(output, labels):
    if labels is None:
        return "NAN"
    guess = output[:, 0] > 0.5 if output.shape[1] == 1 else output.argmax(1)
    return repr(float((guess == labels).mean()))


def case(index, what, inputs, layers, loss, alpha, kind, weighted, rows):
    """The tables of one network, and its line in the table of networks."""
    rng, distance = generator(100 + index), 0
    while distance < 1e-4:  # so that float does not fall on the other side of a kink
        net, x = Network(rng, inputs, layers), grid(rng, rows, inputs)
        z, distance = net.forward(x)
    y, labels = targets(rng, kind, rows, layers[-1].units)
    weights = rng.randint(16, 128, size=rows) / 64 if weighted else None
    losses = net.rows(loss, alpha, x, y, labels)
    value = (losses * torch.tensor(weights if weighted else np.ones(rows))).sum() / rows
    value.backward()
    output, name = numpy_of(net.output(z)), f"network_{index}"
    tables = {"x": x, "y": y, "labels": labels, "weights": weights, "params": net.flat(),
              "gradient": net.flat(lambda p: p.grad), "outputs": output}
    line = (f'    {{ "{what}", {net.text()},\n      &{loss}, {number(alpha)}, {rows}, '
            f"{value.item()!r}, {accuracy(output, labels)},\n      {pointers(name, tables)} }},\n")
    return arrays(name, tables), line


def make(folder):
    made = [case(i, *c) for i, c in enumerate(CASES)]
    write(folder, "networks", "Loss, gradient and predictions of whole networks.", [
        *(tables for tables, _ in made),
        "static const struct network_case {\n    const char *what;\n    size_t inputs, n_layers;\n"
        "    reference_layer layers[3];\n    const gn_loss *loss;\n    double loss_alpha;\n"
        "    size_t rows;\n    double value, accuracy;\n    const double *x, *y;\n"
        "    const int32_t *labels;\n    const double *weights, *params, *gradient, *outputs;\n"
        "} networks[] = {\n" + "".join(line for _, line in made) + "};\n"])
