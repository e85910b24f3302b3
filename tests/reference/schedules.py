"""schedules.h: learning rates of torch.optim.lr_scheduler."""
import torch

from tables import braces, tensor, write


def rates(first, n, schedule):
    optimizer = torch.optim.SGD([tensor([0])], first)
    scheduler, out = schedule(optimizer), []
    for _ in range(n):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return out


def make(folder):
    lr, n = torch.optim.lr_scheduler, 24
    rows = [("exponential", 0.1, 0.9, 0, 0, lambda o: lr.ExponentialLR(o, 0.9)),
            ("exponential_per_step", 0.02, 0.97, 0, 1, lambda o: lr.ExponentialLR(o, 0.97)),
            ("staircase", 0.5, 0.3, 5, 0, lambda o: lr.StepLR(o, 5, 0.3)),
            ("staircase", 0.5, 0.5, 1, 0, lambda o: lr.StepLR(o, 1, 0.5)),
            ("cosine", 0.3, 0.01, 0, 1, lambda o: lr.CosineAnnealingLR(o, n, 0.01)),
            ("cosine", 0.01, 0, 0, 1, lambda o: lr.CosineAnnealingLR(o, n))]
    cases = [f"    {{ make_{name}, {first}, {second}, {every}, {bool(per_step)!s:.5},\n".lower()
             + f"      {braces(rates(first, n, make))} }},\n"
             for name, first, second, every, per_step, make in rows]
    write(folder, "schedules", "Learning rates of torch.optim.lr_scheduler.", [
        f"enum {{ RATES = {n} }}; /* and so many steps in all */\n",
        "static const struct schedule_case {\n"
        "    gn_schedule (*make)(double first, double second, uint64_t every);\n"
        "    double first, second; /* second: a factor, or the last rate */\n    uint64_t every;\n"
        "    bool per_step;        /* else per epoch */\n    double rates[RATES];\n"
        "} schedule_cases[] = {\n"
        + "".join(cases) + "};\n"])
