//! Numbers in every notation, and back: what a value is written in must not change what is read.
//!
//! Every value is written in every notation that can write it, and read as a numeral; some of them once more as a sum of
//! money in a sentence, through the whole quantity stage.

use crate::support::extractor;
use duikou::numeral;
use rust_decimal::Decimal;

const PLAIN: Script = Script {
    digits: ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'],
    small: ['十', '百', '千'],
    big: ['万', '亿'],
};
const FORMAL: Script = Script {
    digits: ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'],
    small: ['拾', '佰', '仟'],
    big: ['万', '亿'],
};
const TRADITIONAL: Script = Script { big: ['萬', '億'], ..PLAIN };
const TRADITIONAL_FORMAL: Script = Script {
    digits: ['零', '壹', '貳', '參', '肆', '伍', '陸', '柒', '捌', '玖'],
    small: ['拾', '佰', '仟'],
    big: ['萬', '億'],
};

/// The characters of one way of writing Chinese numerals.
struct Script {
    digits: [char; 10],
    small: [char; 3],
    big: [char; 2],
}

impl Script {
    /// 1 to 9999.
    fn section(&self, value: u64) -> String {
        let mut text = String::new();
        let mut gap = false;
        for (place, power) in [(3, 1000), (2, 100), (1, 10), (0, 1)] {
            let digit = (value / power % 10) as usize;
            if digit == 0 {
                gap = !text.is_empty();
                continue;
            }
            if std::mem::take(&mut gap) {
                text.push(self.digits[0]);
            }
            text.push(self.digits[digit]);
            text.extend((place > 0).then(|| self.small[place - 1]));
        }
        text
    }

    /// Below 10^16; 零 where places are skipped: 10203 → 一万零二百零三.
    fn write(&self, value: u64) -> String {
        let (power, mark) = match value {
            0 => return self.digits[0].to_string(),
            1..10_000 => return self.section(value),
            10_000..100_000_000 => (10_000, self.big[0]),
            _ => (100_000_000, self.big[1]),
        };
        let (high, low) = (self.write(value / power), value % power);
        let gap = if low > 0 && low < power / 10 { self.digits[0].to_string() } else { String::new() };
        let rest = if low > 0 { self.write(low) } else { String::new() };
        format!("{high}{mark}{gap}{rest}")
    }

    fn one_by_one(&self, text: &str) -> String {
        text.chars().map(|c| c.to_digit(10).map_or(c, |digit| self.digits[digit as usize])).collect()
    }
}

/// Every notation: its name, and how it writes a value, if it can.
type Notation = (&'static str, fn(Decimal) -> Option<String>);

const NOTATIONS: &[Notation] = &[
    ("Arabic", |value| Some(value.to_string())),
    ("full-width", |value| Some(full_width(&value.to_string()))),
    ("grouped", |value| Some(grouped(value, ','))),
    ("grouped, full-width", |value| Some(full_width(&grouped(value, '，')))),
    ("Chinese", |value| Some(PLAIN.write(whole(value)?))),
    ("Chinese, bare ten", |value| {
        let text = PLAIN.write(whole(value)?);
        text.strip_prefix('一').filter(|rest| rest.starts_with('十')).map(str::to_string)
    }),
    ("Chinese, 两", |value| Some(with_liang(&PLAIN.write(whole(value)?)))),
    ("Chinese, 廿 and 卅", |value| {
        let text = PLAIN.write(whole(value).filter(|value| *value < 40)?);
        Some(text.replace("二十", "廿").replace("三十", "卅"))
    }),
    ("formal", |value| Some(FORMAL.write(whole(value)?))),
    ("Traditional", |value| Some(TRADITIONAL.write(whole(value)?))),
    ("Traditional, formal", |value| Some(TRADITIONAL_FORMAL.write(whole(value)?))),
    ("digit by digit", |value| {
        let text = PLAIN.one_by_one(&whole(value)?.to_string()).replace('零', "〇");
        (text.chars().count() > 2).then_some(text)
    }),
    ("Chinese with 点", |value| {
        let text = value.to_string();
        let (_, fraction) = text.split_once('.')?;
        Some(format!("{}点{}", PLAIN.write(u64::try_from(value.trunc()).ok()?), PLAIN.one_by_one(fraction)))
    }),
    ("decimal with 万", |value| Some(format!("{}万", shifted(value, 4)?))),
    ("decimal with 億", |value| Some(format!("{}億", shifted(value, 8)?))),
    ("decimal with 万亿", |value| Some(format!("{}万亿", shifted(value, 12)?))),
    ("decimal, space, 亿", |value| Some(format!("{} 亿", shifted(value, 8)?))),
    ("full-width decimal with 万", |value| Some(format!("{}万", full_width(&shifted(value, 4)?)))),
    ("digits and magnitudes", mixed),
    ("spoken tail", |value| {
        // 两千六, 三万五: the last digit goes with the place below the magnitude.
        let text = with_liang(&PLAIN.write(whole(value)?));
        let tail = [("千", "百"), ("百", "十"), ("万", "千")].into_iter().find_map(|(above, below)| {
            let rest = text.strip_suffix(below)?;
            let digit = rest.chars().next_back()?;
            (rest[..rest.len() - digit.len_utf8()].ends_with(above) && digit != '两').then(|| rest.to_string())
        });
        tail.or_else(|| {
            text.strip_suffix('百').filter(|rest| rest.ends_with("千两")).map(|rest| rest.replace("千两", "千二"))
        })
    }),
];

fn whole(value: Decimal) -> Option<u64> {
    (value.scale() == 0).then(|| u64::try_from(value).ok()).flatten().filter(|value| *value < 10u64.pow(16))
}

/// The value in units of a magnitude, written out.
fn shifted(value: Decimal, zeros: u32) -> Option<String> {
    let value = value * Decimal::new(1, 0) / Decimal::from(10u64.pow(zeros));
    (value.scale() <= 12 && !value.is_zero()).then(|| value.normalize().to_string())
}

fn full_width(text: &str) -> String {
    let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32('０' as u32 + digit));
    text.chars().map(|c| if c == '.' { '．' } else { wide(c).unwrap_or(c) }).collect()
}

fn grouped(value: Decimal, comma: char) -> String {
    let text = value.to_string();
    let (whole, rest) = text.find('.').map_or((text.as_str(), ""), |point| text.split_at(point));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(comma);
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// 两 where speech has it: in front of 百, 千, 万 and 亿, unless 十 stands before it.
fn with_liang(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let spoken = |at: usize| {
        let opens = chars.get(at + 1).is_some_and(|c| "百千万亿".contains(*c));
        chars[at] == '二' && opens && (at == 0 || chars[at - 1] != '十')
    };
    (0..chars.len()).map(|at| if spoken(at) { '两' } else { chars[at] }).collect()
}

/// 3千5百万, 1亿2300万: Arabic digits in front of each magnitude, as far as no place is skipped.
fn mixed(value: Decimal) -> Option<String> {
    let value = whole(value)?;
    let (high, middle, low) = (value / 100_000_000, value / 10_000 % 10_000, value % 10_000);
    if low == 0 && high > 0 && middle >= 1000 {
        return Some(format!("{high}亿{middle}万"));
    }
    let (section, mark) = if high == 0 && low == 0 { (middle, "万") } else { (value, "") };
    let digits: Vec<u64> = [1000, 100, 10, 1].iter().map(|power| section / power % 10).collect();
    let places = digits.iter().zip(["千", "百", "十", ""]).skip_while(|(digit, _)| **digit == 0);
    let written: Vec<_> = places.collect();
    let used = written.iter().take_while(|(digit, _)| **digit > 0).count();
    let rest_is_zero = written[used..].iter().all(|(digit, _)| **digit == 0);
    let closed = written[..used].last().is_some_and(|(_, mark)| !mark.is_empty());
    (section < 10_000 && used > 0 && rest_is_zero && closed)
        .then(|| written[..used].iter().map(|(digit, mark)| format!("{digit}{mark}")).collect::<String>() + mark)
}

/// Reads a numeral that must take all of the text.
fn read(text: &str) -> Result<Decimal, String> {
    let lexicon = extractor().lexicon();
    let folded = lexicon.folder.fold(text);
    let numeral = numeral::read(lexicon, &folded, 0).ok_or("no numeral")?;
    if numeral.span.len() != folded.len() {
        return Err(format!("only {} was read", numeral.span.of(text)));
    }
    if numeral.low == numeral.high { Ok(numeral.low) } else { Err(format!("{}–{}", numeral.low, numeral.high)) }
}

/// Reads the one sum of a sentence.
fn read_money(text: &str) -> Result<Decimal, String> {
    let sentence = format!("全年共投入{text}元。");
    let found = extractor().quantities(&sentence);
    match found.as_slice() {
        [sum] if sum.fact && sum.unit == "CNY" && sum.low == sum.high => Ok(sum.low),
        found => Err(format!("{} quantities: {found:?}", found.len())),
    }
}

/// Small values all, then values of every length, many of them round and some with decimals.
fn values() -> impl Iterator<Item = Decimal> {
    let mut state = 1u64;
    let mut random = move || {
        // SplitMix64: the same values in every run.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    };
    let edges = (4..16).flat_map(|zeros| {
        let power = 10u64.pow(zeros);
        [power - 1, power, power + 1, power + 10, power + power / 10, 2 * power, 2 * power + power / 100, power * 9 / 2]
    });
    let long = (0..8000).map(move |_| {
        let value = random() % 10u64.pow(1 + (random() % 16) as u32);
        let round = 10u64.pow((random() % 9) as u32);
        let value = (value / round * round).max(1);
        let scale = if random() % 3 == 0 { (random() % 5) as u32 } else { 0 };
        Decimal::from_i128_with_scale(i128::from(value), scale).normalize()
    });
    (1..=3000).chain(edges).map(Decimal::from).chain(long)
}

#[test]
fn every_notation_reads_back() {
    let (mut checks, mut sums) = (0, 0);
    let mut written = vec![0; NOTATIONS.len()];
    let mut faults = Vec::new();
    for (index, value) in values().enumerate() {
        for (notation, (name, write)) in NOTATIONS.iter().enumerate() {
            let Some(text) = write(value) else { continue };
            checks += 1;
            written[notation] += 1;
            let found = read(&text);
            if found != Ok(value) {
                faults.push(format!("{name}: {text} is {value}, read as {found:?}"));
            }
            // 一元 alone tells of no sum, and digits one by one name a year or a number.
            if index % 7 == 0 && value > Decimal::ONE && *name != "digit by digit" {
                sums += 1;
                let found = read_money(&text);
                if found != Ok(value) {
                    faults.push(format!("{name}, in a sentence: {text} is {value}, read as {found:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {checks} differ\n{}", faults.len(), faults[..faults.len().min(40)].join("\n"));
    assert!(checks >= 100_000 && sums >= 10_000, "{checks} numerals and {sums} sums are too few");
    for ((name, _), count) in NOTATIONS.iter().zip(written) {
        assert!(count >= 20, "{name}: only {count} values were written so");
    }
}

#[test]
fn the_writers_write_what_people_write() {
    for (value, text) in [
        (10, "一十"),
        (105, "一百零五"),
        (1050, "一千零五十"),
        (10_203, "一万零二百零三"),
        (1_000_010, "一百万零一十"),
        (100_005_000, "一亿零五千"),
        (120_000_000, "一亿二千万"),
        (1_234_567_890_123, "一万二千三百四十五亿六千七百八十九万零一百二十三"),
    ] {
        assert_eq!(PLAIN.write(value), text);
    }
    assert_eq!(TRADITIONAL_FORMAL.write(32_767), "參萬貳仟柒佰陸拾柒");
    assert_eq!(with_liang("二千二百二十二万"), "两千两百二十二万");
    assert_eq!(mixed(Decimal::from(35_000_000)).as_deref(), Some("3千5百万"));
    assert_eq!(mixed(Decimal::from(123_000_000)).as_deref(), Some("1亿2300万"));
    assert_eq!(mixed(Decimal::from(3005)), None);
    assert_eq!(shifted(Decimal::from(192_450_000), 8).as_deref(), Some("1.9245"));
}

/// Beyond 28 digits there is no exact decimal, and then no numeral; never a wrong one.
#[test]
fn no_value_is_rounded() {
    for digits in 1..40 {
        let text = "7".repeat(digits) + "亿";
        let exact = "7".repeat(digits) + "00000000";
        match read(&text) {
            Ok(value) => assert_eq!(value.to_string(), exact),
            Err(_) => assert!(digits > 20, "{text}"),
        }
    }
}
