// A gallery of the images that the network misread most surely.

function drawMistakes(section, run, network) {
    const { count, worst } = run.mistakes;
    if (count === 0) {
        section.append(lead('There are none: all test images were read right.'));
        return;
    }
    const shown = worst.length < count ? `The ${worst.length} of its ${whole(count)} mistakes` : `All ${whole(count)} mistakes`;
    section.append(
        lead(`${shown} in which it was surest, the surest first: what the image is, what the network says instead, `
            + 'and how firmly it believes in either.'),
        build('ul', { class: isDigits(run) ? 'gallery' : 'gallery as-stored' },
            ...worst.map((mistake) => build('li', {}, mistakeFigure(mistake, run, beliefText(network))))));
}

function mistakeFigure(mistake, { classes, image }, text) {
    const [truth, guess] = [classes[mistake.truth], classes[mistake.guess]];
    return build('figure', {},
        build('div', { class: 'frame' }, imageCanvas(mistake.pixels, image, `Test image ${mistake.image}`)),
        build('figcaption', {}, belief('is', truth, text(mistake.ofTruth)),
            belief('says', guess, text(mistake.ofGuess))));
}

function belief(words, name, firmness) {
    return build('span', {}, build('span', {}, `${words} `, build('b', {}, name)), ` ${firmness}`);
}

// Ink on paper.
function imageCanvas(pixels, { rows, cols }, label) {
    const canvas = build('canvas', { width: cols, height: rows, role: 'img', 'aria-label': label });
    const context = canvas.getContext('2d');
    const data = context.createImageData(cols, rows);
    bytesOf(pixels).forEach((ink, i) => data.data.set([0, 0, 0, ink], 4 * i));
    context.putImageData(data, 0, 0);
    return canvas;
}

// What other activations put out is no probability. (Of the identity, the program has made some.)
function beliefText(network) {
    const last = denseLayers(network).pop().activation;
    return ['softmax', 'sigmoid', 'identity'].includes(last) ? surely : (value) => value.toPrecision(3);
}

// No belief is so firm that it is 100 %.
function surely(share) {
    if (share > 0.9995 && share < 1)
        return '>99.9 %';
    return share < 0.0005 && share > 0 ? '<0.1 %' : percent(share);
}
