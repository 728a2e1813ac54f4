//! What may succeed later is told from what never will.

use rstest::rstest;
use sqlx::Executor;

use crate::ground::{migrated, outside};

#[rstest]
#[case::time_ran_out("SET statement_timeout = '50ms'; SELECT pg_sleep(5)", true)]
#[case::the_server_hung_up("SELECT pg_terminate_backend(pg_backend_pid())", true)]
#[case::too_many_connections("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53300'; END $$", true)]
#[case::somebody_is_in_the_way("DO $$ BEGIN RAISE EXCEPTION 'locked' USING ERRCODE = '55P03'; END $$", true)]
#[case::no_such_table("INSERT INTO nowhere VALUES (1)", false)]
#[case::a_number_too_large("SELECT 2147483647 + 1", false)]
#[case::a_violated_constraint("DO $$ BEGIN RAISE EXCEPTION 'twice' USING ERRCODE = '23505'; END $$", false)]
#[tokio::test]
async fn what_passes_is_told_from_what_stays(#[case] statement: &'static str, #[case] passes: bool) {
    let mut connection = outside(&migrated().await).await;
    let error = connection.execute(statement).await.unwrap_err();
    assert_eq!(postgres::is_passing(&error), passes, "{error:?}");
}

#[rstest]
#[case::no_connection_is_free(sqlx::Error::PoolTimedOut, true)]
#[case::a_server_broke_off_while_connecting(sqlx::Error::Protocol("unexpected response".to_owned()), true)]
#[case::a_row_is_missing(sqlx::Error::RowNotFound, false)]
#[test]
fn what_fails_on_the_way_passes(#[case] error: sqlx::Error, #[case] passes: bool) {
    assert_eq!(postgres::is_passing(&error), passes);
}
