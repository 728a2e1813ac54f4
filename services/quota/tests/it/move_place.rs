//! Changing lines, and who gets the seat that is left.

use proto::quota as pb;
use refusal::Reason;
use vocabulary::{OperationId, UnionId};

use crate::calls::{Applicant, Programme, assert_refused, stands};
use crate::house::shared;

impl Programme {
    pub async fn move_place(
        &self,
        applicant: &Applicant,
        unions: &[UnionId],
    ) -> Result<pb::Place, tonic::Status> {
        let asked = pb::MoveRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: self.id.to_string(),
            application_id: applicant.application.to_string(),
            union_ids: unions.iter().map(ToString::to_string).collect(),
        };
        Ok(self.first().lines.r#move(asked).await?.into_inner().place.unwrap())
    }
}

/// one who moves keeps the lines that stay, leaves those it no longer belongs to, and enters new ones at their end,
/// also one that it had left before.
#[tokio::test(flavor = "multi_thread")]
async fn one_who_moves_enters_new_lines_at_their_end() {
    let programme = Programme::open(shared().await, 2, 1).await;
    let street = UnionId::new();
    programme.add_pool("street", street, 0).await.unwrap();
    let people: Vec<Applicant> = (0..3).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }

    let moved = programme.move_place(&people[0], &[street, programme.city]).await.unwrap();
    assert_eq!(moved.arrival_number, 1, "an arrival number never changes");
    assert_eq!((stands(&moved, "city"), stands(&moved, "district"), stands(&moved, "street")), (1, 0, -1));
    assert_eq!(
        stands(&programme.place(&people[1]).await, "district"),
        1,
        "the seat goes to the first who waits"
    );
    assert_eq!(programme.place(&people[0]).await.standings, moved.standings);

    let back = programme.move_place(&people[0], &[programme.district, programme.city]).await.unwrap();
    assert_eq!((stands(&back, "city"), stands(&back, "district"), stands(&back, "street")), (1, -2, 0));
    assert_eq!(stands(&programme.place(&people[2]).await, "district"), -1, "those who stayed are before it");
}

/// what is final, gone or unknown does not move.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_final_gone_or_unknown_does_not_move() {
    let programme = Programme::open(shared().await, 2, 1).await;
    let (one, other) = (Applicant::new(), Applicant::new());
    let to = [programme.city];
    programme.reserve(&one).await.unwrap();
    programme.reserve(&other).await.unwrap();
    programme.confirm(&one).await.unwrap();
    programme.release(&other).await.unwrap();

    assert_refused(programme.move_place(&one, &to).await, Reason::PlaceConfirmed);
    assert_refused(programme.move_place(&other, &to).await, Reason::PlaceLeft);
    assert_refused(programme.move_place(&Applicant::new(), &to).await, Reason::NotFound);
    assert_eq!(stands(&programme.place(&one).await, "district"), 1);
}
