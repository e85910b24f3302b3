"""What the guide takes from elsewhere: the output of its programs, and pieces of source."""
import functools
import os
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# What is timed is one core.
ENVIRONMENT = {**os.environ, 'OPENBLAS_NUM_THREADS': '1', 'BLIS_NUM_THREADS': '1'}
NUMBER = re.compile(r'[-+]?(?:\d[\d,]*\d|\d)(?:\.\d+)?(?:e[-+]?\d+)?')


@functools.lru_cache(maxsize=None)
def output(build, command):
    """What BUILD/examples/guide/COMMAND prints."""
    name, *words = command.split()
    program = build.resolve() / 'examples' / 'guide' / name
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, text=True, encoding='utf-8',
                          env=ENVIRONMENT)
    if done.returncode != 0:
        sys.exit(f'{command}: exit code {done.returncode}')
    return done.stdout


def line_number(text, label):
    """A number of the line that begins with label: the last, or, if label ends in #2, the second."""
    label, _, which = label.partition(' #')
    lines = [' '.join(line.split()) for line in text.splitlines()] # whatever its columns
    lines = [line for line in lines if line.startswith(label)]
    if len(lines) != 1:
        sys.exit(f'{len(lines)} lines begin with "{label}"')
    numbers = NUMBER.findall(lines[0][len(label):])
    if len(numbers) < int(which or 1):
        sys.exit(f'"{lines[0]}" has {len(numbers)} numbers after "{label}"')
    return numbers[int(which) - 1 if which else -1]


def function(lines, name):
    """From the comment above to the brace that closes it: first line and last."""
    starts = [i for i, line in enumerate(lines)
              if re.match(rf'\w.*\b{name}\(', line) and not line.endswith(';')]
    if len(starts) != 1:
        sys.exit(f'{len(starts)} functions {name}')
    first = starts[0]
    while first > 0 and lines[first - 1].strip():
        first -= 1
    return first, lines.index('}', starts[0])


def between(lines, begin, end):
    """From the line with the one text to the next with the other."""
    starts = [i for i, line in enumerate(lines) if begin in line]
    if len(starts) != 1:
        sys.exit(f'{len(starts)} lines with "{begin}"')
    return starts[0], next(i for i in range(starts[0], len(lines)) if end in lines[i])


def excerpt(what):
    """The lines of PATH FUNCTION or of PATH BEGIN..END, as they stand there."""
    path, place = what.split(maxsplit=1)
    lines = (ROOT / path).read_text(encoding='utf-8').splitlines()
    begin, dots, end = place.partition('..')
    first, last = between(lines, begin, end) if dots else function(lines, place)
    return textwrap.dedent('\n'.join(lines[first:last + 1]) + '\n')
