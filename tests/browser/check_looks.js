// The whole page, at a phone's and a desktop's size, light and dark: nothing is cut off, and nobody shut out.
// Leaves screenshots:  node check_looks.js
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { withBrowser, drawByMouse, settle, fail, modules } = require('./page.js');
const { handwritten } = require('./hand.js');

const axe = fs.readFileSync(path.join(modules, 'axe-core', 'axe.min.js'), 'utf8');

// What axe (https://github.com/dequelabs/axe-core) finds: names, roles, contrasts, order of headings.
async function checkAccess(page) {
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => (await window.axe.run()).violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)}\n    ${node.failureSummary}`)));
    assert.deepStrictEqual(violations, [], violations.join('\n'));
}

async function checkPage(page) {
    const facts = await page.evaluate(() => ({
        language: document.documentElement.lang,
        title: document.title,
        headings: [...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1])),
        width: document.documentElement.scrollWidth,
        screen: window.innerWidth,
        noscript: document.querySelectorAll('noscript').length,
        unnamed: [...document.querySelectorAll('img:not([alt]), svg:not([aria-hidden]):not([aria-label])'
            + ':not([aria-labelledby])')].map((e) => e.outerHTML.slice(0, 100)),
    }));
    assert.strictEqual(facts.language, 'en');
    assert(facts.title.length > 5, `title: ${facts.title}`);
    assert.strictEqual(facts.headings.filter((level) => level === 1).length, 1, `headings: ${facts.headings}`);
    facts.headings.forEach((level, i) => assert(level <= (facts.headings[i - 1] || 0) + 1, `${facts.headings}`));
    assert(facts.width <= facts.screen, `${facts.width} wide on a screen of ${facts.screen}`);
    assert.strictEqual(facts.noscript, 1);
    assert.deepStrictEqual(facts.unnamed, []);
}

async function loadTime(page) {
    const time = await page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd);
    return `${Math.round(time)} ms`;
}

withBrowser(async (open) => {
    for (const size of ['desktop', 'phone'])
        for (const dark of [false, true]) {
            const name = `${size}-${dark ? 'dark' : 'light'}`;
            const page = await open({ size, dark });
            console.log(`${name}: loaded in ${await loadTime(page)}`);
            await checkPage(page);
            await drawByMouse(page, handwritten[3]);
            await settle(page);
            await page.mouse.move(0, 0);
            await page.screenshot({ path: path.join(process.env.BROWSER_OUT, `${name}.png`), fullPage: true });
            await checkPage(page);
            await checkAccess(page);
        }
    const narrow = await open({ size: 'phone' });
    await narrow.setViewportSize({ width: 320, height: 640 });
    await checkPage(narrow);
}).catch(fail);
