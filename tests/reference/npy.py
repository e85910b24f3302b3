"""npy.h: files that NumPy writes, byte for byte, and the numbers that are in them."""
import io

import numpy as np

from tables import braces, write

# (All are numbers that a float holds, and each type has its extremes, as far as it does.)
NUMBERS = {
    "b1": [True, False, False, True, True, False],
    "i1": [-128, -1, 0, 1, 100, 127], "u1": [0, 1, 2, 127, 128, 255],
    "i2": [-32768, -1, 0, 1, 256, 32767], "u2": [0, 1, 255, 256, 32768, 65535],
    "i4": [-2**31, -65537, -1, 0, 65536, 2**30], "u4": [0, 1, 255, 65536, 2**31, 2**32 - 256],
    "i8": [-2**63, -2**33, -1, 0, 2**40, 2**62], "u8": [0, 1, 2**33, 2**40, 2**63, 2**64 - 2**40],
    "f2": [-65504, 2**-24, 1 + 2**-10, 0.0, 2**-14, -0.5],
    "f4": [-3.5, 2**-149, 1 + 2**-23, 0.0, 2**127, -2**-126],
    "f8": [-3.5, 2**-149, 1 + 2**-23, 0.0, 2**127, -2**-126],
}


def file_of(values, version):
    out = io.BytesIO()
    np.lib.format.write_array(out, values, version=version)
    return out.getvalue()


def case(what, values, version=(1, 0)):
    rows, *shape = values.shape
    shape = [rows] + ([1] + shape if len(shape) == 2 else shape + [1] * (3 - len(shape)))
    file = list(file_of(values, version))
    dims = ", ".join(str(n) for n in shape)
    # braces() goes over float64, in which all numbers above are
    return (f'    {{ "{what}", {len(file)}, {braces(file)},\n      {{ {dims} }},\n'
            f"      {braces(values.astype(np.float64).ravel())} }},\n")


def make(folder):
    cases = []
    for name, numbers in NUMBERS.items():
        for order in "<>" if name[1] > "1" else "|":
            values = np.array(numbers, dtype=order + name)
            cases.append(case(order + name, values))
        matrix = values.reshape(2, 3)
        cases.append(case(f"{order}{name}, 2 x 3 in Fortran order", np.asfortranarray(matrix)))
    row = np.arange(24, dtype="<f4")
    cases += [case("3 x 2 x 4", row.reshape(3, 2, 4)),
              case("3 x 2 x 4 in Fortran order", np.asfortranarray(row.reshape(3, 2, 4))),
              case("2 x 3 x 2 x 2 in Fortran order", np.asfortranarray(row.reshape(2, 3, 2, 2))),
              case("2 x 3 x 2 x 2 of bytes", row.reshape(2, 3, 2, 2).astype("u1")),
              case("version 2", row[:6].reshape(2, 3), (2, 0)),
              case("version 3", row[:6].reshape(3, 2), (3, 0))]
    write(folder, "npy", "Files that NumPy wrote.", [
        "static const struct npy_case {\n    const char *what;\n    size_t n;\n    uint8_t bytes[256];\n"
        "    size_t dims[4];     /* rows, and the shape of one */\n    double numbers[24]; /* in C's order */\n"
        "} npy_cases[] = {\n" + "".join(cases) + "};\n"])
