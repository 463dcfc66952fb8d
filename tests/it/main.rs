//! All integration tests, in one binary so that they link once.
//!
//! - `specs`: one case a line in `tests/specs/*.tsv`; most new tests go there, and need no Rust.
//! - `golden`: whole articles with their exact facts in `tests/golden`; `BLESS=1 cargo test golden` refreshes them.
//! - `cli`: the program as a user calls it: streams, exit status, broken input.
//! - `outputs`, `inputs`: what `extract` writes and reads, form by form.
//! - `invariants`: what holds for every text, asked of texts made up by proptest.
//! - `notations`: numbers in every notation, and back.
//! - `dictionaries`: the built-in tables.
//! - `docs`: `docs/QUANTITIES.md` against the code, the commands of `docs/TUNING.md` against what they print.
//! - `tuning`: `dict suggest`, `dict explain`, and which documents `dict diff` reads.
//! - `scores`: figures against gold, with floors in `tests/floors.tsv`.
//! - `inspect`: the listing of a terminal, the page, the forms of annotation tools.
//! - `gold`: what annotation tools give back, and evaluations of all kinds.
//! - `serve`: who is answered, and what a saved table changes.
//! - `mentions`: places and agencies against `corpora/mentions.tsv`.
//! - `architecture`: which module may use which.

mod architecture;
mod cli;
mod dictionaries;
mod docs;
mod gold;
mod golden;
mod inputs;
mod inspect;
mod invariants;
mod mentions;
mod notations;
mod outputs;
mod scores;
mod serve;
mod specs;
mod support;
mod tuning;
