//! Text for terminals: colours, widths of Chinese characters, wrapped lines.

use anstyle::{AnsiColor, Style};
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How to write: in colour or with marks alone, and how wide.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Whether to use colours; without them marks stand around what is found.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

/// What a stretch of text is shown as. Blue, yellow and their brightness stay apart for colour-blind readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A place.
    Place,
    /// An agency.
    Agency,
    /// A park or compound.
    Park,
    /// A quantity that is a fact.
    Fact,
    /// Something number-like that is none.
    Other,
    /// Less important.
    Faint,
    /// A heading of the listing.
    Strong,
}

impl Look {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(anstyle::Color::Ansi(colour)));
        match self {
            Self::Place => colour(AnsiColor::Blue).bold(),
            Self::Agency => colour(AnsiColor::Cyan).underline(),
            Self::Park => colour(AnsiColor::Magenta).bold(),
            Self::Fact => colour(AnsiColor::Yellow).bold().underline(),
            Self::Other => colour(AnsiColor::BrightBlack).italic(),
            Self::Faint => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }

    /// The marks around it where there is no colour.
    const fn marks(self) -> (&'static str, &'static str) {
        match self {
            Self::Place => ("[", "]"),
            Self::Agency => ("{", "}"),
            Self::Park => ("<", ">"),
            Self::Fact => ("*", "*"),
            Self::Other => ("~", "~"),
            Self::Faint | Self::Strong => ("", ""),
        }
    }
}

impl Screen {
    /// A whole stretch in one look.
    pub fn paint(self, look: Look, text: &str) -> String {
        let text = clean(text);
        if self.colour {
            let style = look.style();
            return format!("{style}{text}{style:#}");
        }
        let (open, close) = look.marks();
        format!("{open}{text}{close}")
    }

    /// A stretch in one look, without marks: for headings and names that need none.
    pub fn tint(self, look: Look, text: &str) -> String {
        if self.colour { self.paint(look, text) } else { clean(text) }
    }
}

/// Columns that a text takes: 2 for 深, 1 for a.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text filled with spaces to so many columns.
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = clean(text);
    padded.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&padded))));
    padded
}

/// Control characters as visible signs: a document must not steer the terminal (ESC ]0;… sets its title).
pub fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(c: char) -> char {
    match c {
        '\n' | '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        // The C1 controls, and marks that turn the direction of a line around.
        '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    }
}

/// A stretch that is shown in a look, with a label behind it (`#3`).
#[derive(Debug, Clone)]
pub struct Marked {
    /// Bytes of the text.
    pub range: std::ops::Range<usize>,
    /// How.
    pub look: Look,
    /// Behind it.
    pub label: String,
}

/// Wraps one line of text with its marked stretches (by start, longer ones first; nested ones inside each other).
/// The first line begins at column 0, the others behind `indent` spaces.
pub fn wrap(screen: Screen, text: &str, marked: &[Marked], indent: usize) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let room = screen.width.saturating_sub(indent).max(4);
    let (mut column, mut from) = (0, 0);
    let mut rest = marked;
    // UAX #14 keeps ，。 off the start of a line and numbers in one piece.
    for (end, _) in unicode_linebreak::linebreaks(text) {
        let past = rest.iter().position(|mark| mark.range.end > from).unwrap_or(rest.len());
        rest = &rest[past..];
        let near = &rest[..rest.partition_point(|mark| mark.range.start < end)];
        let atom = Atom::of(screen, text, from..end, near);
        from = end;
        // White space may hang over the edge.
        if column > 0 && column + atom.width - atom.space > room {
            feed(&mut out, indent);
            column = 0;
        }
        if column + atom.width - atom.space <= room {
            out.push_str(&atom.text);
            column += atom.width;
            continue;
        }
        for piece in atom.pieces {
            if column > 0 && column + piece.width > room {
                feed(&mut out, indent);
                column = 0;
            }
            out.push_str(&piece.text);
            column += piece.width;
        }
    }
    out.truncate(out.trim_end().len());
    joined(out, marked)
}

/// Neighbours of one look as one stretch: no reset between 深 and 圳.
fn joined(mut out: String, marked: &[Marked]) -> String {
    let mut looks: Vec<Look> = Vec::new();
    for mark in marked {
        if !looks.contains(&mark.look) {
            looks.push(mark.look);
            let style = mark.look.style();
            out = out.replace(&format!("{style:#}{style}"), "");
        }
    }
    out
}

fn feed(out: &mut String, indent: usize) {
    out.truncate(out.trim_end().len());
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// What stays together on a line.
struct Atom {
    text: String,
    width: usize,
    /// Columns of white space at the end.
    space: usize,
    pieces: Vec<Piece>,
}

/// One character with what opens before and closes behind it.
struct Piece {
    text: String,
    width: usize,
}

impl Atom {
    fn of(screen: Screen, text: &str, range: std::ops::Range<usize>, marked: &[Marked]) -> Self {
        let pieces: Vec<Piece> = text[range.clone()]
            .char_indices()
            .map(|(offset, c)| {
                let at = range.start + offset;
                Piece::of(screen, visible(c), at..at + c.len_utf8(), marked)
            })
            .collect();
        Self {
            text: pieces.iter().map(|piece| piece.text.as_str()).collect(),
            width: pieces.iter().map(|piece| piece.width).sum(),
            space: pieces.iter().rev().take_while(|piece| piece.text.trim().is_empty()).map(|piece| piece.width).sum(),
            pieces,
        }
    }
}

impl Piece {
    fn of(screen: Screen, c: char, at: std::ops::Range<usize>, marked: &[Marked]) -> Self {
        let mut piece = Self { text: String::new(), width: 0 };
        let around: Vec<&Marked> =
            marked.iter().filter(|mark| mark.range.start <= at.start && at.end <= mark.range.end).collect();
        if screen.colour {
            // Each character carries the innermost look, so that wrapped and nested stretches need no bookkeeping.
            match around.last() {
                Some(mark) => {
                    let style = mark.look.style();
                    let _ = write!(piece.text, "{style}{c}{style:#}");
                }
                None => piece.text.push(c),
            }
            piece.width = c.width().unwrap_or(0);
        } else {
            for mark in around.iter().filter(|mark| mark.range.start == at.start) {
                piece.add(mark.look.marks().0);
            }
            piece.add(c.encode_utf8(&mut [0; 4]));
        }
        for mark in around.iter().rev().filter(|mark| mark.range.end == at.end) {
            if !screen.colour {
                piece.add(mark.look.marks().1);
            }
            if !mark.label.is_empty() {
                piece.width += width(&mark.label);
                piece.text.push_str(&screen.tint(Look::Faint, &mark.label));
            }
        }
        piece
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.width += width(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Screen = Screen { colour: false, width: 20 };

    #[test]
    fn a_wrapped_line_is_no_wider_than_the_screen_and_begins_with_no_comma() {
        let text = "深圳市宝安区对口帮扶河源市，龙川县以来，累计投入 near 2000000000000000000000 yuan。";
        let marked = [Marked { range: 0..18, look: Look::Place, label: "#1".to_string() }];
        let wrapped = wrap(PLAIN, text, &marked, 2);
        assert!(wrapped.starts_with("[深圳市宝安区]#1"), "{wrapped}");
        assert!(wrapped.lines().count() > 3);
        for line in wrapped.lines() {
            assert!(width(line) <= 20, "{line}");
            assert!(!line.trim_start().starts_with(['，', '。']), "{line}");
        }
    }

    #[test]
    fn nested_marks_close_inside_out() {
        let marked = [
            Marked { range: 0..12, look: Look::Agency, label: String::new() },
            Marked { range: 0..6, look: Look::Place, label: String::new() },
        ];
        assert_eq!(wrap(PLAIN, "深圳市委", &marked, 0), "{[深圳]市委}");
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(clean("a\u{1b}]0;x\u{7}b\u{9b}c\u{202e}d"), "a␛]0;x␇b\u{fffd}c\u{fffd}d");
        assert_eq!(wrap(PLAIN, "\u{1b}[31m红", &[], 0), "␛[31m红");
    }

    #[test]
    fn chinese_characters_take_two_columns() {
        assert_eq!(pad("深圳", 6), "深圳  ");
        assert_eq!(pad("深圳市宝安区", 6), "深圳市宝安区");
    }
}
