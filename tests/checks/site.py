"""Is the site whole?  python3 site.py HTML INCLUDE

Every page that people look for is there, every link within the site leads to a page and a place that
exist, those of the sidebar too, and every function of the headers can be found and has its place.
"""
import html.parser
import pathlib
import re
import sys
import urllib.parse

SITE, INCLUDE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
WANTED = ["index", "programs", "formats", "meson", "inside", "performance", "benchmarks", "reliability",
          "literature", "security", "contributing", "changelog"]


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.places, self.links = set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value)
            elif name in ("href", "src", "data") and value and not tag.startswith("iframe"):
                self.links.append(value)


pages = {path.name: Page(path) for path in SITE.glob("*.html")}
faults = []


def check(where, link):
    if ":" in link.split("#")[0]:
        return # another site's
    name, _, place = urllib.parse.unquote(link).partition("#")
    name = name or where
    if not (SITE / name).is_file():
        faults.append(f"{where}: {link}: there is no such file")
    elif place and name in pages and place not in pages[name].places:
        faults.append(f"{where}: {link}: there is no such place")


for name, page in pages.items():
    for link in page.links:
        check(name, link)
for script in [SITE / "navtreedata.js", SITE / "menudata.js"]:
    for link in re.findall(r'"([\w-]+\.html(?:#[\w-]+)?)"', script.read_text(encoding="utf-8")):
        check(script.name, link)

found = dict(re.findall(r"\['(gn_\w+)',\['\.\./([^']+)'",
                        "".join(path.read_text() for path in SITE.glob("search/functions_*.js"))))
functions = {name for header in INCLUDE.glob("gemmnet/*.h")
             for name in re.findall(r"^(?:GN_API|static inline) .*?\b(gn_\w+)\(", header.read_text(), re.MULTILINE)}
for name in sorted(functions):
    if name in found:
        check(name, found[name])
    else:
        faults.append(f"{name}: it is not in the site")
faults += [f"{name}.html: there is no such page" for name in WANTED if name + ".html" not in pages]
if not pages.keys() & {"modules.html", "topics.html"}: # (its name until, and from, Doxygen 1.9.8)
    faults.append("topics.html: there is no such page")

print(f"{len(pages)} pages, {sum(len(p.links) for p in pages.values())} links, {len(functions)} functions")
print("\n".join(faults[:40]))
sys.exit(bool(faults) or len(functions) < 60)
