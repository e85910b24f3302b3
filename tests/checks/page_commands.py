"""The shell commands of a page:  python3 page_commands.py PAGE [SECTION]

One a line, in the page's order: LINE, a tab, the command. An indented block is shell; where lines of a block
begin with "$ ", those are the commands, and the rest is what they print. A fenced block has commands only in
lines that begin with "$ ", unless it is called sh. In sentences, `code` that begins with a program and has
arguments is a command too. SECTION: only that part of the page, by its heading.
"""
import re
import sys

PROGRAMS = r'(?:sh|sudo|meson|ninja|python3|npm|cc|env|mnist|explore|table|build/[\w/-]+) '
INLINE = re.compile(r'`(' + PROGRAMS + r'[^`]*)`')
FENCE = re.compile(r'\s*```(\w*)')
COMMENT = re.compile(r'''^((?:[^'"#]|'[^']*'|"[^"]*")*?)(?:(?:^|\s+)#.*)?$''')


def blocks(lines):
    """Of a page: its code blocks and its paragraphs, each a kind ('sh', 'text', '' for sentences) and its
    numbered lines."""
    kind, block, fence = '', [], None
    for number, line in enumerate(lines, 1):
        found = FENCE.match(line)
        if found:
            yield kind, block
            fence = None if fence is not None else found[1] or 'text'
            kind, block = fence or '', []
            continue
        now = fence or ('indented' if line.startswith('    ') or (kind == 'indented' and not line) else '')
        if now != kind or (not fence and not line and kind == ''):
            yield kind, block
            kind, block = now, []
        block.append((number, line))
    yield kind, block


def commands_of(kind, block):
    if kind == '':
        text = '\n'.join(line for _, line in block)
        for found in INLINE.finditer(text):
            yield block[0][0] + text[:found.start()].count('\n'), ' '.join(found[1].split())
        return
    prompted = any(line.lstrip().startswith('$ ') for _, line in block)
    if not prompted and kind not in ('indented', 'sh'):
        return
    start, whole = 0, ''
    for number, line in block:
        line = line.strip()
        if prompted and not whole:
            if not line.startswith('$ '):
                continue
            line = line[2:]
        start = start if whole else number
        whole += COMMENT.match(line)[1].rstrip()
        if whole.endswith('\\'):
            whole = whole[:-1].rstrip() + ' '
            continue
        if whole:
            yield start, whole
        whole = ''


def section_of(lines, heading):
    """The page with other sections' lines left empty, so that numbers stay."""
    inside, seen = False, False
    for line in lines:
        if re.match(r'#{1,2} ', line):
            inside = line.lstrip('# ') == heading
            seen |= inside
        yield line if inside else ''
    if not seen:
        sys.exit(f'there is no section {heading}')


def main(page, section=None):
    lines = open(page, encoding='utf-8').read().split('\n')
    for kind, block in blocks(list(section_of(lines, section)) if section else lines):
        for number, command in commands_of(kind, block):
            print(f'{number}\t{command}')


main(*sys.argv[1:])
