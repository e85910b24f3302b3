"""Chains of exporters that Debian does not carry, built by hand after their documentation and
sources:  python3 onnx_built.py FOLDER float|double

FOLDER/run gets those that ONNX Runtime is to run, which writes their outputs; FOLDER/tails those
that end in classes or columns with names, with the outputs that NumPy computes for the network
before that.
"""
import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(sys.argv[1])
TYPE = {"float": TensorProto.FLOAT, "double": TensorProto.DOUBLE}[sys.argv[2]]
REAL = {"float": numpy.float32, "double": numpy.float64}[sys.argv[2]]
NEWEST = 17  # opset of the checker
ROWS = 5
random = numpy.random.default_rng(1)


def write_matrix(path, matrix):
    path.write_bytes(numpy.array(matrix.shape, "<i4").tobytes() + matrix.astype("<f8").tobytes())


class Chain:
    """Nodes one after the other, the rows going from one to the next."""

    def __init__(self, shape, opset, ml=False, value="input", **options):
        self.nodes, self.constants, self.value, self.shape = [], [], value, shape
        self.outputs = []
        self.input = helper.make_tensor_value_info(value, TYPE, [options.pop("rows", None)] + shape)
        self.opset, self.ml, self.options = opset, ml, options

    def constant(self, array, name=None, raw=True):
        array = numpy.asarray(array)
        name = name or f"constant{len(self.constants)}"
        if raw:
            tensor = numpy_helper.from_array(array, name)
        else:
            kind = {"f": TYPE, "i": TensorProto.INT64}[array.dtype.kind]
            tensor = helper.make_tensor(name, kind, array.shape, array.ravel().tolist())
        self.constants.append(tensor)
        return name

    def node(self, op, *inputs, output=None, **attributes):
        output = output or f"{op}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [output], name=f"n_{output}", **attributes))
        return output

    def then(self, op, *constants, first=False, **attributes):
        inputs = [*constants, self.value] if first else [self.value, *constants]
        self.value = self.node(op, *inputs, **attributes)
        return self

    def real(self, *shape, **options):
        numbers = random.standard_normal(shape) / shape[0] ** 0.5
        return self.constant(numbers.astype(REAL), **options)

    def number(self, x):
        return self.constant(numpy.array(x, REAL))

    def output(self, value, columns):
        self.outputs.append(helper.make_tensor_value_info(value, TYPE, [None, columns]))
        return self

    def save(self, folder, name, expected=None):
        if not self.outputs:
            self.output(self.value, None)
        graph = helper.make_graph(self.nodes, name, [self.input], self.outputs, self.constants)
        opsets = [helper.make_opsetid("", self.opset)]
        if self.ml:
            opsets.append(helper.make_opsetid("ai.onnx.ml", 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, **self.options)
        if self.opset <= NEWEST:
            onnx.checker.check_model(model)
        path = FOLDER / folder
        path.mkdir(exist_ok=True)
        onnx.save(model, path / (name + ".onnx"))
        x = random.standard_normal((ROWS, int(numpy.prod(self.shape)))).astype(REAL)
        write_matrix(path / (name + ".x"), x)
        if expected:
            arrays = {t.name: numpy_helper.to_array(t).astype(float) for t in self.constants
                      if t.data_type == TYPE}
            write_matrix(path / (name + ".y"), expected(arrays, x.astype(float)))


# ---- skl2onnx: MLPClassifier and MLPRegressor (operator_converters/multilayer_perceptron.py) ----

def skl_layers(chain, widths, activation, last):
    chain.then("Cast", to=TYPE)
    for i, (inputs, units) in enumerate(zip(widths, widths[1:])):
        suffix = str(i) if i else ""
        weights = chain.real(inputs, units, name="coefficient" + suffix, raw=False)
        chain.then("MatMul", weights).then("Add", chain.real(1, units, name="intercepts" + suffix, raw=False))
        chain.then(activation if i + 2 < len(widths) else last)
    return chain


def skl_expected(arrays, x, last):
    hidden = numpy.tanh(x @ arrays["coefficient"] + arrays["intercepts"])
    return last(hidden @ arrays["coefficient1"] + arrays["intercepts1"])


def softmax(z):
    e = numpy.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + numpy.exp(-z))


def skl_labels(chain, probabilities, n):
    classes = chain.constant(numpy.arange(n, dtype=numpy.int32), "classes")
    best = chain.node("ArgMax", probabilities, axis=1)
    label = chain.node("ArrayFeatureExtractor", classes, best, domain="ai.onnx.ml")
    label = chain.node("Reshape", label, chain.constant(numpy.array([-1])))
    chain.node("Cast", label, to=TensorProto.INT64, output="output_label")
    chain.node("ZipMap", probabilities, output="output_probability", domain="ai.onnx.ml",
               classlabels_int64s=list(range(n)))
    columns = onnx.ValueInfoProto(name="output_probability")
    column = columns.type.sequence_type.elem_type.map_type
    column.key_type = TensorProto.INT64
    column.value_type.tensor_type.elem_type = TensorProto.FLOAT
    chain.outputs = [helper.make_tensor_value_info("output_label", TensorProto.INT64, [None]), columns]
    return chain


def skl_classes(n):
    chain = skl_layers(Chain([4], 15, ml=True), [4, 6, n], "Tanh", "Softmax")
    chain.then("Identity")
    return skl_labels(chain, chain.value, n)


def skl_two_classes():
    chain = skl_layers(Chain([4], 15, ml=True), [4, 6, 1], "Tanh", "Sigmoid")
    other = chain.node("Sub", chain.number([1]), chain.value)
    return skl_labels(chain, chain.node("Concat", other, chain.value, axis=1), 2)


skl_classes(3).save("tails", "skl_three_classes", lambda a, x: skl_expected(a, x, softmax))
skl_two_classes().save("tails", "skl_two_classes", lambda a, x: skl_expected(a, x, sigmoid))
chain = skl_layers(Chain([4], 13), [4, 9, 1], "Relu", "Identity")
chain.then("Reshape", chain.constant(numpy.array([-1, 1]))).save("run", "skl_regressor")
if TYPE == TensorProto.FLOAT:  # StandardScaler and a network, as one pipeline
    chain = Chain([4], 12, ml=True)
    chain.then("Scaler", domain="ai.onnx.ml", offset=[0.5, -1.0, 2.0, 0.0], scale=[2.0, 0.5, 1.5, 1.0])
    skl_layers(chain, [4, 5, 2], "Sigmoid", "Identity").save("run", "skl_pipeline")


# ---- tf2onnx: Keras's Sequential (constants are initialisers, Dense is MatMul and Add) ----------

def keras_dense(chain, name, inputs, units, bias=True):
    chain.then("MatMul", chain.real(inputs, units, name=f"sequential/{name}/MatMul/ReadVariableOp:0"))
    if bias:
        chain.then("Add", chain.real(units, name=f"sequential/{name}/BiasAdd/ReadVariableOp:0"))
    return chain


def keras_gelu(chain, quotient):
    """0.5 * x * (1 + erf(x / 1.4142135623730951)), the quotient sometimes a product."""
    z = chain.value
    half = chain.node("Mul", z, chain.number(0.5))
    inner = chain.node("Div", z, chain.number(1.4142135623730951)) if quotient else \
        chain.node("Mul", z, chain.number(0.7071067690849304 if REAL == numpy.float32 else 0.5 ** 0.5))
    chain.value = chain.node("Mul", half, chain.node("Add", chain.node("Erf", inner), chain.number(1)))
    return chain


def keras_silu(chain):
    chain.value = chain.node("Mul", chain.value, chain.node("Sigmoid", chain.value))
    return chain


chain = Chain([28, 28], 15)
chain.then("Reshape", chain.constant(numpy.array([-1, 784]), "const_fold_opt__8"))
keras_dense(chain, "dense", 784, 16).then("Relu")
keras_dense(chain, "dense_1", 16, 10).then("Softmax", axis=-1).save("run", "keras_images")

chain = Chain([5], 13, value="dense_input")
chain.then("Sub", chain.real(1, 5)).then("Div", chain.number([[0.5, 1, 2, 3, 0.25]]))
keras_silu(keras_dense(chain, "dense", 5, 7))
keras_dense(chain, "dense_1", 7, 6, bias=False).then("Tanh")
keras_dense(chain, "dense_2", 6, 2).then("Mul", chain.number(3)).then("Add", chain.real(2), first=True)
chain.then("Identity").save("run", "keras_normalised")

if TYPE == TensorProto.FLOAT:  # ONNX Runtime has no double Erf, Elu, LeakyRelu (opset 13), Softplus
    for quotient in (False, True):
        chain = keras_gelu(keras_dense(Chain([5], 14), "dense", 5, 8), quotient)
        keras_dense(chain, "dense_1", 8, 3).then("Elu", alpha=0.5)
        keras_dense(chain, "dense_2", 3, 3).then("LeakyRelu", alpha=0.3)
        keras_dense(chain, "dense_3", 3, 3).then("Softplus")
        chain.save("run", f"keras_gelu_{'div' if quotient else 'mul'}")

# ---- PyTorch 2.x, torch.onnx.export(dynamo=True): opset 18 and later ----------------------------


def torch_linear(chain, i, inputs, units):
    return chain.then("Gemm", chain.real(units, inputs, name=f"{i}.weight"), chain.real(units, name=f"{i}.bias"),
                      alpha=1.0, beta=1.0, transA=0, transB=1)


def torch_linear_2_6(chain, i, inputs, units):
    weights = chain.node("Transpose", chain.real(units, inputs, name=f"{i}.weight"), perm=[1, 0])
    return chain.then("MatMul", weights).then("Add", chain.real(units, name=f"{i}.bias"))


for name, linear in {"torch_2": torch_linear, "torch_2_6": torch_linear_2_6}.items():
    chain = linear(Chain([6], 18, value="x"), 0, 6, 9).then("Relu")
    keras_silu(linear(chain, 2, 9, 7))
    linear(chain, 4, 7, 3).then("Softmax", axis=-1).save("run", name)

chain = Chain([1, 3, 4], 18, value="x")  # flatten of any number of rows
size = chain.node("Shape", "x", start=0, end=1)
shape = chain.node("Concat", size, chain.constant(numpy.array([12])), axis=0)
chain.then("Reshape", shape, allowzero=1)
torch_linear(chain, 1, 12, 2).save("run", "torch_2_flatten")

if TYPE == TensorProto.FLOAT:
    chain = torch_linear(Chain([6], 20, value="x"), 0, 6, 9).then("Gelu", approximate="none")
    torch_linear(chain, 2, 9, 2).save("run", "torch_2_gelu")

# ---- what the operators allow, and nobody in particular writes ------------------------------------

chain = Chain([6], 13)
chain.then("Gemm", chain.real(6, 4), chain.real(1), alpha=0.5, beta=2.0, transB=0).then("Tanh")
chain.then("Gemm", chain.real(4, 5), chain.real(1, 5), alpha=-1.5).then("Relu")
chain.then("Gemm", chain.real(5, 2)).then("Div", chain.number([2, 4])).then("Sub", chain.number(1))
chain.save("run", "gemm")

chain = Chain([4], 13)
weights = helper.make_node("Constant", [], ["weights"], value=numpy_helper.from_array(
    random.standard_normal((4, 3)).astype(REAL)))
chain.nodes.append(weights)
chain.then("MatMul", "weights").then("Add", chain.real(3), first=True)
chain.then("Dropout", chain.constant(numpy.array(0.5, numpy.float32))).then("Sigmoid").save("run", "constant_node")
