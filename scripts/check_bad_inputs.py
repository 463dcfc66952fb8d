#!/usr/bin/env python3
"""Extract from a folder of broken inputs: no panic, no hang, exit 1, each named, every good document done.

    scripts/check_bad_inputs.py target/release/duikou

Makes one input of every kind below, with good records around the broken ones where the form allows it, runs
`duikou extract` over each alone and over all at once, and checks the exit status, the errors table and the good
documents (their ids begin with `good`). Prints one line a kind.
"""

import csv
import functools
import gzip
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "release" / "duikou")
AID = "2014年，深圳对口帮扶河源，投入帮扶资金3.5亿元，引进企业25家，群众满意。"
LIMIT = 16 << 20
SECONDS = 120


def record(name, text=AID):
    return json.dumps({"id": name, "text": text}, ensure_ascii=False).encode()


GOOD = record("good")


def lines(*middle):
    return b"\n".join([record("good-1"), *middle, record("good-2")]) + b"\n"


def tar(members, mode="w", change=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if change:
                change(info)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def levels():
    """Each level alone is within bounds: 200 MiB in 200 KiB, and sixty of these."""
    inner = zipped([("a.jsonl", b"\n" * (200 << 20))])
    return zipped([(f"{number}.zip", inner) for number in range(60)])


def encrypted():
    data = bytearray(zipped([("a.txt", AID.encode())]))
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def warc(*blocks):
    out = b""
    for number, http in enumerate(blocks):
        out += b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: good-%d\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n" % (number, len(http))
        out += http + b"\r\n\r\n"
    return out


def answer(body, *heads):
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n" + b"".join(head + b"\r\n" for head in heads) + b"\r\n" + body


def gzip_bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(1024)) + packer.flush()


def zip_bomb():
    data = b"\n" * (600 << 20)
    return zipped([("a.jsonl", data), ("good-1.txt", AID.encode())])


PACKED = gzip.compress(AID.encode() * 3000)
TXT = AID.encode()

# Name → bytes, and how many good documents must come out.
KINDS = {
    "empty.txt": (b"", 0),
    "blank.txt": (b" \r\n\t\n", 0),
    "noise.txt": (bytes(range(256)) * 40, 0),
    "cut-character.txt": (TXT[:-1], 0),
    "bad-byte.txt": (TXT[:60] + b"\xff" + TXT[60:], 0),
    "latin-1.txt": ("Le développement a coûté 3 millions à côté.".encode("latin-1") + b"\xff\xfe\xff", 0),
    "false-mark.txt": (b"\xff\xfe" + TXT + b"x", 0),
    "odd-utf-16.txt": (b"\xfe\xff" + AID.encode("utf-16-be") + b"\0", 0),
    "too-large.txt": (TXT * (LIMIT // len(TXT) + 1), 0),
    "empty.jsonl": (b"", 0),
    "cut.jsonl": (lines()[:-1] + b"\n" + GOOD[:40], 2),
    "not-json.jsonl": (lines(b"hello"), 2),
    "no-text.jsonl": (lines(b'{"id": "x"}'), 2),
    "null-text.jsonl": (lines(b'{"id": "x", "text": null}'), 2),
    "number-text.jsonl": (lines(b'{"id": "x", "text": 5}'), 2),
    "empty-text.jsonl": (lines(b'{"id": "x", "text": " "}'), 2),
    "array-line.jsonl": (lines(b"[1, 2]"), 2),
    "bad-escape.jsonl": (lines(rb'{"id": "x", "text": "\ud800"}'), 2),
    "bad-utf-8.jsonl": (lines(b'{"id": "x", "text": "\xff\xfe"}'), 2),
    "deep.jsonl": (lines(b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 2),
    "long-line.jsonl": (lines(b'{"text": "' + b"x" * (LIMIT + 10) + b'"}'), 2),
    "zeros.jsonl": (lines(b"\0" * 1000), 2),
    "scalar.json": (b"3", 0),
    "cut.json": (b"[" + record("good-1") + b", " + GOOD[:50], 1),
    "broken-record.json": (b"[" + record("good-1") + b', {"id": 1, "text": }, ' + record("good-2") + b"]", 2),
    "no-text.json": (b'{"a": {"b": 1}}', 0),
    "garbage-behind.json": (record("good-1") + b" trailing", 1),
    "large-record.json": (b"[" + record("good-1") + b', {"text": "' + b"x" * (LIMIT + 10) + b'"}, ' + record("good-2") + b"]", 2),
    "no-column.csv": (b"a,b\n1,2\n", 0),
    "short-row.csv": (b"id,text\ngood-1," + TXT + b"\nx\ngood-2," + TXT + b"\n", 2),
    "open-quote.csv": (b"id,text\ngood-1," + TXT + b'\nx,"' + b"y" * (LIMIT + (1 << 19)), 1),
    "bad-utf-8.csv": (b"id,text\ngood-1," + TXT + b"\nx,\xff\xfe\ngood-2," + TXT + b"\n", 2),
    "empty.tsv": (b"", 0),
    "no-article.html": (b"<html><body><ul><li><a href=1>x</a></li></ul></body></html>", 0),
    "empty.html": (b"  ", 0),
    "deep.html": (b"<div>" * 200_000, 0),
    "nested-items.html": (b"<p><li><td><dd>" * 50_000, 0),
    "wrong-charset.html": ("<html><meta charset=gb2312><body><p>".encode() + AID.encode("gb18030")[:31] * 9 + b"\xff\xff</p>", 0),
    "cut.txt.gz": (PACKED[: len(PACKED) // 2], 0),
    "bad-checksum.txt.gz": (flipped(PACKED, len(PACKED) - 6), 0),
    "bomb.jsonl.gz": (gzip_bomb(), 0),
    "bomb.txt.gz": (gzip_bomb(), 0),
    "bad-frame.txt.zst": (b"\x28\xb5\x2f\xfd" + b"\x99" * 100, 0),
    "window.txt.zst": (b"\x28\xb5\x2f\xfd\x00\xf8" + b"\0" * 20, 0),
    "leaves.tar": (tar([("../../etc/good-1.txt", TXT), ("good-2.txt", TXT)]), 1),
    "absolute.tar": (tar([("/etc/passwd.txt", TXT), ("good-2.txt", TXT)]), 1),
    "cut.tar": (tar([("good-1.txt", TXT), ("x.txt", TXT * 500)])[: 512 * 10], 1),
    "pipe.tar": (tar([("a.txt", b"")], change=lambda info: setattr(info, "type", tarfile.FIFOTYPE)), 0),
    "nothing.tar": (tar([("a.png", b"x")]), 0),
    "noise.tar": (b"\x99" * 5000, 0),
    "nested.tar": (tar([("a.zip", zipped([("b.txt", b""), ("good-2.txt", TXT)])), ("good-1.txt", TXT)]), 2),
    "levels.zip": (levels(), 0),
    "deep.zip": (functools.reduce(lambda inner, _: zipped([("a.zip", inner)]), range(6), TXT), 0),
    "broken-member.tar.gz": (gzip.compress(tar([("good-1.txt", TXT), ("b.txt", b"")])), 1),
    "leaves.zip": (zipped([("../good-1.txt", TXT), ("a\\b.txt", TXT), ("good-2.txt", TXT)]), 1),
    "encrypted.zip": (encrypted(), 0),
    "cut.zip": (zipped([("a.txt", TXT * 50)])[:60], 0),
    "bad-checksum.zip": (flipped(zipped([("a.txt", TXT)]), 60), 0),
    "bomb.zip": (zip_bomb(), 1),
    "no-archive.zip": (b"hello", 0),
    "noise.parquet": (b"PAR1" + b"\x99" * 100 + b"PAR1", 0),
    "short.parquet": (b"PAR", 0),
    "no-warc.warc": (b"hello\r\n\r\n", 0),
    "cut.warc": (warc(answer(TXT), answer(TXT))[:-60], 1),
    "packed.warc": (warc(answer(b"xx", b"Content-Encoding: br"), answer(b"xx", b"Content-Encoding: compress"), answer(TXT)), 1),
    "large.warc": (warc(answer(b"x" * (LIMIT + 10)), answer(TXT)), 1),
    "endless-head.warc": (b"WARC/1.0\r\n" + b"x: y\r\n" * 5000, 0),
}


def special(folder):
    """Inputs that are no files."""
    os.mkfifo(folder / "pipe.txt")
    (folder / "locked.txt").write_bytes(TXT)
    (folder / "locked.txt").chmod(0)
    (folder / "empty-folder").mkdir()
    loop = folder / "loop"
    loop.mkdir()
    (loop / "again").symlink_to(loop)
    (loop / "good-1.txt").write_bytes(TXT)
    (folder / "dangling.txt").symlink_to(folder / "nowhere.txt")
    return {"pipe.txt": 0, "empty-folder": 0, "loop": 1, "missing.txt": 0, "dangling.txt": 0}


def extract(folder, arguments):
    errors, documents = folder / "errors.csv", folder / "documents.csv"
    tables = ["-o", str(folder / "facts.jsonl"), "--errors", str(errors), "--documents", str(documents)]
    run = subprocess.run([PROGRAM, "extract", "-q", *tables, *arguments], capture_output=True, timeout=SECONDS, check=False)
    with errors.open(encoding="utf-8", newline="") as file:
        named = [row["input"] for row in csv.DictReader(file)]
    with documents.open(encoding="utf-8", newline="") as file:
        good = sum(row["facts"] == "2" and "good" in row["id"].rsplit("/", 1)[-1] for row in csv.DictReader(file))
    return run, named, good


def main():
    faults = 0
    with tempfile.TemporaryDirectory() as outer:
        outer = pathlib.Path(outer)
        bad, out = outer / "bad", outer / "out"
        bad.mkdir()
        out.mkdir()
        for name, (data, _) in KINDS.items():
            (bad / name).write_bytes(data)
        expected = {name: good for name, (_, good) in KINDS.items()}
        whole = special(bad)
        for name, wanted in [*expected.items(), *whole.items()]:
            if name in ("pipe.txt",):
                continue
            arguments = [str(bad / name)] + (["--follow"] if name == "loop" else [])
            try:
                run, named, good = extract(out, arguments)
            except subprocess.TimeoutExpired:
                faults += 1
                print(f"{name:24} HANGS")
                continue
            reason = run.stderr.decode(errors="replace").strip().splitlines()
            right = run.returncode == 1 and any(name in other for other in named) and good == wanted and "panicked" not in run.stderr.decode(errors="replace")
            faults += not right
            shown = reason[0].replace(str(bad), "")[:110] if reason else ""
            print(f"{name:24} {'' if right else 'WRONG ' + str((run.returncode, named, good, wanted))} {shown}")
        # All at once, with the pipe, which in a folder is named and not opened.
        run, named, good = extract(out, [str(bad)])
        missing = [name for name in [*expected, "pipe.txt"] if not any(name in other for other in named)]
        wanted = sum(expected.values()) + 1
        right = run.returncode == 1 and not missing and good == wanted
        faults += not right
        print(f"all at once: {len(KINDS) + len(whole)} kinds, exit {run.returncode}, {len(named)} failures named, {good} of {wanted} good documents, not named: {missing}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
