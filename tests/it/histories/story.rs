//! What can happen next, and what it makes of the truth.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::model::{Buyer, Course, DAY, Life, Money, Plan, Subscription, Truth};
use crate::support::Fate;

/// One step of a history.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Something happens at Stripe, to one of the customers.
    Happens { buyer: usize, what: What },
    /// Time passes.
    Passes { days: i64 },
    /// One of the events that are on their way arrives, as often as this.
    Arrives { which: usize, times: usize, fate: Fate },
    /// One of them never does.
    IsLost { which: usize },
    /// The process dies, and is started again.
    Dies,
    /// Stripe is asked for what could not be delivered.
    LooksForLostEvents,
}

/// What happens to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Subscribes(Plan),
    BuysTheCourse { by_bank: bool },
    MoneyComes,
    MoneyDoesNotCome,
    ChangesPlan,
    CancelsNow,
    CancelsLater,
    TakesItBack,
    IsPaused,
    IsNotPausedAnyMore,
    CardGoesBad,
    CardIsGoodAgain,
    GetsThePeriodsMoneyBack,
    GetsTheCoursesMoneyBack,
    GetsHalfOfTheCoursesMoneyBack,
    RefundFails,
    BankAsks,
    BankDecidesForHim,
    BankDecidesForTheOwner,
    IsDeleted,
}

const WHAT: [What; 21] = [
    What::Subscribes(Plan::Basic),
    What::Subscribes(Plan::Pro),
    What::BuysTheCourse { by_bank: false },
    What::BuysTheCourse { by_bank: true },
    What::MoneyComes,
    What::MoneyDoesNotCome,
    What::ChangesPlan,
    What::CancelsNow,
    What::CancelsLater,
    What::TakesItBack,
    What::IsPaused,
    What::IsNotPausedAnyMore,
    What::CardGoesBad,
    What::CardIsGoodAgain,
    What::GetsThePeriodsMoneyBack,
    What::GetsTheCoursesMoneyBack,
    What::GetsHalfOfTheCoursesMoneyBack,
    What::RefundFails,
    What::BankAsks,
    What::BankDecidesForHim,
    What::BankDecidesForTheOwner,
];

impl What {
    /// Whether it can happen to him.
    fn can(self, buyer: &Buyer) -> bool {
        let running = buyer.running();
        let active = running.filter(|one| one.life == Life::Active);
        let paid = Course::Paid { partly_refunded: false };
        match self {
            _ if buyer.deleted => false,
            What::IsDeleted => buyer.is_known(),
            What::Subscribes(_) => running.is_none(),
            What::BuysTheCourse { .. } => buyer.course.is_none(),
            What::MoneyComes | What::MoneyDoesNotCome => buyer.course == Some(Course::OnItsWay),
            What::ChangesPlan => active.is_some_and(|one| !one.paused),
            What::CancelsNow => running.is_some(),
            What::CancelsLater => active.is_some_and(|one| !one.ends),
            What::TakesItBack => active.is_some_and(|one| one.ends),
            What::IsPaused => active.is_some_and(|one| !one.paused),
            What::IsNotPausedAnyMore => running.is_some_and(|one| one.paused),
            What::CardGoesBad => running.is_some_and(|one| one.card_is_good),
            What::CardIsGoodAgain => running.is_some_and(|one| !one.card_is_good),
            What::GetsThePeriodsMoneyBack => active.is_some_and(|one| one.money == Money::Paid),
            What::GetsTheCoursesMoneyBack => matches!(buyer.course, Some(Course::Paid { .. })),
            What::GetsHalfOfTheCoursesMoneyBack | What::BankAsks => buyer.course == Some(paid),
            What::RefundFails => buyer.course == Some(Course::Refunded),
            What::BankDecidesForHim => buyer.course == Some(Course::Disputed { lost: false }),
            What::BankDecidesForTheOwner => matches!(buyer.course, Some(Course::Disputed { .. })),
        }
    }

    /// It happens.
    fn happen(self, buyer: &mut Buyer, now: i64) {
        let paid = |partly_refunded| Some(Course::Paid { partly_refunded });
        match self {
            What::Subscribes(plan) => buyer.subscription = Some(Subscription::begin(plan, now)),
            What::BuysTheCourse { by_bank: true } => buyer.course = Some(Course::OnItsWay),
            What::BuysTheCourse { by_bank: false } | What::MoneyComes => buyer.course = paid(false),
            // What was given back before stays given back.
            What::RefundFails => buyer.course = paid(true),
            What::MoneyDoesNotCome => buyer.course = Some(Course::NeverPaid),
            What::GetsTheCoursesMoneyBack => buyer.course = Some(Course::Refunded),
            What::GetsHalfOfTheCoursesMoneyBack => buyer.course = paid(true),
            What::BankAsks => buyer.course = Some(Course::Disputed { lost: false }),
            What::BankDecidesForHim => buyer.course = Some(Course::Disputed { lost: true }),
            What::BankDecidesForTheOwner => buyer.course = Some(Course::Won),
            What::IsDeleted => {
                buyer.deleted = true;
                buyer.subscription = None;
            }
            What::ChangesPlan
            | What::CancelsNow
            | What::CancelsLater
            | What::TakesItBack
            | What::IsPaused
            | What::IsNotPausedAnyMore
            | What::CardGoesBad
            | What::CardIsGoodAgain
            | What::GetsThePeriodsMoneyBack => {
                self.befall(buyer.running_mut().expect("it can happen to him"));
            }
        }
    }

    fn befall(self, subscription: &mut Subscription) {
        match self {
            What::ChangesPlan => {
                subscription.plan = match subscription.plan {
                    Plan::Basic => Plan::Pro,
                    Plan::Pro => Plan::Basic,
                };
            }
            What::CancelsNow => subscription.life = Life::Over,
            What::CancelsLater => subscription.ends = true,
            What::TakesItBack => subscription.ends = false,
            What::IsPaused => subscription.paused = true,
            What::IsNotPausedAnyMore => subscription.paused = false,
            What::CardGoesBad => subscription.card_is_good = false,
            What::CardIsGoodAgain => subscription.card_is_good = true,
            What::GetsThePeriodsMoneyBack => subscription.money = Money::GivenBack,
            What::Subscribes(_)
            | What::BuysTheCourse { .. }
            | What::MoneyComes
            | What::MoneyDoesNotCome
            | What::GetsTheCoursesMoneyBack
            | What::GetsHalfOfTheCoursesMoneyBack
            | What::RefundFails
            | What::BankAsks
            | What::BankDecidesForHim
            | What::BankDecidesForTheOwner
            | What::IsDeleted => unreachable!("it does not befall a subscription"),
        }
    }
}

/// What can happen, and what comes of it.
pub(super) struct Story;

impl ReferenceStateMachine for Story {
    type State = Truth;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Truth> {
        Just(Truth::begin()).boxed()
    }

    fn transitions(truth: &Truth) -> BoxedStrategy<Step> {
        let all = (0..truth.buyers.len())
            .flat_map(|buyer| WHAT.into_iter().map(move |what| (buyer, what)))
            .chain((0..truth.buyers.len()).map(|buyer| (buyer, What::IsDeleted)));
        let can: Vec<(usize, What)> =
            all.filter(|(buyer, what)| what.can(&truth.buyers[*buyer])).collect();
        let passes = (1..20_i64).prop_map(|days| Step::Passes { days });
        let fate = prop_oneof![
            6 => Just(Fate::Worked),
            1 => prop::sample::select(Fate::DEATHS.to_vec()),
        ];
        let arrives = (0..50_usize, 1..3_usize, fate)
            .prop_map(|(which, times, fate)| Step::Arrives { which, times, fate });
        let others = prop_oneof![
            6 => passes,
            8 => arrives,
            1 => (0..50_usize).prop_map(|which| Step::IsLost { which }),
            1 => Just(Step::Dies),
            1 => Just(Step::LooksForLostEvents),
        ];
        if can.is_empty() {
            return others.boxed();
        }
        let happens =
            prop::sample::select(can).prop_map(|(buyer, what)| Step::Happens { buyer, what });
        prop_oneof![2 => happens, 3 => others].boxed()
    }

    /// A history that is cut shorter must still be one that can happen.
    fn preconditions(truth: &Truth, step: &Step) -> bool {
        match step {
            Step::Happens { buyer, what } => what.can(&truth.buyers[*buyer]),
            Step::Passes { .. }
            | Step::Arrives { .. }
            | Step::IsLost { .. }
            | Step::Dies
            | Step::LooksForLostEvents => true,
        }
    }

    fn apply(mut truth: Truth, step: &Step) -> Truth {
        match step {
            Step::Happens { buyer, what } => what.happen(&mut truth.buyers[*buyer], truth.now),
            Step::Passes { days } => truth.pass(days * DAY),
            Step::Arrives { .. } | Step::IsLost { .. } | Step::Dies | Step::LooksForLostEvents => {}
        }
        truth
    }
}
