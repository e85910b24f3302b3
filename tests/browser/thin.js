// From an image of a digit to the strokes that a pen would draw it with: thinned to lines of one pixel, which
// are then followed.
'use strict';

// The eight neighbours, clockwise from north, as Zhang and Suen count them (P2 ... P9).
const around = [[0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1]];

// A field of 0 and 1 with a margin of zeros, so that every pixel has neighbours.
function threshold(image, rows, cols, least) {
    const field = { rows: rows + 2, cols: cols + 2, at: new Uint8Array((rows + 2) * (cols + 2)) };
    for (let y = 0; y < rows; y++)
        for (let x = 0; x < cols; x++)
            field.at[(y + 1) * field.cols + x + 1] = image[y * cols + x] >= least ? 1 : 0;
    return field;
}

function neighbours(field, i) {
    return around.map(([dx, dy]) => field.at[i + dy * field.cols + dx]);
}

// Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", 1984.
function mayGo(p, second) {
    const count = p.reduce((a, b) => a + b);
    const rises = p.filter((value, i) => value === 0 && p[(i + 1) % 8] === 1).length;
    const [north, east, south, west] = [p[0], p[2], p[4], p[6]];
    const sides = second ? north * east * west + north * south * west
                         : north * east * south + east * south * west;
    return count >= 2 && count <= 6 && rises === 1 && sides === 0;
}

function thin(field) {
    for (let changed = true; changed;) {
        changed = false;
        for (const second of [false, true]) {
            const gone = [];
            field.at.forEach((value, i) => {
                if (value && mayGo(neighbours(field, i), second))
                    gone.push(i);
            });
            gone.forEach((i) => { field.at[i] = 0; });
            changed = changed || gone.length > 0;
        }
    }
}

// A pixel's neighbours along the line: a diagonal one counts unless a straight one leads there too.
function links(field, i) {
    const p = neighbours(field, i);
    return around.map(([dx, dy], k) => ({ k, to: i + dy * field.cols + dx }))
        .filter(({ k }) => p[k] && (k % 2 === 0 || (!p[(k + 7) % 8] && !p[(k + 1) % 8])))
        .map(({ to }) => to);
}

// Follows the lines, from ends first, then from crossings, then around what is closed. Gives strokes of
// points [x, y] in pixels of the image, at the pixels' centres.
function follow(field) {
    const edges = new Map();
    const pixels = [...field.at.keys()].filter((i) => field.at[i]);
    pixels.forEach((i) => edges.set(i, new Set(links(field, i))));
    const degree = new Map(pixels.map((i) => [i, edges.get(i).size]));
    const point = (i) => [i % field.cols - 0.5, Math.floor(i / field.cols) - 0.5];
    const strokes = pixels.filter((i) => degree.get(i) === 0).map((i) => [point(i)]);
    const walk = (start) => {
        const stroke = [point(start)];
        for (let i = start; edges.get(i).size > 0;) {
            const [next] = edges.get(i);
            edges.get(i).delete(next);
            edges.get(next).delete(i);
            stroke.push(point(next));
            i = next;
            if (degree.get(i) !== 2)
                break;
        }
        strokes.push(stroke);
    };
    for (const wanted of [(d) => d === 1, (d) => d > 2, () => true])
        for (const i of pixels)
            while (wanted(degree.get(i)) && edges.get(i).size > 0)
                walk(i);
    return strokes;
}

function strokesOf(image, rows, cols, least = 128) {
    const field = threshold(image, rows, cols, least);
    thin(field);
    return follow(field);
}

module.exports = { strokesOf };
