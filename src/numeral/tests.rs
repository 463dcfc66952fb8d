//! Every notation, and where a numeral ends.

use super::*;

fn lexicon() -> &'static Lexicon {
    static LEXICON: std::sync::LazyLock<Lexicon> = std::sync::LazyLock::new(Lexicon::builtin);
    &LEXICON
}

#[test]
fn reads_every_notation_to_the_exact_value() {
    for (text, value, taken) in [
        ("3200", "3200", "3200"),
        ("１.9245亿元", "192450000", "１.9245亿"),
        ("3千5百万元", "35000000", "3千5百万"),
        ("1亿2300万元", "123000000", "1亿2300万"),
        ("5亿3000万元", "530000000", "5亿3000万"),
        ("1.75万亿元", "1750000000000", "1.75万亿"),
        ("一百二十万三", "1203000", "一百二十万三"),
        ("两千六", "2600", "两千六"),
        ("一万零一十", "10010", "一万零一十"),
        ("五亿三千万元", "530000000", "五亿三千万"),
        ("一点五亿", "150000000", "一点五亿"),
        ("壹佰贰拾万元整", "1200000", "壹佰贰拾万"),
        ("廿三", "23", "廿三"),
        ("十五家", "15", "十五"),
        ("1,100万元", "11000000", "1,100万"),
        ("93个,投资", "93", "93"),
        ("12,34", "12", "12"),
        ("490 亿元", "49000000000", "490 亿"),
        ("1200多万元", "12000000", "1200多万"),
        ("60余亿元", "6000000000", "60余亿"),
        ("7万多平方米", "70000", "7万多"),
        ("一万二千余人", "12000", "一万二千余"),
        ("300来人", "300", "300来"),
        ("300来自", "300", "300"),
        ("240+场次", "240", "240+"),
        ("二〇一二", "2012", "二〇一二"),
    ] {
        let numeral = read(lexicon(), text, 0).unwrap_or_else(|| panic!("{text}: no numeral"));
        assert_eq!(numeral.span.of(text), taken, "{text}");
        assert_eq!(numeral.low.to_string(), value, "{text}");
        assert_eq!(numeral.high.to_string(), value, "{text}");
    }
}

#[test]
fn adjacent_digits_are_a_range() {
    for (text, low, high) in
        [("三五百万元", "3000000", "5000000"), ("两三百人", "200", "300"), ("十七八个", "17", "18")]
    {
        let numeral = read(lexicon(), text, 0).unwrap();
        assert_eq!((numeral.low.to_string().as_str(), numeral.high.to_string().as_str()), (low, high), "{text}");
    }
}

#[test]
fn no_numeral_where_none_starts() {
    for text in ["家", "数字", "几何", "."] {
        assert!(read(lexicon(), text, 0).is_none(), "{text}");
    }
}
