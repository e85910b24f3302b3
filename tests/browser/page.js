// The report page in a real browser: opens it from disk, draws on it, reads what it says. Whatever page a
// check opens must stay silent: no error, no warning, no request but for the file itself.
//
// Named by the environment: BROWSER (a Chromium), BROWSER_NPM (where npm put playwright-core and axe-core),
// BROWSER_PAGE (the file), BROWSER_OUT (where screenshots go).
'use strict';
const assert = require('assert');
const path = require('path');
const { pathToFileURL } = require('url');

const modules = path.resolve(process.env.BROWSER_NPM, 'node_modules');
const { chromium } = require(path.join(modules, 'playwright-core'));
const address = pathToFileURL(path.resolve(process.env.BROWSER_PAGE)).href;
const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

// Runs check(open) with a browser of its own; open(...) gives a page of Playwright's.
async function withBrowser(check) {
    const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox'] });
    const heard = [];
    try {
        await check((options) => openPage(browser, heard, options));
        assert.deepStrictEqual(heard, []);
    } finally {
        await browser.close();
    }
}

async function openPage(browser, heard, { size = 'desktop', dark = false } = {}) {
    const isPhone = size === 'phone';
    const context = await browser.newContext({
        viewport: sizes[size], hasTouch: isPhone, isMobile: isPhone, deviceScaleFactor: isPhone ? 3 : 1,
        colorScheme: dark ? 'dark' : 'light', offline: true,
    });
    context.setDefaultTimeout(0); // the machine may be busy
    const page = await context.newPage();
    page.on('console', (message) => heard.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => heard.push(`error: ${error.stack}`));
    page.on('request', (request) => {
        if (request.url() !== address && !/^(data|blob):/.test(request.url()))
            heard.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    await page.waitForFunction(() => window.gemmnet);
    return page;
}

function padOf(page) {
    return page.locator('#pad canvas[tabindex]');
}

// Two frames: what was asked for in the first is on the screen in the second.
function settle(page) {
    return page.evaluate(() => new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => done()))));
}

// Where a point of the pad (0 to 1) is on the screen.
async function placer(page) {
    const pad = padOf(page);
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    return ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
}

async function drawByMouse(page, strokes) {
    const place = await placer(page);
    for (const stroke of strokes) {
        await page.mouse.move(...place(stroke[0]));
        await page.mouse.down();
        // Faster than the screen: the page gets several of them in one event.
        await Promise.all(stroke.slice(1).map((point) => page.mouse.move(...place(point))));
        await page.mouse.up();
    }
    await settle(page);
}

async function drawByTouch(page, strokes) {
    const place = await placer(page);
    const session = await page.context().newCDPSession(page);
    const send = (type, points) => session.send('Input.dispatchTouchEvent', {
        type, touchPoints: points.map((point) => ({ x: place(point)[0], y: place(point)[1] })),
    });
    for (const stroke of strokes) {
        await send('touchStart', [stroke[0]]);
        for (const point of stroke.slice(1))
            await send('touchMove', [point]);
        await send('touchEnd', []);
    }
    await settle(page);
}

// The probabilities that the bars show; null while they show none.
async function readBars(page) {
    const bars = await page.locator('#pad [role=meter]').evaluateAll((meters) =>
        meters.map((meter) => ({ value: Number(meter.getAttribute('aria-valuenow')), text: meter.textContent })));
    return bars.some(({ text }) => text.endsWith('%')) ? bars.map(({ value }) => value) : null;
}

function pressButton(page, name) {
    return page.locator('#pad').getByRole('button', { name }).click().then(() => settle(page));
}

function fail(error) {
    console.error(error);
    process.exitCode = 1;
}

module.exports = { withBrowser, padOf, settle, drawByMouse, drawByTouch, readBars, pressButton, fail, modules };
