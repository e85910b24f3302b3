"""initialisation.h: deviations and bounds of torch.nn.init."""
import math

import numpy as np
import torch

from tables import write


def make(folder):
    init, inputs, units, cases = torch.nn.init, 300, 400, []
    torch.manual_seed(5)
    fillers = {"glorot_uniform": init.xavier_uniform_, "glorot_normal": init.xavier_normal_,
               "he_uniform": lambda w: init.kaiming_uniform_(w, nonlinearity="relu"),
               "he_normal": lambda w: init.kaiming_normal_(w, nonlinearity="relu"),
               "lecun_uniform": lambda w: init.kaiming_uniform_(w, nonlinearity="linear"),
               "lecun_normal": lambda w: init.kaiming_normal_(w, nonlinearity="linear")}
    variance = {"glorot": 2 / (inputs + units), "he": 2 / inputs, "lecun": 1 / inputs}
    for name, fill in fillers.items():
        deviation = math.sqrt(variance[name.split("_")[0]])
        bound = deviation * math.sqrt(3) if "uniform" in name else 0
        w = fill(torch.empty(units, inputs)).numpy()
        np.testing.assert_allclose(w.std(), deviation, rtol=0.01)
        assert bound == 0 or 0.999 * bound < abs(w).max() <= bound
        cases.append(f"    {{ &gn_{name}, {deviation!r}, {bound!r} }},\n")
    write(folder, "initialisation", "Deviations and bounds of initial weights.", [
        f"enum {{ INPUTS = {inputs}, UNITS = {units} }};\n",
        "static const struct init_case {\n    const gn_init *init;\n"
        "    double deviation, bound; /* bound 0: normal */\n"
        "} init_cases[] = {\n" + "".join(cases) + "};\n"])
