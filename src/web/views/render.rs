//! Pages are left unrendered by whoever answers, and rendered where the visitor's language is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::{Awaited, Message, Offer, samples, templates};
use crate::config::{Config, Misprint};
use crate::domain::colour::Colour;
use crate::domain::ids::Mode;
use crate::domain::language::Language;
use crate::domain::return_path::ReturnPath;
use crate::site::Site;
use crate::web::assets::{self, Asset, Assets};
use crate::web::texts::{Arguments, Texts, Tongue};

/// How often the "on its way" page looks again, in seconds. A webhook wakes the page's gate
/// within seconds; a bank takes days.
const LOOK_AGAIN_SECONDS: u32 = 15;

/// Renders our pages.
pub(in crate::web) struct Views {
    templates: Environment<'static>,
    pub(in crate::web) texts: Texts,
    pub(in crate::web) assets: Assets,
    colour: Colour,
}

/// A page without its language: it is rendered when it is known who reads it.
#[derive(Clone)]
pub(in crate::web) struct Page {
    pub(super) template: &'static str,
    pub(super) values: Value,
}

impl Page {
    /// What went wrong.
    pub(in crate::web) fn message(message: &Message<'_>) -> Self {
        let values = context! {
            heading => message.heading, advice => message.advice, again => message.again,
        };
        Self { template: "message.html", values }
    }

    /// The page that a handler left in its answer.
    pub(in crate::web) fn in_answer(answer: &Response) -> Option<Self> {
        answer.extensions().get::<Self>().cloned()
    }
}

/// The page of somebody who paid, and is not known here.
#[derive(Serialize)]
pub(in crate::web) struct PaidPage {
    /// The money is still to come.
    pub(in crate::web) on_its_way: bool,
    /// His browser sends no cookie at all: it may be the one in which he paid.
    pub(in crate::web) no_cookie: bool,
}

impl Views {
    pub(in crate::web) fn new(config: &Config) -> Result<Self, Vec<Misprint>> {
        let look = &config.look;
        let (texts, assets, colour) = (Texts::new(look)?, Assets::new(look), assets::colour(look));
        let templates = templates::environment(&look.templates)?;
        let views = Self { templates, texts, assets, colour };
        let misprints = views.rehearsed(config);
        if misprints.is_empty() { Ok(views) } else { Err(misprints) }
    }

    pub(in crate::web) fn offer(&self, status: StatusCode, offer: &Offer<'_>) -> Response {
        self.page(status, "offer.html", Value::from(Serde(offer)))
    }

    pub(in crate::web) fn waiting(&self, status: StatusCode, to: &ReturnPath) -> Response {
        let values = context! { to => to.as_str(), seconds => LOOK_AGAIN_SECONDS };
        self.page(status, "waiting.html", values)
    }

    /// "We are waiting for Stripe", or for our own store: looks again at `next` by itself.
    pub(in crate::web) fn unconfirmed(&self, whom: Awaited, next: &str, seconds: u8) -> Response {
        let stripe = whom == Awaited::Stripe;
        let values = context! { stripe, next, seconds };
        let mut page = self.page(StatusCode::SERVICE_UNAVAILABLE, "unconfirmed.html", values);
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(u16::from(seconds)));
        page
    }

    pub(in crate::web) fn paid_elsewhere(&self, page: &PaidPage) -> Response {
        self.page(StatusCode::OK, "paid_elsewhere.html", Value::from(Serde(page)))
    }

    /// The way to the offer, where the page itself was wanted.
    pub(in crate::web) fn referral(&self, status: StatusCode, offer: &str) -> Response {
        self.page(status, "referral.html", context! { offer })
    }

    /// The line beside the button that pays, at Stripe, which takes Markdown links there.
    pub(in crate::web) fn till_note(&self, headers: &HeaderMap, sign_in: &str) -> Option<String> {
        let tongue = self.texts.for_headers(headers);
        let say = |key| tongue.say(key, &Arguments::new());
        match (say("till-sign-in"), say("sign-in")) {
            (Ok(question), Ok(words)) => Some(format!("{question} [{words}]({sign_in})")),
            (Err(unsaid), _) | (_, Err(unsaid)) => {
                tracing::error!(%unsaid, "a text of ours is wrong");
                None
            }
        }
    }

    /// Leaves the rendering to whoever knows the visitor's language: see [`Page::in_answer`].
    pub(super) fn page(
        &self,
        status: StatusCode,
        template: &'static str,
        values: Value,
    ) -> Response {
        debug_assert!(
            self.templates.get_template(template).is_ok(),
            "{template} stands in TEMPLATES"
        );
        let mut answer = status.into_response();
        answer.extensions_mut().insert(Page { template, values });
        answer
    }

    /// A page in somebody's language.
    pub(in crate::web) fn render(
        &self,
        site: &Site,
        tongue: &Arc<Tongue>,
        status: StatusCode,
        page: &Page,
    ) -> Response {
        let language = HeaderValue::from_str(tongue.language.as_str());
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_LANGUAGE, language.expect("a language is letters, digits and '-'")),
        ];
        (status, headers, self.text(&site.config, tongue, page)).into_response()
    }

    pub(super) fn text(&self, config: &Config, tongue: &Arc<Tongue>, page: &Page) -> String {
        self.rendered(config, tongue, page).expect("every template was rendered at the start")
    }

    /// What an owner's templates get wrong, with values of every page.
    fn rehearsed(&self, config: &Config) -> Vec<Misprint> {
        let own = &config.look.templates;
        if own.is_empty() {
            return Vec::new();
        }
        let tongue = self.texts.in_language(&Language::english());
        let names = |values: &Value| {
            let names = values.try_iter().into_iter().flatten();
            names.map(|name| name.to_string()).collect::<Vec<_>>()
        };
        let mut known: BTreeSet<String> = names(&self.common(config, tongue)).into_iter().collect();
        for (_, page) in samples::pages() {
            known.extend(names(&page.values));
        }
        let mut misprints = templates::unknown_names(&self.templates, own, &known);
        for (name, page) in samples::pages() {
            let named = |name: Option<&str>| own.iter().find(|own| Some(own.name.as_str()) == name);
            match self.rendered(config, tongue, &page) {
                Ok(text) => {
                    let base = || named(Some("base.html"));
                    let lacks = named(Some(page.template)).or_else(base);
                    misprints.extend(lacks.and_then(|own| templates::dead_end(own, name, &text)));
                }
                // A base that an owner made may be at odds with a page of ours.
                Err(error) => {
                    let wrong = named(error.name()).or(own.first());
                    misprints.extend(wrong.map(|own| templates::told(own, &error)));
                }
            }
        }
        misprints.dedup();
        misprints
    }

    fn rendered(
        &self,
        config: &Config,
        tongue: &Arc<Tongue>,
        page: &Page,
    ) -> Result<String, minijinja::Error> {
        let template = self.templates.get_template(page.template)?;
        template.render(context! { ..page.values.clone(), ..self.common(config, tongue) })
    }

    /// What every template has.
    fn common(&self, config: &Config, tongue: &Arc<Tongue>) -> Value {
        let settings = &config.site;
        context! {
            site_name => settings.name.as_str(),
            site_url => settings.url.as_str(),
            contact => settings.contact.as_str(),
            test_mode => config.stripe.mode == Mode::Test,
            by_mail => config.mail.is_some(),
            free_plans => config.catalog.asks_for_addresses(),
            language => tongue.language.as_str(),
            style => self.assets.style.path(),
            inset_style => self.assets.inset.path(),
            css => self.assets.css.as_ref().map(Asset::path),
            logo => self.assets.logo.as_ref().map(Asset::path),
            colour => self.colour.to_string(),
            on_colour => self.colour.ink().to_string(),
            words => templates::words(tongue),
        }
    }

    /// Every page with made-up values, and what it loads.
    pub(in crate::web) fn gallery(&self, config: &Config, language: &Language) -> Gallery {
        let tongue = self.texts.in_language(language);
        let pages = samples::pages();
        let pages = pages.into_iter().map(|(name, page)| (name, self.text(config, tongue, &page)));
        Gallery { pages: pages.collect(), files: self.assets.all() }
    }
}

/// All our pages, to be looked at.
pub struct Gallery {
    /// A name for each, and its HTML.
    pub pages: Vec<(&'static str, String)>,
    /// What they load: address, type, content.
    pub files: Vec<(String, &'static str, Bytes)>,
}
