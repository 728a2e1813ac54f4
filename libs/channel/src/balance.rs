//! Choosing a replica: of two by chance the one with less under way, leaving alone those that have failed lately.

use std::sync::Arc;
use std::time::Instant;

use crate::endpoint::Endpoint;

/// Picks a replica, another one than was tried last if there is another. Where all of them are spared, the one whose rest
/// ends first is asked all the same: that is better than asking nobody.
pub(crate) fn pick<'a, T>(
    endpoints: &'a [Arc<Endpoint<T>>],
    tried: Option<&Arc<Endpoint<T>>>,
    now: Instant,
) -> Option<&'a Arc<Endpoint<T>>> {
    let well = |endpoint: &&Arc<Endpoint<T>>| endpoint.rests_until(now).is_none();
    let fresh = |endpoint: &&Arc<Endpoint<T>>| tried.is_none_or(|tried| !Arc::ptr_eq(tried, endpoint));

    let candidates: Vec<_> = endpoints.iter().filter(well).filter(fresh).collect();
    less_busy_of_two(&candidates)
        .or_else(|| endpoints.iter().find(well))
        .or_else(|| endpoints.iter().filter(fresh).min_by_key(|endpoint| endpoint.rests_until(now)))
        .or_else(|| endpoints.first())
}

/// Two at random spread calls nearly as well as looking at all of them, and do not send everybody to the same one.
fn less_busy_of_two<'a, T>(candidates: &[&'a Arc<Endpoint<T>>]) -> Option<&'a Arc<Endpoint<T>>> {
    let count = candidates.len();
    if count < 2 {
        return candidates.first().copied();
    }
    let first = rand::random_range(0..count);
    let second = (first + rand::random_range(1..count)) % count;
    [candidates[first], candidates[second]].into_iter().min_by_key(|endpoint| endpoint.outstanding())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use super::*;

    fn endpoints(count: u16) -> Vec<Arc<Endpoint<()>>> {
        (1..=count).map(|port| Arc::new(Endpoint::new(([127, 0, 0, 1], port).into(), ()))).collect()
    }

    #[test]
    fn calls_are_spread_over_all() {
        let endpoints = endpoints(3);
        let mut counts = HashMap::new();
        for _ in 0..3_000 {
            *counts.entry(pick(&endpoints, None, Instant::now()).unwrap().address).or_insert(0) += 1;
        }
        assert!(counts.len() == 3 && counts.values().all(|count| *count > 500), "{counts:?}");
    }

    #[test]
    fn the_busiest_is_never_asked_where_another_is_at_hand() {
        let endpoints = endpoints(2);
        let _busy = endpoints[0].enter();
        for _ in 0..100 {
            assert_eq!(pick(&endpoints, None, Instant::now()).unwrap().address, endpoints[1].address);
        }
    }

    #[test]
    fn one_that_rests_is_spared_and_asked_again_afterwards() {
        let (endpoints, now) = (endpoints(2), Instant::now());
        endpoints[0].failed(now);
        for _ in 0..100 {
            assert_eq!(pick(&endpoints, None, now).unwrap().address, endpoints[1].address);
        }
        let later = now + Duration::from_secs(1);
        assert!((0..100).any(|_| pick(&endpoints, None, later).unwrap().address == endpoints[0].address));
    }

    #[test]
    fn a_repetition_goes_to_another_one() {
        let (endpoints, now) = (endpoints(2), Instant::now());
        for _ in 0..100 {
            let second = pick(&endpoints, Some(&endpoints[0]), now).unwrap();
            assert_eq!(second.address, endpoints[1].address);
        }
        let alone = &endpoints[..1];
        assert_eq!(pick(alone, Some(&alone[0]), now).unwrap().address, alone[0].address);
    }

    #[test]
    fn where_all_rest_the_first_to_be_well_is_asked() {
        let (endpoints, now) = (endpoints(3), Instant::now());
        for failing in [0, 1, 2, 0, 0, 0, 2, 2, 2] {
            endpoints[failing].failed(now);
        }
        assert_eq!(pick(&endpoints, None, now).unwrap().address, endpoints[1].address);
        assert!(pick::<()>(&[], None, now).is_none());
    }
}
