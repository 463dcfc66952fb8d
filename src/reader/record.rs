//! Which field of a record is the text, the id, the title, the date: as the user says, else by its usual names.

use crate::document::Document;
use crate::layout::first_date;
use serde_json::Value;
use std::path::Path;

/// Names of the fields, where the user gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// The article.
    pub text: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// Its publication date.
    pub date: Option<String>,
}

const TEXT: &[&str] = &["text", "content", "body", "article", "正文", "内容", "内文", "文本", "全文"];
const ID: &[&str] = &["id", "doc", "doc_id", "docid", "url", "link", "编号", "序号", "链接", "网址"];
const TITLE: &[&str] = &["title", "headline", "标题", "题名", "题目"];
const DATE: &[&str] = &[
    "date",
    "published",
    "pubdate",
    "pub_date",
    "publish_date",
    "publish_time",
    "published_at",
    "time",
    "日期",
    "时间",
    "发布时间",
    "发布日期",
    "发表时间",
    "刊发日期",
];

/// By these a table of facts is known, whose `text` is no article.
const OF_FACTS: &[&str] = &["doc", "bound", "status"];

/// Positions of the fields in a list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The article.
    pub text: usize,
    /// Its id.
    pub id: Option<usize>,
    /// Its headline.
    pub title: Option<usize>,
    /// Its publication date.
    pub date: Option<usize>,
}

fn place(names: &[&str], given: Option<&String>, usual: &[&str]) -> Option<usize> {
    match given {
        Some(given) => names.iter().position(|name| name == given),
        None => usual.iter().find_map(|usual| names.iter().position(|name| name.trim().eq_ignore_ascii_case(usual))),
    }
}

impl Fields {
    /// Finds the fields among names; the error says what is missing.
    ///
    /// # Errors
    /// When no field can be the text, one that the user names is not there, or these are facts.
    pub fn find(&self, names: &[&str]) -> Result<Places, String> {
        for given in [&self.text, &self.id, &self.title, &self.date].into_iter().flatten() {
            if !names.contains(&given.as_str()) {
                return Err(format!("no field `{given}`"));
            }
        }
        if self.text.is_none() && OF_FACTS.iter().all(|name| names.contains(name)) {
            return Err("a table of facts, not of articles".to_string());
        }
        Ok(Places {
            text: place(names, self.text.as_ref(), TEXT).ok_or_else(|| "no field `text`".to_string())?,
            id: place(names, self.id.as_ref(), ID),
            title: place(names, self.title.as_ref(), TITLE),
            date: place(names, self.date.as_ref(), DATE),
        })
    }

    /// A document out of one JSON object.
    ///
    /// # Errors
    /// The reason why it is none.
    pub fn document(
        &self,
        path: &Path,
        number: u64,
        object: &serde_json::Map<String, Value>,
    ) -> Result<Document, String> {
        let names: Vec<&str> = object.keys().map(String::as_str).collect();
        let places = self.find(&names)?;
        let value = |at: usize| object.get(names[at]).unwrap_or(&Value::Null);
        let Value::String(text) = value(places.text) else {
            return Err(format!("`{}` is no text", names[places.text]));
        };
        let word = |at: Option<usize>| match at.map(value) {
            Some(Value::String(word)) => Some(word.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        document(path, number, text.clone(), word(places.id), word(places.title), word(places.date))
    }
}

/// A document out of the fields of one record.
///
/// # Errors
/// The reason why it is none.
pub fn document(
    path: &Path,
    number: u64,
    text: String,
    id: Option<String>,
    title: Option<String>,
    date: Option<String>,
) -> Result<Document, String> {
    if text.trim().is_empty() {
        return Err("empty `text`".to_string());
    }
    let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("{}:{number}", path.display()));
    let title = title.filter(|title| !title.trim().is_empty());
    Ok(Document { id, text, title, date: date.as_deref().and_then(first_date) })
}
