"""What the makers of tables share: C text, numbers on grids, tensors."""
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def number(x):
    return f"{int(x)}" if float(x).is_integer() and abs(x) < 1e15 else repr(float(x))


def braces(numbers, indent="    "):
    """{ 1, 2, ... }, at most 100 columns wide."""
    lines, line = [], indent
    for text in (number(x) + "," for x in np.asarray(numbers, dtype=float).ravel()):
        if len(line) + len(text) + 1 > 100:
            lines.append(line.rstrip())
            line = indent
        line += text + " "
    lines.append(line.rstrip(" ,"))
    one_line = len(lines) == 1 and len(line) < 60
    return f"{{ {line.strip(' ,')} }}" if one_line else "{\n" + "\n".join(lines) + " }"


def array(name, numbers, kind="double"):
    return f"static const {kind} {name}[] = {braces(numbers)};\n"


def write(folder, name, what, parts):
    guard = f"GEMMNET_TESTS_REFERENCE_{name.upper()}_H"
    text = (f"/* {what} Made by make.py: do not edit. */\n#ifndef {guard}\n#define {guard}\n\n"
            '#include "reference.h"\n\n' + "\n".join(parts) + f"\n#endif /* {guard} */\n")
    (folder / f"{name}.h").write_text(text)


def generator(seed):
    return np.random.RandomState(seed)


def grid(rng, *shape, deviation=1.0, step=1 / 64):
    """Normal numbers, rounded to multiples of step."""
    return np.round(rng.normal(size=shape) * deviation / step) * step


def tensor(x):
    return torch.tensor(np.asarray(x, dtype=np.float64), requires_grad=True)


def numpy_of(x):
    return x.detach().numpy()
