// The confusion matrix. Nearly all images lie on its diagonal: mistakes have a colour of their own, and
// its scale is theirs.

function drawConfusion(section, run) {
    const { confusion } = run.test;
    const wrong = confusion.flatMap((row, i) => row.map((count, j) => ({ i, j, count })))
        .filter(({ i, j, count }) => i !== j && count > 0).sort((a, b) => b.count - a.count);
    const most = wrong.length > 0 ? wrong[0].count : 1;
    section.append(
        lead('Each row is one class of test images, each column what the network took them for. Correct answers lie '
            + 'on the diagonal; all other numbers are mistakes.'),
        build('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Confusion matrix' },
            confusionTable(run, most)),
        heatScale(most),
        lead(confusionWords(wrong, run.classes)));
}

function confusionWords(wrong, classes) {
    if (wrong.length === 0)
        return 'There are no mistakes.';
    const worst = wrong.slice(0, 3).map(({ i, j, count }) => `${classes[i]} taken for ${classes[j]} (${count})`);
    return `Most often: ${worst.join(', ')}.`;
}

function confusionTable(run, most) {
    const { classes, test } = run;
    const columns = classes.map((name) => build('th', { scope: 'col' }, name));
    const axis = build('tr', {}, build('td', {}),
        build('th', { class: 'axis', colspan: classes.length, scope: 'colgroup' }, 'taken for'), build('td', {}));
    return build('table', { class: isDigits(run) ? 'confusion' : 'confusion of-words' },
        build('caption', { class: 'visually-hidden' },
            'Test images by what they are (rows) and what the network took them for (columns)'),
        build('thead', {}, axis, build('tr', {}, build('th', { scope: 'col' }, 'is'), ...columns,
            build('th', { scope: 'col', class: 'share' }, 'recall %'))),
        build('tbody', {}, ...test.confusion.map((row, i) => build('tr', {},
            build('th', { scope: 'row' }, classes[i]),
            ...row.map((count, j) => confusionCell(count, classes[i], classes[j], count / most)),
            build('td', { class: 'share' }, inPercent(test.recall[i]))))),
        build('tfoot', {}, build('tr', {}, build('th', { scope: 'row', class: 'share' }, 'precision %'),
            ...test.precision.map((share) => build('td', { class: 'share' }, inPercent(share))), build('td', {}))));
}

function inPercent(share) {
    return share === null ? '–' : (100 * share).toFixed(1);
}

function confusionCell(count, truth, guess, share) {
    const title = `${counted(count, 'image')} of ${truth} taken for ${guess}`;
    if (truth === guess)
        return build('td', { class: 'is-right', title }, whole(count));
    if (count === 0)
        return build('td', { class: 'is-none' }, build('span', { 'aria-hidden': 'true' }, '·'),
            build('span', { class: 'visually-hidden' }, '0'));
    const cell = build('td', { class: 'is-wrong', title }, whole(count));
    cell.style.setProperty('--share', Math.sqrt(share)); // so that one sees the rarer ones
    return cell;
}

function heatScale(most) {
    const swatch = (colour, words) => {
        const span = build('span', {}, words);
        span.style.setProperty('--swatch', colour);
        return span;
    };
    const heat = (share) => `color-mix(in srgb, var(--heat) calc(${share} * var(--heat-most)), var(--surface))`;
    return build('p', { class: 'heat-scale', 'aria-hidden': 'true' }, swatch('var(--right)', 'right'),
        swatch(heat(Math.sqrt(1 / most)), '1 mistake'), swatch(heat(1), counted(most, 'mistake')));
}
