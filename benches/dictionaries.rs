//! What the dictionaries cost: loading beside jieba, and scanning with a million places more.
//!
//! ```text
//! cargo bench --bench dictionaries
//! cargo bench --bench dictionaries -- --rows 100000
//! ```
//!
//! Rounds alternate, because machines speed up and slow down; medians are what counts.

use duikou::document::Document;
use duikou::lexicon::Lexicon;
use duikou::pipeline::Extractor;
use jieba_rs::Jieba;
use std::fmt::Write;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROUNDS: usize = 9;

fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let made = black_box(work());
    (started.elapsed().as_secs_f64(), made)
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Jieba alone against all dictionaries and jieba together.
fn loading() {
    let (mut alone, mut together, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (a, _) = seconds(Jieba::new);
        let (b, _) = seconds(|| Extractor::new(Lexicon::builtin()));
        alone.push(a);
        together.push(b);
        ratios.push(b / a);
    }
    println!(
        "loading: Jieba::new {:.0} ms, dictionaries and jieba {:.0} ms, ratio {:.2}",
        median(&mut alone) * 1e3,
        median(&mut together) * 1e3,
        median(&mut ratios)
    );
}

/// A folder with a `places.tsv` of made-up towns: three characters each, out of three thousand.
fn towns(folder: &Path, rows: usize) {
    let mut table = "code\tname\tshort\tlevel\tparent\tfrom\tto\tdanger\tforms\tsource\tnote\n".to_string();
    let common = |n: usize| char::from_u32(0x4E00 + (n % 3000) as u32).expect("a character of the basic plane");
    for row in 0..rows {
        // A stride that is prime to the number of names scatters them.
        let n = row.wrapping_mul(7_368_787) % 27_000_000_000;
        let name: String = [common(n), common(n / 3000), common(n / 9_000_000)].iter().collect();
        writeln!(table, "900{row:07}\t{name}镇\t{name}\ttown\t440100\t\t\thigh\t\tbench\t").expect("a string grows");
    }
    std::fs::write(folder.join("places.tsv"), table).expect("a temporary file");
}

fn articles() -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/text");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("corpora/text").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| Document::new("bench", std::fs::read_to_string(path).expect("UTF-8"))).collect()
}

/// Extraction with the built-in tables against extraction with `rows` more.
fn scanning(rows: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    towns(folder.path(), rows);
    let default = Extractor::new(Lexicon::builtin());
    let (load, large) = seconds(|| Extractor::new(Lexicon::load(&[folder.path().to_path_buf()]).expect("sound rows")));
    println!("{} places more: loaded in {load:.1} s", large.lexicon().places.len() - default.lexicon().places.len());
    let documents = articles();
    let megabytes = documents.iter().map(|document| document.text.len()).sum::<usize>() as f64 * 10.0 / 1e6;
    let scan = |extractor: &Extractor| {
        for document in documents.iter().cycle().take(documents.len() * 10) {
            black_box(extractor.lexicon().scan(&document.text));
        }
    };
    let extract = |extractor: &Extractor| {
        for document in documents.iter().cycle().take(documents.len() * 10) {
            black_box(extractor.extract(document));
        }
    };
    compare("scanning for names", megabytes, ROUNDS, || scan(&default), || scan(&large));
    compare("extraction", megabytes, ROUNDS, || extract(&default), || extract(&large));
}

fn compare(what: &str, megabytes: f64, rounds: usize, default: impl Fn(), large: impl Fn()) {
    let (mut a, mut b, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (first, ()) = seconds(&default);
        let (second, ()) = seconds(&large);
        a.push(megabytes / first);
        b.push(megabytes / second);
        ratios.push(first / second);
    }
    println!(
        "{what}: {:.1} MB/s, with the rows {:.1} MB/s, ratio {:.2}",
        median(&mut a),
        median(&mut b),
        median(&mut ratios)
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let rows = arguments.iter().position(|argument| argument == "--rows").and_then(|at| arguments.get(at + 1));
    loading();
    scanning(rows.map_or(1_000_000, |rows| rows.parse().expect("--rows N")));
}
