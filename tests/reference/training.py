"""training.h: losses and final parameters of twenty steps of minibatches in their order.

70 rows in minibatches of 16: the last of each epoch has 6. As gemmnet.h has it: the gradient of
the loss is shortened to its longest norm, then l1 sign(w) + l2 w joins it, decay is decoupled,
and all three are for weights, not for biases.
"""
import numpy as np
import torch

from networks import Layer, Network, arrays, pointers, targets
from tables import braces, generator, grid, number, write

ROWS, BATCH, EPOCHS = 70, 16, 4
STEPS_PER_EPOCH = -(-ROWS // BATCH)
STEPS = EPOCHS * STEPS_PER_EPOCH
SGD, ADAM = "make_sgd", "make_adam"

RUNS = [  # what, layers, loss, kind of targets, maker, hyper, schedule, options
    ("momentum, l2, clipping", [Layer(8, "tanh"), Layer(3, "softmax")],
     "gn_softmax_cross_entropy", "labels", SGD, (0.9, 0), ("exponential", 0.25, 0.75),
     {"l2": 0.02, "longest": 0.625}),
    ("Adam, decoupled decay", [Layer(8, "gelu"), Layer(2, "identity")],
     "gn_squared_error", "errors", ADAM, (0.9, 0.999, 1e-8), ("exponential", 0.05, 0.75),
     {"decay": 0.1}),
    ("Nesterov, l1, l2, cosine", [Layer(8, "silu", 0, False), Layer(5, "elu"), Layer(1, "sigmoid")],
     "gn_sigmoid_cross_entropy", "labels", SGD, (0.75, 1), ("cosine", 0.5, 0.125),
     {"l1": 0.001, "l2": 0.01, "longest": 0.25}),
]
OPTIONS = ["decay", "l1", "l2", "longest"]


def optimizer_of(maker, hyper, decay, net, rate):
    groups = [{"params": [layer[i] for layer in net.params if len(layer) > i],
               "weight_decay": decay if i == 0 else 0} for i in (0, 1)]
    if maker == ADAM:
        return torch.optim.AdamW(groups, rate, betas=hyper[:2], eps=hyper[2])
    return torch.optim.SGD(groups, rate, hyper[0], nesterov=bool(hyper[1]))


def scheduler_of(optimizer, name, rate, second):
    """And whether it moves at every step, else at every epoch."""
    schedules = torch.optim.lr_scheduler
    if name == "cosine":
        return schedules.CosineAnnealingLR(optimizer, STEPS, second), True
    return schedules.ExponentialLR(optimizer, second), False


def adjust_gradients(net, longest=0, l1=0, l2=0, **_):
    """Returns whether the gradient was shortened."""
    norm = np.linalg.norm(net.flat(lambda p: p.grad))
    for layer in net.params:
        for p in layer:
            p.grad *= longest / norm if longest and norm > longest else 1
        layer[0].grad += l1 * torch.sign(layer[0].detach()) + l2 * layer[0].detach()
    return bool(longest and norm > longest)


def train(net, loss, x, y, labels, optimizer, scheduler, per_step, options):
    losses, shortened = [], 0
    for step in range(STEPS):
        first = step % STEPS_PER_EPOCH * BATCH
        part = slice(first, min(first + BATCH, ROWS))
        value = net.rows(loss, 0, x[part], y if y is None else y[part],
                         labels if labels is None else labels[part]).mean()
        optimizer.zero_grad()
        value.backward()
        shortened += adjust_gradients(net, **options)
        optimizer.step()
        if per_step or (step + 1) % STEPS_PER_EPOCH == 0:
            scheduler.step()
        losses.append(value.item())
    assert not options.get("longest") or 3 < shortened < STEPS - 3, shortened
    return losses


def run(index, what, layers, loss, kind, maker, hyper, schedule, options):
    rng, name, inputs = generator(200 + index), f"run_{index}", 4
    net, x = Network(rng, inputs, layers), grid(rng, ROWS, inputs)
    y, labels = targets(rng, kind, ROWS, layers[-1].units)
    before = net.flat()
    optimizer = optimizer_of(maker, hyper, options.get("decay", 0), net, schedule[1])
    losses = train(net, loss, x, y, labels, optimizer, *scheduler_of(optimizer, *schedule), options)
    tables = {"x": x, "y": y, "labels": labels, "before": before, "after": net.flat()}
    settings = ", ".join(number(options.get(key, 0)) for key in OPTIONS)
    line = (f'    {{ "{what}", {net.text()},\n      &{loss}, {maker}, {braces(hyper)},\n'
            f"      make_{schedule[0]}, {schedule[1]}, {schedule[2]}, {settings},\n"
            f"      {pointers(name, tables)},\n      {braces(losses)} }},\n")
    return arrays(name, tables), line


def make(folder):
    made = [run(i, *r) for i, r in enumerate(RUNS)]
    write(folder, "training", "Twenty steps of training.", [
        f"enum {{ ROWS = {ROWS}, BATCH = {BATCH}, EPOCHS = {EPOCHS}, STEPS = {STEPS} }};\n",
        *(tables for tables, _ in made),
        "static const struct run_case {\n    const char *what;\n    size_t inputs, n_layers;\n"
        "    reference_layer layers[3];\n    const gn_loss *loss;\n"
        "    gn_optimizer (*optimizer)(const double *hyper);\n    double hyper[3];\n"
        "    gn_schedule (*schedule)(double first, double second, uint64_t every);\n"
        f"    double first, second, {', '.join(OPTIONS)};\n"
        "    const double *x, *y;\n    const int32_t *labels;\n    const double *before, *after;\n"
        "    double losses[STEPS];\n} runs[] = {\n" + "".join(line for _, line in made) + "};\n"])
