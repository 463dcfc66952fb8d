#!/usr/bin/env python3
"""Open the pages of `inspect` and `serve` in a real browser, and use them as a person does.

    scripts/check_page.py target/release/duikou

With mouse and keyboard: filters, search, order, from fact to place and back, keys, deep links, languages, review marks
and CSV compared with what `extract` writes, an article full of markup, a sentence tried, a table saved sound and faulty,
a foreign name for the server. Nothing may stand on the console, no request may leave the page.

Without a browser the script says so and does nothing. --shots DIR saves pictures to look at.
"""

import argparse
import contextlib
import csv
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import browser

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEMO = "宝安龙川结对两年见成效\n发布时间：2015-08-20\n深圳市宝安区对口帮扶河源市龙川县以来，累计投入帮扶资金近2亿元，援建项目25个。\n截至今年6月，深河产业园已平整土地3200余亩，引进企业63家，其中41家投产。\n建成茶园200垧。\n"
HIT = "document.title='HIT'"
HOSTILE_NAME = f'"><svg onload="{HIT}">.txt'.replace("/", "")
HOSTILE = (
    f"深圳对口帮扶河源</script><script>{HIT}</script>\n深圳市对口帮扶河源市，<img src=x onerror=\"{HIT}\">投入资金2亿元，&lt;b&gt; \u202e援建项目25个"
    f"<!-- ]]> {{{{7*7}}}} <svg/onload={HIT}><a href=\"javascript:{HIT}\">63家</a> \x1b]0;HIT\x07。\n"
)
UNITS = "surface\tkind\tunit\tfactor\tsource\tnote\n"
SHAN = "垧\tarea\tmu\t15\tmy notes\tas in Heilongjiang\n"

# What a person sees, as expressions.
SUMMARY = "document.querySelector('#summary').textContent"
CURRENT = "document.querySelector('#text .current')?.textContent"
TITLE = "document.querySelector('#title').textContent"
DETAIL = "document.querySelector('#detail').textContent"
ROWS = "[...document.querySelectorAll('#fact-list .row')].sort((a, b) => a.dataset.at - b.dataset.at).map(row => row.querySelector('b').textContent)"
NEWS = "document.querySelector('#news').textContent"
FAULTS = "document.querySelector('#faults').textContent"


class Checks:
    """Counts checks and names the one that fails."""

    def __init__(self):
        self.number = 0

    def __call__(self, what, holds, found=None):
        self.number += 1
        if not holds:
            raise AssertionError(f"{what}: {found!r}")


check = Checks()


def button(text, inside="body"):
    """A selector for the button that reads so; the page gives it a mark to be found by."""
    return f"(() => {{ const one = [...document.querySelectorAll('{inside} button')].find(one => one.textContent.trim().startsWith({json.dumps(text)})); document.querySelectorAll('[data-wanted]').forEach(old => delete old.dataset.wanted); one.dataset.wanted = 'yes'; return '[data-wanted]'; }})()"


def shown_facts(page):
    return int(page.run(SUMMARY).split()[0].replace(",", ""))


def click_button(page, text, inside="body"):
    page.click(page.run(button(text, inside)))


def quiet(page, origin):
    """Nothing on the console, no request but to where the page came from, nothing of a document has run."""
    check("nothing stands on the console", page.complaints() == [], page.complaints())
    strays = [address for address in page.asked() if not address.startswith(origin)]
    check("no request leaves the page", strays == [], strays)
    check("no script of a document ran", page.run("document.title") == "duikou", page.run("document.title"))


def saved(page, folder, name, press):
    """What the page saves when a button is pressed."""
    path = folder / name
    path.unlink(missing_ok=True)
    page.click(press)
    end = time.monotonic() + 20
    while not path.exists():
        page.run("0")
        check(f"{name} is saved", time.monotonic() < end)
        time.sleep(0.05)
    return path.read_text(encoding="utf-8")


def report(program, tab, folder, articles):
    """The page as one file."""
    path = folder / "report.html"
    subprocess.run([program, "inspect", *articles, "-o", path], check=True, capture_output=True)
    facts = subprocess.run([program, "extract", *articles, "-q"], check=True, capture_output=True).stdout.decode()
    facts = [json.loads(line) for line in facts.splitlines()]
    address = path.as_uri()
    tab.open(address)

    check("all facts are there", shown_facts(tab) == len(facts), tab.run(SUMMARY))
    check("the first fact is shown in its article", tab.run(CURRENT) == facts[0]["text"], tab.run(CURRENT))

    # Keys
    tab.press("j")
    tab.until(f"{CURRENT} === {json.dumps(facts[1]['text'])}")
    tab.press("k")
    tab.until(f"{CURRENT} === {json.dumps(facts[0]['text'])}")
    title = json.dumps(tab.run(TITLE))
    tab.press("]")
    tab.until(f"{TITLE} !== {title}")
    tab.press("[")
    tab.until(f"{TITLE} === {title}")
    tab.press("?")
    tab.until("document.querySelector('#keys').open")
    tab.press("Escape")
    tab.until("!document.querySelector('#keys').open")
    tab.press("1")
    check("a key hides a kind", tab.run("document.querySelector('#text').classList.contains('no-money')"))
    tab.press("1")

    # Filters and search
    kinds = [fact for fact in facts if fact["kind"] == "area"]
    click_button(tab, "area", "#facets")
    check("a filter shows one kind", shown_facts(tab) == len(kinds), (shown_facts(tab), len(kinds)))
    check("the address keeps it", "kind=area" in tab.run("location.hash"), tab.run("location.hash"))
    paired = [fact for fact in kinds if any(pair["helper"] == "深圳" and pair["recipient"] == "河源" for pair in fact["pairs"])]
    click_button(tab, "深圳 → 河源", "#facets")
    check("filters of two kinds both hold", shown_facts(tab) == len(paired), (shown_facts(tab), len(paired)))
    tab.press("Escape")
    check("Esc clears the filters", shown_facts(tab) == len(facts), shown_facts(tab))
    tab.press("/")
    tab.type("ONERROR")
    tab.until(f"{SUMMARY}.startsWith('2 of') || {SUMMARY}.startsWith('3 of')")
    tab.press("Escape")
    tab.press("Escape")
    tab.until(f"{SUMMARY}.startsWith({json.dumps(format(len(facts), ','))})")

    # Order
    click_button(tab, "Value", "#columns")
    click_button(tab, "Value", "#columns")
    sizes = [float(fact["si"] or fact["value"] or fact["low"]) for fact in facts]
    largest = max(sizes)
    first = tab.run(ROWS)[0]
    check("the largest comes first", first in [fact["text"] for fact, size in zip(facts, sizes) if size == largest], first)
    click_button(tab, "Document", "#columns")

    # From fact to place and back
    tab.run("document.querySelector('#fact-list').scrollTop = 0")
    tab.until("document.querySelector('#fact-list .row[data-at=\"4\"]') !== null")
    tab.click('#fact-list .row[data-at="4"] b')
    tab.until(f"{CURRENT} === {json.dumps(facts[4]['text'])}")
    mark = tab.run("document.querySelector('#text mark:not(.current)').dataset.fact")
    tab.click(f'#text mark[data-fact="{mark}"]')
    tab.until(f"document.querySelector('#text .current')?.dataset.fact === '{mark}'")
    row = "document.querySelector('#fact-list [aria-selected=true]')"
    check("a click in the article chooses the fact", tab.run(f"{row} && {row}.querySelector('b').textContent") == facts[int(mark)]["text"], mark)
    x, y = tab.box(f'#text mark[data-fact="{mark}"]')
    tab.mouse("mouseMoved", x + 1, y)
    tab.until("!document.querySelector('#tip').hidden")
    if facts[int(mark)]["pairs"]:
        check("evidence is drawn", tab.run("document.querySelectorAll('#lines path').length") > 0)

    # Totals
    tab.press("t")
    tab.until("document.querySelectorAll('#totals .bar').length > 3")
    tab.press("t")

    # Deep link, in the other language
    wanted = next(fact for fact in facts if fact["text"] == "3200余亩")
    start = f"{wanted['start']}-{wanted['end']}"
    tab.open(f"{address}#doc={wanted['doc']}&fact={start}")
    check("a deep link opens its fact", tab.run(CURRENT) == "3200余亩", tab.run(CURRENT))
    check("the arithmetic is shown", "3200 mu = 2133333.33 m2" in tab.run(DETAIL), tab.run(DETAIL))
    click_button(tab, "中文")
    check("the page speaks Chinese", "条事实" in tab.run(SUMMARY) and "算式" in tab.run(DETAIL), tab.run(SUMMARY))
    check("and says so", tab.run("document.documentElement.lang") == "zh-Hans")
    click_button(tab, "English")

    # Review marks and CSV, against what extract says
    tab.press("x")
    tab.press("j")
    tab.until(f"{CURRENT} !== '3200余亩'")
    tab.press("a")
    marks = [json.loads(line) for line in saved(tab, folder, "marks.jsonl", "#marks").splitlines()]
    check("two facts are marked", [mark.pop("mark") for mark in marks] == ["wrong", "right"], marks)
    at = facts.index(wanted)
    check("marked facts are what extract prints", marks == facts[at : at + 2], marks)
    tab.open(address)
    check("marks outlive the page", tab.run("facts = document.querySelectorAll('#facets details').length") == 6)
    table = folder / "extract.csv"
    subprocess.run([program, "extract", *articles, "-q", "--bom", "-o", table], check=True, capture_output=True)
    rows = [list(csv.reader(text.splitlines(keepends=True))) for text in (saved(tab, folder, "facts.csv", "#csv"), table.read_text(encoding="utf-8"))]
    differing = [pair for pair in zip(*rows) if pair[0] != pair[1]]
    check("the CSV is that of extract", len(rows[0]) == len(rows[1]) and not differing, differing[:1])

    # The article full of markup
    hostile = next(fact for fact in facts if "onload" in fact["doc"])
    tab.run("document.querySelector('#search').focus()")
    tab.type("63家")
    tab.until(f"{SUMMARY}.split(' ')[0] < 100")
    tab.open(f"{address}#doc={hostile['doc'].replace('%', '%25').replace('&', '%26')}")
    tab.until("document.querySelector('#text').textContent.includes('<img src=x onerror=')")
    check("markup makes no elements", tab.run("document.querySelectorAll('#text img, #text a, main svg[onload], #text script').length") == 0)
    check("nor do controls turn its lines around", "\u202e" not in tab.run("document.body.innerText"))
    time.sleep(0.2)
    quiet(tab, address)


@contextlib.contextmanager
def serving(program, *arguments):
    """A server with its address; stopped as Ctrl-C stops it."""
    process = subprocess.Popen([program, "serve", *arguments, "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if found := re.search(r"http://\S+", line):
                yield process, found[0]
                break
        else:
            raise AssertionError("the server did not start")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def live(program, engine, folder, articles):
    """The page of the server."""
    dictionary = folder / "dict"
    dictionary.mkdir()
    units = dictionary / "units.tsv"
    units.write_text(UNITS, encoding="utf-8")
    with serving(program, *articles, "--dict", dictionary) as (process, address):
        tab = engine.page()
        tab.open(address)
        before = shown_facts(tab)

        tab.click("#sentence")
        tab.type(f"深圳市对口帮扶河源市，<img src=x onerror=\"{HIT}\">建成茶园200垧，种树30万棵。")
        tab.press("Enter")
        tab.until(f"{CURRENT} === '30万棵'")
        check("a tried sentence shows its facts", "30万棵" in tab.run(DETAIL), tab.run(DETAIL))
        check("with its pair", "深圳 → 河源" in tab.run(DETAIL), tab.run(DETAIL))
        check("and is one document more", shown_facts(tab) == before + 1, shown_facts(tab))

        begun = time.monotonic()
        units.write_text(UNITS + SHAN, encoding="utf-8")
        tab.until(f"{NEWS}.includes('2 new, 0 gone, 0 changed')")
        took = time.monotonic() - begun
        check("the new row is cited", tab.run(f"{ROWS}.includes('200垧') || document.querySelector('#text mark').textContent === '200垧'"))
        check("the fact of the row is in the page", shown_facts(tab) == before + 3, shown_facts(tab))
        click_button(tab, "new", "#facets")
        check("what is new can be filtered", tab.run(ROWS) == ["200垧", "200垧"], tab.run(ROWS))
        tab.click("#fact-list .row b")
        tab.until(f"{DETAIL}.includes('units.tsv:2')")
        check("its value is the row's", "3000 mu" in tab.run(DETAIL), tab.run(DETAIL))
        tab.run("document.activeElement.blur()")
        tab.press("Escape")

        units.write_text(UNITS + SHAN + "塅\tarea\tmu\ttwo\tnotes\t\n", encoding="utf-8")
        tab.until(f"{FAULTS}.includes('units.tsv:3:4')")
        check("the last good state stays", shown_facts(tab) == before + 3, shown_facts(tab))
        units.write_text(UNITS, encoding="utf-8")
        tab.until("document.querySelector('#faults').hidden")
        tab.until(f"{NEWS}.includes('0 new, 2 gone')")
        check("a row taken back is gone", shown_facts(tab) == before + 1, shown_facts(tab))
        quiet(tab, address)

        # A foreign name that was made to mean this machine; the browser is told so by a flag.
        port = address.rstrip("/").rsplit(":", 1)[1]
        stranger = engine.page()
        stranger.call("Page.navigate", url=f"http://evil.example:{port}/")
        stranger.until("document.body && document.body.textContent.includes('not from here')")

        process.send_signal(signal.SIGINT)
        check("Ctrl-C stops the server", process.wait(20) == 0, process.returncode)
        tab.call("Page.bringToFront")
        tab.until(f"{NEWS}.includes('does not answer')")
    return took


def pictures(program, engine, folder, articles, shots):
    """Both pages, wide and narrow, light and dark."""
    shots.mkdir(parents=True, exist_ok=True)
    report = folder / "report.html"
    dictionary = folder / "pictures"
    dictionary.mkdir()
    (dictionary / "units.tsv").write_text(UNITS, encoding="utf-8")
    with serving(program, *articles, "--dict", dictionary) as (_, address):
        for name, place in [("report", report.as_uri()), ("serve", address)]:
            for width, height in [(1280, 800), (390, 800)]:
                for dark in [False, True]:
                    tab = engine.page()
                    tab.size(width, height, dark)
                    tab.open(place)
                    if name == "serve":
                        (dictionary / "units.tsv").write_text(UNITS + (SHAN if dark else "") + ("" if width > 600 else "塅\tarea\n"), encoding="utf-8")
                        tab.until(f"{NEWS} || !document.querySelector('#faults').hidden")
                    tab.press("j")
                    panes = ["facts", "documents", "reader"] if width < 600 else [""]
                    for pane in panes:
                        if pane:
                            tab.click(f'#tabs [data-pane="{pane}"]')
                        tab.run("new Promise((drawn) => setTimeout(drawn, 200))")
                        tab.shot(shots / f"{name}-{width}{'-dark' if dark else ''}{'-' + pane if pane else ''}.png")
                    overflow = tab.run("document.documentElement.scrollWidth - innerWidth")
                    check(f"nothing sticks out at {width}", overflow <= 0, overflow)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="path of the duikou program")
    parser.add_argument("--shots", type=pathlib.Path, help="folder for pictures of both pages")
    arguments = parser.parse_args()
    name = browser.find()
    if name is None:
        print("no Chromium here: the pages were not opened")
        return
    program = str(pathlib.Path(arguments.program).resolve())
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, browser.Browser(name, flags=["--host-resolver-rules=MAP evil.example 127.0.0.1"]) as engine:
        folder = pathlib.Path(folder).resolve()
        own = folder / "articles"
        own.mkdir()
        (own / "demo.txt").write_text(DEMO, encoding="utf-8")
        (own / HOSTILE_NAME).write_text(HOSTILE, encoding="utf-8")
        articles = [str(own), str(ROOT / "corpora" / "text")]
        engine.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        tab = engine.page()
        report(program, tab, folder, articles)
        took = live(program, engine, folder, articles)
        if arguments.shots:
            pictures(program, engine, folder, articles, arguments.shots)
    print(f"pages in a browser: {check.number} checks hold, {time.monotonic() - begun:.1f} s; a saved row was shown after {took:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
