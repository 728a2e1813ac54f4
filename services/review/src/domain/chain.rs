//! The chain of a case: from the chosen union up to the city federation, then the Culture Centre.

use vocabulary::UnionId;

use super::Step;

/// What people call the office that decides last.
const CENTRE_NAME: &str = "职工文化事业发展中心";

/// A union that reviews, as it was at submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewUnion {
    /// The union.
    pub id: UnionId,
    /// Its name.
    pub name: String,
}

/// The steps of a case: one for each union of the chain in its order, then one for the Culture Centre, which is an
/// office of the last union, the city federation. None for a chain without unions.
pub fn steps(chain: Vec<ReviewUnion>) -> Option<Vec<Step>> {
    let city = chain.last()?.id;
    let mut steps: Vec<Step> =
        chain.into_iter().map(|union| Step::open(union.id, union.name, false)).collect();
    steps.push(Step::open(city, CENTRE_NAME.to_owned(), true));
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn union(name: &str) -> ReviewUnion {
        ReviewUnion { id: UnionId::new(), name: name.to_owned() }
    }

    /// street, district, city, then the Culture Centre.
    #[test]
    fn review_climbs_the_tree_and_ends_at_the_centre() {
        let chain = vec![union("street"), union("district"), union("city")];
        let city = chain[2].id;

        let steps = steps(chain).unwrap();

        let names: Vec<_> = steps.iter().map(|step| (step.union_name.as_str(), step.centre)).collect();
        assert_eq!(names, [("street", false), ("district", false), ("city", false), (CENTRE_NAME, true)]);
        assert_eq!(steps[3].union_id, city);
    }

    /// a unit right under an industrial union has a shorter chain.
    #[test]
    fn a_chain_may_skip_levels() {
        assert_eq!(steps(vec![union("industrial"), union("city")]).unwrap().len(), 3);
        assert!(steps(Vec::new()).is_none());
    }
}
