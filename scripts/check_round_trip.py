#!/usr/bin/env python3
"""Put the sample articles through every input form and encoding; the facts must be the same.

    scripts/check_round_trip.py target/release/duikou

The facts of the plain text files are compared with those of each other form, field by field, positions included, by the
article's name. A form that needs a module which is not installed (Parquet and zstd: pyarrow) is named and passed over.
Of HTML only the article comes back, so there kind, value, unit and pairs are compared, and 0.97 of them must be there.
"""

import collections
import csv
import gzip
import html
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "release" / "duikou")
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpora" / "text").glob("*.txt"))}
RECORDS = [{"id": name, "text": text} for name, text in TEXTS.items()]

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    pyarrow = None


def facts(*paths):
    run = subprocess.run([PROGRAM, "extract", "-q", *map(str, paths)], capture_output=True, check=False)
    if run.returncode:
        print(run.stderr.decode()[:500])
    found = collections.defaultdict(list)
    for line in run.stdout.decode().splitlines():
        fact = json.loads(line)
        name = fact.pop("doc").rsplit("/", 1)[-1].split(".")[0]
        fact.pop("id")
        found[name].append(fact)
    return found


def table(separator, **more):
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "text"], delimiter=separator, lineterminator="\r\n", **more)
    writer.writeheader()
    writer.writerows(RECORDS)
    return out.getvalue()


def page(name):
    lines = [line.strip() for line in TEXTS[name].splitlines() if line.strip()]
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines)
    return f"<html><head><meta charset=utf-8><title>{html.escape(lines[0])}</title></head><body><div class=content>{body}</div></body></html>"


def warc():
    out = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nx: y\r\n\r\n"
    for name, text in TEXTS.items():
        body = text.encode()
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/{name}.txt\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        out += head.encode() + http + b"\r\n\r\n"
    return out


def tar(mode):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, text in TEXTS.items():
            member = tarfile.TarInfo(f"dump/{name}.txt")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


def zipped(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in TEXTS.items():
            archive.writestr(f"文章/{name}.txt", text)
    return out.getvalue()


def zstd(data):
    return pyarrow.compress(data, codec="zstd", asbytes=True)


def forms(folder):
    """Names of forms, with the files that hold the articles in it."""

    def folder_of(name, suffix, encode):
        inner = folder / name
        inner.mkdir()
        for stem, text in TEXTS.items():
            data = encode(text)
            if data is not None:
                (inner / (stem + suffix)).write_bytes(data)
        return inner

    def file(name, data):
        path = folder / name
        path.write_bytes(data)
        return path

    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    yield "text, UTF-8 with mark", folder_of("bom", ".txt", lambda text: text.encode("utf-8-sig"))
    yield "text, GB18030", folder_of("gb", ".txt", lambda text: text.encode("gb18030"))
    yield "text, UTF-16 with mark", folder_of("utf16", ".txt", lambda text: text.encode("utf-16"))
    yield "text, UTF-16LE without mark", folder_of("utf16le", ".txt", lambda text: text.encode("utf-16-le"))
    yield "text, UTF-16BE without mark", folder_of("utf16be", ".txt", lambda text: text.encode("utf-16-be"))
    yield "text, gzip", folder_of("gz", ".txt.gz", lambda text: gzip.compress(text.encode()))
    yield "JSON lines", file("a.jsonl", lines.encode())
    yield "JSON lines, escaped", file("esc.jsonl", "".join(json.dumps(record) + "\n" for record in RECORDS).encode())
    yield "JSON lines, GB18030", file("gb.jsonl", lines.encode("gb18030"))
    yield "JSON lines, UTF-16", file("u16.ndjson", lines.encode("utf-16"))
    yield "JSON lines, gzip", file("a.jsonl.gz", gzip.compress(lines.encode()))
    yield "JSON array", file("a.json", json.dumps(RECORDS, ensure_ascii=False, indent=2).encode())
    yield "JSON, list inside an object", file("b.json", json.dumps({"code": 0, "data": RECORDS}, ensure_ascii=False).encode())
    yield "JSON array, GB18030", file("gb.json", json.dumps(RECORDS, ensure_ascii=False).encode("gb18030"))
    yield "CSV", file("a.csv", table(",").encode())
    yield "CSV, UTF-8 with mark", file("bom.csv", table(",").encode("utf-8-sig"))
    yield "CSV, GB18030", file("gb.csv", table(",").encode("gb18030"))
    yield "CSV, gzip", file("a.csv.gz", gzip.compress(table(",").encode()))
    yield "TSV", file("a.tsv", table("\t").encode())
    yield "TSV, UTF-16", file("u16.tsv", table("\t").encode("utf-16"))
    yield "tar", file("a.tar", tar("w"))
    yield "tar.gz", file("a.tar.gz", tar("w:gz"))
    yield "zip, deflated", file("a.zip", zipped(zipfile.ZIP_DEFLATED))
    yield "zip, stored", file("b.zip", zipped(zipfile.ZIP_STORED))
    yield "WARC", file("a.warc", warc())
    yield "WARC, gzip", file("a.warc.gz", gzip.compress(warc()))
    if pyarrow is None:
        print("pyarrow is not installed: Parquet and zstd are not checked")
        return
    columns = pyarrow.Table.from_pylist(RECORDS)
    for codec in ["none", "snappy", "zstd", "gzip", "lz4"]:
        out = io.BytesIO()
        pyarrow.parquet.write_table(columns, out, compression=codec)
        yield f"Parquet, {codec}", file(f"{codec}.parquet", out.getvalue())
    yield "text, zstd", folder_of("zst", ".txt.zst", lambda text: zstd(text.encode()))
    yield "JSON lines, zstd", file("a.jsonl.zst", zstd(lines.encode()))
    yield "tar.zst", file("a.tar.zst", zstd(tar("w")))


def main():
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        want = facts(ROOT / "corpora" / "text")
        total = sum(map(len, want.values()))
        for name, path in forms(folder):
            got = facts(path)
            there = {stem for stem in want if not path.is_dir() or any(path.glob(f"{stem}.*"))}
            right = all(got[stem] == want[stem] for stem in there) and len(there) == len(want)
            faults += not right
            print(f"{name:38} {sum(map(len, got.values())):5} of {sum(len(want[stem]) for stem in there)} facts {'the same' if right else 'DIFFER'}")
        # Few articles can be written in Big5 whole: those in Traditional characters, less what it lacks.
        for encoding in ["big5", "utf-8"]:
            (folder / encoding).mkdir()
            for stem, text in TEXTS.items():
                data = text.encode("big5", "ignore")
                if len(data.decode("big5")) > 0.95 * len(text):
                    (folder / encoding / f"{stem}.txt").write_bytes(data.decode("big5").encode(encoding))
        got, plain = facts(folder / "big5"), facts(folder / "utf-8")
        faults += got != plain or not plain
        count = sum(map(len, got.values()))
        print(f"{'text, Big5':38} {count:5} of {sum(map(len, plain.values()))} facts {'the same' if got == plain else 'DIFFER'}")
        pages = folder / "pages"
        pages.mkdir()
        for name in TEXTS:
            (pages / f"{name}.html").write_bytes(page(name).encode())
        got = facts(pages)
        key = lambda fact: (fact["kind"], fact["value"], fact["low"], fact["unit"], tuple(f"{p['helper']}>{p['recipient']}" for p in fact["pairs"]))
        same = sum((collections.Counter(map(key, want[name])) & collections.Counter(map(key, got[name]))).total() for name in want)
        faults += same < 0.97 * total
        print(f"{'HTML (kind, value, unit, pairs)':38} {same} of {total} facts, {same / total:.3f}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
