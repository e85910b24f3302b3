// Of 50 test images, drawn on the page by the mouse, at least LEAST get the class that the library gives the
// image:  node check_strokes.js DATA PREDICTIONS LEAST
'use strict';
const assert = require('assert');
const { withBrowser, drawByMouse, readBars, pressButton, fail } = require('./page.js');
const { readTestImages, readPredictions, strokesFor, best } = require('./digits.js');

const [data, predictions, least] = process.argv.slice(2);

withBrowser(async (open) => {
    const page = await open();
    const images = readTestImages(data);
    const wanted = readPredictions(predictions).slice(0, 50).map(best);
    const wrong = [];
    for (const [i, label] of wanted.entries()) {
        await drawByMouse(page, strokesFor(images.bytes(i)));
        const found = best(await readBars(page));
        if (found !== label)
            wrong.push(`image ${i}: ${found} instead of ${label}`);
        await pressButton(page, 'Clear');
    }
    console.log(`${wanted.length - wrong.length} of ${wanted.length} drawn digits agree; ${wrong.join(', ')}`);
    assert(wanted.length === 50 && wanted.length - wrong.length >= least);
}).catch(fail);
