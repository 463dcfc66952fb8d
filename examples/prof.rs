use duikou::{document::Document, layout::first_date, lexicon::Lexicon, pipeline::Extractor};
use std::time::Instant;
#[derive(serde::Deserialize)]
struct R {
    id: String,
    text: String,
    title: Option<String>,
    date: Option<String>,
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let rounds: usize = a[2].parse().unwrap();
    let dump = std::fs::read(&a[1]).unwrap();
    let ex = Extractor::new(Lexicon::builtin());
    let mut best = f64::MAX;
    let mut out = Vec::new();
    if std::env::var("W").is_ok() {
        let (mut n, mut bytes) = (0, 0);
        pass(&dump, &ex, &mut out, &mut n, &mut bytes);
    }
    for _ in 0..rounds {
        out.clear();
        let mut n = 0;
        let mut bytes = 0;
        let t = Instant::now();
        measured(&dump, &ex, &mut out, &mut n, &mut bytes);
        let s = t.elapsed().as_secs_f64();
        let ns = s * 1e9 / bytes as f64;
        if ns < best {
            best = ns;
        }
        if std::env::var("V").is_ok() {
            eprintln!("{ns:.1} ns/B {n} facts {bytes} bytes");
        }
    }
    let h = out.iter().fold(0xcbf29ce484222325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100000001b3));
    println!("best {best:.1} ns/B  output {} bytes hash {h:x}", out.len());
    if std::env::var("J").is_ok() {
        let j = jieba_rs::Jieba::new();
        let texts: Vec<String> = dump
            .split(|b| *b == b'\n')
            .filter(|l| !l.is_empty())
            .map(|l| serde_json::from_slice::<R>(l).unwrap().text)
            .collect();
        let t = Instant::now();
        jieba_pass(&j, &texts);
        println!(
            "jieba {:.1} ns/B",
            t.elapsed().as_secs_f64() * 1e9 / texts.iter().map(String::len).sum::<usize>() as f64
        );
    }
}
#[inline(never)]
fn jieba_pass(j: &jieba_rs::Jieba, t: &[String]) {
    for x in t {
        std::hint::black_box(j.cut(x, true));
    }
}
#[inline(never)]
fn pass(dump: &[u8], ex: &Extractor, out: &mut Vec<u8>, n: &mut usize, bytes: &mut usize) {
    for line in dump.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
        let r: R = serde_json::from_slice(line).unwrap();
        let d = Document { id: r.id, text: r.text, title: r.title, date: r.date.as_deref().and_then(first_date) };
        *bytes += d.text.len();
        let e = ex.extract(&d);
        *n += e.facts.len();
        duikou::jsonl::write_facts(ex.lexicon(), &d, &e.facts, out);
    }
}

#[inline(never)]
fn measured(dump: &[u8], ex: &Extractor, out: &mut Vec<u8>, n: &mut usize, bytes: &mut usize) {
    pass(dump, ex, out, n, bytes);
    std::hint::black_box(n);
}
