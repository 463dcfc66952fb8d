//! Paragraphs and sentences: UAX #29 bounds, repaired for Chinese.
//!
//! Takes the text and its lines, gives sentences that never cross a paragraph. A paragraph is a line, or several when a
//! line breaks off at a comma (scraped pages break sentences at links: `对口帮扶\n湛江、\n云浮的254个`).

use crate::landmark::bracket;
use crate::layout::{Layout, Line, LineKind};
use crate::numeral::is_han;
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

/// Splits all lines but furniture and meta into sentences. The characters that may end one, and brackets, start at
/// `stops`.
pub fn split(text: &str, stops: &[usize], layout: &Layout) -> Vec<Sentence> {
    let mut sentences = Vec::with_capacity(stops.len() + layout.lines.len());
    let mut stops = stops;
    for (number, paragraph) in paragraphs(text, &layout.lines).iter().enumerate() {
        split_paragraph(text, &mut stops, *paragraph, number as u32, &mut sentences);
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
            && last.is_some_and(|c| {
                is_han(c) || (!matches!(c, '。' | '！' | '？' | '”' | '）' | '；') && c.is_alphanumeric())
            });
        open = line.kind != LineKind::Title && (torn || matches!(last, Some('、' | '，' | ',' | '：')));
    }
    paragraphs
}

fn split_paragraph(text: &str, stops: &mut &[usize], paragraph: Line, number: u32, sentences: &mut Vec<Sentence>) {
    let body = &text[..paragraph.span.end];
    let mut start = paragraph.span.start;
    let mut depth = 0i32;
    let mut push = |from: usize, to: usize| {
        let piece = &body[from..to];
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            let lead = from + (piece.len() - piece.trim_start().len());
            let span = Span::new(lead, lead + trimmed.len());
            sentences.push(Sentence { span, paragraph: number, kind: paragraph.kind });
        }
    };
    let mut at = start;
    while at < body.len() {
        let (mut end, opened) = bound_after(body, at, stops);
        let piece = &body[at..end];
        // UAX #29 puts an opening bracket behind a full stop into the sentence before: 他说。（| 括号内。）
        let opening = piece.trim_end_matches(['（', '(', '〔', '【', '“', '「']).len();
        if opening < piece.len() && opening > 0 {
            end = at + opening;
        }
        // The brackets that `end` leaves out hold the next sentence.
        depth += if end < at + piece.len() { balance(&body[at..end]) } else { opened };
        at += piece.len();
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

/// The next UAX #29 sentence bound behind `at`, which is one itself, and the brackets opened less closed up to there.
///
/// The segmenter is asked from the first character on that can end a sentence: a bound never depends on what stands
/// further back than the character before it, and nearly all characters of a Chinese text end none.
fn bound_after(body: &str, at: usize, stops: &mut &[usize]) -> (usize, i32) {
    let (stop, depth) = find_stop(body, at, stops);
    let Some(stop) = stop else { return (body.len(), depth) };
    let end = known_bound(body.as_bytes(), stop).unwrap_or_else(|| {
        let from = body[at..stop].char_indices().next_back().map_or(stop, |(offset, _)| at + offset);
        body[from..].split_sentence_bounds().next().map_or(body.len(), |piece| from + piece.len())
    });
    // Nothing but the stop itself in most cases.
    let behind = if end - stop > '。'.len_utf8() { balance(&body[stop..end]) } else { 0 };
    (end, depth + behind)
}

/// The bound behind a line break, or behind 。！？ with closing quotes and brackets, white space and a line break, where
/// all characters up to the one behind the bound are well known.
fn known_bound(bytes: &[u8], stop: usize) -> Option<usize> {
    let mut at = match bytes[stop..] {
        [b'\n', ..] => return Some(stop + 1),
        [b'!' | b'?', ..] => stop + 1,
        [0xE3, 0x80, 0x82, ..] | [0xEF, 0xBC, 0x81 | 0x9F, ..] => stop + 3,
        _ => return None,
    };
    loop {
        at += match bytes[at..] {
            // ‘ ’ “ ” 《 》 「 」 『 』 【 】 （ ）
            [0xE2, 0x80, 0x98 | 0x99 | 0x9C | 0x9D, ..]
            | [0xE3, 0x80, 0x8A..=0x91, ..]
            | [0xEF, 0xBC, 0x88 | 0x89, ..] => 3,
            [b'"' | b'\'' | b'(' | b')' | b'[' | b']', ..] => 1,
            _ => break,
        };
    }
    loop {
        at += match bytes[at..] {
            [b' ' | b'\t', ..] => 1,
            [0xE3, 0x80, 0x80, ..] => 3,
            // Nothing joins what stands behind a line break.
            [b'\n', ..] => return Some(at + 1),
            // ■
            [0xE2, 0x96, ..] => return Some(at),
            [] | [0xE4..=0xE9 | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..] => return Some(at),
            _ => return None,
        };
    }
}

/// The first character from `at` on that may end a sentence, and the brackets that are opened less those closed up to
/// there. Takes it and all before it away from the stops.
fn find_stop(body: &str, at: usize, stops: &mut &[usize]) -> (Option<usize>, i32) {
    let mut depth = 0;
    while let Some((&stop, behind)) = stops.split_first()
        && stop < body.len()
    {
        *stops = behind;
        match body.as_bytes()[stop..] {
            _ if stop < at => {}
            // 3.5亿
            [b'.', b'0'..=b'9', ..] => {}
            _ => match body[stop..].chars().next().map_or(0, bracket) {
                0 => return (Some(stop), depth),
                change => depth += change,
            },
        }
    }
    (None, depth)
}

/// Brackets opened less brackets closed.
fn balance(piece: &str) -> i32 {
    piece.chars().map(bracket).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmark::may_end_sentence;

    fn stops(text: &str) -> Vec<usize> {
        let stops = text.char_indices().filter(|(_, c)| may_end_sentence(*c) || bracket(*c) != 0);
        stops.map(|(at, _)| at).collect()
    }

    fn split_line(text: &str) -> Vec<&str> {
        let line = Line { span: Span::new(0, text.len()), kind: LineKind::Body };
        let layout = Layout { lines: vec![line], ..Layout::default() };
        split(text, &stops(text), &layout).iter().map(|sentence| sentence.span.of(text)).collect()
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
    fn what_is_skipped_ends_no_sentence() {
        for c in '\0'..=char::MAX {
            let text = format!("好{c}好");
            let stop = find_stop(&text, 0, &mut &*stops(&text)).0;
            assert!(stop.is_some() || text.split_sentence_bounds().count() == 1, "{c:?}");
        }
    }

    #[test]
    fn bounds_are_those_of_the_whole_text() {
        let alphabet = [
            "3", ".", "。", "！", "”", "“", " ", "A", "b", "\n", "\r", "，", "帮", "…", "？", "）", "é", "\u{301}",
            "\u{2028}", "、", "\u{200d}", "؟", "．", "-", "（", "》", "\u{3000}",
        ];
        // Every text of up to four of these characters, in front of a tail that shows late effects.
        for number in 0..alphabet.len().pow(4) {
            let text: String = (0..4)
                .map(|place| alphabet[number / alphabet.len().pow(place) % alphabet.len()])
                .chain(["帮b。好"])
                .collect();
            let mut bounds = Vec::new();
            let all = stops(&text);
            let (mut at, mut stops) = (0, &*all);
            while at < text.len() {
                let (end, depth) = bound_after(&text, at, &mut stops);
                assert_eq!(depth, balance(&text[at..end]), "{text:?}");
                at = end;
                bounds.push(at);
            }
            let whole: Vec<usize> =
                text.split_sentence_bound_indices().map(|(start, piece)| start + piece.len()).collect();
            assert_eq!(bounds, whole, "{text:?}");
        }
    }

    #[test]
    fn a_semicolon_chain_is_one_sentence() {
        assert_eq!(split_line("深圳帮河源；东莞帮韶关。"), ["深圳帮河源；东莞帮韶关。"]);
    }
}
