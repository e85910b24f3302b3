// The network, drawn: the picture that goes in, the units of each layer, and between them the weights.

const diagram = { shown: 16, step: 22, radius: 7, column: 170, edge: 90, labels: 40 };

function drawNetwork(section, network, run) {
    section.append(
        lead(`${counted(run.parameters, 'parameter')} in ${counted(denseLayers(network).length, 'layer')}. Lines between units `
            + 'are weights: the stronger, the larger; their colours are those of the pictures above.'),
        build('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Drawing of the network' },
            networkDrawing(network, run.classes)),
        build('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Layers' }, layerTable(network)));
}

function svg(tag, attributes, ...children) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
}

function networkDrawing(network, classes) {
    const layers = denseLayers(network);
    const height = (Math.min(diagram.shown, Math.max(...layers.map((layer) => layer.units))) + 1) * diagram.step + diagram.labels;
    const width = 2 * diagram.edge + layers.length * diagram.column;
    const columns = layers.map((layer, i) =>
        unitColumn(layer, diagram.edge + (i + 1) * diagram.column, (height - diagram.labels) / 2));
    const input = { x: diagram.edge, y: (height - diagram.labels) / 2, side: 84 };
    return svg('svg', { class: 'diagram', viewBox: `0 0 ${width} ${height}`, role: 'img',
                        'aria-label': `The network ${architecture(network)}, drawn; the table below says the same`,
                        style: `max-width: ${width * 1.35}px` },
        ...inputFan(input, columns[0]),
        ...columns.slice(1).flatMap((column, i) => edgesBetween(columns[i], column)),
        ...inputSquare(input, network.inputs, height),
        ...columns.flatMap((column) => [...column.circles, ...columnLabels(column, height)]),
        ...columns[columns.length - 1].units.map(({ index, y }) =>
            svg('text', { class: 'class', x: width - diagram.edge + 14, y: y + 4 }, classes[index])));
}

// Of a wide layer the first and the last units are drawn, and dots between them.
function unitColumn(layer, x, middle) {
    const isWide = layer.units > diagram.shown;
    const slots = Math.min(layer.units, diagram.shown);
    const half = slots / 2 - 1;
    const units = [];
    const circles = [];
    for (let slot = 0; slot < slots; slot++) {
        const y = middle + (slot - (slots - 1) / 2) * diagram.step;
        if (isWide && slot >= half && slot < slots - half) {
            circles.push(svg('circle', { class: 'dots', cx: x, cy: y, r: 2 }));
            continue;
        }
        units.push({ index: isWide && slot > half ? layer.units - slots + slot : slot, y });
        circles.push(svg('circle', { cx: x, cy: y, r: diagram.radius }));
    }
    return { layer, x, units, circles };
}

function line(from, to, attributes) {
    return svg('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, ...attributes });
}

function inputSquare({ x, y, side }, inputs, height) {
    return [
        svg('rect', { x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 6 }),
        svg('text', { x, y: y + 5 }, '28 × 28'),
        svg('text', { x, y: height - 26 }, `${inputs}`),
        svg('text', { x, y: height - 8, class: 'soft' }, 'pixels'),
    ];
}

function inputFan(input, column) {
    return column.units.map(({ y }, i) => line(
        { x: input.x + input.side / 2, y: input.y + ((i + 0.5) / column.units.length - 0.5) * (input.side - 12) },
        { x: column.x, y }, { class: 'fan' }));
}

function edgesBetween(from, to) {
    const { weight, inputs } = to.layer;
    const edges = to.units.flatMap((b) => from.units.map((a) => ({ a, b, w: weight[b.index * inputs + a.index] })));
    const most = Math.max(...edges.map(({ w }) => Math.abs(w))) || 1;
    return edges.map(({ a, b, w }) => line({ x: from.x, y: a.y }, { x: to.x, y: b.y }, {
        class: w < 0 ? 'negative' : 'positive', 'stroke-opacity': (Math.abs(w) / most).toFixed(2),
        'stroke-width': (0.3 + 1.7 * Math.abs(w) / most).toFixed(2),
    }));
}

function columnLabels({ layer, x }, height) {
    return [
        svg('text', { x, y: height - 26 }, whole(layer.units)),
        svg('text', { x, y: height - 8, class: 'soft' }, activationName(layer)),
    ];
}

function layerTable(network) {
    const head = ['layer', 'inputs', 'units', 'activation', 'weights', 'biases'];
    let number = 0;
    return build('table', { class: 'rows' },
        build('caption', { class: 'visually-hidden' }, 'The layers of the network'),
        build('thead', {}, build('tr', {}, ...head.map((name) =>
            build('th', { scope: 'col', class: name === 'activation' ? 'word' : '' }, name)))),
        build('tbody', {}, ...network.layers.map((layer) => {
            const isDense = layer.kind === 'dense';
            number += isDense;
            return build('tr', {},
                build('th', { scope: 'row' }, isDense ? `${number}` : layer.kind),
                build('td', {}, whole(layer.inputs)), build('td', {}, whole(layer.units)),
                build('td', { class: 'word' }, isDense ? activationName(layer) : 'in training alone'),
                build('td', {}, isDense ? whole(layer.weight.length) : '–'),
                build('td', {}, isDense && layer.bias ? whole(layer.bias.length) : '–'));
        })));
}
