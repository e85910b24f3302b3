// Reads the run that stands in the page, and draws it.

function keyFigures(run, network) {
    const { record, history } = run;
    const epochs = history ? history.count : record && record.epochs;
    const seconds = record && record.train_seconds ? record.train_seconds : history && history.seconds;
    const stopped = record && record.stopped ? ', then stopped' : '';
    return [
        ['network', architecture(network)],
        ['parameters', whole(run.parameters)],
        ['training', epochs && counted(epochs, 'epoch') + stopped],
        ['time', seconds && duration(seconds)],
        ['mistakes', whole(run.mistakes.count)],
    ].filter(([, value]) => value);
}

function offerDownload(bytes, run) {
    const link = document.getElementById('download');
    link.hidden = false;
    link.download = `${run.dataset}.safetensors`;
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
}

// A figure that fails says so in its place; the others are drawn.
function draw(id, figure) {
    const section = document.getElementById(id);
    try {
        figure(section);
    } catch (error) {
        section.append(build('p', { class: 'notice' }, `This could not be drawn: ${error.message}`));
        console.error(error);
    }
}

function showRun() {
    mountTheme();
    const run = JSON.parse(document.getElementById('run').textContent);
    const bytes = bytesOf(run.model);
    const network = parseNetwork(bytes.buffer);

    document.getElementById('key-figures').append(...keyFigures(run, network).map(([name, value]) =>
        build('div', {}, build('dt', {}, name), build('dd', {}, value))));
    draw('pad', (section) => mountPad(section, network, run.classes));
    draw('curves', (section) => drawHistory(section, run));
    draw('confusion', (section) => drawConfusion(section, run));
    draw('mistakes', (section) => drawMistakes(section, run, network));
    draw('weights', (section) => drawWeights(section, network, run));
    draw('network', (section) => drawNetwork(section, network, run));
    draw('training', (section) => drawTraining(section, run));
    draw('machine', (section) => drawMachine(section, run));
    offerDownload(bytes, run);
    window.gemmnet = { network, forward: (pixels) => forward(network, pixels), run };
}

try {
    showRun();
} catch (error) {
    document.querySelector('main').prepend(build('p', { class: 'notice' }, `This page cannot show its network: ${error.message}`));
    throw error;
}
