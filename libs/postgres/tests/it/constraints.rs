//! A violated constraint is known by its name, whatever kind it is; any other failure is none.

use rstest::rstest;
use sqlx::Executor;

use crate::ground::{migrated, outside};

const TABLES: &str = "
    CREATE TABLE union_ (id int CONSTRAINT union_is_known PRIMARY KEY);
    CREATE TABLE worker (
        id int CONSTRAINT one_row_a_worker PRIMARY KEY,
        union_id int CONSTRAINT union_exists REFERENCES union_,
        age int NOT NULL CONSTRAINT of_age CHECK (age >= 16)
    );
    INSERT INTO union_ VALUES (1);
    INSERT INTO worker VALUES (1, 1, 20)";

#[rstest]
#[case::unique("INSERT INTO worker VALUES (1, 1, 20)", Some("one_row_a_worker"))]
#[case::foreign_key("INSERT INTO worker VALUES (2, 9, 20)", Some("union_exists"))]
#[case::check("INSERT INTO worker VALUES (2, 1, 15)", Some("of_age"))]
#[case::still_referenced("DELETE FROM union_", Some("union_exists"))]
#[case::not_null("INSERT INTO worker VALUES (2, 1, NULL)", None)]
#[case::no_such_table("INSERT INTO nowhere VALUES (1)", None)]
#[tokio::test]
async fn a_violated_constraint_is_known_by_its_name(
    #[case] statement: &'static str,
    #[case] name: Option<&str>,
) {
    let mut connection = outside(&migrated().await).await;
    connection.execute(TABLES).await.unwrap();
    let error = connection.execute(statement).await.unwrap_err();
    assert_eq!(postgres::violated(&error), name);
}

#[test]
fn a_failure_beside_the_database_violates_nothing() {
    assert_eq!(postgres::violated(&sqlx::Error::PoolTimedOut), None);
}
