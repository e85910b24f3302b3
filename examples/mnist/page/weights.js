// What each unit of the first layer looks at: its weights, each where its pixel is.

function drawWeights(section, network, run) {
    const layer = denseLayers(network)[0];
    const limit = commonLimit(layer.weight);
    const isLast = layer.units === run.classes.length && denseLayers(network).length === 1;
    const many = layer.units > 64;
    const canvases = Array.from({ length: layer.units }, (_, u) => unitCanvas(u, layer, run, isLast));
    const grid = build('div', { class: many ? 'units tall' : 'units' }, ...canvases.map((canvas, u) =>
        (many ? canvas : build('figure', {}, canvas, build('figcaption', {}, isLast ? run.classes[u] : `${u + 1}`)))));
    if (many)
        Object.entries({ tabindex: 0, role: 'region', 'aria-label': `All ${layer.units} units` })
            .forEach(([name, value]) => grid.setAttribute(name, value));
    grid.classList.toggle('few', layer.units <= 16);
    section.append(
        lead(`Each picture is one of the ${whole(layer.units)} units: the weights by which it multiplies the pixels, each `
            + 'in its pixel\'s place. Ink where a weight is positive stirs the unit, ink where it is negative calms '
            + 'it, and where it is near zero the unit does not care.'),
        weightScale(limit), grid);
    drawWhenSeen(canvases, (canvas) => paintWeights(canvas, layer, Number(canvas.dataset.unit), limit));
}

// Of all units together, so that they can be compared: 99 of 100 weights lie within (of many, a sample says it).
function commonLimit(weights) {
    const stride = Math.ceil(weights.length / 50000);
    const sizes = weights.filter((_, i) => i % stride === 0).map(Math.abs).sort();
    return sizes[Math.floor(0.99 * (sizes.length - 1))] || 1;
}

function weightScale(limit) {
    const text = limit.toPrecision(2);
    return build('p', { class: 'scale' }, `−${text}`, build('i', { 'aria-hidden': 'true' }), `+${text}`,
        build('span', {}, '(1 weight in 100 lies beyond)'));
}

function unitCanvas(u, layer, { image, classes }, isLast) {
    const label = isLast ? `Weights for ${classes[u]}` : `Weights of unit ${u + 1}`;
    return build('canvas', {
        width: image.cols, height: image.rows, 'data-unit': u, role: 'img', 'aria-label': label,
        title: isLast ? classes[u] : `unit ${u + 1}`,
    });
}

function paintWeights(canvas, layer, unit, limit) {
    const colours = ['--zero', '--positive', '--negative'].map((name) => rgbOf(colourOf(canvas, name)));
    const context = canvas.getContext('2d');
    const image = context.createImageData(canvas.width, canvas.height);
    for (let i = 0; i < layer.inputs; i++) {
        const share = Math.max(-1, Math.min(1, layer.weight[unit * layer.inputs + i] / limit));
        const end = colours[share < 0 ? 2 : 1];
        image.data.set([...colours[0].map((zero, c) => zero + (end[c] - zero) * Math.abs(share)), 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
}

// #rrggbb
function rgbOf(colour) {
    return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

// Each when it comes into sight, and again when the colours have changed.
function drawWhenSeen(canvases, paint) {
    const painted = new Set();
    const observer = new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries)
            if (isIntersecting && !painted.has(target)) {
                painted.add(target);
                paint(target);
            }
    }, { rootMargin: '200px' });
    canvases.forEach((canvas) => observer.observe(canvas));
    new MutationObserver(() => painted.forEach(paint))
        .observe(document.documentElement, { attributeFilter: ['data-theme'] });
    addEventListener('beforeprint', () => canvases.forEach(paint));
}
