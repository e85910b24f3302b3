// Fed the pixels of test images, the page gives the library's probabilities:  node check_pixels.js DATA PREDICTIONS
'use strict';
const assert = require('assert');
const { withBrowser, fail } = require('./page.js');
const { readTestImages, readPredictions } = require('./digits.js');

const [data, predictions] = process.argv.slice(2);

withBrowser(async (open) => {
    const page = await open();
    const images = readTestImages(data);
    const wanted = readPredictions(predictions).slice(0, 50);
    let worst = 0;
    for (const [i, probabilities] of wanted.entries()) {
        const output = await page.evaluate((pixels) =>
            Array.from(window.gemmnet.forward(Float32Array.from(pixels)).output), Array.from(images.pixels(i)));
        assert.strictEqual(output.length, probabilities.length);
        worst = Math.max(worst, ...output.map((p, k) => Math.abs(p - probabilities[k])));
    }
    console.log(`${wanted.length} images: within ${worst.toExponential(1)} of the library's probabilities`);
    assert(wanted.length === 50 && worst <= 1e-4);
}).catch(fail);
