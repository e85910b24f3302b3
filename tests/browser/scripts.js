// The scripts of the report page, in Node: what they define at their top level.
'use strict';
const fs = require('fs');
const path = require('path');

const folder = path.join(__dirname, '../../examples/mnist/page');

// loadScripts(['network.js'], ['forward']) -> { forward }
function loadScripts(files, names) {
    const text = files.map((file) => fs.readFileSync(path.join(folder, file), 'utf8')).join('\n');
    return new Function(`'use strict';\n${text}\nreturn { ${names.join(', ')} };`)();
}

module.exports = { loadScripts };
