"""losses.h: torch's losses, row by row, and the gradient of their sum."""
import numpy as np
import torch
import torch.nn.functional as F

from tables import array, braces, generator, grid, number, numpy_of, tensor, write


def label_targets(labels, cols):
    """One output is the probability of class 1, several are one-hot."""
    return labels[:, None] * 1.0 if cols == 1 else np.eye(cols)[labels]


def row_losses(loss, alpha, z, y, labels):
    """The loss of each row; y is None where labels are meant."""
    if loss == "gn_softmax_cross_entropy":
        return F.cross_entropy(z, torch.tensor(labels if y is None else y), reduction="none")
    target = torch.tensor(label_targets(labels, z.shape[1]) if y is None else y)
    function = {"gn_squared_error": F.mse_loss, "gn_absolute_error": F.l1_loss,
                "gn_huber": lambda a, b, reduction: F.huber_loss(a, b, reduction, alpha or 1.0),
                "gn_sigmoid_cross_entropy": F.binary_cross_entropy_with_logits}[loss]
    return function(z, target, reduction="none").mean(1)


def shares(rng, rows, cols):
    """Rows of multiples of 1/64 that sum to 1; the first row is one-hot."""
    draws = rng.randint(cols, size=(rows, 64))
    counts = np.stack([np.bincount(row, minlength=cols) for row in draws])
    counts[0] = 64 * (np.arange(cols) == cols // 2)
    return counts / 64


def loss_inputs(rng, rows, cols):
    """Row 0 is the targets themselves, rows 1 and 2 are extreme, the others moderate."""
    y = grid(rng, rows, cols)
    z = grid(rng, rows, cols, deviation=2)
    z[0] = y[0] + rng.choice([0, 0, 1, -1, 0.5], cols)
    z[1], z[2] = rng.choice([-90, -20, 0, 20, 90], cols), rng.choice([-700, 0, 700], cols)
    labels = rng.randint(max(cols, 2), size=rows)
    return {"z": z, "errors": y, "shares": shares(rng, rows, cols),
            "chances": np.clip(rng.randint(-16, 81, size=(rows, cols)) / 64, 0, 1),
            "one_hot": labels, "classes": labels % cols}


LOSS_CASES = [  # loss, alpha, where its targets or labels are
    ("gn_squared_error", 0, "errors"), ("gn_absolute_error", 0, "errors"),
    ("gn_huber", 0, "errors"), ("gn_huber", 0.5, "errors"),
    ("gn_softmax_cross_entropy", 0, "shares"), ("gn_softmax_cross_entropy", 0, "classes"),
    ("gn_sigmoid_cross_entropy", 0, "chances"), ("gn_sigmoid_cross_entropy", 0, "one_hot"),
]


def loss_case(loss, alpha, where, inputs):
    losses, slopes = [], []
    for x in inputs:
        z, has_labels = tensor(x["z"]), x[where].ndim == 1
        rows = row_losses(loss, alpha, z, None if has_labels else x[where], x[where])
        rows.sum().backward()
        losses.append(numpy_of(rows))
        slopes.append(z.grad.numpy().ravel())
    pointers = f"NULL, loss_{where}" if has_labels else f"loss_{where}, NULL"
    return (f"    {{ &{loss}, {number(alpha)}, {pointers},\n"
            f"      {braces(np.concatenate(losses))},\n"
            f"      {braces(np.concatenate(slopes))} }},\n")


def make(folder):
    widths, rows, rng = [1, 3, 10, 16, 17], 6, generator(3)
    inputs = [loss_inputs(rng, rows, cols) for cols in widths]
    tables = [array(f"loss_{key}", np.concatenate([x[key].ravel() for x in inputs]),
                    "double" if inputs[0][key].ndim == 2 else "int32_t") for key in inputs[0]]
    write(folder, "losses", "Losses of rows, and the gradients of their sums.", [
        f"enum {{ LOSS_ROWS = {rows}, LOSS_WIDTHS = {len(widths)}, "
        f"LOSS_NUMBERS = {rows * sum(widths)} }};\n",
        f"static const size_t loss_cols[LOSS_WIDTHS] = {braces(widths)};\n",
        array("loss_weights", [1, 0.25, 3, 0, 1.5, 0.75]), *tables,
        "static const struct loss_case {\n    const gn_loss *base;\n"
        "    double alpha; /* 0: its own */\n"
        "    const double *y;\n    const int32_t *labels;\n"
        "    double loss[LOSS_ROWS * LOSS_WIDTHS], dz[LOSS_NUMBERS];\n} loss_cases[] = {\n"
        + "".join(loss_case(*case, inputs) for case in LOSS_CASES) + "};\n"])
