//! `config.toml.example`, rendered from the doc comments of the written form.

use std::fmt::Write as _;

use serde_json::Value;

use super::merge::{Shape, properties};

/// Sections that are lists or maps: how one of them is headed, and what is in it.
const SEVERAL: [(&str, &str, &str); 2] =
    [("plans", PLANS, "PlanFile"), ("gate", GATES, "GateFile")];

const PLANS: &str = r#"[plans.basic]
title  = "Basic"
perk   = "Every long read and the archive."
prices = [{ id = "price_basic_monthly", every = "month", shown = "$9 a month" }]

[plans.pro]
title      = "Pro"
perk       = "Everything, and the workshop."
includes   = ["basic"]                     # owning pro is owning basic
trial_days = 7
prices = [
  { id = "price_pro_monthly", every = "month", shown = "$29 a month", best = true },
  { id = "price_pro_yearly",  every = "year",  shown = "$290 a year" },
]

[plans.dovetails]                          # a course, bought once
title  = "Dovetails by hand"
prices = [{ id = "price_dovetails", once = true, shown = "$49" }]
"#;

const GATES: &str = r#"[[gate]]
paths = ["/longreads/**", "/archive/**"]
plans = ["basic"]
# preview    = { until = "<!--more-->" }     # or a CSS selector: { until = ".post > h2" }; or paragraphs in
#                                            # <article> and <main>: { paragraphs = 3 }, or somewhere else:
#                                            # { paragraphs = 3, within = ".post" }
# free_views = { count = 3, per = "month" }  # or "day", "week": from the first page that is counted

[[gate]]
paths = ["/workshop/**"]
plans = ["pro"]

[[gate]]
paths = ["/courses/dovetails/**"]
plans = ["dovetails"]                      # one price: a page load goes straight to Stripe

[[gate]]
paths = ["/longreads/start-here/"]         # the narrower path wins: this one stays free
open  = true
"#;

/// The whole example. It is a configuration that can be used as it is.
pub fn example() -> String {
    let shape = Shape::new();
    let mut text = String::from(
        "# Every setting of tollhouse. What stands behind a \"#\" is the default, or an example.\n\
         # Check the file with: tollhouse check\n",
    );
    for (name, schema) in properties(shape.root()) {
        match SEVERAL.iter().find(|(several, ..)| several == name) {
            Some((_, block, type_name)) => several(&mut text, schema, block, type_name, &shape),
            None => section(&mut text, name, schema, &shape),
        }
    }
    text
}

fn section(text: &mut String, name: &str, schema: &Value, shape: &Shape) {
    text.push('\n');
    let inner = shape.resolve(schema, None);
    comment(text, schema);
    if properties(inner).is_empty() {
        setting(text, name, schema, true);
        return;
    }
    line(text, &format!("[{name}]"));
    let required = inner.get("required").and_then(Value::as_array);
    for (key, field) in properties(inner) {
        let needed = required.is_some_and(|keys| keys.iter().any(|needed| needed == key));
        let shown = field.get("x-shown").is_some();
        comment(text, field);
        setting(text, key, field, needed || shown);
    }
}

/// A list of what each one may have, then some of them.
fn several(text: &mut String, schema: &Value, block: &str, type_name: &str, shape: &Shape) {
    text.push('\n');
    comment(text, schema);
    line(text, "#");
    for (key, field) in properties(&shape.root()["$defs"][type_name]) {
        let meaning = description(field).replace('\n', " ");
        line(text, format!("#   {key:<10} {meaning}").trim_end());
    }
    text.push_str(block);
}

fn setting(text: &mut String, key: &str, field: &Value, active: bool) {
    let example = field.get("x-example").and_then(Value::as_str).unwrap_or("…");
    let mark = if active { "" } else { "# " };
    line(text, &format!("{mark}{key} = {example}"));
}

fn comment(text: &mut String, schema: &Value) {
    for part in description(schema).lines() {
        line(text, format!("# {part}").trim_end());
    }
}

fn description(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    #[test]
    fn the_example_is_a_configuration_that_can_be_used() {
        let environment = [
            ("STRIPE_SECRET_KEY", "sk_live_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_0123456789abcdef"),
        ];
        let environment: BTreeMap<String, String> = environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let config = Config::parse(&example(), Path::new("config.toml"), &environment);
        let config = config.unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(config.warnings, []);
        assert_eq!(config.catalog.plans().len(), 3);
        assert_eq!(config.gates.gates().len(), 4);
    }

    #[test]
    fn every_default_in_the_example_is_the_default() {
        let uncommented: String = example()
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|line| is_setting(line)).unwrap_or(line))
            // By themselves neither is set.
            .filter(|line| !line.starts_with("files =") && !line.starts_with("places ="))
            .fold(String::new(), |text, line| text + line + "\n");
        let value: toml::Table = toml::from_str(&uncommented).expect("TOML");
        let limits = &value["limits"];
        assert_eq!(limits["header_seconds"].as_integer(), Some(10));
        let written: crate::config::file::LimitsFile =
            serde_json::from_value(serde_json::to_value(limits).expect("JSON")).expect("limits");
        let default = crate::config::file::LimitsFile::default();
        assert_eq!(format!("{written:?}"), format!("{default:?}"));
        let access: crate::config::file::AccessFile =
            serde_json::from_value(serde_json::to_value(&value["access"]).expect("JSON"))
                .expect("access");
        assert_eq!(
            format!("{access:?}"),
            format!("{:?}", crate::config::file::AccessFile::default())
        );
        let retention: crate::config::file::RetentionFile =
            serde_json::from_value(serde_json::to_value(&value["retention"]).expect("JSON"))
                .expect("retention");
        assert_eq!(
            format!("{retention:?}"),
            format!("{:?}", crate::config::file::RetentionFile::default())
        );
    }

    fn is_setting(line: &str) -> bool {
        line.split_once(" = ").is_some_and(|(key, _)| {
            key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        })
    }
}
