#!/usr/bin/env python3
"""Measure how well reprints are found, on a generated set.

    scripts/measure_clusters.py target/release/duikou [--documents 400] [--seed 1]

Originals are documents of `make_corpus.py` at the samples' density of facts and, in place of the first, the sample
articles. Of every third original, copies are made: another frame (headline, editor's note, footer), paragraphs dropped
(up to two in five), Traditional characters, one figure corrected, words exchanged throughout, and all of this at once.
Of every third, a second article is made of the same words with other figures (last year's report), which is no reprint.
Pairs of documents in one cluster are held against pairs of copies. Exits with 1 below precision 0.99 or recall 0.95.
"""

import argparse
import collections
import csv
import itertools
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import make_corpus

ROOT = make_corpus.ROOT


def traditional():
    """Simplified to Traditional, out of the table that folds the other way; one of several is taken."""
    table = {}
    for line in (ROOT / "dictionaries" / "variants.tsv").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if not line.startswith("#") and len(cells) > 1 and len(cells[0]) == 1 and len(cells[1]) == 1:
            table.setdefault(cells[1], cells[0])
    return str.maketrans(table)


TRADITIONAL = traditional()
FRAMES = [
    ("南方网讯（记者 张三 通讯员 李四）", "责任编辑：王五\n版权所有 未经授权禁止转载"),
    ("转自：某某发布\n编者按：近年来，我市帮扶工作扎实推进，现将有关情况刊发如下，供各地参考。", "来源：某某日报\n分享到微信 打印本页 关闭窗口"),
    ("首页 > 新闻 > 正文", "相关新闻\n全市上半年投资完成318亿元\n市领导调研农田水利建设"),
]
WORDS = [("投入", "安排"), ("建设", "兴建"), ("干部", "同志"), ("工作", "任务"), ("发展", "推进"), ("群众", "百姓"), ("积极", "主动"),
         ("加强", "强化"), ("进行", "开展"), ("目前", "眼下"), ("通过", "经由"), ("提高", "提升"), ("产业", "实业"), ("企业", "公司"), ("项目", "工程")]


class Copies:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def framed(self, text):
        front, behind = self.random.choice(FRAMES)
        return f"{front}\n{text}\n{behind}"

    def dropped(self, text):
        lines = text.split("\n")
        keep = max(1, round(len(lines) * self.random.uniform(0.6, 0.9)))
        chosen = sorted(self.random.sample(range(len(lines)), keep))
        return "\n".join(lines[at] for at in chosen)

    def converted(self, text):
        return text.translate(TRADITIONAL)

    def corrected(self, text):
        figures = list(re.finditer(r"[1-9][0-9]{2,}", text))
        if not figures:
            return text
        one = self.random.choice(figures)
        return text[: one.start()] + str(int(one[0]) + 1) + text[one.end() :]

    def spun(self, text):
        for word, other in WORDS:
            text = text.replace(word, other)
        return text

    def all(self, text):
        return self.framed(self.converted(self.spun(self.dropped(text))))

    def other_figures(self, text):
        def change(found):
            digits = found[0]
            if len(digits) == 4 and digits[:2] in ("19", "20"):
                return str(int(digits) - 1)
            return str(self.random.randint(1, 9)) + "".join(str(self.random.randint(0, 9)) for _ in digits[1:])

        return re.sub(r"[0-9]+", change, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "target" / "release" / "duikou"))
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    samples = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpora" / "text").glob("*.txt"))]
    generator = make_corpus.Generator(arguments.seed, dense=True)
    originals = samples + [generator.document() for _ in range(arguments.documents - len(samples))]
    copies = Copies(arguments.seed)
    kinds = ["framed", "dropped", "converted", "corrected", "spun", "all"]
    records, kind_of = [], {}
    for number, text in enumerate(originals):
        made = {"original": text}
        if number % 3 == 0:
            made |= {kind: getattr(copies, kind)(text) for kind in kinds}
        for kind, copy in made.items():
            records.append({"id": f"{number}-{kind}", "text": copy})
            kind_of[f"{number}-{kind}"] = kind
        # Without figures in digits there is nothing that could be another year's.
        if number % 3 == 1 and len(re.findall(r"[0-9]+", text)) >= 6:
            records.append({"id": f"{number}b-figures", "text": copies.other_figures(text)})
    random.Random(arguments.seed).shuffle(records)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / "a.jsonl").write_text("".join(lines), encoding="utf-8")
        tables = ["-o", str(folder / "f.jsonl"), "--documents", str(folder / "d.csv")]
        subprocess.run([arguments.program, "extract", "-q", str(folder / "a.jsonl"), *tables, "--cluster"], check=True)
        with (folder / "d.csv").open(encoding="utf-8", newline="") as file:
            cluster = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    group = {record["id"]: record["id"].split("-")[0] for record in records}

    def pairs(label):
        members = collections.defaultdict(list)
        for name in group:
            members[label[name]].append(name)
        return {frozenset(pair) for names in members.values() for pair in itertools.combinations(names, 2)}

    found, wanted = pairs(cluster), pairs(group)
    right = len(found & wanted)
    precision, recall = right / max(1, len(found)), right / len(wanted)
    print(f"{len(records)} documents, {len(wanted)} pairs of copies, {len(found)} found: precision {precision:.4f}, recall {recall:.4f}")
    for kind in kinds:
        of_kind = [pair for pair in wanted if any(kind_of.get(name) == kind for name in pair)]
        print(f"  with a copy of kind {kind:10} recall {sum(pair in found for pair in of_kind) / len(of_kind):.4f}")
    for pair in sorted(map(sorted, found - wanted))[:10]:
        print("  wrong:", *pair)
    sys.exit(0 if precision >= 0.99 and recall >= 0.95 else 1)


if __name__ == "__main__":
    main()
