// Light or dark: as the system is, until the reader chooses.

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function setTheme(isDark) {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    const button = document.getElementById('theme');
    button.textContent = isDark ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark ? 'Light colours' : 'Dark colours');
}

function mountTheme() {
    const button = document.getElementById('theme');
    const follow = () => setTheme(systemIsDark.matches);
    button.hidden = false;
    button.addEventListener('click', () => {
        systemIsDark.removeEventListener('change', follow);
        setTheme(document.documentElement.dataset.theme !== 'dark');
    });
    systemIsDark.addEventListener('change', follow);
    follow();
    printLight();
}

// Paper is white.
function printLight() {
    const { dataset } = document.documentElement;
    let before = 'light';
    addEventListener('beforeprint', () => {
        before = dataset.theme;
        dataset.theme = 'light';
    });
    addEventListener('afterprint', () => { dataset.theme = before; });
}
