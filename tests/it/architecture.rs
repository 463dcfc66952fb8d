//! The walls inside the crate: which module may use which, who names jieba, who prints, and how long a file may be.

use crate::support::{read, root};
use std::path::{Path, PathBuf};

/// The modules in the order of the flow. A module uses only those that stand before it; `lib.rs` names all.
const ORDER: &[&str] = &[
    "error", "span", "charset", "document", "fold", "lexicon", "landmark", "numeral", "layout", "decode", "reader",
    "sentence", "scope", "segment", "mention", "quantity", "context", "audit", "pairing", "fact", "pipeline", "output",
    "jsonl", "table", "sink", "cluster", "batch", "eval", "summary", "suggest", "report", "gold", "cli",
];

/// The longest file that one still reads.
const MAX_LINES: usize = 700;

/// A source file with the module it belongs to: `quantity/money.rs` → `quantity`.
struct Source {
    path: String,
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let src = root("src");
    let mut paths = Vec::new();
    walk(&src, &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let inner = path.strip_prefix(&src).expect("a file under src");
            let first = inner.components().next().expect("a file name").as_os_str().to_string_lossy().into_owned();
            Source {
                path: inner.display().to_string(),
                module: first.trim_end_matches(".rs").to_string(),
                text: read(path),
            }
        })
        .collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// Lines of code with their numbers, comments cut off.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line.split("//").next().unwrap_or("")))
}

/// The modules that a piece of code names behind `crate::`, also in a group: `use crate::{a, b::C}`.
fn named(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let ident =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(ident(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut start = 0;
                for (offset, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth > 0 => depth -= 1,
                        ',' | '}' if depth == 0 => {
                            found.push(ident(&group[start..offset]));
                            start = offset + 1;
                            if c == '}' {
                                break;
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// Every import of a later or unknown module.
fn forbidden(path: &str, module: &str, text: &str) -> Vec<String> {
    let place = |name: &str| ORDER.iter().position(|other| *other == name);
    let Some(own) = place(module) else { return vec![format!("{path}: the module `{module}` has no place in ORDER")] };
    let mut faults = Vec::new();
    for (line, code) in code(text) {
        for name in named(code) {
            match place(&name) {
                Some(other) if other <= own => {}
                Some(_) => faults.push(format!("{path}:{line}: `{module}` stands before `{name}` and must not use it")),
                None => faults.push(format!("{path}:{line}: `crate::{name}` is no module of ORDER")),
            }
        }
    }
    faults
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn modules_use_only_earlier_ones() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| !matches!(source.path.as_str(), "lib.rs" | "main.rs"))
        .flat_map(|source| forbidden(&source.path, &source.module, &source.text))
        .collect();
    report(&faults);
}

#[test]
fn the_checker_catches_forbidden_imports() {
    assert!(forbidden("span.rs", "span", "use crate::error::Error;\n").is_empty());
    assert_eq!(forbidden("span.rs", "span", "//! see crate::pairing\nuse crate::pairing::Pair;\n").len(), 1);
    assert_eq!(
        forbidden("quantity/mod.rs", "quantity", "use crate::{lexicon::{Cue, Bound}, mention, pairing::Pair};").len(),
        1
    );
    assert_eq!(forbidden("mention/place.rs", "mention", "fn f() { crate::quantity::tag() }").len(), 1);
    assert!(
        forbidden("mention/place.rs", "mention", "fn f() { super::g(); crate::span::inside() } // not crate::cli")
            .is_empty()
    );
    assert_eq!(forbidden("gossip.rs", "gossip", "").len(), 1);
    assert_eq!(forbidden("eval.rs", "eval", "use crate::gossip;").len(), 1);
}

#[test]
fn only_the_segmenter_names_jieba() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| source.path != "segment.rs")
        .flat_map(|source| {
            code(&source.text)
                .filter(|(_, code)| code.contains("jieba_rs"))
                .map(|(line, _)| format!("{}:{line}: names jieba_rs", source.path))
        })
        .collect();
    report(&faults);
}

#[test]
fn only_the_command_line_prints() {
    let prints =
        |code: &str| ["println!", "eprintln!", "print!(", "eprint!(", "dbg!("].iter().any(|word| code.contains(word));
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| source.module != "cli")
        .flat_map(|source| {
            code(&source.text)
                .filter(|(_, code)| prints(code))
                .map(|(line, _)| format!("{}:{line}: prints", source.path))
        })
        .collect();
    report(&faults);
}

#[test]
fn no_file_is_too_long() {
    let faults: Vec<String> = sources()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(source, lines)| format!("{}: {lines} lines, more than {MAX_LINES}", source.path))
        .collect();
    report(&faults);
}

#[test]
fn every_module_says_what_it_is() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| format!("{}: no `//!` on top", source.path))
        .collect();
    report(&faults);
}
