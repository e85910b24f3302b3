// The ten digits as a hand writes them: arcs and lines, smooth and with few points.
'use strict';

// Degrees run clockwise from the right, as y runs downwards.
function arc(x, y, width, height, from, to) {
    const steps = Math.max(4, Math.round(Math.abs(to - from) / 20));
    return Array.from({ length: steps + 1 }, (_, i) => {
        const angle = (from + (to - from) * i / steps) * Math.PI / 180;
        return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
    });
}

const handwritten = [
    [arc(0.5, 0.5, 0.21, 0.32, -80, 290)],
    [[[0.53, 0.17], [0.5, 0.5], [0.48, 0.83]]],
    [[...arc(0.49, 0.34, 0.19, 0.16, -170, 40), [0.32, 0.8], [0.72, 0.79]]],
    [[...arc(0.47, 0.33, 0.17, 0.15, -150, 80), ...arc(0.47, 0.65, 0.2, 0.17, -80, 150)]],
    [[[0.34, 0.2], [0.3, 0.52], [0.7, 0.5]], [[0.66, 0.2], [0.63, 0.5], [0.6, 0.84]]],
    [[[0.36, 0.2], [0.35, 0.46], ...arc(0.46, 0.62, 0.21, 0.19, -110, 140)], [[0.36, 0.2], [0.68, 0.19]]],
    [[[0.58, 0.16], [0.42, 0.36], ...arc(0.49, 0.66, 0.17, 0.17, -180, 190)]],
    [[[0.3, 0.22], [0.7, 0.21], [0.55, 0.5], [0.44, 0.84]]],
    [[...arc(0.5, 0.33, 0.15, 0.15, -40, -270), ...arc(0.5, 0.66, 0.18, 0.18, -90, 270), [0.56, 0.47],
      [0.62, 0.24]]],
    [[...arc(0.48, 0.34, 0.16, 0.16, -20, -380), [0.62, 0.52], [0.54, 0.84]]],
];

module.exports = { handwritten };
