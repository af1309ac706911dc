"""page.py FILE [report]: an HTML page that we wrote stands alone, runs nothing, and markup of others is text in it.

Every element and attribute must be one that our pages use; nothing may be loaded; no character may be there that a screen
obeys. With `report`: the first page has no word of the trade, and its charts have a title and a description. Prints the
first page's words."""
import html.parser
import re
import sys
import unicodedata

ELEMENTS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "name", "content", "http-equiv"}, "title": set(), "style": set(),
    "body": set(), "main": set(), "h1": set(), "h2": {"class"}, "h3": {"class"}, "p": {"class"}, "div": {"class"},
    "table": set(), "tr": set(), "th": {"class"}, "td": {"class"}, "strong": set(), "span": {"class"}, "code": set(),
    "pre": set(), "dl": set(), "dt": set(), "dd": set(), "ol": set(), "ul": set(), "li": set(), "br": set(),
    "svg": {"viewbox", "width", "height", "role"}, "desc": set(), "text": {"x", "y"},
    "rect": {"x", "y", "width", "height", "rx", "fill"}}
VOID = {"meta", "br"}
JARGON = """API APIs CIDR CLI CORS CSP CVE CVEs DNS HTTP HTTPS IP JSON JSON5 MCP OAuth OIDC SDK SSH SSO SQL TCP TLS UDP URL URLs
VPN YAML admin allowlist authentication bind binary cgroup chmod client command-line config configuration container
credential credentials daemon docker endpoint exec exploit firewall gateway hash header hostname inbound kernel
localhost loopback mdns middleware namespace npm outbound payload plaintext plugin plugins port ports process proxy
root runtime sandbox schema script server shell socket sockets stack state-directory systemd token tokens
vulnerability webhook""".split()


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.words, self.charts, self.first = [], [], [], True
        self.bad = []

    def handle_starttag(self, name, attributes):
        allowed = ELEMENTS.get(name)
        if allowed is None:
            self.bad.append(f"<{name}> {attributes}")
        else:
            self.bad += [f"<{name} {key}={value!r}>" for key, value in attributes if key not in allowed]
        if ("class", "second") in attributes:
            self.first = False
        if name == "svg":
            self.charts.append([])
            if ("role", "img") not in attributes:
                self.bad.append("a chart without role")
        if self.charts and "svg" in self.open and name in ("title", "desc"):
            self.charts[-1].append(name)
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        if not self.open or self.open.pop() != name:
            self.bad.append(f"</{name}> out of place")

    def handle_data(self, data):
        if self.first and "style" not in self.open and "head" not in self.open:
            self.words.append(data)

    def handle_comment(self, data):
        self.bad.append(f"a comment: {data[:60]}")


with open(sys.argv[1], "rb") as file:
    text = file.read().decode("utf-8")
page = Page()
page.feed(text)
page.close()
bad = page.bad + [f"<{name}> is never closed" for name in page.open]
bad += [f"U+{ord(c):04X}" for c in set(text) if c not in "\n" and (unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") and c != "\u00ad")]
sheet = re.search(r"<style>(.*?)</style>", text, re.S).group(1)
bad += re.findall(r"(?:@import|url\s*\(|expression|image-set)[^;]{0,40}", sheet)
if "default-src 'none'" not in text or text.count("<style>") != 1:
    bad.append("the policy that forbids to load anything")
if not text.startswith("<!doctype html>"):
    bad.append("doctype")
if sys.argv[2:] == ["report"]:
    for chart in page.charts:
        if chart != ["title", "desc"]:
            bad.append(f"a chart has {chart}")

    words = " ".join(page.words)
    for word in JARGON:
        found = re.search(r".{0,50}(?<![\w./-])" + re.escape(word) + r"(?![\w/-]).{0,30}", words)
        if found:
            bad.append(f"jargon on page one: {word}: {found.group(0)}")
    found = re.search(r"\b[a-z-]+\.[a-z]+-[a-z-]+\b", words)
    if found:
        bad.append(f"a rule's id on page one: {found.group(0)}")
    if len(words.split()) > 700:
        bad.append(f"{len(words.split())} words on page one")
print("\n".join(bad[:12]) if bad else f"{len(' '.join(page.words).split())} words")
sys.exit(1 if bad else 0)
