// From strokes of a pen to 28 x 28 pixels, the way MNIST was made. A network knows only what it was trained
// with: a digit must come to it in the same size, place and thickness as those did.
//
// "The original black and white (bilevel) images from NIST were size normalized to fit in a 20x20 pixel box
// while preserving their aspect ratio. The resulting images contain grey levels as a result of the
// anti-aliasing technique used by the normalization algorithm. The images were centered in a 28x28 image by
// computing the center of mass of the pixels, and translating the image so as to position this point at the
// center of the 28x28 field."    (LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/)
//
// A stroke is a list of points [x, y]; the pad that it was drawn on reaches from 0 to 1 in both. Since strokes
// are lines and not pixels, the pen's width is chosen here: a large and a small drawing come out alike.

const field = {
    side: 28,       // pixels
    box: 20,        // which the digit with its ink fits into
    centre: 14.5,   // of mass: in MNIST's files it lies in the middle of pixel 14, counted from 0
    pen: 2.5,       // MNIST's strokes on average: ink divided by length
    smoothing: 0.7, // of a hand's or a mouse's jitter: the deviation of a Gaussian, along the line
    step: 0.25,     // between points of a smoothed line
    dot: 0.02,      // on the pad: a drawing smaller than this is a dot
};

function inkToPixels(strokes) {
    const visible = strokes.flatMap(clipStroke);
    if (visible.length === 0)
        return new Float32Array(field.side * field.side);
    // Smoothing rounds corners off, so that the size is not final before.
    const smooth = fitIntoBox(fitIntoBox(visible).map(smoothStroke));
    const [x, y] = centreOfMass(paint(smooth));
    return paint(moveStrokes(smooth, field.centre - x, field.centre - y));
}

// ---- what lies on the pad ----

// The parts of a stroke that are on the pad.
function clipStroke(stroke) {
    const parts = [];
    let end = null; // of the latest part, if it has not left the pad
    for (let i = 0; i < stroke.length; i++) {
        const piece = clipSegment(stroke[Math.max(0, i - 1)], stroke[i]);
        if (!piece)
            end = null;
        else if (end && end[0] === piece[0][0] && end[1] === piece[0][1])
            parts[parts.length - 1].push(piece[1]);
        else
            parts.push(piece);
        end = piece && piece[1];
    }
    return parts;
}

// Liang and Barsky 1984: each side of the square cuts off what lies before an entry or behind an exit.
function clipSegment([x0, y0], [x1, y1]) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    let [from, to] = [0, 1];
    for (const [speed, room] of [[-dx, x0], [dx, 1 - x0], [-dy, y0], [dy, 1 - y0]]) {
        if (speed < 0)
            from = Math.max(from, room / speed);
        else if (speed > 0)
            to = Math.min(to, room / speed);
        else if (room < 0)
            return null;
    }
    const at = (t) => (t === 0 ? [x0, y0] : t === 1 ? [x1, y1] : [x0 + t * dx, y0 + t * dy]);
    return from <= to ? [at(from), at(to)] : null;
}

// ---- size and place ----

// So large that the longer side of the drawing, with half a pen around it, is as long as the box's.
function fitIntoBox(strokes) {
    const points = strokes.flat();
    const [left, right] = range(points.map(([x]) => x));
    const [top, bottom] = range(points.map(([, y]) => y));
    const extent = Math.max(right - left, bottom - top);
    const scale = extent < field.dot ? 0 : (field.box - field.pen) / extent;
    return strokes.map((stroke) => stroke.map(([x, y]) => [
        field.side / 2 + (x - (left + right) / 2) * scale,
        field.side / 2 + (y - (top + bottom) / 2) * scale,
    ]));
}

function range(numbers) {
    return numbers.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity]);
}

function moveStrokes(strokes, dx, dy) {
    return strokes.map((stroke) => stroke.map(([x, y]) => [x + dx, y + dy]));
}

function centreOfMass(pixels) {
    let [mass, x, y] = [0, 0, 0];
    pixels.forEach((ink, i) => {
        mass += ink;
        x += ink * (i % field.side + 0.5);
        y += ink * (Math.floor(i / field.side) + 0.5);
    });
    return [x / mass, y / mass];
}

// ---- smoothing ----

function smoothStroke(stroke) {
    const points = evenlySpaced(stroke, field.step);
    const deviation = field.smoothing / field.step;
    const reach = Math.ceil(3 * deviation);
    const weights = Array.from({ length: reach + 1 }, (_, k) => Math.exp(-k * k / (2 * deviation * deviation)));
    return points.map((_, i) => average(points, i, Math.min(reach, i, points.length - 1 - i), weights));
}

// Of points i - reach to i + reach: less reach towards the ends, which stay where they are.
function average(points, i, reach, weights) {
    let [sum, x, y] = [0, 0, 0];
    for (let k = -reach; k <= reach; k++) {
        const weight = weights[Math.abs(k)];
        sum += weight;
        x += weight * points[i + k][0];
        y += weight * points[i + k][1];
    }
    return [x / sum, y / sum];
}

function evenlySpaced(stroke, step) {
    const points = [stroke[0]];
    let ahead = step; // from here to the next point, along the line
    for (let i = 1; i < stroke.length; i++) {
        const [[x0, y0], [x1, y1]] = [stroke[i - 1], stroke[i]];
        const length = Math.hypot(x1 - x0, y1 - y0);
        for (; ahead < length; ahead += step)
            points.push([x0 + (x1 - x0) * ahead / length, y0 + (y1 - y0) * ahead / length]);
        ahead -= length;
    }
    points.push(stroke[stroke.length - 1]);
    return points;
}

// ---- painting ----

// Each pixel takes as much ink as the pen covers of it, which is known from its distance to the line: all
// within half a pen, less half a pixel; none beyond half a pixel more. (That is antialiasing.)
function paint(strokes) {
    const pixels = new Float32Array(field.side * field.side);
    for (const stroke of strokes)
        for (let i = 0; i < stroke.length; i++)
            paintSegment(pixels, stroke[Math.max(0, i - 1)], stroke[i]);
    return pixels;
}

function paintSegment(pixels, a, b) {
    const [left, right] = pixelsWithin(a[0], b[0]);
    const [top, bottom] = pixelsWithin(a[1], b[1]);
    for (let y = top; y <= bottom; y++)
        for (let x = left; x <= right; x++) {
            const ink = field.pen / 2 + 0.5 - distance([x + 0.5, y + 0.5], a, b);
            const i = y * field.side + x;
            pixels[i] = Math.max(pixels[i], Math.min(1, ink));
        }
}

// Columns (or rows) of the field that a pen which goes from p to q may touch.
function pixelsWithin(p, q) {
    const reach = field.pen / 2 + 0.5;
    return [Math.max(0, Math.floor(Math.min(p, q) - reach)),
            Math.min(field.side - 1, Math.floor(Math.max(p, q) + reach))];
}

// Of a point to the segment from a to b.
function distance([x, y], [ax, ay], [bx, by]) {
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy;
    const along = square > 0 ? ((x - ax) * dx + (y - ay) * dy) / square : 0;
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
