"""Builds the site:  python3 site.py ROOT OUT THEME

ROOT is the project's folder, OUT/Doxyfile is there already, THEME is the folder of doxygen-awesome.
Pages are written as GitHub shows them. Here they are copied to OUT/pages with what Doxygen wants to be
told: names for pages and headings, and where links lead. The site is OUT/html; OUT/site.d says what it
was made of.

A file OUT/filled/PATH, page or picture, stands in for ROOT/PATH: what programs have filled in.
"""
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT, OUT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
DOXYGEN, THEME = "doxygen", pathlib.Path(sys.argv[3])
if not shutil.which(DOXYGEN) or not (THEME / "doxygen-awesome.css").exists():
    sys.exit(f"The site needs {THEME / 'doxygen-awesome.css' if shutil.which(DOXYGEN) else 'Doxygen'}, which is not "
             "there. On Debian and Ubuntu, sh examples/setup.sh docs installs it.")

# The sidebar, from top to bottom: a title and its pages, or None for what Doxygen makes.
SIDEBAR = [
    ("Guide", ["docs/guide/*.md"]),
    ("Reference", None),
    ("Examples", None),
    ("Programs", ["docs/mnist.md", "docs/table.md", "docs/explore.md"]),
    ("In depth", ["docs/building.md", "docs/meson.md", "docs/threads.md", "docs/ranks.md", "docs/formats.md",
                  "docs/inside.md", "docs/literature.md"]),
    ("Measured and tested", ["docs/benchmarks.md", "docs/performance.md", "docs/reliability.md"]),
    ("Project", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]),
    ("Headers", None),
]
# (its name since Doxygen 1.9.8)
VERSION = [int(number) for number in re.findall(r"\d+", subprocess.run(
    [DOXYGEN, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout)[:3]]
TOPICS = "topics" if VERSION >= [1, 9, 8] else "modules"
TABS = {"Reference": f'type="{TOPICS}"', "Examples": 'type="user" url="@ref programs"', "Headers": 'type="filelist"'}

EXAMPLES = ROOT / "examples" / "README.md" # its page goes on with a list of the files

read = set()     # files that the site is made of
sources = {}     # files that pages link to, other than pages: their names here
heading = re.compile(r"^(#{1,4}) (.+)$")
code = re.compile(r"`(\w+)`")
functions = {name for header in ROOT.glob("include/gemmnet/*.h")
             for name in re.findall(r"\b(gn_\w+)\(", header.read_text(encoding="utf-8"))}
link = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")


def pages_of(patterns):
    """Files of the tree, in the order of the patterns and of their names, a README first."""
    def key(path):
        return path.name != "README.md", path

    return [path for pattern in patterns or [] for path in sorted(ROOT.glob(pattern), key=key)]


def relative(path):
    return path.relative_to(ROOT).as_posix()


def name_of(path):
    """A page's name, which is that of its .html: formats, guide-neuron, contributing."""
    name = relative(path).removesuffix(".md").removeprefix("docs/")
    if path == EXAMPLES:
        return "programs"
    return "index" if name == "README" else re.sub(r"\W+|_", "-", name).lower()


def current(path):
    """The file itself, or what stands in for it."""
    filled = OUT / "filled" / relative(path)
    read.add(filled if filled.exists() else path)
    return filled if filled.exists() else path


def plain(place):
    """An anchor without what Doxygen's cannot have."""
    return re.sub(r"[^a-z0-9_-]", "", place)


def slug(text):
    """The anchor that GitHub gives to a heading."""
    text = link.sub(r"\2", text).lower()
    return plain(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))


def lines_of(path):
    """The lines of a page, and whether each is text or part of a code block."""
    inside = False
    for line in current(path).read_text(encoding="utf-8").split("\n"):
        fence = line.lstrip().startswith("```")
        yield line, not (inside or fence or line.startswith("    "))
        inside ^= fence


def title_of(path):
    title = next(heading.match(line)[2] for line, is_text in lines_of(path)
                 if is_text and heading.match(line))
    return html.escape(title.replace("`", ""))


def escaped(name):
    """As Doxygen does it in names of its pages."""
    return name.replace("/", "_2").replace(".", "_8")


def page_of_file(file):
    """Doxygen's of a header or an example, or one of ours, which shows the file."""
    name = relative(file)
    if name.startswith("include/"):
        return f"{escaped(file.name)}.html"
    if re.fullmatch(r"examples/(\w+/)?\w+\.c", name):
        return escaped(name.removeprefix("examples/")) + "-example.html"
    sources[file] = "source-" + re.sub(r"\W|_", "-", name)
    return f"{sources[file]}.html"


def resolve(page, target):
    """Where a link of a page leads in the site; None: nowhere."""
    path, _, fragment = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if ":" in target:
        return target
    if not file.exists():
        raise SystemExit(f"{relative(page)}: there is no {target}")
    if file.suffix == ".md":
        return f"{name_of(file)}.html" + (f"#{name_of(file)}-{plain(fragment)}" if fragment else "")
    if file.is_dir():
        return None
    read.add(file)
    return page_of_file(file)


def rewrite(page, line):
    def one(match):
        image, text, target = match.groups()
        if image:
            picture = (page.parent / target).resolve()
            shutil.copy(current(picture), OUT / "images" / picture.name)
            return f"![{text}]({picture.name})"
        to = resolve(page, target)
        return f"[{text}]({to})" if to else text
    line = link.sub(one, line)
    return code.sub(lambda match: match[0] if match[1] not in functions else f"`{match[1]}()`", line)


def place_of(page, text, seen):
    """The anchor of a heading; the second of a name is name-1, as GitHub has it."""
    name = slug(text)
    seen[name] = seen.get(name, -1) + 1
    return f"{name_of(page)}-{name}" + (f"-{seen[name]}" if seen[name] else "")


def headed(page, line, text, seen):
    """A heading with its anchor. (Those of the front page would be in the sidebar as sections.)"""
    front = name_of(page) == "index"
    if not seen:
        seen[""] = 0 # the title is no section
        line = re.sub(r"^# (\d+\.) ", "# \\1\u00a0", line) # else Doxygen begins a list there
        return line + (" {#mainpage}" if front else " {#%s}\n[TOC]" % name_of(page))
    place = place_of(page, text, seen)
    return f'<h2 id="{place}">{text}</h2>' if front else line + " {#%s}" % place


def write_page(page):
    to = OUT / "pages" / relative(page)
    to.parent.mkdir(parents=True, exist_ok=True)
    out, seen = [], {}
    for line, is_text in lines_of(page):
        head = heading.match(line) if is_text else None
        line = rewrite(page, line) if is_text else line
        out.append(headed(page, line, head[2], seen) if head else line)
    to.write_text("\n".join(out), encoding="utf-8")


def show(file, name):
    """Has Doxygen find a file by a name. (It would search all of a folder, builds and all.)"""
    to = OUT / "sources" / name
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, to)


def write_sources():
    """Pages of the files that others link to, whole."""
    for path in sources:
        show(path, relative(path))
    text = "".join(f"/** @page {name} {relative(path)}\n * @includelineno {relative(path)}\n */\n"
                   for path, name in sorted(sources.items()))
    (OUT / "pages" / "sources.dox").write_text(text, encoding="utf-8")


def first_sentence(file):
    """Of the comment that a file begins with."""
    comment = re.match(r"/\*(.*?)(?:\*/|\.\s)", file.read_text(encoding="utf-8"), re.DOTALL)
    words = re.sub(r"\n \* ?", " ", comment[1]).strip().rstrip(".:") if comment else ""
    return re.sub(r"([<>@\\*|#%])", r"\\\1", words)


def write_examples():
    """Adds to the page of the examples what each file says of itself: short ones, then folders, small ones first."""
    folders = {}
    for file in sorted(ROOT.glob("examples/*.c")) + sorted(ROOT.glob("examples/*/*.c")):
        read.add(file)
        show(file, relative(file).removeprefix("examples/"))
        folders.setdefault(file.parent, []).append(file)
    page = OUT / "pages" / relative(EXAMPLES)
    text, pages = [page.read_text(encoding="utf-8"), "## Every file {#programs-every-file}"], []
    short = EXAMPLES.parent
    for folder, files in sorted(folders.items(), key=lambda item: (item[0] != short, len(item[1]), item[0])):
        name = "short programs" if folder == short else folder.name + "/"
        text += ["", f"### {name} {{#programs-files-{slug(name)}}}", ""]
        text += [f"- [{file.name}]({page_of_file(file)}): {first_sentence(file)}." for file in files]
        pages += [f"/** @example {relative(file).removeprefix('examples/')} */" for file in files]
    page.write_text("\n".join(text) + "\n", encoding="utf-8")
    (OUT / "pages" / "programs.dox").write_text("\n".join(pages) + "\n", encoding="utf-8")


def write_sidebar():
    tabs = ['<tab type="mainpage" title="Overview"/>']
    for title, patterns in SIDEBAR:
        pages = pages_of(patterns)
        if not patterns:
            tabs.append(f'<tab {TABS[title]} title="{title}"/>')
        if pages:
            tabs.append(f'<tab type="usergroup" title="{title}">')
            tabs += [f'<tab type="user" url="@ref {name_of(page)}" title="{title_of(page)}"/>'
                     for page in pages]
            tabs.append("</tab>")
    layout = (ROOT / "docs" / "layout.xml").read_text(encoding="utf-8")
    (OUT / "layout.xml").write_text(layout.replace("<!-- tabs -->", "\n".join(tabs)), encoding="utf-8")


def write_header():
    """Doxygen's own, and what switches the theme's parts on."""
    subprocess.run([DOXYGEN, "-w", "html", "header.html", "footer.html", "style.css"], cwd=OUT, check=True,
                   stdout=subprocess.DEVNULL)
    scripts = "".join(f'<script src="$relpath^doxygen-awesome-{part}.js"></script>\n'
                      for part in ("darkmode-toggle", "fragment-copy-button"))
    scripts += ("<script>DoxygenAwesomeDarkModeToggle.init(); "
                "DoxygenAwesomeFragmentCopyButton.init()</script>\n</head>")
    header = OUT / "header.html"
    header.write_text(header.read_text(encoding="utf-8").replace("</head>", scripts), encoding="utf-8")


def main():
    for folder in ("pages", "images", "sources", "html"):
        shutil.rmtree(OUT / folder, ignore_errors=True)
    (OUT / "images").mkdir(exist_ok=True)
    for page in [ROOT / "README.md", EXAMPLES] + pages_of(
            pattern for _, patterns in SIDEBAR for pattern in patterns or []):
        write_page(page)
    write_sources()
    write_examples()
    write_sidebar()
    write_header()
    read.update(ROOT.glob("include/gemmnet/*.h"), ROOT.glob("docs/*"), [ROOT / "docs" / "guide"])
    names = " ".join(str(path).replace(" ", "\\ ") for path in sorted(read) if path.exists())
    status = subprocess.run([DOXYGEN, "Doxyfile"], cwd=OUT).returncode
    if status:
        raise SystemExit(status)
    (OUT / "site.d").write_text(f"docs/site.stamp: {names}\n", encoding="utf-8")
    (OUT / "site.stamp").touch()


os.environ["LC_ALL"] = "C.UTF-8"
main()
