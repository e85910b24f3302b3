// The page's forward pass against the library's:  node check_network.js FOLDER COUNT float|double
//
// FOLDER has the files of `interop_networks write`: N.safetensors, inputs N.x and the library's outputs N.y.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { loadScripts } = require('./scripts.js');

const { parseNetwork, forward, activations } =
    loadScripts(['network.js'], ['parseNetwork', 'forward', 'activations']);
const [folder, count, precision] = process.argv.slice(2);
const Reals = precision === 'double' ? Float64Array : Float32Array;

function bytesOf(file) { // an ArrayBuffer of its own
    return new Uint8Array(fs.readFileSync(file)).buffer;
}

// max |a - b|, as a share of max |b| where that is more than 1; NaN never passes
function difference(a, b) {
    assert.strictEqual(a.length, b.length);
    const largest = b.reduce((most, y) => Math.max(most, Math.abs(y)), 1);
    return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) / largest;
}

function checkNetworks(seen) {
    let worst = 0;
    for (let n = 0; n < count; n++) {
        const file = path.join(folder, String(n));
        const network = parseNetwork(bytesOf(file + '.safetensors'));
        const x = new Reals(bytesOf(file + '.x'));
        const y = new Reals(bytesOf(file + '.y'));
        const rows = x.length / network.inputs;
        assert.strictEqual(y.length, rows * network.outputs, `${n}: outputs`);
        for (let r = 0; r < rows; r++) {
            const row = Float32Array.from(x.subarray(r * network.inputs, (r + 1) * network.inputs));
            const result = forward(network, row);
            const d = difference(result.output, y.slice(r * network.outputs, (r + 1) * network.outputs));
            assert(d <= 1e-4, `network ${n}, row ${r}: ${d}`);
            assert.strictEqual(result.layers.length, network.layers.filter((l) => l.kind === 'dense').length);
            worst = Math.max(worst, d);
        }
        network.layers.forEach((l) => { seen[l.activation] = true; seen[l.kind] = true; });
        seen[`input scaling ${Boolean(network.inputScaling)}`] = true;
        seen[`output scaling ${Boolean(network.outputScaling)}`] = true;
        seen[`bias ${network.layers.some((l) => l.kind === 'dense' && !l.bias)}`] = true;
    }
    return worst;
}

const seen = {};
const worst = checkNetworks(seen);
for (const kind of [...Object.keys(activations), 'dense', 'dropout', 'input scaling true', 'input scaling false',
                    'output scaling true', 'output scaling false', 'bias true', 'bias false'])
    assert(seen[kind], `no network had ${kind}`);
console.log(`${count} networks agree within ${worst.toExponential(1)}`);
