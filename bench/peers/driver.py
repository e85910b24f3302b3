"""What the drivers written in Python share.

    python3 NAME_train.py LAYERS BATCH THREADS SECONDS MNIST_DIR

prints how many samples per second NAME trains on. Import this before NumPy: it sets how many
threads BLAS and OpenMP start."""
import os
import sys
import time

if len(sys.argv) != 6:
    sys.exit(f"usage: {sys.argv[0]} LAYERS BATCH THREADS SECONDS MNIST_DIR")

layers = [int(width) for width in sys.argv[1].split("-")]
batch, threads, seconds, folder = int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
rate = 1e-4  # of learning, as the throughput program's: speed does not depend on it

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402


def read(name, header):
    with open(os.path.join(folder, name), "rb") as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def mnist():
    """All training images as float32 within 0..1, one per row, and their labels."""
    labels = read("train-labels-idx1-ubyte", 8)
    images = read("train-images-idx3-ubyte", 16).reshape(len(labels), -1)
    return images.astype(np.float32) / np.float32(255), labels.astype(np.int64)


def run(steps, duration):
    """Takes steps, which yield how many rows they were, for so long; returns rows per second."""
    rows, begin = 0, time.perf_counter()
    while True:
        rows += next(steps)
        passed = time.perf_counter() - begin
        if passed >= duration:
            return rows / passed


def report(steps):
    run(steps, seconds / 5)  # to warm up
    print(f"{run(steps, seconds):.6g}")
