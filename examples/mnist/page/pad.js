// The pad: what has been drawn on it, and how that looks. (How one draws is in pad_input.js, what the network
// makes of it in answer.js.)

const padWords = {
    lead: 'By mouse, pen, finger or keys: the network reads along while the stroke grows.',
    keys: 'The arrow keys move the pen, two of them diagonally, with Shift faster. Space puts it down and lifts it. '
        + 'Backspace takes the last stroke back, Escape clears the pad.',
    other: 'This network was not trained on digits. Whatever is drawn, it takes for one of the things it knows: ',
    empty: 'The pad is empty.',
    noPad: 'Drawings have 28 x 28 pixels, and this network wants another number of inputs: ',
};

function mountPad(section, network, classes) {
    const isDigits = classes.every((name, i) => name === String(i));
    if (!section.querySelector('h2'))
        section.append(build('h2', {}, isDigits ? 'Draw a digit' : 'Draw'));
    if (network.inputs === field.side * field.side)
        mountWorkingPad(section, network, classes, isDigits);
    else
        section.append(build('p', {}, `${padWords.noPad}${network.inputs}.`));
}

function mountWorkingPad(section, network, classes, isDigits) {
    const canvas = build('canvas', {
        class: 'pad-canvas', tabindex: 0, role: 'application', 'aria-roledescription': 'drawing pad',
        'aria-label': isDigits ? 'Draw a digit' : 'Draw a picture', 'aria-describedby': 'pad-keys',
    });
    const pad = { canvas, strokes: [], pen: { x: 0.5, y: 0.5, down: false, shown: false }, pointer: null };
    const answer = makeAnswer(network, classes);
    section.append(
        lead(padWords.lead, isDigits ? '' : ` ${padWords.other}${classes.join(', ')}.`),
        build('div', { class: 'pad' }, padColumn(pad, isDigits), ...answer.elements));
    pad.changed = atMostOncePerFrame(() => {
        canvas.parentNode.classList.toggle('is-empty', pad.strokes.length === 0);
        drawPad(pad);
        answer.show(inkToPixels(pad.strokes), pad.strokes.length > 0);
    });
    followPointer(pad);
    followKeys(pad, answer.say);
    redrawWhenLooksChange(pad.changed, canvas);
    pad.changed();
}

// The canvas, and below it the buttons and words on keys.
function padColumn(pad, isDigits) {
    const button = (name, act) => {
        const element = build('button', { type: 'button' }, name);
        element.addEventListener('click', () => act(pad));
        return element;
    };
    return build('div', { class: 'pad-left' },
        build('div', { class: 'pad-frame' }, pad.canvas,
            build('span', { class: 'pad-invitation', 'aria-hidden': 'true' },
                isDigits ? 'Draw a digit here' : 'Draw here')),
        build('div', { class: 'pad-buttons' }, button('Undo', undoStroke), button('Clear', clearPad)),
        build('p', { class: 'pad-keys', id: 'pad-keys' }, padWords.keys));
}

// ---- what is on the pad ----

function undoStroke(pad) {
    pad.strokes.pop();
    liftPen(pad);
}

function clearPad(pad) {
    pad.strokes = [];
    liftPen(pad);
}

// A stroke that is being drawn is over, too.
function liftPen(pad) {
    pad.pen.down = false;
    pad.pointer = null;
    pad.changed();
}

function startStroke(pad, point) {
    pad.strokes.push([point]);
    pad.changed();
}

function continueStroke(pad, points) {
    pad.strokes[pad.strokes.length - 1].push(...points);
    pad.changed();
}

// ---- what one sees of it ----

function drawPad({ canvas, strokes, pen }) {
    const side = fitCanvas(canvas);
    const context = canvas.getContext('2d');
    context.clearRect(0, 0, side, side);
    Object.assign(context, { lineWidth: 0.08 * side, lineCap: 'round', lineJoin: 'round' });
    context.strokeStyle = colourOf(canvas, '--pad-ink');
    strokes.forEach((stroke) => drawStroke(context, stroke.map(([x, y]) => [x * side, y * side])));
    if (pen.shown)
        drawPen(context, pen, side, colourOf(canvas, '--pad-pen'));
}

// Through the middles between points, bent towards the points: a curve without corners.
function drawStroke(context, points) {
    context.beginPath();
    context.moveTo(...points[0]);
    for (let i = 1; i < points.length; i++) {
        const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
        context.quadraticCurveTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2);
    }
    const [x, y] = points[points.length - 1];
    context.lineTo(x + 0.1, y); // not quite the same place: a line of no length is not drawn
    context.stroke();
}

// A ring that is full when the pen is down.
function drawPen(context, pen, side, colour) {
    context.beginPath();
    context.arc(pen.x * side, pen.y * side, 0.04 * side, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: colour, strokeStyle: colour, lineWidth: 0.01 * side });
    context.stroke();
    if (pen.down)
        context.fill();
}
