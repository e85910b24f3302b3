// What the network makes of the drawing: the pixels that it sees, what its layers put out, and how likely
// it holds each class.

function makeAnswer(network, classes) {
    const seen = makeSeen();
    const dense = denseLayers(network);
    const layers = dense.slice(0, -1).map((layer, i) => makeLayer(layer, i + 1));
    const bars = makeBars(dense[dense.length - 1], classes);
    const status = build('p', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
    const say = (words) => { status.textContent = words; };
    const sayInPause = afterPause((words) => {
        say(words);
        layers.forEach((layer) => layer.describe());
    }, padWords.empty);
    const show = (pixels, isDrawn) => {
        const result = isDrawn ? forward(network, pixels) : null;
        seen.show(pixels);
        layers.forEach((layer, i) => layer.show(result && result.layers[i]));
        sayInPause(bars.show(result && result.output));
    };
    const elements = [
        build('div', { class: 'pad-answer' }, ...bars.elements, status),
        build('div', { class: 'pad-inside' }, seen.element, ...layers.map((layer) => layer.element)),
    ];
    return { elements, show, say };
}

function caption(...words) {
    return build('figcaption', {}, ...words);
}

// ---- the 28 x 28 pixels ----

function makeSeen() {
    const canvas = build('canvas', {
        width: field.side, height: field.side, role: 'img',
        'aria-label': 'The drawing in 28 by 28 pixels, as the network sees it',
    });
    const show = (pixels) => {
        const context = canvas.getContext('2d');
        const image = context.createImageData(field.side, field.side);
        // Ink on paper, as the page's other images.
        pixels.forEach((ink, i) => image.data.set([0, 0, 0, 255 * ink], 4 * i));
        context.putImageData(image, 0, 0);
    };
    return {
        element: build('figure', { class: 'pad-seen' }, build('div', { class: 'frame' }, canvas),
            caption(build('b', {}, 'What the network sees'), ' 28 × 28 pixels, scaled and centred as MNIST was')),
        show,
    };
}

// ---- a layer: each unit a cell ----

function makeLayer(layer, number) {
    const columns = layer.units <= 32 ? Math.min(layer.units, 8) : Math.ceil(Math.sqrt(2 * layer.units));
    const rows = Math.ceil(layer.units / columns);
    const name = `Layer ${number}`;
    const canvas = build('canvas', { class: 'pad-layer', role: 'img', 'aria-label': name });
    canvas.style.aspectRatio = `${columns} / ${rows}`;
    canvas.style.maxWidth = `${36 * columns}px`;
    let [latest, most] = [null, 1]; // most: what is shown in full shade, the largest number of this drawing
    const show = (values) => {
        latest = values;
        most = values ? values.reduce((a, b) => Math.max(a, Math.abs(b)), most) : 1;
        drawCells(canvas, columns, rows, layer.units, (u) => (values ? values[u] / most : 0));
    };
    const describe = () => {
        const active = latest ? latest.filter((value) => value > 0).length : 0;
        canvas.setAttribute('aria-label', `${name}: ${active} of ${layer.units} units are above zero`);
    };
    const text = ` ${layer.units} units, ${activationName(layer)}${number === 1 ? shadeWords(layer) : ''}`;
    return { element: build('figure', {}, canvas, caption(build('b', {}, name), text)), show, describe };
}

function shadeWords(layer) {
    const isNeverNegative = ['sigmoid', 'relu', 'softplus', 'softmax'].includes(layer.activation);
    return `. The fuller a cell, the more its unit puts out${isNeverNegative ? '' : '; in orange, below zero'}`;
}

// Shades from -1 to 1, in two colours. (Their roots, so that one sees the smaller ones.)
function drawCells(canvas, columns, rows, count, shade) {
    const width = fitCanvas(canvas, rows / columns);
    const context = canvas.getContext('2d');
    const size = width / columns;
    const gap = size >= 8 ? size / 8 : 0;
    const colours = ['--pad-cell', '--pad-negative', '--pad-positive'].map((name) => colourOf(canvas, name));
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let u = 0; u < count; u++) {
        const [x, y] = [(u % columns) * size, Math.floor(u / columns) * size];
        const shades = [[colours[0], 1], [colours[shade(u) < 0 ? 1 : 2], Math.sqrt(Math.abs(shade(u)))]];
        for (const [fillStyle, globalAlpha] of shades) {
            Object.assign(context, { fillStyle, globalAlpha });
            context.fillRect(x, y, size - gap, size - gap);
        }
    }
}

// ---- the answer: a bar for each class ----

function makeBars(layer, classes) {
    const isShare = ['softmax', 'sigmoid'].includes(layer.activation);
    const shareText = (value) => (value < 0.0005 ? '0 %' : surely(value));
    const text = (value) => (isShare ? shareText(value) : value.toFixed(2));
    const bars = Array.from({ length: layer.units }, (_, i) => makeBar(classes[i] || String(i)));
    const best = build('p', { class: 'pad-best', 'aria-hidden': 'true' });
    best.classList.toggle('is-word', classes.some((name) => name.length > 2));
    const show = (output) => {
        const winner = output ? output.indexOf(Math.max(...output)) : -1;
        bars.forEach((bar, i) => bar.show(output ? output[i] : 0, output ? text(output[i]) : '–', i === winner));
        best.replaceChildren(...(output ? [build('b', {}, bars[winner].name), ` ${text(output[winner])}`]
                                        : [build('b', {}, '?')]));
        return output ? `Looks like ${bars[winner].name}, ${text(output[winner])}.` : padWords.empty;
    };
    const list = build('div', { class: 'pad-bars', role: 'group', 'aria-label': 'Probability of each class' },
        ...bars.map((bar) => bar.element));
    return { elements: [best, list], show };
}

function makeBar(name) {
    const fill = build('span', { class: 'pad-fill' });
    const number = build('span', { class: 'pad-number' });
    const element = build('div', { class: 'pad-bar', role: 'meter', 'aria-label': name, 'aria-valuemin': 0,
                                   'aria-valuemax': 1 },
        build('span', { class: 'pad-name' }, name), build('span', { class: 'pad-track' }, fill), number);
    const show = (value, text, isBest) => {
        fill.style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
        number.textContent = text;
        element.classList.toggle('is-best', isBest);
        element.setAttribute('aria-valuenow', value.toFixed(4));
        element.setAttribute('aria-valuetext', text);
    };
    return { name, element, show };
}
