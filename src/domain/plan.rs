//! What is for sale: plans, their prices, and which plan includes which.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{PlanId, PriceId};
use super::standing::Standing;
use super::time::Timestamp;

/// How often a price is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Once, for ever.
    Once,
    /// Every day.
    Day,
    /// Every week.
    Week,
    /// Every month.
    Month,
    /// Every year.
    Year,
}

/// A Stripe price that grants a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Stripe's id.
    pub id: PriceId,
    /// How often it is paid.
    pub cycle: Cycle,
    /// What the offer shows: `$9 a month`. Stripe decides what is charged.
    pub shown: String,
    /// Whether the offer recommends it.
    pub best: bool,
}

/// Something that a reader can own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The owner's name for it.
    pub id: PlanId,
    /// What readers see.
    pub title: String,
    /// One sentence that says what it is good for.
    pub perk: Option<String>,
    /// Plans that come with it; direct ones, as written.
    pub includes: Vec<PlanId>,
    /// Days without charge at the start of a subscription.
    pub trial_days: Option<u16>,
    /// Whether every reader with a verified address owns it.
    pub free: bool,
    /// What it costs. May be empty: a plan that is only given.
    pub prices: Vec<Price>,
    /// The feature at Stripe that opens it as well, while a subscription runs.
    pub entitlement: Option<Feature>,
}

/// The lookup key of a feature at Stripe.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Feature(String);

impl Feature {
    /// The longest that Stripe takes: <docs.stripe.com/api/entitlements/feature/object>
    const LONGEST: usize = 80;

    /// Reads a key: any text of at most 80 characters, none of them a control character.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = (1..=Self::LONGEST).contains(&text.chars().count())
            && text.trim() == text
            && !text.chars().any(char::is_control);
        sound.then(|| Self(text.to_owned()))
    }

    /// The key as the owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A price together with the plan that it buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// One of its prices.
    pub price: &'a Price,
}

/// All plans of a site.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    plans: Vec<Plan>,
    by_price: BTreeMap<PriceId, (usize, usize)>,
    /// Plan → every plan that owning it amounts to, itself among them.
    confers: BTreeMap<PlanId, BTreeSet<PlanId>>,
}

/// Why plans do not make a catalog. Positions count plans and prices from zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogFault {
    /// `includes` names a plan that is not there.
    #[error("plan \"{plan}\" includes \"{missing}\", which does not exist")]
    UnknownInclude {
        /// The plan that includes.
        plan: PlanId,
        /// Its position in `includes`.
        at: usize,
        /// What it names.
        missing: PlanId,
    },
    /// Plans include each other in a circle.
    #[error("plans include each other in a circle: {}", circle.iter().map(PlanId::as_str).collect::<Vec<_>>().join(" → "))]
    Circle {
        /// The circle; its first plan stands at the end again.
        circle: Vec<PlanId>,
    },
    /// One price would buy two plans.
    #[error("price \"{price}\" belongs to plan \"{first}\" already")]
    PriceTwice {
        /// The price.
        price: PriceId,
        /// The plan that named it first.
        first: PlanId,
        /// The plan that names it again.
        plan: PlanId,
        /// The price's position in that plan.
        at: usize,
    },
}

impl Catalog {
    /// Checks that every included plan exists, none includes itself, and no price is sold twice.
    pub fn new(plans: Vec<Plan>) -> Result<Self, Vec<CatalogFault>> {
        let mut faults = unknown_includes(&plans);
        if faults.is_empty() {
            faults.extend(circles(&plans));
        }
        let by_price = index_prices(&plans, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let confers = plans.iter().map(|plan| (plan.id.clone(), reach(&plans, plan))).collect();
        Ok(Self { plans, by_price, confers })
    }

    /// All plans, in the owner's order.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The plan of this name.
    pub fn plan(&self, id: &PlanId) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == *id)
    }

    /// The plan that this price buys, and the price; none if the owner does not sell it.
    pub fn priced(&self, id: &PriceId) -> Option<Offered<'_>> {
        let &(plan, price) = self.by_price.get(id)?;
        let plan = &self.plans[plan];
        Some(Offered { plan, price: &plan.prices[price] })
    }

    /// Whether some plan opens for a feature.
    pub fn names_features(&self) -> bool {
        self.plans.iter().any(|plan| plan.entitlement.is_some())
    }

    /// Whether some plan is had for an address alone.
    pub fn asks_for_addresses(&self) -> bool {
        self.plans.iter().any(|plan| plan.free)
    }

    /// Whether one of these plans is free.
    pub fn has_free(&self, among: &BTreeSet<PlanId>) -> bool {
        self.plans.iter().any(|plan| plan.free && among.contains(&plan.id))
    }

    /// Whether some price is paid once.
    pub fn sells_once(&self) -> bool {
        self.plans.iter().any(|plan| plan.prices.iter().any(|price| price.cycle == Cycle::Once))
    }

    /// Whether some plan opens for this feature.
    pub fn opens_for(&self, feature: &Feature) -> bool {
        self.plans.iter().any(|plan| plan.entitlement.as_ref() == Some(feature))
    }

    /// Whether owning `owned` amounts to owning `wanted`.
    pub fn confers(&self, owned: &PlanId, wanted: &PlanId) -> bool {
        self.confers.get(owned).is_some_and(|all| all.contains(wanted))
    }

    /// Whether a standing amounts to this plan at `now`: it is owned, or comes with one that is.
    pub fn has(&self, standing: &Standing, plan: &PlanId, now: Timestamp) -> bool {
        standing
            .holdings()
            .any(|(owned, _)| standing.covers(owned, now) && self.confers(owned, plan))
    }

    /// Whether a payment is on its way that will amount to this plan.
    pub fn awaits(&self, standing: &Standing, plan: &PlanId) -> bool {
        standing.pending().any(|ordered| self.confers(ordered, plan))
    }

    /// The plans that open what `wanted` opens: these, and those that include one of them.
    pub fn openers(&self, wanted: &BTreeSet<PlanId>) -> BTreeSet<PlanId> {
        self.plans
            .iter()
            .filter(|plan| wanted.iter().any(|id| self.confers(&plan.id, id)))
            .map(|plan| plan.id.clone())
            .collect()
    }

    /// Every price of the plans in `among`, in the owner's order.
    pub fn prices_of<'a>(
        &'a self,
        among: &'a BTreeSet<PlanId>,
    ) -> impl Iterator<Item = Offered<'a>> + 'a {
        self.plans
            .iter()
            .filter(|plan| among.contains(&plan.id))
            .flat_map(|plan| plan.prices.iter().map(move |price| Offered { plan, price }))
    }
}

fn unknown_includes(plans: &[Plan]) -> Vec<CatalogFault> {
    let known: BTreeSet<&PlanId> = plans.iter().map(|plan| &plan.id).collect();
    plans
        .iter()
        .flat_map(|plan| plan.includes.iter().enumerate().map(move |include| (plan, include)))
        .filter(|(_, (_, id))| !known.contains(id))
        .map(|(plan, (at, missing))| CatalogFault::UnknownInclude {
            plan: plan.id.clone(),
            at,
            missing: missing.clone(),
        })
        .collect()
}

/// The circles of `includes`, of which no two have the same plans.
fn circles(plans: &[Plan]) -> Vec<CatalogFault> {
    let mut told: BTreeSet<PlanId> = BTreeSet::new();
    let mut faults = Vec::new();
    for plan in plans {
        let mut trail = vec![plan.id.clone()];
        let is_told = told.contains(&plan.id);
        if !is_told && leads_back(plans, plan, &mut trail, &mut BTreeSet::new()) {
            told.extend(trail.iter().cloned());
            faults.push(CatalogFault::Circle { circle: trail });
        }
    }
    faults
}

/// Whether a way leads from the plan back to where the trail began; plans that were `passed`
/// need not be tried again.
fn leads_back<'p>(
    plans: &'p [Plan],
    plan: &'p Plan,
    trail: &mut Vec<PlanId>,
    passed: &mut BTreeSet<&'p PlanId>,
) -> bool {
    for next in &plan.includes {
        let closes = trail.first() == Some(next);
        if !closes && !passed.insert(next) {
            continue;
        }
        trail.push(next.clone());
        let further = plans.iter().find(|plan| plan.id == *next);
        if closes || further.is_some_and(|plan| leads_back(plans, plan, trail, passed)) {
            return true;
        }
        trail.pop();
    }
    false
}

fn index_prices(
    plans: &[Plan],
    faults: &mut Vec<CatalogFault>,
) -> BTreeMap<PriceId, (usize, usize)> {
    let mut index = BTreeMap::new();
    for (plan_at, plan) in plans.iter().enumerate() {
        for (at, price) in plan.prices.iter().enumerate() {
            let Some(&(first, _)) = index.get(&price.id) else {
                index.insert(price.id.clone(), (plan_at, at));
                continue;
            };
            let first: &Plan = &plans[first];
            faults.push(CatalogFault::PriceTwice {
                price: price.id.clone(),
                first: first.id.clone(),
                plan: plan.id.clone(),
                at,
            });
        }
    }
    index
}

fn reach(plans: &[Plan], from: &Plan) -> BTreeSet<PlanId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![&from.id];
    while let Some(id) = open.pop() {
        if reached.insert(id.clone()) {
            open.extend(plans.iter().filter(|plan| plan.id == *id).flat_map(|plan| &plan.includes));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owning_the_dear_plan_is_owning_the_cheap_one_however_deep() {
        let catalog = Catalog::new(vec![
            plan("basic", &[]),
            plan("pro", &["basic"]),
            plan("club", &["pro"]),
            plan("course", &[]),
        ])
        .expect("sound");
        let openers = |wanted: &str| -> Vec<String> {
            catalog.openers(&[id(wanted)].into()).into_iter().map(String::from).collect()
        };
        assert_eq!(openers("basic"), ["basic", "club", "pro"]);
        assert_eq!(openers("pro"), ["club", "pro"]);
        assert_eq!(openers("course"), ["course"]);
        assert!(catalog.confers(&id("club"), &id("basic")));
        assert!(!catalog.confers(&id("basic"), &id("club")));
    }

    #[test]
    fn what_cannot_be_a_catalog_is_said() {
        check(vec![plan("a", &["b"])], &["plan \"a\" includes \"b\", which does not exist"]);
        check(vec![plan("a", &["a"])], &["plans include each other in a circle: a → a"]);
        check(
            vec![plan("x", &["a"]), plan("a", &["b"]), plan("b", &["c"]), plan("c", &["a"])],
            &["plans include each other in a circle: a → b → c → a"],
        );
        check(
            vec![plan("a", &["a"]), plan("b", &["a", "c"]), plan("c", &["b"])],
            &[
                "plans include each other in a circle: a → a",
                "plans include each other in a circle: b → c → b",
            ],
        );
        check(
            vec![priced("a", &["p1", "p2"]), priced("b", &["p2"])],
            &["price \"p2\" belongs to plan \"a\" already"],
        );
    }

    #[test]
    fn a_price_leads_to_its_plan() {
        let catalog = Catalog::new(vec![priced("a", &["p1", "p2"])]).expect("sound");
        let price = PriceId::parse("p2").expect("an id");
        assert_eq!(catalog.priced(&price).map(|found| found.plan.id.as_str()), Some("a"));
        assert_eq!(catalog.priced(&PriceId::parse("p3").expect("an id")), None);
    }

    fn check(plans: Vec<Plan>, expected: &[&str]) {
        let faults = Catalog::new(plans).expect_err("faulty");
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    fn plan(name: &str, includes: &[&str]) -> Plan {
        Plan {
            id: id(name),
            title: name.to_owned(),
            perk: None,
            includes: includes.iter().map(|name| id(name)).collect(),
            trial_days: None,
            free: false,
            prices: Vec::new(),
            entitlement: None,
        }
    }

    fn priced(name: &str, prices: &[&str]) -> Plan {
        let price = |id: &&str| Price {
            id: PriceId::parse(id).expect("an id"),
            cycle: Cycle::Month,
            shown: "$9".to_owned(),
            best: false,
        };
        Plan { prices: prices.iter().map(price).collect(), ..plan(name, &[]) }
    }

    fn id(name: &str) -> PlanId {
        PlanId::parse(name).expect("an id")
    }
}
