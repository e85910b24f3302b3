// How it was trained, where, and how fast: what is known of it.

// ---- the history as numbers ----

function drawHistory(section, { history }) {
    if (!history)
        return;
    const every = history.stride > 1 ? `, one in ${history.stride}` : '';
    section.append(build('details', {},
        build('summary', {}, `The numbers of ${counted(history.count, 'epoch')}${every}`),
        build('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'History' }, historyTable(history.epochs))));
}

function historyTable(epochs) {
    const columns = [
        ['epoch', (e) => whole(e[0])], ['steps', (e) => whole(e[1])], ['rate', (e) => shortNumber(e[2])],
        ['loss', (e) => shortNumber(e[3])], ['accuracy', (e) => percent(e[4], 2)],
        ['validation loss', (e) => shortNumber(e[5])], ['validation accuracy', (e) => percent(e[6], 2)],
        ['seconds', (e) => shortNumber(e[7])],
    ].filter(([, , ], i) => epochs.some((epoch) => epoch[i] !== null));
    return build('table', { class: 'rows' },
        build('caption', { class: 'visually-hidden' }, 'The history of the training, a row for each epoch'),
        build('thead', {}, build('tr', {}, ...columns.map(([name]) => build('th', { scope: 'col' }, name)))),
        build('tbody', {}, ...epochs.map((epoch) => build('tr', {}, ...columns.map(([, text], i) =>
            (i === 0 ? build('th', { scope: 'row' }, text(epoch)) : build('td', {}, text(epoch))))))));
}

function shortNumber(x) {
    return x === null ? '–' : String(Number(x.toPrecision(4)));
}

// ---- the settings ----

const settingNames = {
    dataset: 'images', hidden: 'hidden layers', activation: 'their activation', epochs: 'epochs', batch: 'images a step',
    optimizer: 'optimizer', rate: 'learning rate', schedule: 'its schedule', warmup: 'epochs of warm-up', decay: 'decay of the rate',
    dropout: 'dropout', 'weight-decay': 'weight decay', validation: 'share to validate with',
    patience: 'epochs of patience', seed: 'seed',
};

function drawTraining(section, { command, stopped }) {
    if (!command) {
        section.append(lead('The file of this network does not say how it was trained.'));
        return;
    }
    section.append(
        lead(stopped ? 'This command trains such a network; this one was stopped before its end.'
                     : 'This command trains the same network again; with the same version, BLAS and kind of '
                       + 'processor, to the last bit.'),
        commandBox(command), pairs(settingsOf(command)));
}

function commandBox(command) {
    const button = build('button', { type: 'button', class: 'button' }, 'Copy');
    const words = command.split(/(?= --)/).map((option) => build('span', {}, option)); // broken between options
    const code = build('code', { tabindex: 0 }, ...words);
    button.addEventListener('click', () => copyText(code).then((copied) => {
        button.textContent = copied ? 'Copied' : 'Selected';
    }));
    return build('div', { class: 'command' }, code, button);
}

// Where the browser lets no page write to the clipboard, it is selected.
async function copyText(element) {
    getSelection().selectAllChildren(element);
    try {
        await navigator.clipboard.writeText(element.textContent);
        return true;
    } catch {
        return false;
    }
}

function settingsOf(command) {
    return command.split(' --').slice(1).map((option) => {
        const [name, value = ''] = option.split(' ');
        return [settingNames[name] || name, value.replaceAll(',', ', ')];
    });
}

// ---- the machine ----

function drawMachine(section, { record, history, test }) {
    const known = record || {};
    const seconds = known.train_seconds || (history && history.seconds);
    const entries = [
        ['processor', known.cpu], ['cores', known.cores && whole(known.cores)],
        ['threads used', known.threads && whole(known.threads)],
        ['images a second', known.samples_per_second && whole(Math.round(known.samples_per_second))],
        ['training', seconds && duration(seconds)],
        ['library', known.version && `gemmnet ${known.version}, ${known.precision}`],
        ['kernels', known.kernels],
        ['training images', known.train_images && whole(known.train_images)],
        ['test images', whole(test.images)],
    ].filter(([, value]) => value);
    section.append(
        lead(record ? 'Where this network was trained, and how fast.'
                    : 'Which machine trained this network is not known: --json keeps that in a file, of which a page can be made.'),
        pairs(entries));
}
