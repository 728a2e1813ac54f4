//! The rules of the notice by number, as domain, refusals and tests name them.

use std::fmt;

macro_rules! rules {
    ($($name:ident $title:literal)+) => {
        /// A rule of the domain (docs/DOMAIN.md); a number never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $title] $name,)+
        }

        impl Rule {
            /// Every rule, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

rules! {
    R01 "A front-line worker in Jinan, migrant workers included."
    R02 "The major fits the work, and the union agrees to it."
    R03 "A worker is real-name verified before enrolling or applying."
    R04 "The phone is the worker's own and not a virtual number."
    R05 "The ID number is valid and belongs to one account."
    R06 "A worker enrols by app or WeChat and pays tuition."
    R07 "Junior college and above, newly entered in the programme's year."
    R08 "Tuition is paid in instalments, each recorded with its receipt."
    R09 "Study is followed to the end."
    R10 "A programme has rounds with windows of whole days."
    R11 "The season of entry decides the round."
    R12 "Each pool has a capacity, an amount and a scope."
    R13 "Subsidies add up: an application stands in every pool of its unions."
    R14 "First come, first served."
    R15 "A pool never has more holders than its capacity."
    R16 "A free seat goes at once to the first who waits."
    R17 "One application per worker per year, and one per education level."
    R18 "Nobody is admitted before the window opens or after it closes."
    R19 "The fields of an application."
    R20 "The chosen union is where the unit's business licence is registered."
    R21 "A migrant worker without work needs no unit fields."
    R22 "The printed form carries number, revision and QR code."
    R23 "Editing after printing makes a new revision."
    R24 "Five kinds of material, each with its data."
    R25 "A file is at most 3 MiB and really a jpg, jpeg, png or pdf."
    R26 "The CHSI report runs for six months and is still valid."
    R27 "The card is a debit card of an accepted bank in the applicant's own name."
    R28 "Submission needs all of it, and what is missing is listed at once."
    R29 "The worker sees the progress at any time."
    R30 "Review climbs the tree, the Culture Centre decides last."
    R31 "A reviewer decides only in the own subtree, at the own step."
    R32 "A decision passes, returns or rejects."
    R33 "A correction that changes unions enters new lines at their end."
    R34 "Nobody decides two steps of one case, nor their own application."
    R35 "Review ends with the review window; nothing is decided by silence."
    R36 "The city sees every case and every action."
    R37 "Reviewers are warned of duplicates."
    R38 "Unions join by invitation and are approved."
    R39 "An official acts for one union with a role."
    R40 "A grant needs the final approval and a seat."
    R41 "No grant is opened beyond the money set aside."
    R42 "Payment follows tuition, to the fen."
    R43 "Money goes to the worker's own account; two people approve a batch."
    R44 "No instalment is ever paid twice."
    R45 "A returned payment is reversed, corrected and paid under a new number."
    R46 "Books balance."
    R47 "Money can be stopped and claimed back."
    R48 "Sensitive data is sealed, masked, and each look recorded."
    R49 "Messages to people are Chinese, with help lines."
    R50 "A service station helps with the worker's own code."
    R51 "Each union sees the figures of its subtree."
    R52 "What is about to lapse is told in time."
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "R-{:02}", *self as u8 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_prints_the_number_in_its_name() {
        assert_eq!(Rule::ALL.len(), 52);
        for rule in Rule::ALL {
            assert_eq!(rule.to_string().replace('-', ""), format!("{rule:?}"));
        }
    }
}
