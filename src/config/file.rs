//! The configuration as owners write it. Doc comments and `x-example` become
//! `config.toml.example`: an example is what stands behind `=`, required settings are shown as
//! they are, all others behind a `#`.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

pub(super) use super::access::AccessFile;
pub(super) use super::admin::AdminFile;
use super::locate::Spot;
pub(super) use super::retention::RetentionFile;
use super::unpaid::{FreeViewsFile, PreviewFile, SearchEnginesFile, UnpaidFile};

/// The whole file.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ConfigFile {
    /// The version of this format.
    #[schemars(extend("x-example" = "1"))]
    pub(super) version: u16,
    /// Your site, and where it is.
    pub(super) site: SiteFile,
    /// Your Stripe account. Secrets never stand in this file: name an environment variable, or
    /// a file of its own.
    pub(super) stripe: StripeFile,
    /// What becomes of access when money is late or wanted back, and how long readers stay
    /// signed in.
    #[serde(default)]
    pub(super) access: AccessFile,
    /// What the website behind the gate is told.
    #[serde(default)]
    pub(super) headers: HeadersFile,
    /// How the website knows that a request came through the gate.
    #[serde(default)]
    pub(super) origin: OriginFile,
    /// What one visitor, and all of them together, may take. The defaults suit a small server.
    #[serde(default)]
    pub(super) limits: LimitsFile,
    /// Where whoever runs the server asks how it is.
    #[serde(default)]
    pub(super) admin: AdminFile,
    /// How mail is sent.
    #[serde(default)]
    pub(super) mail: MailFile,
    /// Where readers and payments are remembered.
    #[serde(default)]
    pub(super) store: StoreFile,
    /// How long is kept what is of no use any more. What readers paid for is kept for ever, a
    /// session until a week after its `session_days`.
    #[serde(default)]
    pub(super) retention: RetentionFile,
    /// What is for sale. The name after "plans." is yours; gates and commands use it.
    #[serde(default)]
    pub(super) plans: BTreeMap<String, PlanFile>,
    /// What is closed, and for whom it opens. The narrowest path wins, whatever the order.
    #[serde(default)]
    pub(super) gate: Vec<GateFile>,
}

/// `[site]`
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct SiteFile {
    /// What readers see on our pages.
    #[schemars(extend("x-example" = "\"Marginal Weather\""))]
    pub(super) name: String,
    /// The address that visitors use. Links, cookies and redirects are built from it.
    #[schemars(extend("x-example" = "\"https://weather.example\""))]
    pub(super) url: String,
    /// Where to listen. For TLS, put a proxy such as Caddy in front: in its Caddyfile,
    /// `weather.example {`, then `reverse_proxy 127.0.0.1:8080`, then `}`, a line each.
    #[schemars(extend("x-example" = "\"127.0.0.1:8080\""))]
    pub(super) listen: String,
    /// The website behind the gate ("none": nginx, Caddy or Traefik in front shows it, and asks
    /// /_tollhouse/check who may read; see docs/forward-auth.md). Either this …
    #[schemars(extend("x-example" = "\"http://127.0.0.1:1313\"", "x-shown" = true))]
    pub(super) origin: Option<String>,
    /// … or a folder of files.
    #[schemars(extend("x-example" = "\"./public\""))]
    pub(super) files: Option<String>,
    /// Other names of the site, which are redirected to its url.
    #[serde(default)]
    #[schemars(extend("x-example" = "[\"www.weather.example\"]"))]
    pub(super) also: Vec<String>,
    /// Whom readers ask. Without it, the address in [mail] from; one of the two is needed.
    #[schemars(extend("x-example" = "\"hello@weather.example\"", "x-shown" = true))]
    pub(super) contact: Option<String>,
    /// The language of our pages and mails: "en", "de", "fr", "es", "pt", "it", "nl", "ja", or one
    /// of your own in languages/xx.ftl beside this file. Without it, the one of these that a
    /// visitor's browser asks for.
    #[schemars(extend("x-example" = "\"de\""))]
    pub(super) language: Option<String>,
    /// The colour of buttons and links on our pages and in mails, as your CSS has it. Text on it is
    /// black or white, and links take a tone of it, so that everything can be read.
    #[schemars(extend("x-example" = "\"#1f5f8b\""))]
    pub(super) colour: Option<String>,
    /// A picture in the place of the name on our pages: SVG, PNG, JPEG or WebP.
    #[schemars(extend("x-example" = "\"logo.svg\""))]
    pub(super) logo: Option<String>,
    /// The font of our pages: WOFF2.
    #[schemars(extend("x-example" = "\"font.woff2\""))]
    pub(super) font: Option<String>,
    /// A stylesheet that comes after ours. docs/look.md says how our pages are made.
    #[schemars(extend("x-example" = "\"tollhouse.css\""))]
    pub(super) css: Option<String>,
    /// "open": a path is free unless a gate closes it. "closed": any plan is needed unless a
    /// gate says open.
    #[serde(default)]
    #[schemars(extend("x-example" = "\"open\""))]
    pub(super) default: DefaultFile,
    /// "deny": programs that collect pages to train models get nothing of a closed page, not even
    /// its preview. It is told by the names that they give themselves.
    #[serde(default)]
    #[schemars(extend("x-example" = "\"allow\""))]
    pub(super) ai_training: AiTrainingFile,
    /// Your terms, which programs are pointed to: a path of the site, or an address.
    #[schemars(extend("x-example" = "\"/terms/\""))]
    pub(super) terms: Option<String>,
    /// Proxies in front of us whose X-Forwarded-For is believed. Without it: this machine's, if
    /// url is https and listen is on this machine; else nobody.
    #[schemars(extend("x-example" = "[\"10.20.0.0/16\"]"))]
    pub(super) trusted_proxies: Option<Vec<String>>,
    /// Name servers that are asked whose address it is that says to be a search engine's. Without
    /// it: those of this machine. Only needed where a gate says `search_engines = "full"`.
    #[serde(default)]
    #[schemars(extend("x-example" = "[\"127.0.0.1:53\"]"))]
    pub(super) resolvers: Vec<String>,
}

/// What a path is that no gate speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum DefaultFile {
    #[default]
    Open,
    Closed,
}

/// What programs may do that collect pages to train models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum AiTrainingFile {
    #[default]
    Allow,
    Deny,
}

/// `[stripe]`
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct StripeFile {
    /// The secret key (sk_… or rk_…).
    #[schemars(extend("x-example" = "{ env = \"STRIPE_SECRET_KEY\" }"))]
    pub(super) secret_key: SecretFile,
    /// The signing secret of the webhook endpoint (whsec_…), which you make at Stripe for
    ///   <https://weather.example/_tollhouse/stripe/webhook>
    /// While you change it, a list of both: [{ env = "NEW" }, { env = "OLD" }].
    #[schemars(extend("x-example" = "{ env = \"STRIPE_WEBHOOK_SECRET\" }"))]
    pub(super) webhook_secret: SecretsFile,
    /// Whether the checkout takes promotion codes.
    #[serde(default)]
    #[schemars(extend("x-example" = "false"))]
    pub(super) promotion_codes: bool,
    /// A test key on a public address opens everything for the test card 4242. Set this to
    /// true if that is what you want.
    #[serde(default)]
    #[schemars(extend("x-example" = "false"))]
    pub(super) test_mode_in_public: bool,
    /// Another address than Stripe's: the simulated Stripe. Test keys and this machine only.
    #[schemars(extend("x-example" = "\"http://127.0.0.1:12111/\""))]
    pub(super) api_base: Option<String>,
}

/// Where a secret is: exactly one of the two.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SecretFile {
    /// An environment variable.
    pub(super) env: Option<String>,
    /// A file.
    pub(super) file: Option<String>,
}

/// One secret, or several while one is changed.
#[derive(Debug, Clone)]
pub(super) struct SecretsFile {
    pub(super) all: Vec<SecretFile>,
    /// Whether they were written as a list.
    is_list: bool,
}

impl SecretsFile {
    /// Each of them, and where it stands, while all of them stand at `spot`.
    pub(super) fn each(&self, spot: &Spot) -> impl Iterator<Item = (Spot, &SecretFile)> {
        self.all
            .iter()
            .enumerate()
            .map(move |(at, one)| (if self.is_list { spot.index(at) } else { spot.clone() }, one))
    }
}

impl<'de> Deserialize<'de> for SecretsFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let is_list = value.is_array();
        let all = if is_list {
            serde_json::from_value(value)
        } else {
            serde_json::from_value(value).map(|one| vec![one])
        };
        all.map(|all| Self { all, is_list }).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for SecretsFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretsFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<SecretFile>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// `[headers]`
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct HeadersFile {
    /// Whether the website learns who reads a closed page, from X-Tollhouse-Reader,
    /// X-Tollhouse-Plans and the signed X-Tollhouse-Identity.
    #[schemars(extend("x-example" = "false"))]
    pub(super) to_origin: bool,
}

/// `[origin]`
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct OriginFile {
    /// A secret that the website has too: each request then brings an X-Tollhouse-Proof made
    /// with it, and the website can refuse whoever comes around the gate. docs/origin-proof.md
    /// says how to check it. At least 32 characters, such as `openssl rand -hex 32` makes.
    #[schemars(extend("x-example" = "{ env = \"ORIGIN_PROOF\" }"))]
    pub(super) proof: Option<SecretFile>,
}

/// `[limits]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct LimitsFile {
    /// Seconds for all headers of a request. 1 to 120.
    #[schemars(range(min = 1, max = 120), extend("x-example" = "10"))]
    pub(super) header_seconds: u16,
    /// Seconds that a connection may be silent between two requests. 1 to 600.
    #[schemars(range(min = 1, max = 600), extend("x-example" = "75"))]
    pub(super) idle_seconds: u16,
    /// The largest headers of a request, in KiB. 4 to 128.
    #[schemars(range(min = 4, max = 128), extend("x-example" = "32"))]
    pub(super) header_kib: u16,
    /// The largest body of a request to the website, in MiB. 1 to 10000.
    #[schemars(range(min = 1, max = 10000), extend("x-example" = "100"))]
    pub(super) body_mib: u16,
    /// The largest form that our own pages take, in KiB. 1 to 1024.
    #[schemars(range(min = 1, max = 1024), extend("x-example" = "64"))]
    pub(super) form_kib: u16,
    /// Connections in all. 10 to 1000000.
    #[schemars(range(min = 10, max = 1_000_000), extend("x-example" = "10000"))]
    pub(super) connections: u32,
    /// Connections of one address (trusted proxies have no limit of their own). 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-example" = "200"))]
    pub(super) connections_per_address: u32,
    /// Checkouts that visitors from one network (a /24 of IPv4, a /64 of IPv6) may begin in an
    /// hour. 1 to 10000.
    #[schemars(range(min = 1, max = 10000), extend("x-example" = "60"))]
    pub(super) checkouts_per_hour: u16,
    /// Seconds that a visitor may send nothing of a body that he has begun. 1 to 600.
    #[schemars(range(min = 1, max = 600), extend("x-example" = "30"))]
    pub(super) client_read_seconds: u16,
    /// Seconds that a visitor may take nothing of an answer. 1 to 600.
    #[schemars(range(min = 1, max = 600), extend("x-example" = "60"))]
    pub(super) client_write_seconds: u16,
    /// Bytes a second: who sends a body or takes an answer more slowly than that uses up those
    /// seconds, and is cut. Who waits for something to come is not meant. 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-example" = "500"))]
    pub(super) client_bytes_per_second: u32,
    /// Seconds to connect to the website. 1 to 60.
    #[schemars(range(min = 1, max = 60), extend("x-example" = "5"))]
    pub(super) origin_connect_seconds: u16,
    /// Seconds that the website may be silent while it answers; a WebSocket or a stream of
    /// events may be silent for an hour. 1 to 3600.
    #[schemars(range(min = 1, max = 3600), extend("x-example" = "60"))]
    pub(super) origin_read_seconds: u16,
    /// Seconds that the website may take nothing of a request. 1 to 3600.
    #[schemars(range(min = 1, max = 3600), extend("x-example" = "60"))]
    pub(super) origin_write_seconds: u16,
    /// Seconds that a connection to the website is kept for the next request. 1 to 600.
    #[schemars(range(min = 1, max = 600), extend("x-example" = "60"))]
    pub(super) origin_idle_seconds: u16,
    /// Seconds that running answers may go on when the server is stopped. 0 to 600.
    #[schemars(range(min = 0, max = 600), extend("x-example" = "30"))]
    pub(super) drain_seconds: u16,
    /// Threads that serve visitors; 0 is one for each core. 0 to 256.
    #[schemars(range(min = 0, max = 256), extend("x-example" = "0"))]
    pub(super) threads: u16,
}

impl Default for LimitsFile {
    fn default() -> Self {
        Self {
            header_seconds: 10,
            idle_seconds: 75,
            header_kib: 32,
            body_mib: 100,
            form_kib: 64,
            connections: 10_000,
            connections_per_address: 200,
            checkouts_per_hour: 60,
            client_read_seconds: 30,
            client_write_seconds: 60,
            client_bytes_per_second: 500,
            origin_connect_seconds: 5,
            origin_read_seconds: 60,
            origin_write_seconds: 60,
            origin_idle_seconds: 60,
            drain_seconds: 30,
            threads: 0,
        }
    }
}

/// `[mail]`
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct MailFile {
    /// Whom mail comes from.
    #[schemars(extend("x-example" = "\"Marginal Weather <hello@weather.example>\""))]
    pub(super) from: Option<String>,
    /// The mail server, in a variable or a file: `smtps://user:password@host`, or
    /// `smtp://user:password@host:587` for STARTTLS. With it, readers sign in by mail; without, you
    /// make sign-in addresses with `tollhouse link`.
    #[schemars(extend("x-example" = "{ env = \"SMTP_URL\" }"))]
    pub(super) smtp: Option<SecretFile>,
}

/// `[store]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct StoreFile {
    /// A folder, made for us alone; never inside the served folder.
    #[schemars(extend("x-example" = "\"tollhouse-data\""))]
    pub(super) folder: String,
}

impl Default for StoreFile {
    fn default() -> Self {
        Self { folder: "tollhouse-data".to_owned() }
    }
}

/// `[plans.…]`
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PlanFile {
    /// What readers see.
    #[schemars(extend("x-example" = "\"Basic\""))]
    pub(super) title: String,
    /// One sentence that says what it is good for.
    #[schemars(extend("x-example" = "\"Every long read and the archive.\""))]
    pub(super) perk: Option<String>,
    /// Plans that come with it.
    #[serde(default)]
    #[schemars(extend("x-example" = "[]"))]
    pub(super) includes: Vec<String>,
    /// Days without charge at the start of a reader's first subscription to it. 1 to 730.
    #[schemars(range(min = 1, max = 730), extend("x-example" = "7"))]
    pub(super) trial_days: Option<u16>,
    /// `true`: it costs nothing, and opens for everybody who signs in by mail. Such a plan has no
    /// prices.
    #[serde(default)]
    #[schemars(extend("x-example" = "false"))]
    pub(super) free: bool,
    /// What it costs: prices that you made at Stripe. A plan without prices can only be given.
    #[serde(default)]
    pub(super) prices: Vec<PriceFile>,
    /// The lookup key of a feature at Stripe. Whoever is entitled to it has this plan too, for
    /// as long as a subscription of his runs, whatever it is for.
    #[schemars(extend("x-example" = "\"long_reads\""))]
    pub(super) entitlement: Option<String>,
}

/// One of `prices`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PriceFile {
    /// Stripe's id (price_…).
    #[schemars(extend("x-example" = "\"price_1\""))]
    pub(super) id: String,
    /// How often it is paid, or …
    #[schemars(extend("x-example" = "\"month\""))]
    pub(super) every: Option<EveryFile>,
    /// … `once = true`.
    #[serde(default)]
    pub(super) once: bool,
    /// What the offer shows. Stripe decides what is charged; a difference is logged.
    #[schemars(extend("x-example" = "\"$9 a month\""))]
    pub(super) shown: String,
    /// Whether the offer recommends it.
    #[serde(default)]
    pub(super) best: bool,
}

/// How often a price is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum EveryFile {
    Day,
    Week,
    Month,
    Year,
}

/// `[[gate]]`
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct GateFile {
    /// Its paths. `*` is anything within a segment, `**` any number of segments; "/x/**" is
    /// also "/x" itself.
    #[schemars(extend("x-example" = "[\"/longreads/**\"]"))]
    pub(super) paths: Vec<String>,
    /// Plans that open it; plans that include one of them do too.
    #[serde(default)]
    pub(super) plans: Vec<String>,
    /// `true`: free for everybody, within something that is closed.
    #[serde(default)]
    pub(super) open: bool,
    /// What a stranger gets: "checkout", straight to Stripe (needs exactly one price, and is
    /// then the default), or "offer", the plans and their prices.
    pub(super) unpaid: Option<UnpaidFile>,
    /// What a stranger gets instead: the beginning of the page, with the offer below. Nothing of
    /// what stands behind the cut leaves the server; a page that cannot be cut shows the offer alone.
    pub(super) preview: Option<PreviewFile>,
    /// Pages that a stranger reads whole before that. They are counted in a cookie: whoever
    /// deletes it begins anew.
    pub(super) free_views: Option<FreeViewsFile>,
    /// What search engines get: "offer" or "preview", as strangers do, or "full", the whole page, if
    /// their address is proven to be theirs by its name. docs/search-engines.md says which.
    #[schemars(extend("x-example" = "\"offer\""))]
    pub(super) search_engines: Option<SearchEnginesFile>,
}
