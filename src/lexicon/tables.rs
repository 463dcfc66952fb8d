//! The tables: which files there are, and what one row of each means.

use super::tsv::{RowRef, TableSpec};
use rust_decimal::Decimal;

macro_rules! table {
    ($file:literal, $key:literal, $columns:expr) => {
        TableSpec {
            name: $file,
            columns: $columns,
            key: $key,
            builtin: include_str!(concat!("../../dictionaries/", $file)),
        }
    };
}

/// Every dictionary table, in the order in which they are loaded.
pub const TABLES: &[TableSpec] = &[
    table!("variants.tsv", 1, &["variant", "canonical", "source", "note"]),
    table!("numerals.tsv", 1, &["surface", "kind", "value", "source", "note"]),
    table!("units.tsv", 1, &["surface", "kind", "unit", "factor", "source", "note"]),
    table!("measure_words.tsv", 1, &["surface", "counts", "unless", "source", "note"]),
    table!("hedges.tsv", 2, &["surface", "position", "bound", "source", "note"]),
    table!("idioms.tsv", 1, &["surface", "kind", "source", "note"]),
    table!("cues.tsv", 2, &["surface", "kind", "value", "source", "note"]),
    table!("attributes.tsv", 2, &["surface", "kind", "role", "source", "note"]),
    table!("furniture.tsv", 2, &["surface", "kind", "source", "note"]),
    table!(
        "places.tsv",
        2,
        &["code", "name", "short", "level", "parent", "from", "to", "danger", "forms", "source", "note"]
    ),
    table!("divisions.tsv", 1, &["code", "name", "short", "level", "parent", "source", "note"]),
    table!("compounds.tsv", 2, &["surface", "kind", "helper", "recipient", "source", "note"]),
    table!("blocklist.tsv", 2, &["surface", "table", "reason", "source", "note"]),
    table!("agencies.tsv", 1, &["surface", "category", "strength", "owner", "source", "note"]),
    table!(
        "pairs.tsv",
        5,
        &["helper", "recipient", "from", "to", "programme", "level", "confidence", "source", "note"]
    ),
];

/// Index of a place in [`super::Lexicon::places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u32);

/// Administrative level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 省, 自治区, 直辖市.
    Province,
    /// 地级市, 自治州, 地区.
    Prefecture,
    /// 县, 县级市, 区.
    County,
    /// Functional area without a GB/T 2260 code of its own: 深汕特别合作区.
    Zone,
    /// 镇, 街道.
    Town,
}

/// How likely the short form is an ordinary word: 和平, 新兴, 合作.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Never seen as another word.
    None,
    /// Hardly ever.
    Low,
    /// Sometimes: needs support from the document.
    Medium,
    /// Often: needs support from the sentence or the document's full name.
    High,
}

/// A row of `places.tsv` or of the generated `divisions.tsv`.
#[derive(Debug, Clone)]
pub struct Place {
    /// GB/T 2260 code, or a project code with a hyphen for zones.
    pub code: String,
    /// Official name: 河源市.
    pub name: String,
    /// Short form: 河源. Empty when there is none that can be used.
    pub short: String,
    /// Level.
    pub level: Level,
    /// The place above.
    pub parent: Option<PlaceId>,
    /// Danger of the short form.
    pub danger: Danger,
    /// Whether the name is no longer in force (has a `to`).
    pub abolished: bool,
    /// Where the row stands.
    pub row: RowRef,
}

/// How a surface relates to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The official name, with 市, 县, 区, 镇.
    Full,
    /// The short form.
    Short,
    /// Another form from the `forms` column.
    Other,
}

/// A row of `compounds.tsv`: one word that names a pair.
#[derive(Debug, Clone)]
pub struct Compound {
    /// pair, park, zone or body.
    pub kind: String,
    /// Helper sides.
    pub helpers: Vec<PlaceId>,
    /// Recipient sides.
    pub recipients: Vec<PlaceId>,
    /// Where the row stands.
    pub row: RowRef,
}

/// What one surface of the names table may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// A place.
    Place(PlaceId, Form),
    /// A compound, by index.
    Compound(u32),
    /// A longer word in which a name is not that name: 中山大学.
    Blocked(RowRef),
}

/// A year, or a month of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// 1 to 12, if known.
    pub month: Option<u8>,
}

impl Month {
    /// `2013` or `2013-11`; None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = match text.split_once('-') {
            Some((year, month)) => (year, Some(month)),
            None => (text, None),
        };
        let year = year.parse().ok().filter(|year| year_is_plausible(*year, text))?;
        let month = match month {
            Some(month) if month.len() == 2 => Some(month.parse().ok().filter(|month| (1..=12).contains(month))?),
            Some(_) => return None,
            None => None,
        };
        Some(Self { year, month })
    }

    /// The first month that it may mean.
    pub fn first(self) -> (i16, u8) {
        (self.year, self.month.unwrap_or(1))
    }

    /// The last month that it may mean.
    pub fn last(self) -> (i16, u8) {
        (self.year, self.month.unwrap_or(12))
    }
}

fn year_is_plausible(year: i16, text: &str) -> bool {
    (1949..2200).contains(&year)
        && text.as_bytes().get(..4).is_some_and(|digits| digits.is_ascii() && !digits.contains(&b'+'))
}

/// What kind of places a pair joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairLevel {
    /// 深圳 helps 河源; makes the helper a helping city.
    City,
    /// 宝安 helps 龙川.
    County,
    /// 张槎街道 helps 横山镇.
    Town,
    /// A shared park.
    Park,
    /// A side outside Guangdong.
    External,
}

impl PairLevel {
    /// The names in the table.
    pub const NAMES: &[(&str, Self)] = &[
        ("city", Self::City),
        ("county", Self::County),
        ("town", Self::Town),
        ("park", Self::Park),
        ("external", Self::External),
    ];
}

/// How sure the source of a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// No source found: gives direction, and never supplies a partner.
    Check,
    /// Inferred from a source.
    Likely,
    /// A source states it.
    Sure,
}

impl Confidence {
    /// The names in the table.
    pub const NAMES: &[(&str, Self)] = &[("sure", Self::Sure), ("likely", Self::Likely), ("check", Self::Check)];
}

/// A row of `pairs.tsv`.
#[derive(Debug, Clone)]
pub struct PairRow {
    /// Helping side as the row gives it.
    pub helper: PlaceId,
    /// Receiving side as the row gives it.
    pub recipient: PlaceId,
    /// Beginning, if known.
    pub from: Option<Month>,
    /// End, if it ended.
    pub to: Option<Month>,
    /// Programme: 双到2013-2015.
    pub programme: String,
    /// What kind of places it joins.
    pub level: PairLevel,
    /// How sure the source is.
    pub confidence: Confidence,
    /// Where the row stands.
    pub row: RowRef,
}

impl PairRow {
    /// Whether a source says so, or can be read to say so.
    pub fn trusted(&self) -> bool {
        self.confidence > Confidence::Check
    }

    /// Whether it was in force at some time of a year.
    pub fn in_year(&self, year: i16) -> bool {
        self.from.is_none_or(|from| from.year <= year) && self.to.is_none_or(|to| year <= to.year)
    }

    /// Whether it was in force at some time of a month (or of a year, when the month is not known).
    pub fn in_month(&self, month: Month) -> bool {
        self.from.is_none_or(|from| from.first() <= month.last()) && self.to.is_none_or(|to| month.first() <= to.last())
    }
}

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// 元 and other currencies.
    Money,
    /// 亩, 平方米.
    Area,
    /// 公里, 米.
    Length,
    /// %, 成.
    Percent,
    /// 年, 天, 个月.
    Duration,
    /// 岁.
    Age,
    /// 分, 名次.
    Score,
    /// 倍, 番.
    Multiple,
    /// 号, 期, 届: names and orders.
    Ordinal,
    /// 吨, 千瓦 and whatever else is measured.
    Measure,
}

/// A row of `units.tsv`.
#[derive(Debug, Clone)]
pub struct Unit {
    /// What it measures.
    pub kind: UnitKind,
    /// Code in the output.
    pub code: String,
    /// How many of `code` one is: numerator.
    pub numerator: Decimal,
    /// And denominator.
    pub denominator: Decimal,
    /// Where the row stands.
    pub row: RowRef,
}

/// A row of `measure_words.tsv`.
#[derive(Debug, Clone)]
pub struct MeasureWord {
    /// Beginnings of other words: before them the character is no measure word (3家长).
    pub unless: Vec<String>,
    /// Where the row stands.
    pub row: RowRef,
}

/// Where a hedge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HedgePosition {
    /// 近2亿.
    Before,
    /// 60余亿.
    Inside,
    /// 100家以上.
    After,
}

/// How exact an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bound {
    /// As written.
    #[default]
    Exact,
    /// 约, 左右.
    About,
    /// 超, 逾, 余, 多.
    Over,
    /// 以上, 至少.
    AtLeast,
    /// 近.
    Nearly,
    /// 不足.
    Under,
    /// 以内, 至多.
    AtMost,
    /// low–high.
    Range,
    /// 上百: no value can be given.
    Vague,
    /// 负: the sign of a negative number.
    Minus,
    /// A longer word that only ends like a hedge: 签约, 最近.
    NotHedge,
}

impl Bound {
    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact | Self::NotHedge | Self::Minus => "exact",
            Self::About => "about",
            Self::Over => "over",
            Self::AtLeast => "at_least",
            Self::Nearly => "nearly",
            Self::Under => "under",
            Self::AtMost => "at_most",
            Self::Range => "range",
            Self::Vague => "vague",
        }
    }
}

/// A row of `hedges.tsv`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hedge {
    /// What it says about the amount.
    pub bound: Bound,
    /// Where the row stands.
    pub row: RowRef,
}

/// Kinds of cue words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CueKind {
    /// 将, 拟, 力争.
    Planned,
    /// Planned, unless an actual cue stands in the same clause: 提出, 要求.
    PlannedWeak,
    /// Planned, but only the amount right behind: 计划投资.
    PlannedOwn,
    /// 已, 累计, 截至.
    Actual,
    /// Actual, unless a planned cue stands before it: 完成, 建成.
    ActualWeak,
    /// A title with it makes its amounts planned: 实施方案.
    PlanningTitle,
    /// A heading with it makes what follows planned: 下一步.
    PlanningHeading,
    /// Vocabulary of assistance: 工作队, 贫困户.
    Aid,
    /// Verbs by which a helper acts: 拨付, 选派, 捐赠.
    Giving,
    /// 到账, 到位 behind an amount: it has come.
    Arrived,
    /// 分别, 依次: lists that pair up member by member.
    Zip,
    /// 两地, 四市: the places listed before.
    Group,
    /// A title: a report of a place on itself, in which only what says so is assistance: 政府工作报告.
    OwnReport,
    /// People and things that a bare number counts: 人口, 学生.
    PeopleNoun,
    /// A longer word in which a planned cue is none: 将近, 主要.
    NotPlanned,
    /// 各, 每, 人均.
    Each,
    /// 各项, 均衡.
    NotEach,
    /// 全省, 全国.
    Province,
    /// 全市, 我市, 该县.
    Whole,
    /// 自己, 本级.
    Own,
    /// 对口帮扶, 共建.
    Relation,
    /// 前身, 曾对口: what follows is over.
    Former,
    /// 省直单位, 市直单位: who helps beside the helper city.
    OtherHelper,
    /// 总厂, 母公司: a firm where it comes from.
    ParentFirm,
    /// 各结对市, 6个帮扶市: every pair that the article is about.
    AllPairs,
    /// 两地, 双方.
    DeicticPair,
    /// 我市, 该县.
    DeicticSelf,
    /// 园区, 产业园.
    Park,
    /// A noun that amounts measure: dimension and role.
    Attribute(UnitKind, Role),
    /// A noun that counts measure (常住人口): role.
    CountAttribute(Role),
    /// A bare agency name, by index into [`super::Lexicon::agencies`].
    Agency(u32),
    /// Page furniture.
    Furniture(FurnitureKind),
    /// A fixed expression that holds a numeral.
    Idiom(IdiomKind),
}

/// What kind of fixed expression holds a numeral that counts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdiomKind {
    /// A word or name: 四川, 三角, 统一, 十分.
    Word,
    /// A slogan or programme: 三通一平, 百千万工程.
    Slogan,
}

/// Class of a measured attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Aid money and money in general.
    Fund,
    /// Investment, signed or done.
    Investment,
    /// Output, income, tax.
    Output,
    /// Area.
    Area,
    /// Length.
    Length,
    /// A statistic of a whole place.
    Macro,
    /// What a place has: its own where 全市, 全县 says so (全县贫困人口4126户), not in the villages that are helped.
    Stock,
}

impl Role {
    /// The names in the table, which `summary` prints as classes.
    pub const NAMES: &[(&str, Self)] = &[
        ("fund", Self::Fund),
        ("investment", Self::Investment),
        ("output", Self::Output),
        ("area", Self::Area),
        ("length", Self::Length),
        ("macro", Self::Macro),
        ("stock", Self::Stock),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| name)
    }
}

/// What a furniture word marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FurnitureKind {
    /// The line is furniture.
    Strong,
    /// A list of other articles follows.
    Related,
    /// The line says where the article is from.
    Source,
    /// The line says when it was published.
    Date,
}

/// One meaning of a cue surface.
#[derive(Debug, Clone, Copy)]
pub struct Cue {
    /// Its kind.
    pub kind: CueKind,
    /// Where the row stands.
    pub row: RowRef,
}

/// What part of an agency's name a row of `agencies.tsv` is, and so how its owner is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgencyCategory {
    /// 市委, 市政府, 教育局, 法院, 妇联: the place in front owns it, else its level tells whose it is.
    Body,
    /// 我市, 全市, 该县: stands for the place itself.
    Deixis,
    /// 对口帮扶指挥部, 工作队: the sending side owns it.
    Cooperation,
    /// 开发区管委会: the zone in front owns it.
    Zone,
    /// 华发集团, 腾讯: the owner stands in the table.
    Company,
    /// 有限公司, 中学, 局: the right edge of a name that begins with its place.
    Suffix,
    /// 省直单位, 海关总署: above the cities.
    Vertical,
    /// 驻, 对口帮扶: joins the sides in the name of a cooperation body.
    Link,
    /// 格局, 布局: looks like an agency and is none.
    NotAgency,
}

impl AgencyCategory {
    /// The names in the table.
    pub const NAMES: &[(&str, Self)] = &[
        ("body", Self::Body),
        ("deixis", Self::Deixis),
        ("cooperation", Self::Cooperation),
        ("zone", Self::Zone),
        ("company", Self::Company),
        ("suffix", Self::Suffix),
        ("vertical", Self::Vertical),
        ("link", Self::Link),
        ("none", Self::NotAgency),
    ];
}

/// What must stand in front of the words of a row for them to be an agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Nothing: 教育局, 华发集团.
    Strong,
    /// A place, or its level (市海关, 阳江港商会).
    Medium,
    /// A place and a name of its own: 河源市源新有限公司; 河源的公司 is none.
    Weak,
    /// Nothing; begins with the level of its owner: 市委, 县政府, 我市.
    Bare,
}

impl Strength {
    /// The names in the table.
    pub const NAMES: &[(&str, Self)] =
        &[("strong", Self::Strong), ("medium", Self::Medium), ("weak", Self::Weak), ("bare", Self::Bare)];
}

/// A row of `agencies.tsv`.
#[derive(Debug, Clone)]
pub struct Agency {
    /// What part of a name it is.
    pub category: AgencyCategory,
    /// What must stand in front of it.
    pub strength: Strength,
    /// The place that owns it, when the name says so.
    pub owner: Option<PlaceId>,
    /// Where the row stands.
    pub row: RowRef,
}
