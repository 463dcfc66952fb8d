//! The table of contents: one document through all stages.

use crate::audit;
use crate::context;
use crate::document::Document;
use crate::fact::{self, Fact};
use crate::landmark::{Survey, Surveyor};
use crate::layout::{self, Layout};
use crate::lexicon::{Lexicon, NameHit, Scan};
use crate::mention::{self, Mention};
use crate::pairing::{self, Answer};
use crate::quantity::{self, Quantity};
use crate::scope::Scopes;
use crate::segment::{Segmenter, Token};
use crate::sentence::{self, Sentence};
use std::borrow::Cow;

/// Everything that extraction made of one document.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// The page laid out.
    pub layout: Layout,
    /// Sentences of the article.
    pub sentences: Vec<Sentence>,
    /// Places, agencies, parks, compounds.
    pub mentions: Vec<Mention>,
    /// Everything number-like.
    pub quantities: Vec<Quantity>,
    /// The facts.
    pub facts: Vec<Fact>,
    /// For each fact what every rule says of its pairs, the decision first; empty until [`Extractor::explain`] is asked.
    pub answers: Vec<Vec<Answer>>,
}

/// Dictionaries and segmenter, built once and shared by all threads.
#[derive(Debug)]
pub struct Extractor {
    lexicon: Lexicon,
    segmenter: Segmenter,
    surveyor: Surveyor,
}

/// A title that stands beside the text.
struct Title<'t> {
    folded: Cow<'t, str>,
    names: Vec<NameHit>,
}

impl Extractor {
    /// An extractor over these dictionaries; costs a few tenths of a second.
    pub fn new(lexicon: Lexicon) -> Self {
        let segmenter = Segmenter::new(&lexicon);
        let surveyor = Surveyor::new(&lexicon);
        Self { lexicon, segmenter, surveyor }
    }

    /// The dictionaries.
    pub const fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The segmenter.
    pub const fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// All facts of a document, and what led to them. No text is an error.
    pub fn extract(&self, document: &Document) -> Extraction {
        let lexicon = &self.lexicon;
        let Survey { folded, numerals, marks, stops } = self.survey(&document.text);
        let Scan { names, cues } = lexicon.scan(&folded);
        let title = self.title(document);
        let layout = layout::lay_out(&folded, &marks, &cues, &names, document.date);
        let sentences = sentence::split(&folded, &stops, &layout);
        let mentions = mention::find(lexicon, &self.segmenter, &folded, &names, &cues, Some(&layout), &title.names);
        let title_mentions = self.title_mentions(&title, &names);
        let quantities = quantity::tag(lexicon, &folded, &numerals, &sentences, &cues);
        let scopes = Scopes::new(marks);
        let contexts = context::read(&context::Input {
            lexicon,
            segmenter: &self.segmenter,
            folded: &folded,
            layout: &layout,
            scopes: &scopes,
            sentences: &sentences,
            cues: &cues,
            quantities: &quantities,
        });
        let decisions = pairing::resolve(&pairing::Input {
            lexicon,
            folded: &folded,
            layout: &layout,
            title_mentions: &title_mentions,
            scopes: &scopes,
            sentences: &sentences,
            mentions: &mentions,
            cues: &cues,
            quantities: &quantities,
        });
        let flags = audit::audit(&folded, &sentences, &quantities, &contexts);
        let facts = fact::assemble(&sentences, &quantities, contexts, decisions, flags);
        Extraction { layout, sentences, mentions, quantities, facts, answers: Vec::new() }
    }

    /// Asks all rules about the pairs of each fact, also those that were not reached, for people who look into it.
    pub fn explain(&self, document: &Document, extraction: &mut Extraction) {
        let lexicon = &self.lexicon;
        let Survey { folded, marks, .. } = self.survey(&document.text);
        let Scan { names, cues } = lexicon.scan(&folded);
        let answers = pairing::answers(&pairing::Input {
            lexicon,
            folded: &folded,
            layout: &extraction.layout,
            title_mentions: &self.title_mentions(&self.title(document), &names),
            scopes: &Scopes::new(marks),
            sentences: &extraction.sentences,
            mentions: &extraction.mentions,
            cues: &cues,
            quantities: &extraction.quantities,
        });
        let of_facts = answers.into_iter().zip(&extraction.quantities).filter(|(_, quantity)| quantity.fact);
        extraction.answers = of_facts.map(|(answers, _)| answers).collect();
    }

    fn survey<'t>(&self, text: &'t str) -> Survey<'t> {
        self.surveyor.survey(&self.lexicon, text)
    }

    /// A title that stands beside the text; empty when there is none.
    fn title<'t>(&self, document: &'t Document) -> Title<'t> {
        let folded = self.lexicon.folder.fold(document.title.as_deref().unwrap_or_default());
        let names = self.lexicon.scan(&folded).names;
        Title { folded, names }
    }

    fn title_mentions(&self, title: &Title<'_>, text_names: &[NameHit]) -> Vec<Mention> {
        mention::find(&self.lexicon, &self.segmenter, &title.folded, &title.names, &[], None, text_names)
    }

    /// Tokens of every sentence, which extraction itself asks for around quantities only.
    pub fn tokens(&self, document: &Document, sentences: &[Sentence]) -> Vec<Token> {
        let folded: Cow<'_, str> = self.lexicon.folder.fold(&document.text);
        sentences.iter().flat_map(|sentence| self.segmenter.tokens(&folded, sentence.span)).collect()
    }

    /// The quantities of a piece of text that is no document, as an article would have them.
    pub fn quantities(&self, text: &str) -> Vec<Quantity> {
        let Survey { folded, numerals, .. } = self.survey(text);
        let cues = self.lexicon.scan(&folded).cues;
        let whole = crate::span::Span::new(0, text.len());
        let sentences = [Sentence { span: whole, paragraph: 0, kind: layout::LineKind::Body }];
        quantity::tag(&self.lexicon, &folded, &numerals, &sentences, &cues)
    }

    /// The quantities of a piece of text, numbers that measure nothing included. For `normalize`.
    pub fn numbers(&self, text: &str) -> Vec<Quantity> {
        let Survey { folded, numerals, .. } = self.survey(text);
        quantity::tag_numbers(&self.lexicon, &folded, &numerals, &self.lexicon.scan(&folded).cues)
    }
}
