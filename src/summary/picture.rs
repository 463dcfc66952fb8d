//! The summary as a picture: bars by pair and by year, as SVG that needs no script and no font of its own.

use super::{Total, readable};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use std::fmt::Write;

/// So many bars a panel; the rest is told in words.
const BARS: usize = 20;
const WIDTH: f64 = 960.0;
const LABEL: f64 = 200.0;
const BAR: f64 = 480.0;
const ROW: f64 = 24.0;
const HEAD: f64 = 56.0;

/// What is drawn: kind, unit, and the words above.
const MEASURES: &[(&str, &str, &str)] = &[("money", "CNY", "资金（元）"), ("area", "m2", "面积（平方米）")];

struct Bar {
    label: String,
    actual: Decimal,
    planned: Decimal,
}

/// Draws money and area by pair and by year. Only sums of one unit stand beside each other; of a range the low end is
/// drawn; years are those that the text names alone, not intervals.
pub fn draw(totals: &[Total]) -> String {
    let mut body = String::new();
    let mut y = 16.0;
    for (kind, unit, words) in MEASURES {
        let rows: Vec<&Total> = totals.iter().filter(|total| total.kind == *kind && total.unit == *unit).collect();
        let by_pair = bars(&rows, |total| (!total.pair.is_empty()).then(|| total.pair.replace('>', "→")));
        let plain = |year: &str| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let mut by_year = bars(&rows, |total| plain(&total.year).then(|| total.year.clone()));
        by_year.sort_by(|a, b| a.label.cmp(&b.label));
        y = panel(&mut body, y, &format!("{words}，按结对关系"), &by_pair);
        y = panel(&mut body, y, &format!("{words}，按年份"), &by_year);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{y}\" viewBox=\"0 0 {WIDTH} {y}\" \
         font-family=\"'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// Sums by label, the largest first.
fn bars(rows: &[&Total], label: impl Fn(&Total) -> Option<String>) -> Vec<Bar> {
    let mut sums: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    for total in rows {
        if let Some(label) = label(total) {
            let (actual, planned) = sums.entry(label).or_default();
            *actual = actual.saturating_add(total.actual.low);
            *planned = planned.saturating_add(total.planned.low);
        }
    }
    let mut bars: Vec<Bar> =
        sums.into_iter().map(|(label, (actual, planned))| Bar { label, actual, planned }).collect();
    bars.retain(|bar| bar.actual + bar.planned > Decimal::ZERO);
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.actual.saturating_add(bar.planned)));
    bars
}

fn panel(out: &mut String, y: f64, title: &str, bars: &[Bar]) -> f64 {
    if bars.is_empty() {
        return y;
    }
    let most = bars.iter().map(|bar| bar.actual.saturating_add(bar.planned)).max().unwrap_or(Decimal::ONE);
    let scale = |value: Decimal| (value / most).to_f64().unwrap_or(0.0) * BAR;
    let mut text = |x: f64, y: f64, anchor: &str, more: &str, words: &str| {
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\"{more}>{}</text>", escaped(words));
    };
    text(16.0, y + 16.0, "start", " font-size=\"16\" font-weight=\"bold\"", title);
    text(16.0, y + 36.0, "start", " fill=\"#555\"", "深色：已完成；浅色：计划");
    let mut rects = String::new();
    let mut at = y + HEAD;
    for bar in bars.iter().take(BARS) {
        let (actual, planned) = (scale(bar.actual), scale(bar.planned));
        text(LABEL, at + 14.0, "end", "", &shortened(&bar.label));
        let mut words = readable(bar.actual.round_dp(0));
        if bar.planned > Decimal::ZERO {
            let _ = write!(words, " + {}", readable(bar.planned.round_dp(0)));
        }
        text(LABEL + 16.0 + actual + planned, at + 14.0, "start", " fill=\"#333\"", &words);
        for (x, width, fill) in [(LABEL + 8.0, actual, "#1f5fa8"), (LABEL + 8.0 + actual, planned, "#a9c8ea")] {
            if width > 0.0 {
                let _ = writeln!(
                    rects,
                    "<rect x=\"{x:.1}\" y=\"{at}\" width=\"{width:.1}\" height=\"{}\" fill=\"{fill}\"/>",
                    ROW - 6.0
                );
            }
        }
        at += ROW;
    }
    if bars.len() > BARS {
        text(LABEL, at + 14.0, "end", " fill=\"#555\"", &format!("另有 {} 项", bars.len() - BARS));
        at += ROW;
    }
    out.push_str(&rects);
    at + 24.0
}

/// A joint amount of many pairs would run out of the picture.
fn shortened(label: &str) -> String {
    const MOST: usize = 14;
    if label.chars().count() <= MOST {
        label.to_string()
    } else {
        label.chars().take(MOST - 1).chain(['…']).collect()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::Sum;
    use super::*;

    #[test]
    fn bars_are_drawn_to_scale_and_units_are_not_mixed() {
        let total = |pair: &str, unit: &str, sum: i64| Total {
            pair: pair.to_string(),
            kind: "money".to_string(),
            unit: unit.to_string(),
            year: "2014".to_string(),
            actual: Sum { facts: 1, low: Decimal::from(sum), high: Decimal::from(sum) },
            ..Total::default()
        };
        let picture =
            draw(&[total("深圳>河源", "CNY", 400), total("<b>&", "CNY", 100), total("深圳>河源", "USD", 999)]);
        assert!(picture.contains("width=\"480.0\"") && picture.contains("width=\"120.0\""), "{picture}");
        assert!(picture.contains("深圳→河源") && picture.contains("&lt;b→&amp;") && !picture.contains("999"));
        assert!(picture.contains("按年份"));
    }
}
