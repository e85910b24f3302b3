"""NumPy from scratch, the loop that tutorials teach; written to be fast: float32, one gather per
minibatch, results into arrays that exist, updates in place."""
import driver
import numpy as np

images, labels = driver.mnist()
rng = np.random.default_rng(1)
pairs = list(zip(driver.layers, driver.layers[1:]))
weights = [rng.normal(0, np.sqrt(2 / n), (units, n)).astype(np.float32) for n, units in pairs]
biases = [np.zeros(units, np.float32) for _, units in pairs]
gathered = np.empty((driver.batch, driver.layers[0]), np.float32)
outputs = [np.empty((driver.batch, units), np.float32) for units in driver.layers[1:]]
gradients = [np.empty_like(w) for w in weights]


def forward(x):
    """What goes into each layer, and the probabilities."""
    inputs = []
    for w, b, out in zip(weights, biases, outputs):
        inputs.append(x)
        x = np.matmul(x, w.T, out=out[:len(x)])
        x += b
        if out is not outputs[-1]:
            np.maximum(x, 0, out=x)
    x -= x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)
    return inputs, x


def backward(inputs, dz):
    for i in reversed(range(len(weights))):
        gradient = np.matmul(dz.T, inputs[i], out=gradients[i])
        bias_gradient = dz.sum(axis=0)
        if i > 0:
            dx = dz @ weights[i]
            dx *= inputs[i] > 0
            dz = dx
        gradient *= driver.rate
        weights[i] -= gradient
        biases[i] -= driver.rate * bias_gradient


def steps():
    while True:
        order = rng.permutation(len(images))
        for first in range(0, len(order), driver.batch):
            rows = order[first:first + driver.batch]
            x = np.take(images, rows, axis=0, out=gathered[:len(rows)], mode="clip")
            inputs, dz = forward(x)
            dz[np.arange(len(rows)), labels[rows]] -= 1
            dz /= len(rows)
            backward(inputs, dz)
            yield len(rows)


driver.report(steps())
