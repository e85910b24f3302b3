// A trained network: read from its file, and run. This is all that a network does when it is asked.
//
// The file is a safetensors file as gn_network_save writes it (docs/formats.md): eight bytes that say how
// long the header is, a header in JSON, and the numbers, little-endian. The weights of a dense layer are
// a matrix of units x inputs, one row after another: row u holds what unit u multiplies its inputs with.

// ---- reading the file ----

function parseNetwork(buffer) {
    const { header, numbers } = openTensors(buffer);
    const description = describeNetwork(header);
    const [channels, height, width] = description.input;
    const network = { inputs: channels * height * width, layers: [] };
    let inputs = network.inputs;
    let module = 0; // tensors are counted as PyTorch counts modules: an activation is one of its own
    for (const json of description.layers) {
        const layer = readLayer(json, inputs, module, (name, shape) => readTensor(header, numbers, name, shape));
        network.layers.push(layer);
        module += layer.activation === 'identity' ? 1 : 2;
        inputs = layer.units;
    }
    network.outputs = inputs;
    const scaling = description.scaling || {};
    network.inputScaling = readScaling(scaling, 'input', network.inputs);
    network.outputScaling = readScaling(scaling, 'output', network.outputs);
    return network;
}

function openTensors(buffer) {
    const view = new DataView(buffer);
    if (buffer.byteLength < 8)
        throw new Error(`This is no safetensors file: it has ${buffer.byteLength} bytes.`);
    const length = Number(view.getBigUint64(0, true));
    if (length > buffer.byteLength - 8)
        throw new Error(`The file ends too early: its header should have ${length} bytes.`);
    const text = new TextDecoder().decode(new Uint8Array(buffer, 8, length));
    return { header: parseJson(text, 'The header'), numbers: new DataView(buffer, 8 + length) };
}

function parseJson(text, what) {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw new Error(`${what} of the file is not JSON: ${error.message}`);
    }
}

function describeNetwork(header) {
    const text = header.__metadata__ && header.__metadata__.gemmnet;
    if (!text)
        throw new Error('The file does not say what its layers are: it was not written by gemmnet.');
    const description = parseJson(text, 'The description');
    if (description.version !== 1)
        throw new Error(`The file's description has version ${description.version}; this page reads version 1.`);
    if (!Array.isArray(description.input) || !Array.isArray(description.layers))
        throw new Error('The file\'s description has no input or no layers.');
    return description;
}

function readLayer(json, inputs, module, tensor) {
    const { type: kind, units, activation = 'identity', alpha } = json;
    if (!Object.hasOwn(activations, activation))
        throw new Error(`This page does not know the activation ${activation}.`);
    if (kind === 'dropout')
        return { kind, units: inputs, inputs, activation, alpha, weight: null, bias: null };
    if (kind !== 'dense')
        throw new Error(`This page does not know layers of the type ${kind}.`);
    const weight = tensor(`${module}.weight`, [units, inputs]);
    const bias = json.bias === false ? null : tensor(`${module}.bias`, [units]);
    return { kind, units, inputs, activation, alpha, weight, bias };
}

function readTensor(header, numbers, name, shape) {
    const entry = header[name];
    if (!entry)
        throw new Error(`The file has no tensor ${name}.`);
    if (String(entry.shape) !== String(shape))
        throw new Error(`Tensor ${name} is ${entry.shape.join(' x ')}, and should be ${shape.join(' x ')}.`);
    const size = { F32: 4, F64: 8 }[entry.dtype];
    if (!size)
        throw new Error(`Tensor ${name} holds ${entry.dtype}; this page reads F32 and F64.`);
    const [begin, end] = entry.data_offsets;
    const count = shape.reduce((a, b) => a * b, 1);
    if (end - begin !== count * size || end > numbers.byteLength)
        throw new Error(`Tensor ${name} lies in bytes ${begin} to ${end}, where its ${count} numbers do not fit.`);
    const read = size === 4 ? (i) => numbers.getFloat32(begin + 4 * i, true)
                            : (i) => numbers.getFloat64(begin + 8 * i, true);
    return Float32Array.from({ length: count }, (_, i) => read(i));
}

function readScaling(json, which, count) {
    const [shift, scale] = [json[`${which}_shift`], json[`${which}_scale`]];
    if (!shift && !scale)
        return null;
    if (!shift || !scale || shift.length !== count || scale.length !== count)
        throw new Error(`The scaling of the file's ${which} does not have ${count} numbers.`);
    return { shift, scale };
}

// ---- running it: the forward pass ----

// From the pixels through one layer after another: what a layer puts out is what the next one takes in.
// Gives the outputs of the whole, and those of each dense layer on the way.
function forward(network, pixels) {
    if (pixels.length !== network.inputs)
        throw new Error(`The network takes ${network.inputs} numbers, not ${pixels.length}.`);
    const layers = [];
    let x = scaleInputs(network.inputScaling, pixels);
    for (const layer of network.layers) {
        if (layer.kind === 'dropout') // works in training alone: here nothing is dropped
            continue;
        x = dense(layer, x);
        layers.push(x);
    }
    return { layers, output: scaleOutputs(network.outputScaling, x) };
}

// y = f(W x + b): each unit adds up all inputs, times its weights, and its bias; f bends the sum.
function dense(layer, x) {
    const z = new Float32Array(layer.units);
    for (let u = 0; u < layer.units; u++) {
        let sum = layer.bias ? layer.bias[u] : 0;
        for (let i = 0, row = u * layer.inputs; i < layer.inputs; i++)
            sum += layer.weight[row + i] * x[i];
        z[u] = sum;
    }
    return layer.activation === 'softmax' ? softmax(z)
                                          : z.map((sum) => activations[layer.activation](sum, layer.alpha));
}

// Makes positive numbers of any, and their sum 1: shares that are read as probabilities. Taking the largest
// away from all changes no share, and keeps exp from overflowing.
function softmax(z) {
    const most = z.reduce((a, b) => Math.max(a, b));
    const powers = z.map((x) => Math.exp(x - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
}

// Each bends the sum z of one unit. Without them, a chain of layers would be no more than one matrix.
const activations = {
    identity: (z) => z,
    sigmoid: (z) => 1 / (1 + Math.exp(-z)),
    tanh: (z) => Math.tanh(z),
    relu: (z) => Math.max(0, z),
    leaky_relu: (z, alpha = 0.01) => (z < 0 ? alpha * z : z),
    elu: (z, alpha = 1) => (z < 0 ? alpha * Math.expm1(z) : z),
    gelu: (z) => z * normalDistribution(z),
    silu: (z) => z / (1 + Math.exp(-z)),
    softplus: (z) => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z))), // log(1 + exp z), without overflow
    softmax: null, // one of a whole layer: see above
};

// The share of a normal distribution that lies below z, (1 + erf(z / sqrt 2)) / 2, to 1e-7: Abramowitz and
// Stegun, Handbook of Mathematical Functions, 7.1.26.
function normalDistribution(z) {
    const x = Math.abs(z) / Math.SQRT2;
    const t = 1 / (1 + 0.3275911 * x);
    const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741
                       + t * (-1.453152027 + t * 1.061405429))));
    const tail = polynomial * Math.exp(-x * x) / 2;
    return z < 0 ? tail : 1 - tail;
}

// A network may speak the units of its data: it computes with (x - shift) / scale of an input ...
function scaleInputs(scaling, x) {
    return scaling ? Float32Array.from(x, (value, i) => (value - scaling.shift[i]) / scaling.scale[i]) : x;
}

// ... and what it puts out, times scale plus shift, is in the units of its targets.
function scaleOutputs(scaling, y) {
    return scaling ? y.map((value, i) => value * scaling.scale[i] + scaling.shift[i]) : y;
}
