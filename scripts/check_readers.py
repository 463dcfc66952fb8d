#!/usr/bin/env python3
"""Read what `duikou extract` writes with DuckDB, pandas and Polars, without options, and compare.

    scripts/check_readers.py target/release/duikou

Extracts the sample articles as Parquet, CSV and JSON lines, in one file and in shards (read as `shards-*.parquet`), and
asks every reader that is installed for the number of facts, the sum of the money and the most frequent pair. All answers must agree with the JSON lines as Python reads
them. A reader that is not installed is named and passed over.
"""

import collections
import decimal
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def expected(path):
    facts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    money = [fact for fact in facts if fact["kind"] == "money" and fact["value"]]
    helpers = collections.Counter(fact["pairs"][0]["helper"] for fact in facts if fact["pairs"])
    return len(facts), float(sum(decimal.Decimal(fact["value"]) for fact in money)), helpers.most_common(1)[0]


def duckdb_answers(module, folder):
    def answers(name, value, helper):
        source = f"'{folder / name}'"
        count, total = module.sql(
            f"SELECT count(*), sum({value}) FILTER (kind = 'money') FROM {source}"
        ).fetchall()[0]
        top = module.sql(
            f"SELECT {helper} AS helper, count(*) AS n FROM {source} WHERE {helper} IS NOT NULL"
            " GROUP BY helper ORDER BY n DESC LIMIT 1"
        ).fetchall()[0]
        return name, (count, float(total), tuple(top))

    for name in ["facts.parquet", "facts.csv", "shards-*.parquet", "shards-*.csv"]:
        yield answers(name, "value", "helper")
    types = dict(module.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{folder / 'facts.parquet'}')").fetchall())
    for column, kind in [("value", "DOUBLE"), ("si", "DOUBLE"), ("start", "BIGINT"), ("value_exact", "VARCHAR")]:
        assert types[column] == kind, f"{column} is {types[column]}, not {kind}"
    for name in ["facts.jsonl", "shards-*.jsonl"]:
        yield answers(name, "value::DOUBLE", "pairs[1].helper")


def pandas_answers(module, folder):
    for name, frame in [
        ("facts.parquet", module.read_parquet(folder / "facts.parquet")),
        ("facts.csv", module.read_csv(folder / "facts.csv")),
        ("shards-*.parquet", module.concat(map(module.read_parquet, sorted(folder.glob("shards-*.parquet"))))),
    ]:
        helpers = frame.helper.value_counts()
        total = float(frame[frame.kind == "money"].value.sum())
        yield name, (len(frame), total, (helpers.index[0], int(helpers.iloc[0])))


def polars_answers(module, folder):
    for name, frame in [
        ("facts.parquet", module.read_parquet(folder / "facts.parquet")),
        ("facts.csv", module.read_csv(folder / "facts.csv")),
        ("shards-*.parquet", module.read_parquet(folder / "shards-*.parquet")),
        ("shards-*.csv", module.read_csv(folder / "shards-*.csv")),
        ("shards-*.jsonl", module.read_ndjson(folder / "shards-*.jsonl").with_columns(
            module.col("value").cast(module.Float64), helper=module.col("pairs").list.first().struct.field("helper"))),
    ]:
        total = float(frame.filter(module.col("kind") == "money")["value"].sum())
        top = frame["helper"].drop_nulls().value_counts(sort=True).row(0)
        yield name, (frame.height, total, top)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "release" / "duikou")
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for suffix in ["jsonl", "csv", "parquet"]:
            call = [program, "extract", "corpora/text", "-q", "-o"]
            subprocess.run([*call, folder / f"facts.{suffix}"], check=True, cwd=ROOT)
            subprocess.run([*call, folder / f"shards.{suffix}", "--shard", "10"], check=True, cwd=ROOT)
        want = expected(folder / "facts.jsonl")
        for name, answers in [("duckdb", duckdb_answers), ("pandas", pandas_answers), ("polars", polars_answers)]:
            try:
                module = importlib.import_module(name)
            except ImportError:
                print(f"{name} is not installed: not checked")
                continue
            for file, got in answers(module, folder):
                close = abs(got[1] - want[1]) <= 1e-9 * want[1]
                right = got[0] == want[0] and close and got[2] == want[2]
                faults += not right
                print(f"{name} {module.__version__} {file}: {'as it must be' if right else f'{got}, not {want}'}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
