//! The article of an HTML page: its text, headline and date.
//!
//! A readability library finds the article; what it lets in of lists of links is dropped by their density of links.

use crate::decode;
use crate::layout::first_date;
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use jiff::civil::Date;

/// The article of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its paragraphs, one a line.
    pub text: String,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published, as the page's head or the line under the headline says.
    pub date: Option<Date>,
}

/// Bytes in which a page declares its encoding.
const HEAD: usize = 4096;

/// The encoding that a page names in its head: `<meta charset="gb2312">`.
pub fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let label = head.split("charset=").nth(1)?.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':')).unwrap_or(label.len());
    decode::of_label(&label[..end])
}

/// Finds the article of a page.
///
/// # Errors
/// When the page holds none.
pub fn article(page: &str) -> Result<Article, String> {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let mut readability = Readability::new(page, None, Some(config)).map_err(|error| error.to_string())?;
    let article = readability.parse().map_err(|_| "no article on this page".to_string())?;
    let text = article.text_content.trim().to_string();
    if text.is_empty() {
        return Err("no article on this page".to_string());
    }
    let date = article.published_time.as_deref().and_then(first_date);
    Ok(Article { text, title: Some(article.title).filter(|title| !title.is_empty()), date })
}
