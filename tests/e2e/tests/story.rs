//! The story, played on the stores that the tests run on.

use std::path::Path;

use e2e::{Ground, Stage, Story};

/// whatever two of us hold agrees at the end of a whole programme.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_programme_is_played_and_every_figure_agrees() {
    // The services' programs lie where `demo` does.
    let programs = Path::new(env!("CARGO_BIN_EXE_demo")).parent().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("story");
    let mut story = Story::on(Stage::set(Ground::Given, programs).await.unwrap(), &folder).unwrap();

    story.play().await.unwrap();

    story.close().unwrap();
    let differing: Vec<_> = story.account().figures().iter().filter(|figure| !figure.agrees).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}
