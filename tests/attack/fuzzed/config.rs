//! The settings: whatever an owner writes, he is told what is wrong with it, in a line that is
//! there; and nobody is told a secret.

use std::collections::BTreeMap;
use std::path::Path;

use tollhouse::config::Config;

use super::Stage;

const SECRETS: [(&str, &str); 2] = [
    ("STRIPE_SECRET_KEY", "sk_test_canary_that_nobody_prints"),
    ("STRIPE_WEBHOOK_SECRET", "whsec_canary_that_nobody_prints"),
];

pub(super) fn try_with(_: &Stage, input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let environment: BTreeMap<String, String> =
        SECRETS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let told = match Config::parse(text, Path::new("config.toml"), &environment) {
        Ok(config) => {
            let warnings = config.warnings.iter().map(ToString::to_string);
            format!("{config:?}\n{}", warnings.collect::<Vec<_>>().join("\n"))
        }
        Err(faults) => {
            let told = faults.to_string();
            assert!(!told.trim().is_empty(), "no reason is given");
            names_its_lines(&told, text);
            told
        }
    };
    for (_, secret) in SECRETS {
        assert!(text.contains(secret) || !told.contains(secret), "{told}");
    }
}

/// Fails if a line is named that the file does not have.
fn names_its_lines(told: &str, text: &str) {
    let lines = text.split('\n').count();
    for rest in told.lines().filter_map(|line| line.strip_prefix("config.toml:")) {
        // What concerns no line names none.
        let number = rest.split(':').next().unwrap_or_default().parse::<usize>();
        assert!(!matches!(number, Ok(at) if at == 0 || at > lines), "of {lines} lines: {told}");
    }
}
