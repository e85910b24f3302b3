"""scikit-learn: MLPClassifier with plain SGD, float32 (which it keeps), one partial_fit for as
many rows as take a while, so that what it does once per call does not count."""
import time

import driver
from sklearn.neural_network import MLPClassifier

images, labels = driver.mnist()
model = MLPClassifier(hidden_layer_sizes=driver.layers[1:-1], activation="relu", solver="sgd",
                      alpha=0, batch_size=driver.batch, learning_rate="constant",
                      learning_rate_init=driver.rate, momentum=0, nesterovs_momentum=False,
                      shuffle=True, random_state=1)
classes = range(driver.layers[-1])


def fit(first, count):
    """An epoch over these rows, which it shuffles and gathers."""
    begin = time.perf_counter()
    model.partial_fit(images[first:first + count], labels[first:first + count], classes)
    return time.perf_counter() - begin


def rows_per_call():
    count = min(driver.batch, len(images))
    fit(0, count)
    while count < len(images) and fit(0, count) < driver.seconds / 4:
        count = min(2 * count, len(images))
    return count


def steps():
    first, count = 0, rows_per_call()
    while True:
        fit(first, count)
        yield count
        first = first + count if first + 2 * count <= len(images) else 0


driver.report(steps())
