#!/usr/bin/env python3
"""Kill a run with SIGKILL at random moments and continue it; the tables must be those of an undisturbed run.

    scripts/check_resume.py target/release/duikou [--kills 50] [--size-mb 60] [--seed 1]

The input is generated JSON lines in two files, with some broken records. Each table (facts, documents, errors, texts)
is compared byte for byte. A round ends when its run comes to its end; rounds begin until there were enough kills, in
turn with JSON lines, CSV and Parquet, each as one file and in shards, and every other time with clusters.
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMS = ["jsonl", "csv", "parquet"]
VARIANTS = [[], ["--shard"], ["--cluster"], ["--cluster", "--shard"]]
# Three forms and four variants have no common divisor: twelve rounds see all.
ROUNDS = [(FORMS[at % 3], VARIANTS[at % 4]) for at in range(12)]


def call(program, folder, form, more, *resume):
    tables = {"-o": "facts", "--documents": "documents", "--errors": "errors", "--emit-text": "texts"}
    names = [part for flag, name in tables.items() for part in (flag, str(folder / f"{name}.{form}"))]
    inputs = [str(folder.parent / name) for name in ("a.jsonl", "b.jsonl")]
    return [program, "extract", "-q", *inputs, *names, *more, *resume]


def tables(folder, form):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "target" / "release" / "duikou"))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--size-mb", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        dump = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "make_corpus.py"), "--size-mb", str(arguments.size_mb)],
            capture_output=True, check=True,
        ).stdout.splitlines(keepends=True)
        for at in range(0, len(dump), 1000):
            dump[at] = b'{"id": "broken", "text": \n'
        half = len(dump) // 2
        (folder / "a.jsonl").write_bytes(b"".join(dump[:half]))
        (folder / "b.jsonl").write_bytes(b"".join(dump[half:]))
        # Ten shards.
        sized = lambda flags: flags + [str(len(dump) // 10)] if "--shard" in flags else flags
        want, seconds = [], []
        for number, (form, more) in enumerate(ROUNDS):
            clean = folder / f"clean-{number}"
            clean.mkdir()
            started = time.monotonic()
            subprocess.run(call(arguments.program, clean, form, sized(more)), stderr=subprocess.DEVNULL, check=False)
            seconds.append(time.monotonic() - started)
            want.append(tables(clean, form))
            shutil.rmtree(clean)
        facts = want[0]["facts.jsonl"].count(b"\n")
        print(f"{len(dump)} records, {facts} facts; undisturbed runs take {', '.join(f'{value:.1f} s' for value in seconds)}")
        kills = rounds = faults = 0
        while kills < arguments.kills:
            this = rounds % len(ROUNDS)
            form, more = ROUNDS[this]
            work = folder / f"round-{rounds}"
            work.mkdir()
            rounds += 1
            here = 0
            while True:
                process = subprocess.Popen(call(arguments.program, work, form, sized(more), "--resume"), stderr=subprocess.DEVNULL)
                # A third of the run on average, so that some rounds see many kills and the end too is hit.
                wait = random.random() * seconds[this] * random.choice([0.2, 0.6, 1.1])
                try:
                    process.wait(wait if kills + here < arguments.kills + 5 else None)
                    break
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    here += 1
            kills += here
            got = tables(work, form)
            same = got == want[this]
            faults += not same
            differ = [name for name in sorted(set(got) | set(want[this])) if got.get(name) != want[this].get(name)]
            print(f"{' '.join([form, *more])}: {here} kills, status {process.returncode}, {'the same' if same else f'DIFFER: {differ}'}")
            shutil.rmtree(work)
        print(f"{kills} kills in {rounds} rounds, {faults} rounds with other tables")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
