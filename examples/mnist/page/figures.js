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

// (A loop, since there may be millions.)
function bytesOf(base64) {
    const letters = atob(base64);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < bytes.length; i++)
        bytes[i] = letters.charCodeAt(i);
    return bytes;
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

function isDigits(run) {
    return run.dataset === 'mnist';
}
