// Small things that the figures share. (build() and its like are in pad_tools.js.)

function percent(share, digits = 1) {
    return share === null ? '–' : `${(100 * share).toFixed(digits)} %`;
}

const whole = (n) => n.toLocaleString('en-US');

function counted(n, noun) {
    return `${whole(n)} ${noun}${n === 1 ? '' : 's'}`;
}

// Times as people say them.
function duration(seconds) {
    if (seconds < 90)
        return `${seconds.toPrecision(seconds < 1 ? 2 : 3)} s`;
    return seconds < 5400 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function lead(...words) {
    return build('p', { class: 'lead' }, ...words);
}

function pairs(entries) {
    return build('dl', { class: 'pairs' }, ...entries.map(([name, value]) =>
        build('div', {}, build('dt', {}, name), build('dd', {}, value))));
}

function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function activationName(layer) {
    const names = { relu: 'ReLU', leaky_relu: 'leaky ReLU', elu: 'ELU', gelu: 'GELU', silu: 'SiLU' };
    return names[layer.activation] || layer.activation;
}

function denseLayers(network) {
    return network.layers.filter((layer) => layer.kind === 'dense');
}

// 784-16-16-10
function architecture(network) {
    return [network.inputs, ...denseLayers(network).map((layer) => layer.units)].join('-');
}

// What the network puts out is read as probabilities where it is: softmax, or nothing yet.
function isDigits(run) {
    return run.dataset === 'mnist';
}
