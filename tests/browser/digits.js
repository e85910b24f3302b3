// MNIST's test images, and the strokes that draw them.
'use strict';
const fs = require('fs');
const path = require('path');
const { strokesOf } = require('./thin.js');

const [side, larger] = [28, 4];

// Of the IDX files in a folder: { count, pixels(i), label(i) }, pixels from 0 to 1 as the library takes them.
function readTestImages(folder) {
    const images = fs.readFileSync(path.join(folder, 't10k-images-idx3-ubyte')).subarray(16);
    const labels = fs.readFileSync(path.join(folder, 't10k-labels-idx1-ubyte')).subarray(8);
    const bytes = (i) => images.subarray(i * side * side, (i + 1) * side * side);
    return { count: labels.length, bytes, pixels: (i) => Float32Array.from(bytes(i), (byte) => byte / 255),
             label: (i) => labels[i] };
}

// Four times as large, linear between the pixels: lines that are thinned there are smooth.
function enlarge(image) {
    const at = (x, y) => (x >= 0 && y >= 0 && x < side && y < side ? image[y * side + x] : 0);
    return Float32Array.from({ length: (larger * side) ** 2 }, (_, i) => {
        const x = (i % (larger * side) + 0.5) / larger - 0.5;
        const y = (Math.floor(i / (larger * side)) + 0.5) / larger - 0.5;
        const [left, top] = [Math.floor(x), Math.floor(y)];
        const [u, v] = [x - left, y - top];
        return (1 - v) * ((1 - u) * at(left, top) + u * at(left + 1, top))
             + v * ((1 - u) * at(left, top + 1) + u * at(left + 1, top + 1));
    });
}

// From 0 to 1 in both directions, as they would be drawn on the whole pad.
function strokesFor(image) {
    const size = larger * side;
    return strokesOf(enlarge(image), size, size)
        .map((stroke) => stroke.map(([x, y]) => [x / size, y / size]));
}

// A line of probabilities for each image, as browser_predictions writes them.
function readPredictions(file) {
    return fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(' ').map(Number));
}

function best(output) {
    return output.indexOf(Math.max(...output));
}

module.exports = { readTestImages, readPredictions, strokesFor, best };
