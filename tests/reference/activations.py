"""activations.h: forward and slope in closed forms that lose no digits, checked against torch."""
import math

import numpy as np
import scipy.special
import torch
import torch.nn.functional as F

from tables import array, braces, generator, grid, number, numpy_of, tensor, write


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)


def sigmoid_slope(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def normal_density(z):
    return np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def elementwise():
    """C name, alpha (0: its own), z below which even tiny slopes are exact, f, f', torch's f."""
    ndtr, below, never = scipy.special.ndtr, "0", "-INFINITY"
    one, exp_neg = np.ones_like, lambda z: np.exp(np.minimum(z, 0))

    def leaky(a):
        return (lambda z: np.where(z > 0, z, a * z), lambda z: np.where(z > 0, 1, a),
                lambda z: F.leaky_relu(z, a))

    def elu(a):
        return (lambda z: np.where(z > 0, z, a * np.expm1(np.minimum(z, 0))),
                lambda z: np.where(z > 0, 1, a * exp_neg(z)), lambda z: F.elu(z, a))

    return [
        ("gn_identity", 0, never, lambda z: z, one, lambda z: z * 1),
        ("gn_sigmoid", 0, below, sigmoid, sigmoid_slope, torch.sigmoid),
        ("gn_tanh", 0, never, np.tanh, lambda z: 4 * sigmoid_slope(2 * z), torch.tanh),
        ("gn_relu", 0, never, lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0, F.relu),
        ("gn_leaky_relu", 0, never, *leaky(0.01)),
        ("gn_leaky_relu", 0.2, never, *leaky(0.2)),
        ("gn_elu", 0, below, *elu(1)),
        ("gn_elu", 0.5, below, *elu(0.5)),
        ("gn_gelu", 0, "-3", lambda z: z * ndtr(z),
         lambda z: ndtr(z) + z * normal_density(z), F.gelu),
        ("gn_silu", 0, "-3", lambda z: z * sigmoid(z),
         lambda z: sigmoid(z) * (1 + z * sigmoid(-z)), F.silu),
        ("gn_softplus", 0, below, lambda z: np.logaddexp(0, z), sigmoid,
         lambda z: F.softplus(z, threshold=1000)),
    ]


def with_torch(f, z, dy):
    leaf = tensor(z)
    y = f(leaf)
    y.backward(torch.tensor(dy))
    return numpy_of(y), leaf.grad.numpy()


def activation_inputs():
    """First those on a grid (a bias can be taken off them exactly), then the others."""
    rng = generator(1)
    on_grid = [0, 1, -1, 5, -5, 20, -20, 50, -50, 90, -90, 700, -700]
    on_grid += list(grid(rng, 19, deviation=2)) + list(grid(rng, 8, deviation=12))
    tiny = [2.0 ** -126, 1e-30, 1e-10, 1e-5, 1e-3]
    others = [sign * x for x in tiny for sign in (1, -1)] + list(rng.normal(size=14) * 3)
    z = np.array(on_grid + [float(np.float32(x)) for x in others])
    dy = grid(rng, len(z), deviation=1.5)
    return z, len(on_grid), np.where(dy == 0, 1, dy)


def make(folder):
    z, n_grid, dy = activation_inputs()
    cases = []
    for name, alpha, tail, f, slope, peer in elementwise():
        y, dz = f(z), dy * slope(z)
        for ours, theirs in zip((y, dz), with_torch(peer, z, dy)):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12, err_msg=name)
        cases.append(f"    {{ &{name}, {number(alpha)}, {tail}, {braces(y)},\n"
                     f"      {braces(dz)} }},\n")
    write(folder, "activations", "Activations and their derivatives.", [
        f"enum {{ Z_COUNT = {len(z)}, Z_ON_GRID = {n_grid}, SOFTMAX_ROWS = 3 }};\n",
        array("activation_z", z), array("activation_dy", dy),
        "static const struct activation_case {\n    const gn_activation *base;\n"
        "    double alpha; /* 0: its own */\n"
        "    double tail;  /* below this z even tiny slopes are exact to rounding */\n"
        "    double y[Z_COUNT], dz[Z_COUNT];\n} activation_cases[] = {\n" + "".join(cases) + "};\n",
        *softmax_tables()])


def softmax_tables():
    """For each number of columns three rows: moderate, extreme, and all but one equal."""
    widths, rng = [1, 3, 10, 16, 17, 64, 100], generator(2)
    columns = {"z": [], "dy": [], "y": [], "dz": []}
    for cols in widths:
        z = np.stack([grid(rng, cols, deviation=3), rng.choice([-700, -90, 0, 85, 90, 700], cols),
                      np.full(cols, 700.0)])
        z[2, cols // 2] += 1.5
        dy = grid(rng, 3, cols)
        y, dz = with_torch(lambda t: torch.softmax(t, 1), z, dy)
        np.testing.assert_allclose(y, scipy.special.softmax(z, axis=1), rtol=1e-12)
        for key, values in zip(columns, (z, dy, y, dz)):
            columns[key].append(values.ravel())
    return [array("softmax_cols", widths, "size_t")] + [
        array(f"softmax_{key}", np.concatenate(values)) for key, values in columns.items()]
