// A gallery of the images that the network misread most surely.

function drawMistakes(section, run) {
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
            ...worst.map((mistake) => build('li', {}, mistakeFigure(mistake, run)))));
}

function mistakeFigure(mistake, { classes, image }) {
    const [truth, guess] = [classes[mistake.truth], classes[mistake.guess]];
    return build('figure', {},
        build('div', { class: 'frame' }, imageCanvas(mistake.pixels, image, `Test image ${mistake.image}`)),
        build('figcaption', {}, belief('is', truth, mistake.ofTruth), belief('says', guess, mistake.ofGuess)));
}

function belief(words, name, share) {
    return build('span', {}, build('span', {}, `${words} `, build('b', {}, name)), ` ${surely(share)}`);
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

// No belief is so firm that it is 100 %.
function surely(share) {
    if (share > 0.9995 && share < 1)
        return '>99.9 %';
    return share < 0.0005 && share > 0 ? '<0.1 %' : percent(share);
}
