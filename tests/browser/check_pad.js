// What one can do with the pad, each on a fresh page:  node check_pad.js
'use strict';
const assert = require('assert');
const { withBrowser, padOf, settle, drawByMouse, drawByTouch, readBars, pressButton, fail } = require('./page.js');
const { best } = require('./digits.js');
const { handwritten } = require('./hand.js');

const three = handwritten[3];
const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 1e-3);
const pictures = (page) => page.locator('#pad canvas').evaluateAll((all) => all.map((canvas) => canvas.toDataURL()));

// How much ink there is on the pad, and how bright it is.
function inkOn(page) {
    return padOf(page).evaluate((canvas) => {
        const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
        copy.getContext('2d').drawImage(canvas, 0, 0); // (Chromium warns of reading the same one again)
        const { data } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height);
        let [ink, brightness] = [0, 0];
        for (let i = 0; i < data.length; i += 4) {
            ink += data[i + 3] / 255;
            brightness += data[i] * data[i + 3] / 255 / 255;
        }
        return { share: ink / (data.length / 4), brightness: brightness / ink };
    });
}

// The words for those who hear the page.
function heardWords(page, wanted) {
    return page.waitForFunction((pattern) =>
        new RegExp(pattern).test(document.querySelector('#pad [role=status]').textContent), wanted);
}

const checks = {
    async 'everything follows the stroke as it grows'(open) {
        const page = await open();
        const before = await pictures(page);
        assert.strictEqual(await readBars(page), null);
        const box = await padOf(page).boundingBox();
        const states = [];
        const move = ([x, y]) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
        await move(three[0][0]);
        await page.mouse.down();
        for (const [i, point] of three[0].entries()) {
            await move(point);
            if (i % 5 !== 4)
                continue;
            await settle(page);
            states.push({ bars: await readBars(page), pictures: await pictures(page) });
        }
        await page.mouse.up();
        assert(states.length >= 3);
        for (const [i, state] of states.entries()) {
            const last = i ? states[i - 1] : { bars: null, pictures: before };
            assert.notDeepStrictEqual(state.bars, last.bars, 'the bars stand still');
            state.pictures.forEach((picture, k) => assert.notStrictEqual(picture, last.pictures[k], `canvas ${k}`));
            assert(Math.abs(state.bars.reduce((a, b) => a + b) - 1) < 0.01);
        }
    },
    async 'all ten digits of a hand'(open) {
        const page = await open();
        const found = [];
        for (const strokes of handwritten) {
            await drawByMouse(page, strokes);
            found.push(best(await readBars(page)));
            await pressButton(page, 'Clear');
        }
        console.log(`        read as ${found.join('')}`);
        assert(found.filter((label, digit) => label === digit).length >= 9);
    },
    async 'undo and clear'(open) {
        const page = await open();
        const [cross, line] = [[[0.3, 0.3], [0.7, 0.7]], [[0.7, 0.3], [0.3, 0.7]]];
        await drawByMouse(page, [cross]);
        const one = await readBars(page);
        await drawByMouse(page, [line]);
        const two = await readBars(page);
        assert(!near(one, two));
        await pressButton(page, 'Undo');
        assert(near(await readBars(page), one));
        await pressButton(page, 'Undo');
        assert.strictEqual(await readBars(page), null);
        await pressButton(page, 'Undo');
        await drawByMouse(page, [cross, line]);
        assert(near(await readBars(page), two));
        await pressButton(page, 'Clear');
        assert.strictEqual(await readBars(page), null);
        assert.strictEqual((await inkOn(page)).share, 0);
    },
    async 'a click is a dot, other buttons are nothing'(open) {
        const page = await open();
        await padOf(page).click({ button: 'right' });
        await settle(page);
        assert.strictEqual(await readBars(page), null);
        await padOf(page).click();
        await settle(page);
        const { share } = await inkOn(page);
        assert(share > 0.001 && share < 0.02, `ink: ${share}`);
        assert.notStrictEqual(await readBars(page), null);
    },
    async 'a stroke that leaves the pad goes on when it comes back'(open) {
        const page = await open();
        await drawByMouse(page, [[[0.2, 0.5], [0.5, 0.5], [0.5, -0.2], [0.7, -0.2], [0.7, 0.5]]]);
        const out = await readBars(page);
        await pressButton(page, 'Clear');
        await drawByMouse(page, [[[0.2, 0.5], [0.5, 0.5], [0.5, 0.002]], [[0.7, 0.002], [0.7, 0.5]]]);
        assert.strictEqual(best(await readBars(page)), best(out));
    },
    async 'a finger draws as the mouse does, and nothing scrolls'(open) {
        const page = await open({ size: 'phone' });
        await drawByMouse(page, three);
        const mouse = await readBars(page);
        await pressButton(page, 'Clear');
        const before = await page.evaluate(() => window.scrollY);
        await drawByTouch(page, three);
        assert.strictEqual(await page.evaluate(() => window.scrollY), before);
        assert(best(mouse) === 3 && best(await readBars(page)) === 3);
    },
    async 'the page scrolls by a finger beside the pad'(open) {
        const page = await open({ size: 'phone' });
        await page.evaluate(() => window.scrollTo(0, 0));
        const touched = await page.evaluate(() => {
            const actions = [...document.querySelectorAll('body *')].filter((e) =>
                getComputedStyle(e).touchAction === 'none');
            return actions.map((e) => e.className);
        });
        assert.strictEqual(touched.length, 1, `touch-action is none on ${touched}`);
    },
    async 'keys draw a one'(open) {
        const page = await open();
        await padOf(page).focus();
        const press = async (key, times = 1) => {
            for (let i = 0; i < times; i++)
                await page.keyboard.press(key);
        };
        const scroll = await page.evaluate(() => window.scrollY);
        await press('ArrowUp', 9);
        await press('Space');
        await heardWords(page, 'Pen down');
        await press('ArrowDown', 18);
        await press('Space');
        await settle(page);
        assert.strictEqual(best(await readBars(page)), 1);
        await heardWords(page, 'Looks like 1');
        assert.strictEqual(await page.evaluate(() => window.scrollY), scroll);
        await press('Backspace');
        await settle(page);
        assert.strictEqual(await readBars(page), null);
        await press('Space');
        await press('Backspace');
        await press('ArrowUp'); // with the pen up again
        await settle(page);
        assert.strictEqual(await readBars(page), null);
        await press('Space');
        await press('PageUp', 3);
        await settle(page);
        assert.notStrictEqual(await readBars(page), null);
        await press('Escape');
        await settle(page);
        assert.strictEqual(await readBars(page), null);
        await heardWords(page, 'empty');
    },
    async 'keys reach the pad and leave it'(open) {
        const page = await open();
        const isOnPad = () => padOf(page).evaluate((pad) => pad === document.activeElement);
        for (let i = 0; i < 50 && !(await isOnPad()); i++)
            await page.keyboard.press('Tab');
        assert(await isOnPad());
        const spoken = page.getByRole('application', { name: 'Draw a digit', description: /Escape clears/ });
        assert.strictEqual(await spoken.count(), 1);
        await page.keyboard.press('Tab');
        assert(!(await isOnPad()));
    },
    async 'the drawing is kept when the page is resized, and in the dark'(open) {
        const page = await open();
        await drawByMouse(page, three);
        const [bars, ink] = [await readBars(page), await inkOn(page)];
        await page.setViewportSize({ width: 500, height: 700 });
        await settle(page);
        assert(Math.abs((await inkOn(page)).share - ink.share) < 0.01);
        assert(near(await readBars(page), bars));
        await page.emulateMedia({ colorScheme: 'dark' });
        await settle(page);
        const dark = await inkOn(page);
        assert(ink.brightness < 0.4 && dark.brightness > 0.6, `${ink.brightness}, ${dark.brightness}`);
        await page.getByRole('button', { name: 'Light colours' }).evaluate((button) => button.click()); // focus stays
        await settle(page);
        assert(Math.abs((await inkOn(page)).brightness - ink.brightness) < 0.01);
    },
};

withBrowser(async (open) => {
    for (const [name, check] of Object.entries(checks)) {
        console.log(name);
        await check(open);
    }
}).catch(fail);
