//! Speed of extraction on one thread, against plain segmentation of the same texts by jieba.
//!
//! ```text
//! cargo bench --bench throughput                      # 20 MB made up in memory
//! cargo bench --bench throughput -- dump.jsonl        # your own records
//! cargo bench --bench throughput -- --rounds 9
//! cargo bench --bench throughput -- --dense            # as many facts as the sample articles: 15 per kilobyte
//! ```
//!
//! Rounds alternate, because machines speed up and slow down: A is `Jieba::cut(text, true)` over all texts; B reads the
//! JSON lines from memory, extracts, and serialises the facts to memory. Both are given in MB of UTF-8 text a second;
//! the ratio is that of the speeds of one round, B over A, and the median of the rounds is what counts.

use duikou::document::Document;
use duikou::jsonl;
use duikou::layout::first_date;
use duikou::lexicon::Lexicon;
use duikou::pipeline::Extractor;
use jieba_rs::Jieba;
use serde::Deserialize;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Deserialize)]
struct Record {
    id: String,
    text: String,
    title: Option<String>,
    date: Option<String>,
}

fn parse(line: &str) -> Document {
    let record: Record = serde_json::from_str(line).expect("a record with `id` and `text`");
    let date = record.date.as_deref().and_then(first_date);
    Document { id: record.id, text: record.text, title: record.title, date }
}

/// The lines of a dump that hold something, checked as the reader of JSON lines does.
fn lines(dump: &[u8]) -> impl Iterator<Item = &str> {
    let lines = memchr::memchr_iter(b'\n', dump).chain([dump.len()]).scan(0, |start, end| {
        let line = &dump[*start..end];
        *start = end + 1;
        Some(simdutf8::compat::from_utf8(line).expect("UTF-8"))
    });
    lines.filter(|line| !line.is_empty())
}

/// A: the number of tokens.
fn segment(jieba: &Jieba, texts: &[String]) -> usize {
    texts.iter().map(|text| black_box(jieba.cut(text, true)).len()).sum()
}

/// B: the number of facts; their JSON stands in `out`.
fn extract(extractor: &Extractor, dump: &[u8], out: &mut Vec<u8>) -> usize {
    out.clear();
    let mut facts = 0;
    for line in lines(dump) {
        let document = parse(line);
        let extraction = extractor.extract(&document);
        jsonl::write_facts(extractor.lexicon(), &document, &extraction.facts, out);
        facts += extraction.facts.len();
    }
    facts
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    let mut path: Option<PathBuf> = None;
    let mut rounds = 5;
    let mut dense = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => {
                rounds = arguments
                    .next()
                    .and_then(|rounds| rounds.parse().ok())
                    .filter(|rounds| *rounds > 0)
                    .expect("--rounds N")
            }
            "--dense" => dense = true,
            // cargo hands on --bench.
            flag if flag.starts_with("--") => {}
            file => path = Some(PathBuf::from(file)),
        }
    }
    let dump = match &path {
        Some(path) => std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        None => generator::Generator::new(1, dense).dump(20_000_000),
    };
    let texts: Vec<String> = lines(&dump).map(|line| parse(line).text).collect();
    let megabytes = texts.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    println!("{} documents, {megabytes:.1} MB of text, {rounds} rounds, one thread", texts.len());

    let jieba = Jieba::new();
    let started = Instant::now();
    let extractor = Extractor::new(Lexicon::builtin());
    println!("start-up of the extractor: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);

    let mut out = Vec::new();
    let (mut cut, mut extracted, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let started = Instant::now();
        let tokens = segment(&jieba, &texts);
        let a = megabytes / started.elapsed().as_secs_f64();
        let started = Instant::now();
        let facts = extract(&extractor, &dump, &mut out);
        let b = megabytes / started.elapsed().as_secs_f64();
        black_box(&out);
        println!(
            "round {round}: jieba cut(hmm=true) {a:6.1} MB/s ({tokens} tokens), extract {b:6.1} MB/s ({facts} facts), ratio {:.2}",
            b / a
        );
        cut.push(a);
        extracted.push(b);
        ratios.push(b / a);
    }
    println!("jieba cut(hmm=true): {:.1} MB/s", median(&mut cut));
    println!("extract: {:.1} MB/s", median(&mut extracted));
    println!("extract / jieba cut(hmm=true): {:.2}", median(&mut ratios));
}

/// `scripts/make_corpus.py` in Rust: the same seed gives the same bytes. What it does is described there.
mod generator {
    use std::collections::{HashMap, HashSet};
    use std::fmt::Write;
    use std::path::Path;

    const PROTECTED: &str = "零〇一二三四五六七八九十百千万亿两几多余来近超约逾数第元亩米里顷平方公个家名人户项宗所次场条支批座台间位年月日对口帮扶";
    const NUMERALS: &str = "二三四五六七八九十百千万亿两０１２３４５６７８９";
    const COMMON: usize = 800;

    struct SplitMix64(u64);

    impl SplitMix64 {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }

        fn below(&mut self, limit: usize) -> usize {
            (self.next() % limit as u64) as usize
        }

        fn unit(&mut self) -> f64 {
            (self.next() >> 11) as f64 / (1u64 << 53) as f64
        }

        fn normal(&mut self) -> f64 {
            let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
            radius * (2.0 * std::f64::consts::PI * self.unit()).cos()
        }
    }

    enum Piece {
        Fixed(String),
        Word(String),
        Digits(String, Option<char>),
    }

    pub struct Generator {
        random: SplitMix64,
        words: Vec<String>,
        characters: Vec<char>,
        templates: Vec<Vec<Piece>>,
        /// Which templates hold numbers.
        numbers: Vec<bool>,
        /// Templates without numbers, by index.
        plain: Vec<usize>,
        /// Whether sentences with numbers are left as they are drawn.
        dense: bool,
    }

    fn is_han(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    fn read(path: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn sentences() -> Vec<Vec<char>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/text");
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".txt"))
            .collect();
        names.sort();
        let mut sentences = Vec::new();
        for name in names {
            for line in read(&format!("corpora/text/{name}")).split('\n') {
                let mut piece = Vec::new();
                for c in line.trim().chars() {
                    piece.push(c);
                    if "。！？；".contains(c) {
                        sentences.push(std::mem::take(&mut piece));
                    }
                }
                sentences.push(piece);
            }
        }
        sentences.retain(|sentence: &Vec<char>| sentence.len() >= 10);
        sentences
    }

    fn place_pairs() -> HashSet<(char, char)> {
        let table = read("dictionaries/places.tsv");
        let rows = table.split('\n').filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
        let names = rows.filter_map(|line| line.split('\t').nth(1));
        names.flat_map(|name| name.chars().zip(name.chars().skip(1)).collect::<Vec<_>>()).collect()
    }

    fn template(sentence: &[char], common: &HashSet<(char, char)>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut fixed = String::new();
        let mut at = 0;
        while at < sentence.len() {
            let run = sentence[at..].iter().take_while(|c| c.is_ascii_digit()).count();
            let word = at + 1 < sentence.len() && common.contains(&(sentence[at], sentence[at + 1]));
            let (piece, length) = if run > 0 {
                (Piece::Digits(sentence[at..at + run].iter().collect(), sentence.get(at + run).copied()), run)
            } else if word {
                (Piece::Word(sentence[at..at + 2].iter().collect()), 2)
            } else {
                fixed.push(sentence[at]);
                at += 1;
                continue;
            };
            if !fixed.is_empty() {
                pieces.push(Piece::Fixed(std::mem::take(&mut fixed)));
            }
            pieces.push(piece);
            at += length;
        }
        if !fixed.is_empty() {
            pieces.push(Piece::Fixed(fixed));
        }
        pieces
    }

    impl Generator {
        pub fn new(seed: u64, dense: bool) -> Self {
            let sentences = sentences();
            let places = place_pairs();
            let mut counts: HashMap<(char, char), usize> = HashMap::new();
            for sentence in &sentences {
                for pair in sentence.windows(2) {
                    let plain = |c: char| is_han(c) && !PROTECTED.contains(c);
                    if plain(pair[0]) && plain(pair[1]) && !places.contains(&(pair[0], pair[1])) {
                        *counts.entry((pair[0], pair[1])).or_default() += 1;
                    }
                }
            }
            let mut ranked: Vec<((char, char), usize)> = counts.into_iter().filter(|(_, count)| *count >= 2).collect();
            ranked.sort_by_key(|(pair, count)| (std::cmp::Reverse(*count), *pair));
            let common: HashSet<(char, char)> = ranked.iter().take(COMMON).map(|(pair, _)| *pair).collect();
            let words = ranked.iter().map(|((first, second), _)| [*first, *second].iter().collect()).collect();
            let mut characters: Vec<char> = sentences.iter().flatten().copied().filter(|c| is_han(*c)).collect();
            characters.sort_unstable();
            characters.dedup();
            let templates: Vec<Vec<Piece>> = sentences.iter().map(|sentence| template(sentence, &common)).collect();
            let number = |c: &char| c.is_ascii_digit() || NUMERALS.contains(*c);
            let numbers: Vec<bool> = sentences.iter().map(|sentence| sentence.iter().any(number)).collect();
            let plain = (0..templates.len()).filter(|at| !numbers[*at]).collect();
            Self { random: SplitMix64(seed), dense, words, characters, templates, numbers, plain }
        }

        fn sentence(&mut self, out: &mut String) {
            let mut chosen = self.random.below(self.templates.len());
            if !self.dense && self.numbers[chosen] && self.random.below(8) != 0 {
                chosen = self.plain[self.random.below(self.plain.len())];
            }
            for piece in &self.templates[chosen] {
                match piece {
                    Piece::Fixed(text) => out.push_str(text),
                    Piece::Word(word) => {
                        if self.random.below(4) != 0 {
                            out.push_str(word);
                        } else if self.random.below(2) == 0 {
                            out.push_str(&self.words[self.random.below(self.words.len())]);
                        } else {
                            out.push(self.characters[self.random.below(self.characters.len())]);
                            out.push(self.characters[self.random.below(self.characters.len())]);
                        }
                    }
                    Piece::Digits(digits, behind) => vary(&mut self.random, digits, *behind, out),
                }
            }
        }

        fn document(&mut self) -> String {
            let target = ((3000.0 * (0.6 * self.random.normal()).exp()) as usize).clamp(200, 200_000);
            let mut text = String::new();
            while text.len() < target {
                for _ in 0..=self.random.below(5) {
                    self.sentence(&mut text);
                }
                text.push('\n');
            }
            text.pop();
            text
        }

        /// JSON lines of `size` bytes, up to the end of a record.
        pub fn dump(&mut self, size: usize) -> Vec<u8> {
            let mut dump = Vec::new();
            let mut number = 0;
            while dump.len() < size {
                number += 1;
                let date = format!(
                    "20{:02}-{:02}-{:02}",
                    self.random.below(25),
                    1 + self.random.below(12),
                    1 + self.random.below(28)
                );
                let text = serde_json::to_string(&self.document()).expect("text serialises");
                dump.extend(format!("{{\"id\":\"gen-{number:07}\",\"date\":\"{date}\",\"text\":{text}}}\n").bytes());
            }
            dump
        }
    }

    fn vary(random: &mut SplitMix64, digits: &str, behind: Option<char>, out: &mut String) {
        let written = if digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")) {
            write!(out, "20{:02}", random.below(25))
        } else if behind == Some('月') {
            write!(out, "{}", 1 + random.below(12))
        } else if behind == Some('日') {
            write!(out, "{}", 1 + random.below(28))
        } else {
            out.push(if digits.starts_with('0') { '0' } else { char::from(b'1' + random.below(9) as u8) });
            out.extend(digits.chars().skip(1).map(|_| char::from(b'0' + random.below(10) as u8)));
            Ok(())
        };
        written.expect("a string can be written");
    }
}
