#!/usr/bin/env python3
"""Measure the peak memory of `duikou extract` on dumps of several sizes.

    scripts/measure_memory.py target/release/duikou [--sizes 100,1000,5000] [--format jsonl]

A dump of the first size is generated (`make_corpus.py`) and fed through standard input as often as a size asks for, so
that the disk need not hold it; the output goes to a file that is removed. Exits with 1 when a peak is beyond 400 MB or
more than a tenth above the smallest.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import make_corpus

LIMIT_MB = 400


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(make_corpus.ROOT / "target" / "release" / "duikou"))
    parser.add_argument("--sizes", default="100,1000,5000", help="in megabytes, multiples of the first")
    parser.add_argument("--format", default="jsonl", choices=["jsonl", "csv", "parquet"])
    arguments = parser.parse_args()
    sizes = [float(size) for size in arguments.sizes.split(",")]
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        dump = folder / "dump.jsonl"
        with dump.open("wb") as out:
            out.writelines(make_corpus.Generator(1).lines(sizes[0] * 1e6))
        for size in sizes:
            started = time.monotonic()
            call = [arguments.program, "extract", "-", "-q", "-o", str(folder / f"facts.{arguments.format}")]
            process = subprocess.Popen(call, stdin=subprocess.PIPE)
            for _ in range(round(size / sizes[0])):
                with dump.open("rb") as source:
                    while block := source.read(1 << 20):
                        process.stdin.write(block)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            peaks.append(usage.ru_maxrss / 1000)
            seconds = time.monotonic() - started
            print(f"{size:6.0f} MB: peak {peaks[-1]:6.1f} MB, {seconds:6.1f} s, {size / seconds:5.1f} MB/s, status {status}", flush=True)
    sys.exit(0 if max(peaks) <= LIMIT_MB and max(peaks) <= 1.1 * min(peaks) else 1)


if __name__ == "__main__":
    main()
