//! The rules by themselves: what one request costs before it is forwarded.
//!
//! `cargo bench --bench rules` runs all of it, `cargo bench --bench rules -- decide` a part.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use tollhouse::crypto::SigningKey;
use tollhouse::domain::gate::{
    Access, Admission, Gate, GateSet, Intent, Pattern, SearchEngines, Unpaid, Verdict, decide,
};
use tollhouse::domain::ids::{Mode, PlanId, ReaderId, SessionId};
use tollhouse::domain::pass::Pass;
use tollhouse::domain::path::SitePath;
use tollhouse::domain::standing::Standing;
use tollhouse::domain::time::Timestamp;
use tollhouse::passes::Passes;

const SITE: &str = "https://weather.example";
const NOW: Timestamp = Timestamp::from_unix(1_795_471_716);

/// How many gates a site may have: a blog's, a large course's, one for each article.
const SIZES: [usize; 3] = [10, 1_000, 10_000];

criterion_main!(rules);
criterion_group!(rules, read_a_path, judge_a_request, open_a_pass);

fn read_a_path(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("path");
    for (name, target) in [
        ("plain", "/2026/11/a-warm-november/"),
        ("with a query", "/2026/11/a-warm-november/?utm_source=letter"),
        ("escaped", "/2026/11/ein-w%C3%A4rmerer%20November/"),
    ] {
        assert!(SitePath::canonical(target.as_bytes(), |_| false).is_ok(), "{target}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| SitePath::canonical(black_box(target.as_bytes()), |_| false));
        });
    }
}

fn judge_a_request(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    let (reader, stranger) = (standing(&["basic"]), standing(&[]));
    for size in SIZES {
        let gates = gates(size);
        let closed = path(&format!("/section-{}/a-warm-november/", size / 2));
        let free = path("/about/a-warm-november/");
        let judge = |path, standing| {
            decide(black_box(path), Intent::Look, &gates, black_box(standing), NOW)
        };
        assert!(matches!(judge(&closed, &reader), Verdict::Admit(Admission::Gated { .. })));
        assert!(matches!(judge(&closed, &stranger), Verdict::Charge(_)));
        assert!(matches!(judge(&free, &stranger), Verdict::Admit(Admission::Ungated)));
        for (who, path, standing) in [
            ("a reader on a closed page", &closed, &reader),
            ("a stranger on a closed page", &closed, &stranger),
            ("a stranger on a free page", &free, &stranger),
        ] {
            let id = BenchmarkId::new(who, format!("{size} gates"));
            group.bench_function(id, |bencher| bencher.iter(|| judge(path, standing)));
        }
    }
}

fn open_a_pass(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pass");
    let key = SigningKey::generate();
    let passes = || Passes::new(SITE, "origin", &key, []);
    let known = passes();
    let token = known.seal(&pass()).expect("it fits");
    assert_eq!(known.open(&token).as_deref(), Some(&pass()));
    group.bench_function("seen before", |bencher| {
        bencher.iter(|| known.open(black_box(&token)));
    });
    group.bench_function("seen for the first time", |bencher| {
        bencher.iter_batched_ref(
            passes,
            |fresh| fresh.open(black_box(&token)),
            BatchSize::SmallInput,
        );
    });
}

/// Each closes one section of the site, as an owner writes it.
fn gates(size: usize) -> GateSet {
    let gate = |index| Gate {
        index,
        patterns: vec![Pattern::parse(&format!("/section-{index}/**")).expect("a pattern")],
        access: Access::Plans(BTreeSet::from([plan("basic")])),
        unpaid: Unpaid::Offer,
        free_views: None,
        search_engines: SearchEngines::Offer,
    };
    GateSet::new((0..size).map(gate).collect()).expect("they agree")
}

fn path(text: &str) -> SitePath {
    SitePath::canonical(text.as_bytes(), |_| false).expect("a path")
}

fn plan(name: &str) -> PlanId {
    PlanId::parse(name).expect("a name")
}

fn standing(plans: &[&str]) -> Standing {
    Standing::of_pass(&plans.iter().map(|name| (plan(name), None)).collect())
}

fn pass() -> Pass {
    Pass {
        reader: ReaderId::parse("reader_1").expect("an id"),
        session: SessionId::parse("session_1").expect("an id"),
        epoch: 7,
        mode: Mode::Live,
        plans: BTreeMap::from([(plan("basic"), Some(NOW.plus(Duration::from_hours(24))))]),
        issued: NOW,
        refresh_at: NOW.plus(Duration::from_mins(10)),
    }
}
