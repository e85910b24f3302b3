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
        blank: Math.max(...[...document.querySelectorAll('main *')].filter((e) => e.children.length > 1).map((e) =>
            e.getBoundingClientRect().bottom
            - Math.max(...[...e.children].map((child) => child.getBoundingClientRect().bottom)))),
        noscript: document.querySelectorAll('noscript').length,
        unnamed: [...document.querySelectorAll('img:not([alt]), svg:not([aria-label])')]
            .filter((e) => !e.closest('[role=img][aria-label], [aria-hidden=true]'))
            .map((e) => e.outerHTML.slice(0, 100)),
    }));
    assert.strictEqual(facts.language, 'en');
    assert(facts.title.length > 5, `title: ${facts.title}`);
    assert.strictEqual(facts.headings.filter((level) => level === 1).length, 1, `headings: ${facts.headings}`);
    facts.headings.forEach((level, i) => assert(level <= (facts.headings[i - 1] || 0) + 1, `${facts.headings}`));
    const screen = page.viewportSize().width; // (a phone's window.innerWidth grows with what does not fit)
    assert(facts.width <= screen, `${facts.width} wide on a screen of ${screen}`);
    assert(facts.blank < 200, `a blank of ${facts.blank} pixels below what a part of the page consists of`);
    assert.strictEqual(facts.noscript, 1);
    assert.deepStrictEqual(facts.unnamed, []);
}

// From the top to the bottom and back: some pictures are drawn when they come into sight.
async function scrollThrough(page) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    for (let y = 0; y <= height; y += page.viewportSize().height) {
        await page.evaluate((top) => window.scrollTo(0, top), y);
        await settle(page);
    }
    await page.evaluate(() => window.scrollTo(0, 0));
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
            await scrollThrough(page);
            await page.screenshot({ path: path.join(process.env.BROWSER_OUT, `${name}.png`), fullPage: true,
                                    scale: 'css' });
            await checkPage(page);
            await checkAccess(page);
        }
    const narrow = await open({ size: 'phone' });
    await narrow.setViewportSize({ width: 320, height: 640 });
    await checkPage(narrow);
}).catch(fail);
