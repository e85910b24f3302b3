"""Pictures: SVG by gnuplot, each with the script inside that it was drawn from."""
import re
import subprocess

from guide_output import NUMBER

TERMINAL = "set terminal svg size 640,400 font 'sans-serif,13' background 'white'\n"
# Okabe and Ito 2008: told apart by those who see no red or no green.
COLOURS = ''.join(f"set linetype {i + 1} lc rgb '{c}' lw 2\n" for i, c in enumerate(
    ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']))
INSIDE = re.compile(r'<metadata><!\[CDATA\[(.*?)\]\]></metadata>\n', re.S)
LINE = re.compile(r"\bd='\s*([^']*?)\s*'")
MARK = re.compile(r"<use xlink:href='([^']*)' transform='([^']*)'")
WORDS = re.compile(r'<tspan[^>]*>([^<]*)<')
# By this the numbers of a picture may differ from one machine to the next: no eye sees it.
MOST_OFF, MOST_RATIO = 0.002, 0.01


def gnuplot(script):
    return subprocess.run(['gnuplot'], input=TERMINAL + COLOURS + script, check=True,
                          stdout=subprocess.PIPE, text=True, encoding='utf-8').stdout


def with_script(svg, script):
    head, root, rest = svg.partition('</svg>')
    return head + f'<metadata><![CDATA[{script}]]></metadata>\n' + root + rest


def draw(script, path):
    path.write_text(with_script(gnuplot(script), script), encoding='utf-8')


def script_of(path):
    found = INSIDE.search(path.read_text(encoding='utf-8')) if path.exists() else None
    return found[1] if found else ''


def seen(svg):
    """What the eye sees of a picture: its lines, marks and words. Versions of gnuplot differ in the order in
    which they draw them, and in how they write what colours them."""
    return sorted(LINE.findall(svg)), sorted(MARK.findall(svg)), sorted(WORDS.findall(svg))


def is_drawn_from(path, script):
    """Whether it is the picture that gnuplot makes of the script."""
    return seen(gnuplot(script)) == seen(path.read_text(encoding='utf-8'))


def same(old, new):
    """Whether two scripts draw the same picture."""
    if NUMBER.sub('#', old) != NUMBER.sub('#', new):
        return False
    pairs = zip(NUMBER.findall(old), NUMBER.findall(new))
    numbers = [(float(a.replace(',', '')), float(b.replace(',', ''))) for a, b in pairs]
    return all(abs(a - b) <= max(MOST_OFF, MOST_RATIO * abs(a)) for a, b in numbers)
