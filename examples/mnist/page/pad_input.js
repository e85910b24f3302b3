// How one draws on the pad: by mouse, pen and finger, or by keys.

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
