// Are drawn digits recognised?  node check_drawn.js MODEL DATA PREDICTIONS SHARE
//
// PREDICTIONS are what the library makes of the first test images in DATA. Of the same images, drawn by
// strokes, at least SHARE get the class that the library gives the image. And all that a hand writes,
// however it writes it.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { loadScripts } = require('./scripts.js');
const { readTestImages, readPredictions, strokesFor, best } = require('./digits.js');
const { handwritten } = require('./hand.js');

const { parseNetwork, forward, inkToPixels } =
    loadScripts(['network.js', 'ink.js'], ['parseNetwork', 'forward', 'inkToPixels']);
const [model, data, predictions, share] = process.argv.slice(2);
const network = parseNetwork(new Uint8Array(fs.readFileSync(model)).buffer);
const classOf = (strokes) => best(forward(network, inkToPixels(strokes)).output);

function checkThinned() {
    const images = readTestImages(data);
    const wanted = readPredictions(predictions).map(best);
    const agreed = wanted.filter((label, i) => classOf(strokesFor(images.bytes(i))) === label).length;
    console.log(`${agreed} of ${wanted.length} test images, drawn by strokes, get the library's class`);
    assert(agreed >= share * wanted.length);
}

// A generator of numbers that look random and are always the same (Lehmer 1951).
function makeRandom(state) {
    return () => (state = state * 48271 % 2147483647) / 2147483647;
}

const random = makeRandom(7);
const eachPoint = (strokes, f) => strokes.map((stroke) => stroke.map(f));
const habits = {
    'as it is': (strokes) => strokes,
    'tiny, in a corner': (strokes) => eachPoint(strokes, ([x, y]) => [0.8 + x / 8, 0.85 + y / 8]),
    'larger than the pad is wide': (strokes) => eachPoint(strokes, ([x, y]) => [1.5 * x - 0.25, 1.5 * y - 0.25]),
    'shaky': (strokes) => eachPoint(strokes.map(everyFew), ([x, y]) =>
        [x + 0.02 * (random() - 0.5), y + 0.02 * (random() - 0.5)]),
    'on whole pixels of a small pad': (strokes) => eachPoint(strokes, ([x, y]) =>
        [Math.round(50 * x) / 50, Math.round(50 * y) / 50]),
    'leaning to the right': (strokes) => eachPoint(strokes, ([x, y]) => [x + 0.2 * (0.5 - y), y]),
    'leaning to the left': (strokes) => eachPoint(strokes, ([x, y]) => [x - 0.1 * (0.5 - y), y]),
    'narrow': (strokes) => eachPoint(strokes, ([x, y]) => [0.2 + 0.7 * x, y]),
    'lifting the pen at every point': (strokes) => strokes.flatMap((stroke) =>
        stroke.slice(1).map((point, i) => [stroke[i], point])),
};

// More points than there are, as a slow hand leaves them.
function everyFew(stroke) {
    return stroke.slice(1).flatMap(([x1, y1], k) => Array.from({ length: 8 }, (_, i) =>
        [stroke[k][0] + (x1 - stroke[k][0]) * i / 8, stroke[k][1] + (y1 - stroke[k][1]) * i / 8]));
}

function checkHandwritten() {
    let [written, read] = [0, 0];
    for (const [name, habit] of Object.entries(habits)) {
        const found = handwritten.map((strokes) => classOf(habit(strokes)));
        const right = found.filter((label, digit) => label === digit).length;
        console.log(`${name}: ${right} of 10 (${found.join('')})`);
        [written, read] = [written + 10, read + right];
    }
    assert(read >= 0.9 * written, `${read} of ${written} were read`);
}

checkThinned();
checkHandwritten();
