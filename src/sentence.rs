//! Paragraphs and sentences: UAX #29 bounds, repaired for Chinese.
//!
//! Takes the text and its lines, gives sentences that never cross a paragraph. A paragraph is a line, or several when a
//! line breaks off at a comma (scraped pages break sentences at links: `对口帮扶\n湛江、\n云浮的254个`).

use crate::layout::{Layout, Line, LineKind};
use crate::span::Span;
use unicode_segmentation::UnicodeSegmentation;

/// One sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Where.
    pub span: Span,
    /// Number of its paragraph in the document, from 0.
    pub paragraph: u32,
    /// What its line is; furniture has no sentences.
    pub kind: LineKind,
}

/// Splits all lines but furniture and meta into sentences.
pub fn split(text: &str, layout: &Layout) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for (number, paragraph) in paragraphs(text, &layout.lines).iter().enumerate() {
        split_paragraph(text, *paragraph, number as u32, &mut sentences);
    }
    sentences
}

fn paragraphs(text: &str, lines: &[Line]) -> Vec<Line> {
    let mut paragraphs: Vec<Line> = Vec::new();
    let mut open = false;
    for (index, line) in lines.iter().enumerate() {
        let next_kind = lines.get(index + 1).map(|next| next.kind);
        if matches!(line.kind, LineKind::Furniture | LineKind::Meta) {
            open = false;
            continue;
        }
        match paragraphs.last_mut() {
            Some(last) if open && line.kind != LineKind::Title => {
                last.span.end = line.span.end;
                last.kind = LineKind::Body;
            }
            _ => paragraphs.push(*line),
        }
        let last = line.span.of(text).chars().next_back();
        // A line of prose that ends in mid-sentence goes on in the next line of prose (hard-wrapped pages).
        let torn = line.kind == LineKind::Body
            && next_kind == Some(LineKind::Body)
            && last.is_some_and(|c| c.is_alphanumeric());
        open = line.kind != LineKind::Title && (torn || matches!(last, Some('、' | '，' | ',' | '：')));
    }
    paragraphs
}

fn split_paragraph(text: &str, paragraph: Line, number: u32, sentences: &mut Vec<Sentence>) {
    let body = paragraph.span.of(text);
    let mut start = 0;
    let mut depth = 0i32;
    let mut push = |from: usize, to: usize| {
        let piece = &body[from..to];
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            let lead = from + (piece.len() - piece.trim_start().len());
            let span = Span::new(paragraph.span.start + lead, paragraph.span.start + lead + trimmed.len());
            sentences.push(Sentence { span, paragraph: number, kind: paragraph.kind });
        }
    };
    for (at, piece) in body.split_sentence_bound_indices() {
        let mut end = at + piece.len();
        // UAX #29 puts an opening bracket behind a full stop into the sentence before: 他说。（| 括号内。）
        let opening = piece.trim_end_matches(['（', '(', '〔', '【', '“', '「']).len();
        if opening < piece.len() && opening > 0 {
            end = at + opening;
        }
        depth += balance(&body[start.max(at)..end]);
        let last = body[..end].trim_end().chars().next_back();
        let stops = matches!(last, Some('。' | '！' | '？' | '!' | '?' | '”' | '」' | '）' | ')'))
            || body[..end].ends_with('\n');
        // A full stop inside brackets or quotes ends no sentence of the text around it, unless it never closes.
        if stops && (depth <= 0 || end - start > 600) {
            push(start, end);
            start = end;
            depth = 0;
        }
    }
    if start < body.len() {
        push(start, body.len());
    }
}

fn balance(piece: &str) -> i32 {
    piece
        .chars()
        .map(|c| match c {
            '（' | '(' | '〔' => 1,
            '）' | ')' | '〕' => -1,
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_line(text: &str) -> Vec<&str> {
        let line = Line { span: Span::new(0, text.len()), kind: LineKind::Body };
        let layout = Layout { lines: vec![line], ..Layout::default() };
        split(text, &layout).iter().map(|sentence| sentence.span.of(text)).collect()
    }

    #[test]
    fn splits_after_chinese_stops_and_keeps_decimals() {
        assert_eq!(split_line("投资1.92亿元。其中3.5亿元到位！好？"), ["投资1.92亿元。", "其中3.5亿元到位！", "好？"]);
    }

    #[test]
    fn an_opening_bracket_begins_the_next_sentence() {
        assert_eq!(split_line("他说好。（括号内。）完。"), ["他说好。", "（括号内。）", "完。"]);
    }

    #[test]
    fn a_semicolon_chain_is_one_sentence() {
        assert_eq!(split_line("深圳帮河源；东莞帮韶关。"), ["深圳帮河源；东莞帮韶关。"]);
    }
}
