//! The article of an HTML page: its text, headline and date.
//!
//! Blocks that are mostly links (menus, lists of other articles) are taken out first, by their density of links; a
//! readability library then finds the article in what is left. The page is looked at as a Chinese site writes it:
//! government sites name headline and date in their own meta tags (ArticleTitle, PubDate), most others only in the line
//! under the headline.

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

/// Elements inside each other beyond this are no page; what reads them recurses.
const MAX_DEPTH: usize = 500;
/// Elements that are never closed beyond this are no page either; the time to read them grows with their square.
const MAX_OPEN: usize = 10_000;

/// Finds the article of a page.
///
/// # Errors
/// When the page holds none.
pub fn article(page: &str) -> Result<Article, String> {
    if unclosed(page) > MAX_OPEN {
        return Err(format!("more than {MAX_OPEN} elements are not closed"));
    }
    // A Chinese article says in 150 characters what takes 500 letters; below the threshold the library takes in more.
    let config = Config { text_mode: TextMode::Formatted, char_threshold: 150, ..Config::default() };
    let mut readability = Readability::new(page, None, Some(config)).map_err(|error| error.to_string())?;
    if is_too_deep(&readability) {
        return Err(format!("more than {MAX_DEPTH} elements inside each other"));
    }
    let title = headline(&readability);
    let stamped = date(&readability);
    drop_links(&readability);
    drop_footers(&readability);
    let article = readability.parse().map_err(|_| "no article on this page".to_string())?;
    let text = tidy(&article.text_content);
    if text.is_empty() {
        return Err("no article on this page".to_string());
    }
    if text.contains('\u{fffd}') {
        return Err("the article holds bytes that are wrong in the page's encoding".to_string());
    }
    let date = stamped.or_else(|| article.published_time.as_deref().and_then(first_date));
    let title = title.or_else(|| Some(article.title).filter(|title| !title.is_empty()));
    Ok(Article { text, title, date })
}

/// How many more elements are opened than closed, those that hold nothing left out.
fn unclosed(page: &str) -> usize {
    const EMPTY: &[&str] = &[
        "br", "img", "meta", "link", "input", "hr", "area", "base", "col", "embed", "param", "source", "track", "wbr",
    ];
    let mut open = 0usize;
    for tag in page.split('<').skip(1) {
        let name = tag.trim_start_matches('/');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        if name.is_empty() || EMPTY.iter().any(|empty| empty.eq_ignore_ascii_case(name)) {
            continue;
        }
        open = if tag.starts_with('/') { open.saturating_sub(1) } else { open + 1 };
    }
    open
}

fn is_too_deep(page: &Readability) -> bool {
    page.doc.select("*").nodes().iter().any(|node| {
        let mut at = node.parent();
        let mut depth = 0;
        while let Some(parent) = at {
            depth += 1;
            at = parent.parent();
            if depth > MAX_DEPTH {
                return true;
            }
        }
        false
    })
}

/// White space at the ends of lines and empty lines go.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first meta tag with one of these names that says something, in the order of the names.
fn meta(page: &Readability, names: &[&str]) -> Option<String> {
    let tags = page.doc.select("meta[content]");
    names.iter().find_map(|wanted| {
        tags.iter().find_map(|tag| {
            let named = |attribute| tag.attr(attribute).is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted));
            let found = named("name") || named("property") || named("itemprop");
            found.then(|| squeezed(&tag.attr_or("content", ""))).filter(|content| !content.is_empty())
        })
    })
}

/// The headline: as the head names it, else the heading that the page's title begins with, else the page's title
/// without the name of the site behind it.
fn headline(page: &Readability) -> Option<String> {
    let title = squeezed(&page.doc.select_single("title").text());
    let of_title = || {
        let headings = page.doc.select("h1, h2, h3, [class*=title], [id*=title], [class*=tit]");
        let heading = headings.iter().map(|heading| squeezed(&heading.text()));
        heading
            .filter(|heading| heading.chars().count() >= 5 && title.starts_with(heading.as_str()))
            .max_by_key(String::len)
    };
    meta(page, &["ArticleTitle", "og:title"])
        .map(|title| without_site(&title).to_string())
        .or_else(of_title)
        .or_else(|| Some(without_site(&title).to_string()).filter(|title| !title.is_empty()))
}

/// `深圳帮扶河源两年_新浪新闻`, `…--人民网广东频道`, `… - 某某论坛 - Powered by Discuz!`: the headline alone.
fn without_site(title: &str) -> &str {
    let mut title = title;
    for separator in ["_", "|", "｜", " - ", " – ", "--", "-"] {
        while let Some((front, site)) = title.split_once(separator) {
            // All but `_` may stand inside a headline: only what ends like a site's name goes with them.
            let is_site = separator == "_" || SITES.iter().any(|end| site.trim_end().ends_with(end));
            if !is_site || front.trim().chars().count() < 5 {
                break;
            }
            title = front;
        }
    }
    title.trim()
}

/// How names of sites end.
const SITES: &[&str] =
    &["网", "报", "站", "频道", "论坛", "政府", "厅", "局", "办", "门户", "中心", "客户端", "Discuz!"];

/// Names of meta tags that hold the date of publication.
const DATES: &[&str] = &[
    "PubDate",
    "publishdate",
    "article:published_time",
    "og:release_date",
    "weibo:article:create_at",
    "datePublished",
    "apub:time",
    "publish_time",
    "publication_date",
    "DC.date.issued",
    "date",
];

/// The date of publication: as the head names it, else of the line that says when and whence.
fn date(page: &Readability) -> Option<Date> {
    if let Some(date) = DATES.iter().find_map(|name| first_date(&meta(page, &[name])?)) {
        return Some(date);
    }
    let text = page.doc.select_single("body").formatted_text();
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| line.chars().count() <= 80 && !line.contains('。')).collect();
    let dated = |line: &&str| first_date(line).is_some();
    let stamp =
        |line: &&&str| ["发布时间", "发布日期", "发表于", "来源", "日期", "时间"].iter().any(|cue| line.contains(cue));
    // A line that is little but the date: 2015-08-20 06:50.
    let bare = |line: &&&str| line.chars().count() <= 30;
    let found = lines
        .iter()
        .filter(|line| dated(line))
        .find(stamp)
        .or_else(|| lines.iter().filter(|line| dated(line)).find(bare));
    found.and_then(|line| first_date(line))
}

/// Takes out blocks of which links are the half or more. A paragraph that is a link as a whole stays: it has a full stop.
fn drop_links(page: &Readability) {
    let size = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    for block in page.doc.select("ul, ol, dl, p, li, tr, td, div, dd, dt, section, aside, h2, h3, h4").iter() {
        let links = block.select("a");
        if links.is_empty() {
            continue;
        }
        let text = block.text();
        let linked: usize = links.iter().map(|link| size(&link.text())).sum();
        let prose = text.contains('。') || block.select("h1").exists();
        if linked > 0 && 2 * linked >= size(&text) && !prose {
            block.remove();
        }
    }
}

/// Takes out what the page itself calls its foot; a foot with sentences is none.
fn drop_footers(page: &Readability) {
    let feet =
        "footer, [class*=footer], [id*=footer], [class*=copyright], [id*=copyright], [class*=Copyright], [id*=Foot]";
    for block in page.doc.select(feet).iter() {
        if !block.text().contains('。') {
            block.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "<p>　　深圳对口帮扶河源，三年来投入帮扶资金3.5亿元，引进企业25家，建成项目12个。</p>\
                        <p>　　两市共建产业园，已平整土地3200亩，道路、供水、供电都已接通，群众十分满意。</p>";

    fn page(head: &str, around: &str) -> Article {
        article(&format!("<html><head>{head}</head><body>{around}<div class=content>{BODY}</div></body></html>"))
            .unwrap()
    }

    #[test]
    fn the_article_is_found_and_links_are_not() {
        let links = "<ul><li><a href=1>全市完成投资318亿元</a></li><li><a href=2>新增就业1.8万个</a></li></ul>";
        let found = page("<title>深圳帮扶河源三年_新浪新闻</title>", links);
        assert_eq!(found.text.lines().count(), 2, "{}", found.text);
        assert!(found.text.starts_with("深圳对口帮扶河源") && !found.text.contains("318"));
        assert_eq!(found.title.as_deref(), Some("深圳帮扶河源三年"));
    }

    #[test]
    fn headline_and_date_come_from_the_head_or_the_page() {
        let head = "<meta name=ArticleTitle content='深圳帮扶河源'><meta name=PubDate content='2015-08-20 10:22'>";
        let found = page(head, "");
        assert_eq!((found.title.as_deref(), found.date), (Some("深圳帮扶河源"), first_date("2015-08-20")));
        let found = page("<title>x</title>", "<div>2013-01-01</div><div>发布时间：2015-08-20　来源：南方日报</div>");
        assert_eq!(found.date, first_date("2015-08-20"));
        for (title, headline) in [
            ("深圳帮扶河源--人民网广东频道", "深圳帮扶河源"),
            ("深圳帮扶河源 - 某某论坛 - Powered by Discuz!", "深圳帮扶河源"),
            ("深圳-河源合作区揭牌", "深圳-河源合作区揭牌"),
            ("深圳帮扶河源-南方网", "深圳帮扶河源"),
        ] {
            assert_eq!(without_site(title), headline);
        }
    }

    #[test]
    fn an_encoding_is_read_from_the_head() {
        assert_eq!(declared(b"<META content='text/html; charset=gb2312'>").map(Encoding::name), Some("gb18030"));
        assert_eq!(declared(b"<meta charset=\"Big5\">").map(Encoding::name), Some("Big5"));
        assert_eq!(declared(b"<title>x</title>"), None);
    }

    #[test]
    fn what_is_no_article_is_an_error() {
        assert!(article("").is_err());
        assert!(article("<html><body><ul><li><a href=1>首页</a></ul></body></html>").is_err());
        assert!(article(&"<div>".repeat(100_000)).is_err());
        assert!(article(&"<div>".repeat(5_000)).is_err());
        assert!(article(&"<p><li><td><dd>".repeat(2_000)).is_err());
    }
}
