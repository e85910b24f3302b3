"""optimizers.h: ten steps of torch.optim with given gradients and a falling rate."""
import numpy as np
import torch

from tables import array, braces, generator, grid, numpy_of, tensor, write


OPTIMIZERS = [  # what, C maker, its arguments, rate, decoupled decay, torch's
    ("SGD", "make_sgd", (0, 0), 0.125, 0, lambda p, r: torch.optim.SGD(p, r)),
    ("momentum", "make_sgd", (0.875, 0), 0.125, 0, lambda p, r: torch.optim.SGD(p, r, 0.875)),
    ("Nesterov", "make_sgd", (0.9, 1), 0.125, 0,
     lambda p, r: torch.optim.SGD(p, r, 0.9, nesterov=True)),
    ("momentum, decay", "make_sgd", (0.5, 0), 0.25, 0.125, lambda p, r: torch.optim.SGD(p, r, 0.5)),
    ("AdaGrad", "make_adagrad", (1e-10,), 0.5, 0,
     lambda p, r: torch.optim.Adagrad(p, r, eps=1e-10)),
    ("AdaGrad, large epsilon", "make_adagrad", (0.25,), 0.5, 0,
     lambda p, r: torch.optim.Adagrad(p, r, eps=0.25)),
    ("RMSprop", "make_rmsprop", (0.99, 1e-8), 0.01, 0, lambda p, r: torch.optim.RMSprop(p, r)),
    ("RMSprop, large epsilon", "make_rmsprop", (0.75, 0.125), 0.1, 0,
     lambda p, r: torch.optim.RMSprop(p, r, alpha=0.75, eps=0.125)),
    ("Adam", "make_adam", (0.9, 0.999, 1e-8), 0.1, 0, lambda p, r: torch.optim.Adam(p, r)),
    ("Adam, large epsilon", "make_adam", (0.5, 0.75, 0.125), 0.1, 0,
     lambda p, r: torch.optim.Adam(p, r, betas=(0.5, 0.75), eps=0.125)),
    ("AdamW", "make_adam", (0.9, 0.999, 1e-8), 0.1, 0.25,
     lambda p, r: torch.optim.AdamW(p, r, weight_decay=0.25)),
    ("Rprop", "make_rprop", (), 0.01, 0, lambda p, r: torch.optim.Rprop(p, r)),
    ("Rprop, longest step", "make_rprop", (), 40, 0, lambda p, r: torch.optim.Rprop(p, r)),
    ("Rprop, shortest step", "make_rprop", (), 4e-6, 0, lambda p, r: torch.optim.Rprop(p, r)),
]
STEPS, KEPT, RATE_FACTOR = 10, (1, 2, 3, 10), 0.75  # the rate falls: rate * factor^(step - 1)


def gradients(rng, n):
    """Signs change, numbers are zero now and then; a few columns are special throughout."""
    g = grid(rng, STEPS, n, deviation=1.5, step=1 / 1024) * 2.0 ** rng.randint(-4, 4, size=n)
    g[rng.uniform(size=g.shape) < 0.1] = 0
    g[:, 0] = 0
    g[:, 1] = np.abs(g[:, 1]) + 1 / 8
    g[:, 2] = (-1.0) ** np.arange(STEPS)
    g[:, 3], g[0:5, 3] = -2.5, 0
    g[:, 4] = 1 / 1024
    return g


def trajectory(make, rate, decay, p0, g):
    p = tensor(p0)
    optimizer = make([p], rate)
    decay = 0 if isinstance(optimizer, torch.optim.AdamW) else decay
    kept = []
    for step in range(1, STEPS + 1):
        optimizer.param_groups[0]["lr"] = rate * RATE_FACTOR ** (step - 1)
        with torch.no_grad():
            p -= optimizer.param_groups[0]["lr"] * decay * p
        p.grad = torch.tensor(g[step - 1])
        optimizer.step()
        kept += [numpy_of(p).copy()] if step in KEPT else []
    return np.stack(kept)


def make(folder):
    rng, n = generator(4), 37
    p0, g = grid(rng, n), gradients(rng, n)
    p0[0:6] = 1, 0, 0, 0, 0, -1  # at 0 the smallest steps show in float too
    cases = [f'    {{ "{what}", {make}, {{ {", ".join(map(repr, hyper)) or 0} }}, '
             f"{rate!r}, {decay!r},\n"
             f"      {braces(trajectory(peer, rate, decay, p0, g))} }},\n"
             for what, make, hyper, rate, decay, peer in OPTIMIZERS]
    write(folder, "optimizers", "Parameters after some of ten steps, as torch.optim takes them.", [
        f"enum {{ STEPS = {STEPS}, KEPT = {len(KEPT)}, PARAMS = {n} }};\n",
        f"static const double rate_factor = {RATE_FACTOR}; /* from step to step */\n",
        f"static const uint64_t kept_steps[KEPT] = {braces(KEPT)};\n",
        array("optimizer_params", p0), array("optimizer_gradients", g),
        "static const struct optimizer_case {\n    const char *what;\n"
        "    gn_optimizer (*make)(const double *hyper);\n"
        "    double hyper[3], rate, decay;\n    double params[KEPT * PARAMS];\n"
        "} optimizer_cases[] = {\n"
        + "".join(cases) + "};\n"])
