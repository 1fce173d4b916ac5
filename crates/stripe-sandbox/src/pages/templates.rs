//! The templates, compiled into the program.

use std::sync::LazyLock;

use minijinja::Environment;
use serde_json::Value;

const SOURCES: [(&str, &str); 11] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("checkout.html", include_str!("templates/checkout.html")),
    ("challenge.html", include_str!("templates/challenge.html")),
    ("portal.html", include_str!("templates/portal.html")),
    ("cancel.html", include_str!("templates/cancel.html")),
    ("change_price.html", include_str!("templates/change_price.html")),
    ("change_card.html", include_str!("templates/change_card.html")),
    ("dashboard.html", include_str!("templates/dashboard.html")),
    ("invoice.html", include_str!("templates/invoice.html")),
    ("index.html", include_str!("templates/index.html")),
    ("notice.html", include_str!("templates/notice.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, source) in SOURCES {
        environment
            .add_template(name, source)
            .expect("the templates are part of the program, and parse");
    }
    environment.add_global("style", include_str!("templates/style.css"));
    environment
});

/// A template by its file name.
pub(super) fn render(name: &str, context: &Value) -> String {
    let template = ENVIRONMENT.get_template(name).expect("pages name templates that exist");
    template
        .render(minijinja::value::Serde(context))
        .expect("pages give their templates all that they name")
}
