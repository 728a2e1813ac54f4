//! What a service tells of itself: log lines that belong to calls, and metrics where nobody calls.

use serde_json::Value;
use tonic::metadata::MetadataValue;

use crate::tiny::{Tiny, ask, question};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn lines(tiny: &Tiny) -> Vec<Value> {
    let log = tiny.log();
    log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

/// Every line is one JSON object that reads alone; a line of a call names its trace, which is the caller's.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_line_names_the_trace_of_its_call() {
    let tiny = Tiny::new().await;
    let mut traced = question("say traced");
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    traced.metadata_mut().insert("traceparent", MetadataValue::try_from(parent).unwrap());
    ask(tiny.channel(), traced).await.unwrap();
    tiny.ask("say untraced").await.unwrap();

    let lines = lines(&tiny);
    for line in &lines {
        assert!(line["timestamp"].is_string() && line["level"] == "INFO", "{line}");
    }
    let trace_of = |word: &str| {
        let line = lines.iter().find(|line| line["word"] == word).unwrap();
        assert_eq!(line["message"], "said");
        assert_eq!(line["span"]["method"], "/yuanmeng.shared.v1.AuditService/ListActions");
        line["span"]["trace_id"].as_str().unwrap().to_owned()
    };
    assert_eq!(trace_of("traced"), TRACE);
    let own = trace_of("untraced");
    assert!(own.len() == 32 && own != TRACE && own != "0".repeat(32), "{own}");
}

/// Calls are counted by method and by how they ended, on the port that no caller has; a path that nobody answers makes no
/// series of its own.
#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_on_a_port_of_their_own() {
    let tiny = Tiny::new().await;
    for _ in 0..3 {
        tiny.ask("say hello").await.unwrap();
    }
    tiny.ask("panic").await.unwrap_err();
    for stranger in 0..3 {
        unknown(&tiny, &format!("/nobody/{stranger}")).await;
    }

    let text = tiny.metrics();
    let count = |code: &str| {
        let series = text.lines().find(|line| {
            line.starts_with("rpc_server_duration_seconds_count")
                && line.contains("method=\"/yuanmeng.shared.v1.AuditService/ListActions\"")
                && line.contains(&format!("code=\"{code}\""))
        });
        series.unwrap_or_else(|| panic!("{code} is not in:\n{text}")).rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!((count("Ok"), count("Internal")), ("3".to_owned(), "1".to_owned()));
    assert!(!text.contains("/nobody/"), "{text}");
    assert_eq!(tiny.under_way(), 0);
    assert_eq!(tiny.status("/anything"), Some(404));
}

async fn unknown(tiny: &Tiny, path: &str) {
    let mut client = tonic::client::Grpc::new(tiny.channel());
    client.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let status = client.unary(tonic::Request::new(()), path.parse().unwrap(), codec).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}
