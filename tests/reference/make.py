#!/usr/bin/python3
"""Makes the tables of this folder: what NumPy, SciPy, PyTorch and scikit-learn say that gemmnet
should say.

    /usr/bin/python3 tests/reference/make.py [FOLDER]
                                 (Debian: python3-torch python3-scipy python3-sklearn)

writes activations.h, losses.h, optimizers.h, schedules.h, initialisation.h, networks.h,
npy.h, training.h and scaling.h into FOLDER (default: this one). Everything is computed in float64.
Inputs lie on grids of binary fractions (or are rounded to float32), so that a float and a double
library are given the very same numbers. The same versions give the same files: all random numbers
come from np.random.RandomState, whose streams are frozen. Nothing here knows gemmnet's code:
formulas are those of its public header and of PyTorch.
"""
import pathlib
import sys

sys.dont_write_bytecode = True

import activations  # noqa: E402
import initialisation  # noqa: E402
import losses  # noqa: E402
import networks  # noqa: E402
import npy  # noqa: E402
import optimizers  # noqa: E402
import scaling  # noqa: E402
import schedules  # noqa: E402
import training  # noqa: E402


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for family in (activations, losses, optimizers, schedules, initialisation, networks, npy, training,
                   scaling):
        family.make(folder)


if __name__ == "__main__":
    main()
