// Small things that the pad and its answer share.

// build('p', { class: 'x' }, 'some text', anotherElement)
function build(tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
}

// What happens several times between two frames is shown once.
function atMostOncePerFrame(show) {
    let isDue = false;
    return () => {
        if (isDue)
            return;
        isDue = true;
        requestAnimationFrame(() => {
            isDue = false;
            show();
        });
    };
}

// The latest words, when they were not followed by others for a while; at first nothing is new in these.
function afterPause(act, latest = '') {
    let timer = 0;
    return (words) => {
        if (words === latest)
            return;
        latest = words;
        clearTimeout(timer);
        timer = setTimeout(() => act(words), 700);
    };
}

// As many pixels as the screen has where the canvas lies; returns its width in them.
function fitCanvas(canvas, ratio = 1) {
    const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(width * ratio));
    if (canvas.width !== width || canvas.height !== height)
        Object.assign(canvas, { width, height });
    return width;
}

function colourOf(element, name) {
    return getComputedStyle(element).getPropertyValue(name).trim();
}

function redrawWhenLooksChange(redraw, canvas) {
    new ResizeObserver(redraw).observe(canvas);
    addEventListener('resize', redraw); // zoom
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    new MutationObserver(redraw).observe(document.documentElement, { attributes: true }); // the page's switch
}
