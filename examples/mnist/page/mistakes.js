// A gallery of the images that the network misread most surely.

function drawMistakes(section, run) {
    const { count, worst } = run.mistakes;
    if (count === 0) {
        section.append(lead('There are none: all test images were read right.'));
        return;
    }
    const shown = worst.length < count ? `The ${worst.length} of its ${whole(count)} mistakes` : `All ${whole(count)} mistakes`;
    section.append(
        lead(`${shown} in which it was surest, the surest first: what the image is, and below what the network `
            + 'believed, with how much it believed in either.'),
        build('ul', { class: isDigits(run) ? 'gallery' : 'gallery as-stored' },
            ...worst.map((mistake) => build('li', {}, mistakeFigure(mistake, run)))));
}

function mistakeFigure(mistake, { classes, image }) {
    const [truth, guess] = [classes[mistake.truth], classes[mistake.guess]];
    return build('figure', {},
        imageCanvas(mistake.pixels, image, `Test image ${mistake.image}`),
        build('figcaption', {}, build('b', {}, truth), ` ${percent(mistake.ofTruth)}`, build('br', {}),
            'read as ', build('b', {}, guess), ` ${percent(mistake.ofGuess)}`));
}

// Ink on paper.
function imageCanvas(pixels, { rows, cols }, label) {
    const canvas = build('canvas', { class: 'image', width: cols, height: rows, role: 'img', 'aria-label': label });
    const context = canvas.getContext('2d');
    const data = context.createImageData(cols, rows);
    bytesOf(pixels).forEach((ink, i) => data.data.set([0, 0, 0, ink], 4 * i));
    context.putImageData(data, 0, 0);
    return canvas;
}
