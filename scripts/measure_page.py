#!/usr/bin/env python3
"""Measure the page of `inspect` over 10,000 documents, and how soon `serve` answers a saved table.

    scripts/measure_page.py target/release/duikou                  # made documents, seven of eight figures left out
    scripts/measure_page.py target/release/duikou --dense          # with the figures of the sample articles
    scripts/measure_page.py target/release/duikou --input FILE     # your own

Times are medians of several, from the key or click until the browser has painted, in a headless Chromium. What the
machine does beside counts too. --edits measures `serve` alone, over the first 1,000 documents.
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import browser
from check_page import UNITS, serving

ROOT = pathlib.Path(__file__).resolve().parent.parent
CURRENT = "document.querySelector('#text .current')"
# Runs a step and waits until its result was painted; gives milliseconds of the script alone, and with the painting.
PAINTED = """(async () => {
  const begun = performance.now();
  %s;
  const ran = performance.now() - begun;
  await new Promise((painted) => requestAnimationFrame(() => { const port = new MessageChannel(); port.port1.onmessage = painted; port.port2.postMessage(0); }));
  return [ran, performance.now() - begun];
})()"""


# What is saved: a word that no article has, one that many have, a name.
Table = collections.namedtuple("Table", "name header")
UNIT = Table("units.tsv", UNITS)
PAIR = Table("pairs.tsv", "helper\trecipient\tfrom\tto\tprogramme\tlevel\tconfidence\tsource\tnote\n")
EDITS = [
    ("a new unit", UNIT, "垧\tarea\tmu\t15\tmeasured\t\n"),
    ("亩 otherwise", UNIT, "亩\tarea\tm2\t667\tmeasured\t\n"),
    ("a pair", PAIR, "440300\t441600\t2030\t\tmeasured\tcity\tsure\tmeasured\t\n"),
]


def median(tab, step, times=7):
    """Milliseconds of script, and with painting."""
    runs = [tab.run(PAINTED % step) for _ in range(times)]
    return [statistics.median(one) for one in zip(*runs)]


def press(key):
    return f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))"


def choose(number):
    return f"document.querySelectorAll('#facets details')[1].querySelectorAll('.choice')[{number}].click()"


def report(program, engine, folder, source):
    path = folder / "report.html"
    begun = time.monotonic()
    process = subprocess.Popen([program, "inspect", source, "-o", path])
    _, _, used = os.wait4(process.pid, 0)
    say("page written", f"{time.monotonic() - begun:.1f} s, {used.ru_maxrss / 1024:.0f} MB of memory")
    say("page", f"{path.stat().st_size / 1e6:.1f} MB for {pathlib.Path(source).stat().st_size / 1e6:.1f} MB of input")
    opened = []
    for _ in range(3):
        tab = engine.page()
        tab.call("Page.navigate", url=path.as_uri())
        begun = time.monotonic()
        tab.until(f"{CURRENT} !== null", 120)
        marked = time.monotonic() - begun
        tab.until("document.body?.dataset.ready === 'yes'", 120)
        whole = time.monotonic() - begun
        paint = tab.run("performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000")
        opened.append([paint or 0, marked, whole])
    paint, marked, whole = (statistics.median(one) for one in zip(*opened))
    say("facts", tab.run("document.querySelector('#summary').textContent"))
    say("first paint", f"{paint:.2f} s")
    say("first marked fact", f"{marked:.2f} s")
    say("all facts", f"{whole:.2f} s")
    say("next fact (j)", milliseconds(median(tab, press("j"))))
    say("a filter, counts included", milliseconds(median(tab, choose(0))))
    tab.run(press("Escape"))
    tab.run("document.querySelector('#search').value = ''")
    search = "const box = document.querySelector('#search'); box.value = '%s'; box.dispatchEvent(new Event('input')); await new Promise((done) => setTimeout(done, 80))"
    tab.run(f"(async () => {{ {search % '茶园'} }})()")
    tab.until("document.querySelector('#summary').textContent.includes(' of ')", 60)
    time.sleep(3)
    words = iter(["产业园", "帮扶", "投资", "项目", "医院"])
    runs = [tab.run(PAINTED % (search % word)) for word in words]
    ran, painted = (statistics.median(one) - 80 for one in zip(*runs))
    say("a search through all sentences", milliseconds([ran, painted]))
    tab.run(press("Escape"))
    say("sort by value", milliseconds(median(tab, "document.querySelectorAll('#columns button')[3].click()")))
    tab.call("HeapProfiler.collectGarbage")
    tab.call("Performance.enable")
    metrics = {one["name"]: one["value"] for one in tab.call("Performance.getMetrics")["metrics"]}
    say("memory of scripts", f"{metrics['JSHeapUsedSize'] / 1e6:.0f} MB")
    say("elements", tab.run("document.querySelectorAll('*').length"))
    say("requests", len(tab.asked()))


def edits(program, engine, folder, source):
    """Seconds from the save until the server has the answer, and until the browser shows it."""
    thousand = folder / "thousand.jsonl"
    with open(source, encoding="utf-8") as lines:
        thousand.write_text("".join(line for line, _ in zip(lines, range(1000))), encoding="utf-8")
    dictionary = folder / "dict"
    dictionary.mkdir()
    units = dictionary / "units.tsv"
    units.write_text(UNITS, encoding="utf-8")
    with serving(program, thousand, "--dict", dictionary) as (_, address):
        tab = engine.page()
        tab.open(address)
        say("served", f"{tab.run('document.querySelector(`#summary`).textContent')}; {thousand.stat().st_size / 1e6:.1f} MB")
        version = state(address, 0)["version"]
        for what, table, row in EDITS:
            path = dictionary / table.name
            answered, shown = [], []
            for number in range(9):
                begun = time.monotonic()
                path.write_text(table.header + ("" if number % 2 else row), encoding="utf-8")
                answer = state(address, version)
                answered.append(time.monotonic() - begun)
                assert not answer["faults"], answer
                version = answer["version"]
                tab.until(f"document.body.dataset.version === '{version}'", 30)
                shown.append(time.monotonic() - begun)
            for name, times in [("answered", answered), ("shown", shown)]:
                say(f"{what}: saved to {name}", f"{statistics.median(times):.2f} s ({min(times):.2f}–{max(times):.2f})")


def state(address, seen):
    with urllib.request.urlopen(f"{address}state?seen={seen}", timeout=60) as answer:
        return json.load(answer)


def milliseconds(pair):
    return f"{pair[0]:.0f} ms, painted after {pair[1]:.0f} ms"


def say(what, value):
    print(f"{what:32} {value}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="path of the duikou program")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--dense", action="store_true", help="keep the sample articles' density of facts")
    parser.add_argument("--input", type=pathlib.Path, help="JSON lines to show instead of made ones")
    parser.add_argument("--edits", action="store_true", help="measure serve alone")
    arguments = parser.parse_args()
    name = browser.find()
    if name is None:
        sys.exit("no Chromium here")
    program = str(pathlib.Path(arguments.program).resolve())
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        source = arguments.input and arguments.input.resolve()
        if source is None:
            dump = folder / "dump.jsonl"
            # A document has some 3.8 kB.
            size = arguments.documents * 0.004
            call = [sys.executable, ROOT / "scripts" / "make_corpus.py", "--size-mb", f"{size:.1f}", "-o", dump]
            subprocess.run(call + ["--dense"] * arguments.dense, check=True)
            source = folder / "documents.jsonl"
            with open(dump, encoding="utf-8") as lines:
                source.write_text("".join(line for line, _ in zip(lines, range(arguments.documents))), encoding="utf-8")
        engine = stack.enter_context(browser.Browser(name))
        say("browser", engine.call("Browser.getVersion")["product"])
        if not arguments.edits:
            report(program, engine, folder, source)
        edits(program, engine, folder, source)


if __name__ == "__main__":
    main()
