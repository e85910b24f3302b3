#!/usr/bin/env python3
"""Fills the guide with what its programs print.

    fill.py BUILD              in place; times only where there are none yet
    fill.py BUILD --times      in place, with this machine's times
    fill.py BUILD --into DIR   filled copies of texts and pictures in DIR, with this machine's times
    (--if-gnuplot: nothing where there is none)
    fill.py BUILD --check      fails, with a difference, where text and output have drifted apart

What belongs into a text is said by comments, which a reader of the page does not see:

    <!-- run: neuron one -->              before a block: what BUILD/examples/guide/neuron one prints
    <!-- run, times vary: matrices speed --> the same; its numbers are times, of any length
    <!-- source: lib/base/blas.c gni_gemm -->  before a block: that function of that file
    <!-- source: lib/base/blas.c #ifdef..#endif --> or from a line with the one text to one with the other
    <!-- plot: neuron lines -->           before ![...](x.svg): prints the script for gnuplot
    <!-- plot, times vary: ... -->        the same, of times
    ... <!-- = neuron one: sum -->1.00    before a number, not at the start of a line: the last one of
                                          the output's line that begins with `sum`; `sum #2`: the
                                          second one after that
"""
import difflib
import pathlib
import re
import shutil
import sys

import guide_plot
from guide_output import NUMBER, excerpt, line_number, output

HERE = pathlib.Path(__file__).resolve().parent
BLOCK = re.compile(r'(<!-- (run|run, times vary|source): (.+?) -->\n```\w*\n)(.*?)(^```$)', re.S | re.M)
PLOT = re.compile(r'<!-- (plot|plot, times vary): (.+?) -->\n!\[[^]]*\]\(([\w.-]+\.svg)\)')
# (A comment at the start of a line would make the rest of it HTML.)
PICTURE = re.compile(r'!\[[^]]*\]\(([\w.-]+\.svg)\)')
INLINE = re.compile(r'(?<=[^\n])(<!-- = ([^\n]+?): ([^\n]+?) -->\**)([-−+]?\d[\d,.]*\d|[-−+]?\d)')
MARKER = re.compile(r'<!-- (?:run|source|plot|=)')


def form(text):
    """What is left of a text whose numbers are times."""
    return re.sub(r'[ -]+', ' ', NUMBER.sub('#', text))


def filled(path, build, with_times):
    """Its text with all that its programs print now."""
    text = path.read_text(encoding='utf-8')

    def block(found):
        head, kind, what, old, foot = found.groups()
        fresh = excerpt(what) if kind == 'source' else output(build, what)
        if kind.endswith('vary') and not with_times and form(fresh) == form(old):
            fresh = old
        return head + fresh + foot

    def inline(found):
        return found[1] + line_number(output(build, found[2]), found[3]).replace('-', '−')

    marked = len(BLOCK.findall(text)) + len(PLOT.findall(text)) + len(INLINE.findall(text))
    if marked != len(MARKER.findall(text)):
        sys.exit(f'{path.name}: {marked} of {len(MARKER.findall(text))} markers stand where they mean something')
    return INLINE.sub(inline, BLOCK.sub(block, text))


def drift(name, old, new):
    sys.stdout.writelines(difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True),
        f'{name}, as it is', f'{name}, as its programs print it'))
    return 1


def same_picture(kind, old, new):
    return form(old) == form(new) if kind.endswith('vary') else guide_plot.same(old, new)


def check_pictures(text, build):
    drifted = 0
    for kind, command, name in PLOT.findall(text):
        old, new = guide_plot.script_of(HERE / name), output(build, command)
        if not same_picture(kind, old, new):
            drifted += drift(name, old, new)
        elif not guide_plot.is_drawn_from(HERE / name, old):
            print(f'{name} is not what gnuplot draws of the script inside')
            drifted += 1
    return drifted


def check(build):
    """How many texts and pictures are not what their programs print."""
    drifted = 0
    for path in sorted(HERE.glob('*.md')):
        text, fresh = path.read_text(encoding='utf-8'), filled(path, build, False)
        if fresh != text:
            drifted += drift(path.name, text, fresh)
        drifted += check_pictures(text, build)
    return drifted


def fill(build, folder, with_times):
    """Texts and pictures in folder, which is ours (what has not changed is left alone) or another."""
    ours = folder.resolve() == HERE
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(HERE.glob('*.md')):
        text = filled(path, build, with_times)
        (folder / path.name).write_text(text, encoding='utf-8')
        for name in [] if ours else PICTURE.findall(text):  # those of chapter 5 are not drawn here
            shutil.copy(HERE / name, folder / name)
        for kind, command, name in PLOT.findall(text):
            script, old = output(build, command), guide_plot.script_of(HERE / name)
            if not ours or not same_picture(kind, old, script) or (with_times and kind.endswith('vary')):
                guide_plot.draw(script, folder / name)


def main(build='', how='', folder=HERE, *more):
    if more == ('--if-gnuplot',):
        more = ()
        if not shutil.which('gnuplot'):
            return 0
    if not build or more or how not in ('', '--times', '--check', '--into') or \
            (how == '--into') != (folder != HERE):
        print(__doc__, file=sys.stderr)
        return 2
    if how == '--check':
        return min(check(pathlib.Path(build)), 1)
    return fill(pathlib.Path(build), pathlib.Path(folder), how != '')


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
