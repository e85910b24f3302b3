// What does ONNX Runtime make of a folder's models?  node onnx_run.js RUNTIME TOLERANCE FOLDER [LEVEL]
//
// RUNTIME is the folder of the package onnxruntime-node. Each NAME.onnx gets the rows of NAME.x; the
// outputs are compared with NAME.y, within TOLERANCE * max |NAME.y|, or written there if there is none.
// LEVEL says how much it may optimise: all, or basic (in double, all fails at x * Sigmoid(x)).
'use strict';
const fs = require('fs');
const path = require('path');

const [runtime, tolerance, folder, level] = process.argv.slice(2);
const ort = require(path.resolve(runtime));

function readMatrix(file) {
    const bytes = fs.readFileSync(file);
    const [rows, cols] = [bytes.readInt32LE(0), bytes.readInt32LE(4)];
    const data = Float64Array.from({ length: rows * cols }, (_, i) => bytes.readDoubleLE(8 + 8 * i));
    return { rows, cols, data };
}

function writeMatrix(file, { rows, cols, data }) {
    const bytes = Buffer.alloc(8 + 8 * data.length);
    bytes.writeInt32LE(rows, 0);
    bytes.writeInt32LE(cols, 4);
    data.forEach((x, i) => bytes.writeDoubleLE(x, 8 + 8 * i));
    fs.writeFileSync(file, bytes);
}

// The input's type and shape; the output that holds probabilities, or the only one.
async function run(file, x) {
    const options = { logSeverityLevel: 3, intraOpNumThreads: 1, graphOptimizationLevel: level || 'all' };
    const session = await ort.InferenceSession.create(file, options);
    const input = session.inputMetadata[0];
    const shape = [x.rows, ...input.shape.slice(1)];
    const data = input.type === 'float64' ? x.data : Float32Array.from(x.data);
    const results = await session.run({ [input.name]: new ort.Tensor(input.type, data, shape) });
    const name = session.outputNames.find((n) => results[n].type.startsWith('float'));
    const y = results[name];
    return { rows: x.rows, cols: y.data.length / x.rows, data: Float64Array.from(y.data) };
}

function difference(a, b) {
    const largest = Math.max(...b.map(Math.abs));
    const most = Math.max(...a.map((x, i) => Math.abs(x - b[i])));
    return most > 0 ? most / largest : most;
}

async function main() {
    let [compared, written, worst] = [0, 0, 0];
    for (const file of fs.readdirSync(folder).filter((f) => f.endsWith('.onnx')).sort()) {
        const base = path.join(folder, file.slice(0, -5));
        const y = await run(base + '.onnx', readMatrix(base + '.x'));
        if (!fs.existsSync(base + '.y')) {
            writeMatrix(base + '.y', y);
            written++;
            continue;
        }
        const theirs = readMatrix(base + '.y');
        const d = y.cols === theirs.cols ? difference(y.data, theirs.data) : NaN;
        if (!(d <= tolerance)) {
            console.log(`${file}: ${d}`);
            process.exitCode = 1;
        }
        worst = Math.max(worst, d);
        compared++;
    }
    console.log(`${compared} models agree within ${worst.toExponential(1)}, ${written} outputs written`);
    if (compared + written === 0)
        process.exitCode = 1;
}

main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
