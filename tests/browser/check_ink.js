// The pixels that strokes become:  node check_ink.js
'use strict';
const assert = require('assert');
const { loadScripts } = require('./scripts.js');
const { handwritten } = require('./hand.js');

const { inkToPixels, centreOfMass, field } =
    loadScripts(['ink.js'], ['inkToPixels', 'centreOfMass', 'field']);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const row = (pixels, y) => pixels.slice(y * 28, (y + 1) * 28);
const move = (strokes, scale, dx, dy) =>
    strokes.map((stroke) => stroke.map(([x, y]) => [x * scale + dx, y * scale + dy]));

// The sides of what has ink, counting pixels by how much they have: antialiased edges are not whole ones.
function extents(pixels) {
    const rows = Array.from({ length: 28 }, (_, y) => Math.max(...row(pixels, y)));
    const columns = Array.from({ length: 28 }, (_, x) => Math.max(...rows.map((_, y) => pixels[y * 28 + x])));
    return { width: sum(columns), height: sum(rows) };
}

function isNear(actual, wanted, tolerance, what) {
    assert(Math.abs(actual - wanted) <= tolerance, `${what} is ${actual}, not ${wanted} +- ${tolerance}`);
}

function isSame(a, b, tolerance, what) {
    a.forEach((ink, i) => isNear(ink, b[i], tolerance, `${what}: pixel ${i}`));
}

const checks = {
    'nothing is an empty field'() {
        for (const strokes of [[], [[[2, 2]]], [[[-1, 0.5], [-0.5, 0.7]]]]) {
            const pixels = inkToPixels(strokes);
            assert.strictEqual(pixels.length, 784);
            assert(pixels.every((ink) => ink === 0));
        }
    },
    'ink is from 0 to 1, with grey at the edges'() {
        for (const pixels of handwritten.map(inkToPixels)) {
            assert(pixels.every((ink) => ink >= 0 && ink <= 1));
            assert(pixels.some((ink) => ink === 1) && pixels.some((ink) => ink > 0.2 && ink < 0.8));
        }
    },
    'the longer side is 20 pixels long'() {
        for (const strokes of [...handwritten, [[[0.1, 0.5], [0.9, 0.45]]], [[[0.5, 0.1], [0.2, 0.2]]]]) {
            const { width, height } = extents(inkToPixels(strokes));
            isNear(Math.max(width, height), 20, 0.5, 'the longer side');
        }
    },
    'the shape is kept'() {
        const ellipse = Array.from({ length: 60 }, (_, i) =>
            [0.5 + 0.15 * Math.cos(i / 9), 0.5 + 0.3 * Math.sin(i / 9)]);
        const { width, height } = extents(inkToPixels([ellipse]));
        isNear((width - field.pen) / (height - field.pen), 0.5, 0.03, 'width by height of the line');
    },
    'the centre of mass is in the middle of pixel 14'() {
        handwritten.forEach((strokes) => centreOfMass(inkToPixels(strokes))
            .forEach((place) => isNear(place, 14.5, 0.1, 'the centre')));
    },
    'size and place on the pad do not matter'() {
        for (const strokes of handwritten)
            for (const [scale, dx, dy] of [[0.1, 0, 0], [0.3, 0.6, 0.65], [1.2, -0.1, -0.1]])
                isSame(inkToPixels(move(strokes, scale, dx, dy)), inkToPixels(strokes), 1e-3, `${scale}`);
    },
    'a straight one stays thin'() {
        for (const top of [0.05, 0.45]) {
            const pixels = inkToPixels([[[0.5, top], [0.5, 0.55]]]);
            for (let y = 8; y < 20; y++)
                isNear(sum(row(pixels, y)), field.pen, 0.01, 'the width of a line');
        }
    },
    'a dot is a dot'() {
        const area = Math.PI * (field.pen / 2) ** 2;
        const [point, still] = [[[0.3, 0.8]], [[0.3, 0.8], [0.3, 0.8], [0.302, 0.801]]];
        for (const strokes of [[point], [still], [point, point]])
            isNear(sum(inkToPixels(strokes)), area, 0.6, 'the ink of a dot');
    },
    'what lies beside the pad does not count'() {
        const across = [[-0.5, 0.3], [0.2, 0.3], [0.8, 0.7], [1.7, 0.7]];
        const visible = [[0, 0.3], [0.2, 0.3], [0.8, 0.7], [1, 0.7]];
        isSame(inkToPixels([across]), inkToPixels([visible]), 1e-6, 'across');
        const outAndIn = [[0.2, 0.5], [0.5, 0.5], [0.5, -1], [0.7, -1], [0.7, 0.5], [0.9, 0.5]];
        const twoParts = [[[0.2, 0.5], [0.5, 0.5], [0.5, 0]], [[0.7, 0], [0.7, 0.5], [0.9, 0.5]]];
        isSame(inkToPixels([outAndIn]), inkToPixels(twoParts), 1e-6, 'out and in');
        const peak = [[0.2, 0.5], [0.5, -1], [0.8, 0.5]];
        const cut = [[[0.2, 0.5], [0.3, 0]], [[0.7, 0], [0.8, 0.5]]];
        isSame(inkToPixels([peak]), inkToPixels(cut), 1e-6, 'a peak');
    },
    'points that repeat, many points and few make no difference'() {
        const line = [[0.2, 0.2], [0.7, 0.4], [0.4, 0.9]];
        const twice = line.flatMap((point) => [point, point]);
        const many = line.slice(1).flatMap(([x1, y1], k) => Array.from({ length: 5001 }, (_, i) =>
            [line[k][0] + (x1 - line[k][0]) * i / 5000, line[k][1] + (y1 - line[k][1]) * i / 5000]));
        isSame(inkToPixels([twice]), inkToPixels([line]), 1e-6, 'twice');
        isSame(inkToPixels([many]), inkToPixels([line]), 1e-2, 'many');
    },
    'a crossing has no more ink than one line'() {
        const cross = inkToPixels([[[0.2, 0.5], [0.8, 0.5]], [[0.5, 0.2], [0.5, 0.8]]]);
        isNear(Math.max(...cross), 1, 0, 'the most ink');
    },
    'a jagged line comes out smooth'() {
        const steps = Array.from({ length: 41 }, (_, i) => [0.1 + 0.02 * i, 0.1 + 0.04 * Math.floor(i / 2)]);
        const straight = [[0.1, 0.1], [0.9, 0.9]];
        const difference = sum(inkToPixels([steps]).map((ink, i) => Math.abs(ink - inkToPixels([straight])[i])));
        assert(difference < 3, `they differ by ${difference} pixels of ink`);
    },
};

for (const [name, check] of Object.entries(checks)) {
    check();
    console.log(name);
}
