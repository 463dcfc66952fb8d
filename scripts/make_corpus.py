#!/usr/bin/env python3
"""Make a large JSONL dump out of the sample articles, for measuring speed and memory.

    scripts/make_corpus.py --size-mb 100 --seed 1 -o /tmp/dump.jsonl
    cargo bench --bench throughput -- /tmp/dump.jsonl

Documents are sentences of `corpora/text/*.txt` in random order, in paragraphs of one to five, until the document has
its length; lengths in bytes are lognormal with median 3000 and sigma 0.6. So that the vocabulary is not that of 32
articles, in every sentence

- digits vary: years become 2000 to 2024, months and days stay possible, all other digits are drawn anew (none is
  added, and a leading zero stays);
- a quarter of the common words is replaced, one half of them by another word of the articles, the other half by two
  random Chinese characters of the articles. A "word" is a pair of Chinese characters that the articles hold twice or
  more; common are the 800 most frequent ones. Pairs that write numbers, units or measure words, and pairs inside a
  name of `dictionaries/places.tsv`, are never touched.

The sample articles hold some 15 facts per kilobyte; real articles hold about 2. Seven of eight sentences with numbers are
therefore replaced by sentences without; --dense leaves them as they are drawn.

The sentences are nonsense; their figures mean nothing. Every line is {"id": "gen-0000001", "date": …, "text": …}.

The same size and seed give the same bytes everywhere: numbers come from SplitMix64, not from Python's random.
`benches/throughput.rs` holds the same generator in Rust and uses it when it is given no file; keep the two alike.
"""

import argparse
import collections
import json
import math
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENDS = "。！？；"
PROTECTED = set("零〇一二三四五六七八九十百千万亿两几多余来近超约逾数第元亩米里顷平方公个家名人户项宗所次场条支批座台间位年月日对口帮扶")
NUMERALS = set("二三四五六七八九十百千万亿两０１２３４５６７８９")
COMMON = 800
MASK = (1 << 64) - 1


class SplitMix64:
    """The generator of Steele, Lea and Flood (2014)."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, limit):
        return self.next() % limit

    def unit(self):
        return (self.next() >> 11) / (1 << 53)

    def normal(self):
        radius = math.sqrt(-2.0 * math.log(1.0 - self.unit()))
        return radius * math.cos(2.0 * math.pi * self.unit())


def is_han(char):
    return "\u4e00" <= char <= "\u9fff"


def is_digit(char):
    return "0" <= char <= "9"


def read_sentences():
    """Sentences of all articles, in the order of files and lines; pieces under ten characters are left out."""
    sentences = []
    for path in sorted((ROOT / "corpora" / "text").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            piece = ""
            for char in line.strip():
                piece += char
                if char in ENDS:
                    sentences.append(piece)
                    piece = ""
            sentences.append(piece)
    return [piece for piece in sentences if len(piece) >= 10]


def read_place_pairs():
    """All pairs of characters inside the names of places."""
    pairs = set()
    header = True
    for line in (ROOT / "dictionaries" / "places.tsv").read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        if header:
            header = False
            continue
        name = line.split("\t")[1]
        pairs.update(name[at : at + 2] for at in range(len(name) - 1))
    return pairs


class Generator:
    def __init__(self, seed, dense=False):
        self.random = SplitMix64(seed)
        self.dense = dense
        sentences = read_sentences()
        places = read_place_pairs()
        counts = collections.Counter()
        for sentence in sentences:
            for at in range(len(sentence) - 1):
                pair = sentence[at : at + 2]
                if is_han(pair[0]) and is_han(pair[1]) and not PROTECTED & set(pair) and pair not in places:
                    counts[pair] += 1
        ranked = sorted((pair for pair in counts if counts[pair] >= 2), key=lambda pair: (-counts[pair], pair))
        self.words = ranked
        self.common = set(ranked[:COMMON])
        self.characters = sorted({char for sentence in sentences for char in sentence if is_han(char)})
        self.templates = [self.template(sentence) for sentence in sentences]
        self.numbers = [any(is_digit(char) or char in NUMERALS for char in sentence) for sentence in sentences]
        self.plain = [template for template, number in zip(self.templates, self.numbers) if not number]

    def template(self, sentence):
        """A sentence as pieces: fixed text, a word that may be replaced, digits with the character behind them."""
        pieces = []
        fixed = ""
        at = 0
        while at < len(sentence):
            if is_digit(sentence[at]):
                end = at
                while end < len(sentence) and is_digit(sentence[end]):
                    end += 1
                piece = ("digits", sentence[at:end], sentence[end : end + 1])
            elif sentence[at : at + 2] in self.common:
                end = at + 2
                piece = ("word", sentence[at:end], "")
            else:
                fixed += sentence[at]
                at += 1
                continue
            if fixed:
                pieces.append(("fixed", fixed, ""))
                fixed = ""
            pieces.append(piece)
            at = end
        if fixed:
            pieces.append(("fixed", fixed, ""))
        return pieces

    def word(self, word):
        if self.random.below(4) != 0:
            return word
        if self.random.below(2) == 0:
            return self.words[self.random.below(len(self.words))]
        first = self.characters[self.random.below(len(self.characters))]
        return first + self.characters[self.random.below(len(self.characters))]

    def digits(self, digits, behind):
        if len(digits) == 4 and digits[:2] in ("19", "20"):
            return f"20{self.random.below(25):02}"
        if behind == "月":
            return str(1 + self.random.below(12))
        if behind == "日":
            return str(1 + self.random.below(28))
        first = "0" if digits[0] == "0" else str(1 + self.random.below(9))
        return first + "".join(str(self.random.below(10)) for _ in digits[1:])

    def sentence(self):
        out = []
        chosen = self.random.below(len(self.templates))
        template = self.templates[chosen]
        if not self.dense and self.numbers[chosen] and self.random.below(8) != 0:
            template = self.plain[self.random.below(len(self.plain))]
        for kind, text, behind in template:
            if kind == "word":
                text = self.word(text)
            elif kind == "digits":
                text = self.digits(text, behind)
            out.append(text)
        return "".join(out)

    def document(self):
        target = min(max(int(3000.0 * math.exp(0.6 * self.random.normal())), 200), 200_000)
        paragraphs = []
        size = 0
        while size < target:
            paragraph = "".join(self.sentence() for _ in range(1 + self.random.below(5)))
            paragraphs.append(paragraph)
            size += len(paragraph.encode()) + 1
        return "\n".join(paragraphs)

    def lines(self, size):
        """Lines of JSON, until they hold `size` bytes."""
        total = 0
        number = 0
        while total < size:
            number += 1
            date = f"20{self.random.below(25):02}-{1 + self.random.below(12):02}-{1 + self.random.below(28):02}"
            record = {"id": f"gen-{number:07}", "date": date, "text": self.document()}
            line = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
            total += len(line)
            yield line


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size-mb", type=float, default=20, help="size of the dump in megabytes (10^6 bytes)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives another dump")
    parser.add_argument("-o", "--output", default="-", help="file to write; standard output when left out")
    parser.add_argument("--dense", action="store_true", help="keep the sample articles' density of facts")
    arguments = parser.parse_args()
    lines = Generator(arguments.seed, arguments.dense).lines(arguments.size_mb * 1e6)
    if arguments.output == "-":
        sys.stdout.buffer.writelines(lines)
    else:
        with open(arguments.output, "wb") as out:
            out.writelines(lines)


if __name__ == "__main__":
    main()
