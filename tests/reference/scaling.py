"""scaling.h: StandardScaler and MinMaxScaler of scikit-learn."""
import numpy as np
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from tables import array, generator, grid, write


def columns(rng, rows):
    """Moderate, far from 0, constant, tiny, of two values, and skewed."""
    return np.column_stack([
        grid(rng, rows, deviation=3), 1000 + grid(rng, rows), np.full(rows, -7.5),
        grid(rng, rows) / 4096, rng.randint(2, size=rows) * 1.0, grid(rng, rows) ** 2])


def make(folder):
    x = columns(generator(8), 11)
    standard, min_max = StandardScaler(), MinMaxScaler()
    standardised, between = standard.fit_transform(x), min_max.fit_transform(x)
    write(folder, "scaling", "Columns scaled by scikit-learn.", [
        f"enum {{ ROWS = {x.shape[0]}, COLS = {x.shape[1]} }};\n",
        array("unscaled", x),
        array("means", standard.mean_), array("deviations", standard.scale_),
        array("standardised", standardised),
        array("lows", min_max.data_min_),
        array("widths", np.where(min_max.data_range_ == 0, 1, min_max.data_range_)),
        array("between_0_and_1", between)])
