// What the figures of the page show is what stands in its data:  node check_figures.js
'use strict';
const assert = require('assert');
const { withBrowser, settle, fail } = require('./page.js');

const texts = (locator) => locator.evaluateAll((elements) => elements.map((e) => e.textContent.trim()));
const percent = (share) => (share === null ? '–' : (100 * share).toFixed(1));
const whole = (n) => n.toLocaleString('en-US');

// The text of each cell; a dot is read out as 0.
async function checkConfusion(page, { test, classes }) {
    const rows = await page.locator('.confusion tbody tr').evaluateAll((all) => all.map((row) =>
        [...row.children].map((cell) => (cell.querySelector('.visually-hidden') || cell).textContent)));
    const wanted = test.confusion.map((counts, i) => [classes[i], ...counts.map(whole), percent(test.recall[i])]);
    assert.deepStrictEqual(rows, wanted);
    assert.deepStrictEqual(await texts(page.locator('.confusion tfoot td')),
        [...test.precision.map(percent), '']);
    assert.strictEqual(await page.locator('.confusion thead tr:last-child th[scope=col]').count(), classes.length + 2);
    await checkHeat(page, test.confusion);
}

// More mistakes, more colour: told by how far a cell's is from that of the page.
async function checkHeat(page, confusion) {
    const cells = await page.locator('.confusion td.is-wrong').evaluateAll((all) => all.map((cell) =>
        ({ count: Number(cell.textContent), share: Number(getComputedStyle(cell).getPropertyValue('--share')) })));
    const most = Math.max(...confusion.flatMap((row, i) => row.filter((_, j) => i !== j)));
    for (const { count, share } of cells)
        assert(Math.abs(share - Math.sqrt(count / most)) < 1e-3, `${count} of ${most}: ${share}`);
}

// The picture of a mistake is its image, and the library's belief is what the page's own network computes.
async function checkMistakes(page, { mistakes, classes }) {
    const figures = page.locator('.gallery li');
    assert.strictEqual(await figures.count(), mistakes.worst.length);
    const sure = mistakes.worst.map(({ ofGuess }) => ofGuess);
    assert.deepStrictEqual(sure, [...sure].sort((a, b) => b - a));
    const computed = await page.evaluate(() => window.gemmnet.run.mistakes.worst.map((mistake) => {
        const bytes = Array.from(atob(mistake.pixels), (letter) => letter.charCodeAt(0));
        const { output } = window.gemmnet.forward(Float32Array.from(bytes, (byte) => byte / 255));
        return [output.indexOf(Math.max(...output)), output[mistake.guess], output[mistake.truth]];
    }));
    const captions = await texts(page.locator('.gallery figcaption'));
    mistakes.worst.forEach((mistake, i) => {
        assert.strictEqual(computed[i][0], mistake.guess);
        assert(Math.abs(computed[i][1] - mistake.ofGuess) < 1e-4 && Math.abs(computed[i][2] - mistake.ofTruth) < 1e-4);
        assert.notStrictEqual(mistake.guess, mistake.truth);
        assert(captions[i].startsWith(`is ${classes[mistake.truth]}`), captions[i]);
        assert(captions[i].includes(`says ${classes[mistake.guess]}`), captions[i]);
    });
}

// The pixels of the first unit's picture, in another canvas: Chromium warns of one that is read more than once.
const pixelsOfFirst = () => {
    const canvas = document.querySelector('.units canvas');
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return data[3] === 255 && Array.from(data);
};

// Each unit has a picture, and the sign of a weight decides its colour: blue grows, or orange.
async function checkWeights(page) {
    const canvases = page.locator('.units canvas');
    const firstLayer = await page.evaluate(() => {
        const { units, inputs, weight } = window.gemmnet.network.layers.find((layer) => layer.kind === 'dense');
        return { units, ofFirst: Array.from(weight.slice(0, inputs)) };
    });
    assert.strictEqual(await canvases.count(), firstLayer.units);
    await canvases.first().scrollIntoViewIfNeeded();
    const pixels = await (await page.waitForFunction(pixelsOfFirst)).jsonValue();
    const most = Math.max(...firstLayer.ofFirst.map(Math.abs));
    firstLayer.ofFirst.forEach((w, i) => {
        const blue = pixels[4 * i + 2] - pixels[4 * i];
        assert(Math.abs(w) < most / 2 || (w > 0) === (blue > 0), `weight ${i} is ${w}, and blue prevails by ${blue}`);
    });
}

async function checkNetwork(page, { parameters }) {
    const cells = await page.locator('#network tbody td:nth-last-child(-n+2)').evaluateAll((all) =>
        all.map((cell) => Number(cell.textContent.replaceAll(',', '')) || 0));
    assert.strictEqual(cells.reduce((a, b) => a + b), parameters);
    assert(await page.locator('.diagram circle').count() >= 10);
}

// Every setting of the command has its row.
async function checkSettings(page, { command, record }) {
    assert.strictEqual(await page.locator('.command code').textContent(), command);
    assert.strictEqual(await page.locator('#training .pairs div').count(), command.split(' --').length - 1);
    const machine = await page.locator('#machine').textContent();
    for (const words of [record.cpu || '', record.kernels, whole(record.cores), `gemmnet ${record.version}, ${record.precision}`])
        assert(machine.includes(words), words);
}

async function checkHistory(page, { history }) {
    assert.strictEqual(await page.locator('.curve svg').count(), 3);
    await page.locator('#curves summary').click();
    assert.strictEqual(await page.locator('#curves tbody tr').count(), history.epochs.length);
}

// What is downloaded is the file that is in the page.
async function checkDownload(page, { model }) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    const bytes = require('fs').readFileSync(await download.path());
    assert.strictEqual(bytes.toString('base64'), model);
}

async function checkTheme(page) {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Dark colours' }).click();
    await settle(page);
    assert.notStrictEqual(await ground(), light);
    await page.getByRole('button', { name: 'Light colours' }).click();
    assert.strictEqual(await ground(), light);
}

withBrowser(async (open) => {
    const page = await open({});
    const run = await page.evaluate(() => window.gemmnet.run);
    for (const check of [checkConfusion, checkMistakes, checkWeights, checkNetwork, checkSettings, checkHistory,
        checkDownload, checkTheme])
        await check(page, run);
    console.log(`${run.mistakes.worst.length} mistakes and ${run.parameters} parameters shown as they are`);
}).catch(fail);
