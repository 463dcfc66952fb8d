//! Speed of the quantity stage alone, against the matches of one regular expression over the same texts.
//!
//! ```text
//! cargo bench --bench quantities                # sentences of the sample articles, 3 quantities per kilobyte
//! cargo bench --bench quantities -- --dense     # the sample articles as they are, over 20 per kilobyte
//! cargo bench --bench quantities -- --rounds 9
//! ```
//!
//! Rounds alternate, because machines speed up and slow down: A is `Regex::find_iter` of a pattern for hedges, numeral,
//! magnitude, unit or measure word, and dates, as one would write it by hand; B is `quantity::tag` with values, hedges, ranges
//! and everything that is no fact. Folding, cues and sentences are given to both. Both in MB of UTF-8 text a second;
//! the median of the rounds counts.

use duikou::landmark::{Survey, Surveyor};
use duikou::layout::lay_out;
use duikou::lexicon::{CueHit, Lexicon, Scan};
use duikou::quantity;
use duikou::sentence::{self, Sentence};
use duikou::span::Span;
use regex::Regex;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Hedge; numeral with grouping, decimals and Chinese digits; inner hedge; magnitude; the same again behind a range sign;
/// unit or measure word; hedge: all words those of the tables. Or a date.
fn pattern() -> Regex {
    let numeral = "(?:[0-9０-９]+(?:,[0-9]{3})*(?:[.．][0-9０-９]+)?|[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟廿卅]+(?:点[零一二三四五六七八九]+)?)[十百千万亿兆]*[多余几来]?[万亿]*";
    let measured = words("units.tsv", |_| true) + "|" + &words("measure_words.tsv", |_| true);
    let before = words("hedges.tsv", |cells| cells[1] == "before" && cells[2] != "none");
    let after = words("hedges.tsv", |cells| cells[1] == "after");
    let date = "[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?";
    let amount = format!("(?:{before})?{numeral}(?:[-—~～至到]{{1,2}}{numeral})?\\s?(?:{measured})?(?:{after})?");
    Regex::new(&format!("{date}|{amount}")).expect("a pattern")
}

/// The words of a table as alternatives, the longest first.
fn words(table: &str, wanted: impl Fn(&[&str]) -> bool) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries").join(table);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows =
        text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let mut words: Vec<String> = rows.filter(|cells| wanted(cells)).map(|cells| regex::escape(cells[0])).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.join("|")
}

struct Page {
    folded: String,
    numerals: Vec<usize>,
    cues: Vec<CueHit>,
    sentences: Vec<Sentence>,
}

fn pages(lexicon: &Lexicon, surveyor: &Surveyor) -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/text");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let Survey { folded, numerals, marks, stops } = surveyor.survey(lexicon, &text);
            let folded = folded.into_owned();
            let Scan { names, cues } = lexicon.scan(&folded);
            let layout = lay_out(&folded, &marks, &cues, &names, None);
            let sentences = sentence::split(&folded, &stops, &layout);
            Page { folded, numerals, cues, sentences }
        })
        .collect()
}

/// The pages without so many of their sentences with quantities that 3 quantities per kilobyte are left.
fn thin(lexicon: &Lexicon, surveyor: &Surveyor, pages: &[Page]) -> Vec<Page> {
    let (mut bytes, mut quantities) = (0, 0);
    let thinned = pages.iter().map(|page| {
        let mut folded = String::new();
        let mut sentences = Vec::new();
        for sentence in &page.sentences {
            let found = quantity::tag(lexicon, &page.folded, &page.numerals, &[*sentence], &page.cues).len();
            if found > 0 && (quantities + found) * 1000 > (bytes + sentence.span.len()) * 3 {
                continue;
            }
            bytes += sentence.span.len();
            quantities += found;
            let start = folded.len();
            folded.push_str(sentence.span.of(&page.folded));
            sentences.push(Sentence { span: Span::new(start, folded.len()), ..*sentence });
            folded.push('\n');
        }
        let numerals = surveyor.survey(lexicon, &folded).numerals;
        Page { cues: lexicon.scan(&folded).cues, folded, numerals, sentences }
    });
    thinned.collect()
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let rounds = arguments.iter().position(|argument| argument == "--rounds").and_then(|at| arguments.get(at + 1));
    let rounds: usize = rounds.map_or(7, |rounds| rounds.parse().expect("--rounds N"));
    let lexicon = Lexicon::builtin();
    let surveyor = Surveyor::new(&lexicon);
    let mut pages = pages(&lexicon, &surveyor);
    if !arguments.iter().any(|argument| argument == "--dense") {
        pages = thin(&lexicon, &surveyor, &pages);
    }
    let regex = pattern();
    let bytes: usize = pages.iter().flat_map(|page| page.sentences.iter().map(|sentence| sentence.span.len())).sum();
    let repeats = (8_000_000 / bytes).max(1);
    let megabytes = (bytes * repeats) as f64 / 1e6;
    println!(
        "{} articles, {} times, {megabytes:.1} MB of sentences, {rounds} rounds, one thread",
        pages.len(),
        repeats
    );

    let (mut matched, mut tagged, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let started = Instant::now();
        let mut matches = 0;
        for page in (0..repeats).flat_map(|_| &pages) {
            for sentence in &page.sentences {
                matches += regex.find_iter(sentence.span.of(&page.folded)).map(black_box).count();
            }
        }
        let a = megabytes / started.elapsed().as_secs_f64();
        let started = Instant::now();
        let mut quantities = 0;
        for page in (0..repeats).flat_map(|_| &pages) {
            quantities +=
                black_box(quantity::tag(&lexicon, &page.folded, &page.numerals, &page.sentences, &page.cues)).len();
        }
        let b = megabytes / started.elapsed().as_secs_f64();
        println!(
            "round {round}: find_iter {a:6.1} MB/s ({matches} matches), tag {b:6.1} MB/s ({quantities} quantities), ratio {:.2}",
            b / a
        );
        matched.push(a);
        tagged.push(b);
        ratios.push(b / a);
    }
    println!("find_iter: {:.1} MB/s", median(&mut matched));
    println!("tag: {:.1} MB/s", median(&mut tagged));
    println!("tag / find_iter: {:.2}", median(&mut ratios));
}
