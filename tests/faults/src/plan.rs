//! Who comes to a rush, when, and how they behave; the same number, the same plan.

use std::time::Duration;

use proto::quota::ReserveRequest;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use uuid::Uuid;

use crate::line::{DISTRICTS, Line, ROUND};

/// How a rush is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides everything else.
    pub seed: u64,
    /// How many people come.
    pub people: usize,
    /// Within how long all of them have sent for the first time.
    pub spread: Duration,
    /// How many hang up at first, in the middle of their call, and send again later.
    pub hang_up: usize,
    /// Of a hundred, how many send the same at both replicas at once.
    pub twice: u32,
    /// Of a hundred, how many send another application at the same time.
    pub rivals: u32,
    /// Of a hundred, how many withdraw soon after they have their place.
    pub withdraw: u32,
    /// Of a hundred, how many move to another district soon after they have their place.
    pub change: u32,
}

/// One who comes.
#[derive(Debug, Clone)]
pub struct Person {
    /// When, after the beginning.
    pub at: Duration,
    /// What is sent until it is answered.
    pub request: ReserveRequest,
    /// Sends it at the other replica too, so much later.
    pub again_after: Option<Duration>,
    /// Sends this too: another application of the same worker.
    pub rival: Option<ReserveRequest>,
    /// Hangs up after so long, at first.
    pub hangs_up_after: Option<Duration>,
    /// Gives up the place so long after the answer, with this operation id.
    pub withdraws: Option<(Duration, String)>,
    /// Moves so long after the answer, with this operation id, to these unions.
    pub moves: Option<(Duration, String, Vec<String>)>,
}

impl Plan {
    /// A rush of 8,000 people, a fifth of whom send twice.
    pub fn rush(seed: u64) -> Self {
        Self {
            seed,
            people: 8_000,
            spread: Duration::from_secs(1),
            hang_up: 0,
            twice: 20,
            rivals: 1,
            withdraw: 2,
            change: 1,
        }
    }

    /// Everybody who comes to a line.
    pub fn people(&self, line: &Line) -> Vec<Person> {
        let mut random = StdRng::seed_from_u64(self.seed);
        (0..self.people).map(|number| self.person(number, line, &mut random)).collect()
    }

    fn person(&self, number: usize, line: &Line, random: &mut StdRng) -> Person {
        let district = random.random_range(0..DISTRICTS);
        let request = ReserveRequest {
            operation_id: id(random),
            programme_id: line.programme.clone(),
            application_id: id(random),
            worker_id: id(random),
            round_id: ROUND.to_owned(),
            union_ids: line.chain(district),
        };
        let of_a_hundred = |share: u32, random: &mut StdRng| random.random_range(0..100) < share;
        let rival = of_a_hundred(self.rivals, random).then(|| ReserveRequest {
            operation_id: id(random),
            application_id: id(random),
            ..request.clone()
        });
        // A rival may get the place, and then there is nothing to give up or to move.
        let is_alone = rival.is_none();
        let withdraws = (is_alone && of_a_hundred(self.withdraw, random)).then(|| (soon(random), id(random)));
        let moves = (is_alone && withdraws.is_none() && of_a_hundred(self.change, random)).then(|| {
            let other = (district + 1) % DISTRICTS;
            (soon(random), id(random), line.chain(other))
        });
        Person {
            at: self.spread.mul_f64(random.random()),
            again_after: of_a_hundred(self.twice, random).then(|| millis(random, 0..50)),
            hangs_up_after: (number < self.hang_up).then(|| millis(random, 1..400)),
            request,
            rival,
            withdraws,
            moves,
        }
    }
}

fn soon(random: &mut StdRng) -> Duration {
    millis(random, 0..500)
}

fn millis(random: &mut StdRng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(random.random_range(range))
}

fn id(random: &mut StdRng) -> String {
    let mut bytes = [0; 16];
    random.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// An id of nobody's plan.
pub(crate) fn new_id() -> String {
    Uuid::now_v7().to_string()
}
