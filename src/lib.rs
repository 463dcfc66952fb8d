//! Facts with city pairs out of Chinese articles about Guangdong's paired assistance (对口帮扶).
//!
//! A document goes one way through the house: [`layout`] → [`sentence`] → [`mention`] and [`quantity`] → [`context`] →
//! [`pairing`] → [`fact`] → [`output`]. [`pipeline::Extractor::extract`] is the table of contents. Stages hold
//! [`span::Span`]s into the text, which is never rewritten.
//!
//! ```
//! use duikou::{document::Document, lexicon::Lexicon, pipeline::Extractor};
//!
//! let extractor = Extractor::new(Lexicon::builtin());
//! let document = Document::new("demo", "深圳对口帮扶河源，三年来投入帮扶资金近2亿。");
//! let extraction = extractor.extract(&document);
//! let fact = &extraction.facts[0];
//! assert_eq!(fact.quantity.span.of(&document.text), "2亿");
//! assert_eq!(fact.quantity.low.to_string(), "200000000");
//! ```
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr, clippy::iter_over_hash_type)]

pub mod audit;
pub mod batch;
pub mod charset;
pub mod cluster;
pub mod context;
pub mod decode;
pub mod document;
pub mod error;
pub mod eval;
pub mod fact;
pub mod fold;
pub mod jsonl;
pub mod landmark;
pub mod layout;
pub mod lexicon;
pub mod mention;
pub mod numeral;
pub mod output;
pub mod pairing;
pub mod pipeline;
pub mod quantity;
pub mod reader;
pub mod scope;
pub mod segment;
pub mod sentence;
#[cfg(feature = "formats")]
pub mod sink;
pub mod span;
pub mod suggest;
pub mod summary;
pub mod table;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod gold;
#[cfg(feature = "cli")]
pub mod report;
