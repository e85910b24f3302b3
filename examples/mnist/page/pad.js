// The pad: one draws on it by mouse, pen, finger or keys, and sees at once what the network makes of it.

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
    const undo = build('button', { type: 'button' }, 'Undo');
    const clear = build('button', { type: 'button' }, 'Clear');
    section.append(lead(padWords.lead, isDigits ? '' : ` ${padWords.other}${classes.join(', ')}.`));
    section.append(build('div', { class: 'pad' },
        build('div', { class: 'pad-left' },
            build('div', { class: 'pad-frame' }, canvas,
                build('span', { class: 'pad-invitation', 'aria-hidden': 'true' },
                    isDigits ? 'Draw a digit here' : 'Draw here')),
            build('div', { class: 'pad-buttons' }, undo, clear),
            build('p', { class: 'pad-keys', id: 'pad-keys' }, padWords.keys)),
        ...answer.elements));

    pad.changed = atMostOncePerFrame(() => {
        canvas.parentNode.classList.toggle('is-empty', pad.strokes.length === 0);
        drawPad(pad);
        answer.show(inkToPixels(pad.strokes), pad.strokes.length > 0);
    });
    undo.addEventListener('click', () => undoStroke(pad));
    clear.addEventListener('click', () => clearPad(pad));
    followPointer(pad);
    followKeys(pad, answer.say);
    redrawWhenLooksChange(pad.changed, canvas);
    pad.changed();
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

// ---- mouse, pen and finger ----

function followPointer(pad) {
    const { canvas } = pad;
    canvas.addEventListener('pointerdown', (event) => {
        if (pad.pointer !== null || event.button !== 0) // a second finger, a right button
            return;
        canvas.setPointerCapture(event.pointerId);
        liftPen(pad);
        pad.pointer = event.pointerId;
        pad.pen.shown = false;
        startStroke(pad, pointOn(canvas, event));
    });
    canvas.addEventListener('pointermove', (event) => {
        if (event.pointerId === pad.pointer)
            continueStroke(pad, fineEvents(event).map((e) => pointOn(canvas, e)));
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'])
        canvas.addEventListener(end, (event) => {
            if (event.pointerId === pad.pointer)
                pad.pointer = null;
        });
}

// A browser reports a move once per frame; between two of them the pointer has been in more places.
function fineEvents(event) {
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    return events.length > 0 ? events : [event];
}

// From 0 to 1 in both directions, whatever the pad's size.
function pointOn(canvas, event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

// ---- keys ----

// The keys of a numeric pad without NumLock go diagonally, too.
const padDirections = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};

function followKeys(pad, say) {
    const held = new Set();
    const sayPlace = afterPause(say);
    pad.canvas.addEventListener('keydown', (event) => {
        const action = Object.hasOwn(padDirections, event.key) ? () => movePen(pad, held, event, sayPlace)
                                                               : keyAction(pad, event, say);
        const isCommand = event.altKey || event.ctrlKey || event.metaKey;
        if (action && isCommand === (event.key === 'z')) { // Ctrl-Z; other commands are the browser's
            event.preventDefault();
            action();
        }
    });
    pad.canvas.addEventListener('keyup', (event) => held.delete(event.key));
    pad.canvas.addEventListener('focus', () => {
        pad.pen.shown = pad.canvas.matches(':focus-visible');
        pad.changed();
    });
    pad.canvas.addEventListener('blur', () => {
        held.clear();
        pad.pen.shown = false;
        liftPen(pad);
    });
}

// None for keys that are not the pad's.
function keyAction(pad, event, say) {
    if (event.key === ' ')
        return () => { if (!event.repeat) togglePen(pad, say); };
    if (event.key === 'Escape')
        return () => clearPad(pad);
    return ['Backspace', 'z'].includes(event.key) ? () => undoStroke(pad) : null;
}

function togglePen(pad, say) {
    const { pen } = pad;
    pen.shown = true;
    pen.down = !pen.down;
    say(pen.down ? 'Pen down.' : 'Pen up.');
    if (pen.down)
        startStroke(pad, [pen.x, pen.y]);
    else
        pad.changed();
}

// By one of the 28 rows or columns, towards all arrows that are held.
function movePen(pad, held, event, sayPlace) {
    const { pen } = pad;
    const step = (event.shiftKey ? 4 : 1) / field.side;
    const inside = (x) => Math.min(1, Math.max(0, x));
    held.add(event.key);
    for (const key of held) {
        pen.x = inside(pen.x + padDirections[key][0] * step);
        pen.y = inside(pen.y + padDirections[key][1] * step);
    }
    pen.shown = true;
    if (pen.down) {
        continueStroke(pad, [[pen.x, pen.y]]);
        return;
    }
    sayPlace(`Pen at ${Math.round(100 * pen.x)} % across, ${Math.round(100 * pen.y)} % down.`);
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
