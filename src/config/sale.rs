//! Plans and gates: from what is written to what is used.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::{Reviewer, known_names};
use super::file::{ConfigFile, DefaultFile, EveryFile, GateFile, PlanFile, PriceFile};
use super::locate::Spot;
use super::unpaid;
use crate::domain::amount::Amount;
use crate::domain::gate::{Access, Gate, GateFault, GateSet, Pattern, SearchEngines, Unpaid};
use crate::domain::ids::{PlanId, PriceId};
use crate::domain::plan::{Catalog, CatalogFault, Cycle, Feature, Plan, Price};

type Plans = BTreeMap<String, PlanFile>;

/// What is for sale.
pub(super) fn catalog(written: &Plans, reviewer: &mut Reviewer<'_>) -> Option<Catalog> {
    let mut plans = Vec::new();
    for name in in_file_order(written, reviewer) {
        plans.extend(plan(name, &written[name], reviewer));
    }
    match Catalog::new(plans.clone()) {
        Ok(catalog) => Some(catalog),
        Err(faults) => {
            for fault in &faults {
                tell(fault, written, reviewer);
            }
            // Enough to look the gates over as well.
            Catalog::new(without(&faults, plans)).ok()
        }
    }
}

/// The plans without what is wrong with them.
fn without(faults: &[CatalogFault], mut plans: Vec<Plan>) -> Vec<Plan> {
    let known: BTreeSet<PlanId> = plans.iter().map(|plan| plan.id.clone()).collect();
    let in_circle = |id: &PlanId| {
        faults.iter().any(|fault| match fault {
            CatalogFault::Circle { circle } => circle.contains(id),
            CatalogFault::UnknownInclude { .. } | CatalogFault::PriceTwice { .. } => false,
        })
    };
    let mut prices = BTreeSet::new();
    for plan in &mut plans {
        plan.includes.retain(|id| known.contains(id) && !in_circle(id));
        plan.prices.retain(|price| prices.insert(price.id.clone()));
    }
    plans
}

fn in_file_order<'w>(written: &'w Plans, reviewer: &Reviewer<'_>) -> Vec<&'w str> {
    let mut names: Vec<&str> = written.keys().map(String::as_str).collect();
    names.sort_by_key(|name| reviewer.position(&Spot::top("plans").key(name)));
    names
}

fn tell(fault: &CatalogFault, written: &Plans, reviewer: &mut Reviewer<'_>) {
    let plans = Spot::top("plans");
    match fault {
        CatalogFault::UnknownInclude { missing, .. }
            if !reviewer.is_content_with(&plans.key(missing.as_str())) => {}
        CatalogFault::UnknownInclude { plan, at, missing } => {
            let spot = plans.key(plan.as_str()).key("includes").index(*at);
            let others = in_file_order(written, reviewer).into_iter();
            let others = others.filter(|name| *name != plan.as_str());
            let help = known_names(missing.as_str(), others, "The others are");
            reviewer.value(
                &spot,
                format!("plan \"{plan}\" includes a plan that does not exist"),
                help,
            );
        }
        CatalogFault::Circle { circle } => {
            let first = circle.first().map_or("", PlanId::as_str);
            let spot = plans.key(first).key("includes");
            reviewer.value(&spot, fault.to_string(), "take one of them out");
        }
        CatalogFault::PriceTwice { plan, at, .. } => {
            let spot = plans.key(plan.as_str()).key("prices").index(*at).key("id");
            reviewer.value(
                &spot,
                fault.to_string(),
                "a price buys one plan; make another price at Stripe",
            );
        }
    }
}

fn plan(name: &str, file: &PlanFile, reviewer: &mut Reviewer<'_>) -> Option<Plan> {
    let spot = Spot::top("plans").key(name);
    let id = PlanId::parse(name);
    if id.is_err() {
        let help = "a plan's name has letters, digits, '-' and '_'";
        reviewer.key(&spot, format!("{name:?} cannot be the name of a plan"), help);
    }
    if file.title.trim().is_empty() {
        reviewer.value(&spot.key("title"), "the plan has no title", "readers see it in the offer");
    }
    let prices: Vec<Option<Price>> = file
        .prices
        .iter()
        .enumerate()
        .map(|(at, price)| self::price(price, &spot.key("prices").index(at), reviewer))
        .collect();
    if file.trial_days.is_some() && file.prices.iter().all(|price| price.every.is_none()) {
        let help = "it begins a subscription: add a price with every, or take it out";
        reviewer.warn(&spot.key("trial_days"), "no price of this plan has a trial", help);
    }
    if file.free && !file.prices.is_empty() {
        let help = "keep one: free = true, or prices";
        reviewer.key(&spot.key("free"), format!("plan \"{name}\" is free, and has prices"), help);
    }
    let includes: Vec<Option<PlanId>> =
        file.includes.iter().map(|name| PlanId::parse(name).ok()).collect();
    for (at, _) in includes.iter().enumerate().filter(|(_, id)| id.is_none()) {
        let help = "a plan's name has letters, digits, '-' and '_'";
        reviewer.value(&spot.key("includes").index(at), "this is not the name of a plan", help);
    }
    let entitlement = entitlement(file, &spot, reviewer);
    Some(Plan {
        id: id.ok()?,
        title: file.title.clone(),
        perk: file.perk.clone(),
        // What is wrong with the others was told.
        includes: includes.into_iter().flatten().collect(),
        trial_days: file.trial_days,
        free: file.free,
        prices: prices.into_iter().flatten().collect(),
        entitlement,
    })
}

/// The feature that opens a plan as well; what opens it at all is a price.
fn entitlement(file: &PlanFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Feature> {
    let written = file.entitlement.as_deref()?;
    let spot = spot.key("entitlement");
    let feature = Feature::parse(written);
    if feature.is_none() {
        let help = "copy the lookup key of the feature from Stripe; it has at most 80 characters";
        reviewer.value(&spot, "this is not the lookup key of a feature", help);
    } else if file.prices.is_empty() {
        let help = "an entitlement opens a plan besides its prices: add prices, or take it out";
        reviewer.value(&spot, "this plan has an entitlement, but no price", help);
    }
    feature
}

fn price(file: &PriceFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Price> {
    let id = price_id(&file.id, &spot.key("id"), reviewer);
    let cycle = match (file.every, file.once) {
        (None, true) => Some(Cycle::Once),
        (Some(EveryFile::Day), false) => Some(Cycle::Day),
        (Some(EveryFile::Week), false) => Some(Cycle::Week),
        (Some(EveryFile::Month), false) => Some(Cycle::Month),
        (Some(EveryFile::Year), false) => Some(Cycle::Year),
        (Some(_), true) => {
            let help = "keep one: every, or once";
            reviewer.value(spot, "a price is paid again and again or once, not both", help);
            None
        }
        (None, false) if !reviewer.is_content_with(&spot.key("once")) => None,
        (None, false) => {
            let help = "write every = \"month\" (or day, week, year), or once = true";
            reviewer.key(&spot.key("every"), "this does not say how often the price is paid", help);
            None
        }
    };
    if file.shown.trim().is_empty() {
        let help = "write what readers see in the offer, like \"$9 a month\"";
        reviewer.value(&spot.key("shown"), "the price shows nothing", help);
    } else if Amount::read(&file.shown).is_none() {
        let help = "write one amount, like \"$9 a month\", if it should be";
        reviewer.warn(&spot.key("shown"), "this cannot be compared with the price at Stripe", help);
    }
    Some(Price { id: id?, cycle: cycle?, shown: file.shown.clone(), best: file.best })
}

/// What else at Stripe has an id, or is no id at all, and how it begins.
const NO_PRICES: [(&str, &str); 5] = [
    ("pk_", "a publishable key"),
    ("plink_", "the id of a payment link"),
    ("prod_", "the id of a product"),
    ("cus_", "the id of a customer"),
    ("sub_", "the id of a subscription"),
];

fn price_id(text: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<PriceId> {
    let help = "take the id of its price, from the product's page at Stripe: price_1Abc…";
    if ["sk_", "rk_", "whsec_"].iter().any(|secret| text.starts_with(secret)) {
        let message = "this is a secret of Stripe's, and visitors see the id of a price";
        reviewer.secret(spot, message, help);
        return None;
    }
    if let Some((_, what)) = NO_PRICES.iter().find(|(prefix, _)| text.starts_with(prefix)) {
        reviewer.value(spot, format!("this is {what}, not the id of a price"), help);
        return None;
    }
    let id = PriceId::parse(text).ok();
    if id.is_none() {
        let help = "copy it from Stripe; it looks like price_1Abc…";
        reviewer.value(spot, "this is not the id of a price", help);
    } else if !["price_", "plan_"].iter().any(|prefix| text.starts_with(prefix)) {
        // Owners could once choose the id themselves.
        let help = "today's are on the product's page at Stripe, and look like price_1Abc…";
        reviewer.warn(spot, "this does not look like the id of a price", help);
    }
    id
}

/// What is closed, and for whom it opens.
pub(super) fn gates(
    file: &ConfigFile,
    catalog: &Catalog,
    reviewer: &mut Reviewer<'_>,
) -> Option<GateSet> {
    let mut gates = Vec::new();
    for (index, written) in file.gate.iter().enumerate() {
        gates.extend(gate(index, written, catalog, reviewer));
    }
    let all_are_sound = gates.len() == file.gate.len();
    if file.site.default == DefaultFile::Closed {
        let all: BTreeSet<PlanId> = catalog.plans().iter().map(|plan| plan.id.clone()).collect();
        if all.is_empty() {
            let help = "add a plan, or leave default out";
            reviewer.value(
                &Spot::top("site").key("default"),
                "everything is closed and nothing opens it",
                help,
            );
        }
        gates.push(implied(file.gate.len(), all, catalog));
    }
    if all_are_sound {
        warn_of_unused(&gates, catalog, reviewer);
    }
    // What is no gate of the owner's cannot disagree with one.
    gates.retain(|gate| reviewer.is_content_with(&Spot::top("gate").index(gate.index)));
    unpaid::check_checkouts(&gates, file, catalog, reviewer);
    let indexes: Vec<usize> = gates.iter().map(|gate| gate.index).collect();
    match GateSet::new(gates) {
        Ok(set) => all_are_sound.then_some(set),
        Err(faults) => {
            for fault in faults {
                let fault = GateFault {
                    gate: indexes[fault.gate],
                    other_gate: indexes[fault.other_gate],
                    ..fault
                };
                tell_disagreement(&fault, file.gate.len(), reviewer);
            }
            None
        }
    }
}

fn tell_disagreement(fault: &GateFault, written: usize, reviewer: &mut Reviewer<'_>) {
    let (first, second) = (fault.other_gate + 1, fault.gate + 1);
    if fault.gate == written {
        let spot = Spot::top("site").key("default");
        let message = format!("gate {first} decides about every path too, and does not agree");
        let help = format!("leave default out, or take \"{}\" out", fault.other_pattern);
        reviewer.value(&spot, message, help);
        return;
    }
    let spot = Spot::top("gate").index(fault.gate).key("paths").index(fault.pattern_at);
    let (pattern, other) = (&fault.pattern, &fault.other_pattern);
    if pattern != other && !pattern.contains('*') && !other.contains('*') {
        let message = format!("gates {first} and {second} do not agree about one page");
        let help = format!("gate {first} has \"{other}\", which is the same page: take one out");
        reviewer.value(&spot, message, help);
        return;
    }
    let message = format!("gates {first} and {second} do not agree, and neither path is narrower");
    let help = format!("gate {first} has \"{other}\": take one out, or make it narrower");
    reviewer.value(&spot, message, help);
}

fn implied(index: usize, plans: BTreeSet<PlanId>, catalog: &Catalog) -> Gate {
    let unpaid = unpaid::by_itself(catalog, &plans);
    let everything = Pattern::parse("/**").expect("it is a pattern");
    let (patterns, access) = (vec![everything], Access::Plans(plans));
    let search_engines = SearchEngines::Offer;
    Gate { index, patterns, access, unpaid, free_views: None, search_engines }
}

fn gate(
    index: usize,
    written: &GateFile,
    catalog: &Catalog,
    reviewer: &mut Reviewer<'_>,
) -> Option<Gate> {
    let spot = Spot::top("gate").index(index);
    let number = index + 1;
    let patterns = patterns(written, &spot, number, reviewer);
    let plans = plans(written, &spot, number, catalog, reviewer);
    match (written.open, written.plans.is_empty()) {
        (true, true) => {
            unpaid::check_open(written, &spot, number, reviewer);
            let (patterns, access, unpaid) = (patterns?, Access::Open, Unpaid::Offer);
            let search_engines = SearchEngines::Offer;
            let free_views = None;
            return Some(Gate { index, patterns, access, unpaid, free_views, search_engines });
        }
        (true, false) => {
            let help = "keep one: open = true, or plans";
            reviewer.key(&spot.key("open"), format!("gate {number} is open and for plans"), help);
            return None;
        }
        (false, true) if !reviewer.is_content_with(&spot.key("open")) => return None,
        (false, true) => {
            let help = "add plans = [\"…\"], or open = true if everybody may pass";
            let spot = spot.key("plans");
            reviewer.key(&spot, format!("gate {number} opens for no plan"), help);
            return None;
        }
        (false, false) => {}
    }
    let openers = catalog.openers(&plans?);
    let unpaid = unpaid::of_gate(written, &spot, &openers, catalog, reviewer);
    let free_views = unpaid::free_views(written);
    let search_engines = unpaid::search_engines(written, &spot, reviewer);
    let (patterns, access) = (patterns?, Access::Plans(openers));
    Some(Gate { index, patterns, access, unpaid: unpaid?, free_views, search_engines })
}

fn patterns(
    written: &GateFile,
    spot: &Spot,
    number: usize,
    reviewer: &mut Reviewer<'_>,
) -> Option<Vec<Pattern>> {
    if written.paths.is_empty() {
        if !reviewer.is_content_with(&spot.key("paths")) {
            return None;
        }
        let help = "write paths = [\"/longreads/**\"]";
        reviewer.value(&spot.key("paths"), format!("gate {number} has no paths"), help);
        return None;
    }
    let mut sound = Vec::new();
    for (at, text) in written.paths.iter().enumerate() {
        match Pattern::parse(text) {
            Ok(pattern) => sound.push(pattern),
            Err(fault) => {
                let spot = spot.key("paths").index(at);
                reviewer.value(
                    &spot,
                    format!("gate {number} has a path that cannot be read"),
                    fault.to_string(),
                );
            }
        }
    }
    (sound.len() == written.paths.len()).then_some(sound)
}

fn plans(
    written: &GateFile,
    spot: &Spot,
    number: usize,
    catalog: &Catalog,
    reviewer: &mut Reviewer<'_>,
) -> Option<BTreeSet<PlanId>> {
    let mut known = BTreeSet::new();
    let mut sound = true;
    for (at, name) in written.plans.iter().enumerate() {
        match PlanId::parse(name).ok().filter(|id| catalog.plan(id).is_some()) {
            Some(id) => {
                known.insert(id);
            }
            None if !reviewer.is_content_with(&Spot::top("plans").key(name)) => sound = false,
            None => {
                let names = catalog.plans().iter().map(|plan| plan.id.as_str());
                let help = known_names(name, names, "This file has");
                let message = format!("gate {number} opens for a plan that does not exist");
                reviewer.value(&spot.key("plans").index(at), message, help);
                sound = false;
            }
        }
    }
    sound.then_some(known)
}

/// A free plan is had by whoever signs in by mail: without mail, the owner makes every link.
pub(super) fn warn_of_silence(catalog: &Catalog, reviewer: &mut Reviewer<'_>) {
    for plan in catalog.plans().iter().filter(|plan| plan.free) {
        let spot = Spot::top("plans").key(plan.id.as_str()).key("free");
        let help =
            "write [mail] from and smtp; else you make a link for each with `tollhouse link`";
        reviewer.warn(&spot, "nobody can sign in for it, because no mail is sent", help);
    }
}

fn warn_of_unused(gates: &[Gate], catalog: &Catalog, reviewer: &mut Reviewer<'_>) {
    for plan in catalog.plans() {
        let opens = gates.iter().any(|gate| match &gate.access {
            Access::Open => false,
            Access::Plans(plans) => plans.contains(&plan.id),
        });
        if !opens {
            let spot = Spot::top("plans").key(plan.id.as_str());
            reviewer.warn(
                &spot,
                format!("no gate opens for plan \"{}\"", plan.id),
                "whoever buys it gets nothing",
            );
        }
    }
}
