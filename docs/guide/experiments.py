#!/usr/bin/env python3
"""Fills chapter 5 with what the explorer prints and draws.

    experiments.py BUILD DATA           in place, and its pictures; takes minutes
    experiments.py BUILD DATA --check   with small data: commands, rows, columns and words are those
                                        of the text, and every percentage that the text speaks of
                                        stands in a table beside it

A block that begins with `$ explore` is filled with what BUILD/examples/explore/explore prints; the
picture that follows is what it draws. Of a block that has no bars, the bars are left out.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CHAPTER = HERE / '5-experiments.md'
BLOCK = re.compile(r'```text\n\$ explore (.*?)\n(.*?)^```\n\n!\[[^]]*\]\(([\w-]+\.svg)\)', re.S | re.M)
BARS = '\nvalidation '
NUMBER = re.compile(r'\d+(?:\.\d+)?(?:e-?\d+)?')


def explore(build, data, arguments, picture):
    program = build.resolve() / 'examples' / 'explore' / 'explore'
    command = [program, '--data', data, '--quiet', '--plot', picture, *arguments.split()]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def fill(build, data):
    """Each block as soon as its networks are trained."""
    for arguments, old, name in BLOCK.findall(CHAPTER.read_text(encoding='utf-8')):
        fresh = explore(build, data, arguments, HERE / name)
        if BARS not in old:
            fresh = fresh.partition(BARS)[0]
        text = CHAPTER.read_text(encoding='utf-8')
        head = f'$ explore {arguments}\n'
        CHAPTER.write_text(text.replace(head + old, head + fresh), encoding='utf-8')


def rows(output):
    """The lines of the table by what stands in front of the figures, which are apart from it and
    differ from data to data; of the header, all."""
    lines = output.partition('\n\n')[0].splitlines()
    width = lines[0].index('parameters') + len('parameters')
    return [lines[0], *sorted(line[1:width] for line in lines[1:])]


def words(output):
    """The text below the table without its numbers, marks and names of the best."""
    text = output.partition('\n\n')[2].partition(BARS)[0]
    text = re.sub(r'; ~ within.*?(?=\.\nIts)', '', text, flags=re.S)
    return NUMBER.sub('#', re.sub(r'(mnist train).*', r'\1', text)).split()


def check_block(arguments, block, fresh):
    wrong = 0
    for what, of in (('rows', rows), ('words', words)):
        if of(block) != of(fresh):
            print(f'explore {arguments}: other {what}\n{of(block)}\n{of(fresh)}')
            wrong += 1
    return wrong


def check_prose(text):
    """Every percentage of a section stands in one of its blocks."""
    wrong = 0
    for section in re.split(r'^## ', text, flags=re.M):
        blocks = ' '.join(re.findall(r'```text\n(.*?)```', section, re.S))
        prose = re.sub(r'```.*?```', '', section, flags=re.S)
        known = set(re.findall(r'\d+\.\d', blocks))
        for share in re.findall(r'(\d+\.\d) %', prose):
            if share not in known:
                print(f'{section.splitlines()[0]}: {share} % is in no table of this section')
                wrong += 1
    return wrong


def check(build, data):
    text = CHAPTER.read_text(encoding='utf-8')
    blocks = BLOCK.findall(text)
    wrong = check_prose(text) + (not blocks)
    with tempfile.TemporaryDirectory() as folder:
        for arguments, block, name in blocks:
            fresh = explore(build, data, f'{arguments} --epochs 1', pathlib.Path(folder) / name)
            wrong += check_block(arguments, block, fresh)
            if not (HERE / name).exists():
                print(f'there is no {name}')
                wrong += 1
    return min(wrong, 1)


def main(arguments):
    if len(arguments) == 3 and arguments[2] == '--check':
        return check(pathlib.Path(arguments[0]), arguments[1])
    if len(arguments) == 2:
        return fill(pathlib.Path(arguments[0]), arguments[1])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
