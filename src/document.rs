//! A document as it enters the house: its id, its decoded text, and what the record itself says of it.

use jiff::civil::Date;

/// One article. All spans of all stages are byte ranges into `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file's path as given, or the record's id.
    pub id: String,
    /// The decoded text, never rewritten.
    pub text: String,
    /// A title that the record gives beside the text.
    pub title: Option<String>,
    /// A publication date that the record gives beside the text.
    pub date: Option<Date>,
}

impl Document {
    /// A document with an id and a text alone.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), text: text.into(), title: None, date: None }
    }
}
