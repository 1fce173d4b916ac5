//! Programs that collect pages to train models with, by the names that they give themselves.

use super::AskerFacts;

/// As their makers document them, in small letters. `Google-Extended` and `Applebot-Extended` are
/// words for `robots.txt` alone: no request says them. Programs that answer one person's question
/// (`ChatGPT-User`, `Claude-User`) or make an index of their own (`OAI-SearchBot`,
/// `PerplexityBot`) train nothing, their makers say.
const TRAINERS: [&str; 21] = [
    "ai2bot",
    "amazonbot",
    "anthropic-ai",
    "bytespider",
    "ccbot",
    "claude-web",
    "claudebot",
    "cohere-ai",
    "cohere-training-data-crawler",
    "deepseekbot",
    "diffbot",
    "facebookbot",
    "gptbot",
    "icc-crawler",
    "imagesiftbot",
    "img2dataset",
    "meta-externalagent",
    "omgili",
    "pangubot",
    "timpibot",
    "webzio-extended",
];

impl AskerFacts<'_> {
    /// Whether a program asks that collects pages for a model. Whoever hides his name is not
    /// found out: it can close something, and opens nothing.
    pub fn trains_models(&self) -> bool {
        let agent = self.user_agent.unwrap_or_default().to_ascii_lowercase();
        TRAINERS.iter().any(|name| agent.contains(name))
    }
}
