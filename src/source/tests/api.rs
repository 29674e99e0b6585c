//! APIs of five ways of paging that behave, and misbehave in every way that was seen: what comes is the truth, or the page is
//! named, and nothing is given.

use super::publisher::{Behaviour, Paging, Publisher, SIZE};
use super::*;

fn manifest(address: &str, paging: Paging, proof: &str) -> String {
    let pages = match paging {
        Paging::Page => format!("{{ by = \"page\", param = \"page\", size = {SIZE}, most = 20 }}"),
        Paging::Offset => format!("{{ by = \"offset\", param = \"offset\", size = {SIZE}, most = 20 }}"),
        Paging::NextInBody => "{ by = \"next\", link = \"$.links.next\", most = 20 }".into(),
        Paging::NextInHeader => "{ by = \"next\", link = \"header Link\", most = 20 }".into(),
        Paging::Cursor => "{ by = \"cursor\", param = \"cursor\", cursor = \"$.cursor\", most = 20 }".into(),
    };
    format!("kind = \"http\"\nurl = \"{address}/rows\"\nrecords = \"$.results\"\npages = {pages}\ncomplete = {proof}")
}

/// The rows of the landed pages, in order.
fn ids(pages: &[Fetched]) -> Vec<usize> {
    let mut ids = Vec::new();
    for page in pages {
        let json: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&page.landed.path).expect("bytes")).expect("json");
        for row in json["results"].as_array().expect("rows") {
            ids.push(usize::try_from(row["id"].as_u64().expect("an id")).expect("an id"));
        }
    }
    ids
}

/// The proofs that fit a way of paging.
fn proofs(paging: Paging) -> &'static [&'static str] {
    match paging {
        Paging::Page | Paging::Offset => &["{ rows = \"$.paging.total\" }", "\"short-page\"", "\"empty-page\""],
        _ => &["{ rows = \"$.paging.total\" }", "\"no-next\""],
    }
}

/// What the error of a collection says that is not whole; nothing of one that is.
fn wrong(paging: Paging, behaviour: Behaviour, proof: &str) -> Option<&'static str> {
    let states = proof.contains("total");
    let leads = !matches!(paging, Paging::Page | Paging::Offset);
    match behaviour {
        Behaviour::TotalGrowsForEver => states.then_some("changed meanwhile"),
        Behaviour::TotalOff => states.then_some("states"),
        Behaviour::Repeated => Some("same rows"),
        Behaviour::Circle if paging == Paging::Cursor => Some("in a circle"),
        Behaviour::Circle => leads.then_some("same rows"),
        Behaviour::OtherHost if paging == Paging::Cursor => None,
        Behaviour::OtherHost => leads.then_some("another host"),
        // What an error holds within is told by its place alone.
        Behaviour::ErrorWithin => Some("at $.error"),
        Behaviour::CutForEver => Some("cut short"),
        Behaviour::Unauthorised => Some("401"),
        _ => None,
    }
}

/// Asks for a collection of so many rows.
async fn asked(paging: Paging, behaviour: Behaviour, proof: &'static str, rows: usize) {
    let publisher = Publisher::start(paging, behaviour, rows).await;
    let bench = Bench::json(&manifest(&publisher.address, paging, proof));
    let result = bench.fetch(&fetcher()).await;
    let told = format!("{paging:?} {behaviour:?} {proof} {rows} rows: {result:?}");
    match (result, wrong(paging, behaviour, proof)) {
        (Ok(pages), None) => assert_eq!(ids(&pages), (0..rows).collect::<Vec<_>>(), "{told}"),
        (Err(error), Some(part)) => {
            let words = error.to_string();
            assert!(words.contains("page ") && words.contains(part), "{told}");
        }
        _ => panic!("{told}"),
    }
}

#[tokio::test]
async fn a_collection_is_the_truth_or_is_refused_with_its_page() {
    for paging in Paging::ALL {
        let mut all = Vec::new();
        for behaviour in Behaviour::ALL {
            for proof in proofs(paging) {
                all.extend([3 * SIZE + 2, 4 * SIZE].map(|rows| asked(paging, behaviour, proof, rows)));
            }
        }
        futures::future::join_all(all).await;
    }
}

#[tokio::test]
async fn pages_are_asked_for_once_each_in_order_and_named() {
    let publisher = Publisher::start(Paging::Page, Behaviour::ShortLast, 3 * SIZE).await;
    let bench = Bench::json(&manifest(&publisher.address, Paging::Page, "{ rows = \"$.paging.total\" }"));
    let pages = bench.fetch(&fetcher()).await.expect("pages");
    let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
    assert_eq!(names, ["rows 1.json", "rows 2.json", "rows 3.json"]);
    assert_eq!(pages[1].source, format!("{}/rows?page=2", publisher.address));
    let asked: Vec<String> =
        publisher.asked().iter().map(|head| head.split_whitespace().nth(1).expect("a path").to_owned()).collect();
    assert_eq!(asked, ["/rows?page=1", "/rows?page=2", "/rows?page=3"]);
}

#[tokio::test]
async fn more_pages_than_are_allowed_are_refused() {
    let publisher = Publisher::start(Paging::Page, Behaviour::ShortLast, 30 * SIZE).await;
    let bench = Bench::json(&manifest(&publisher.address, Paging::Page, "{ rows = \"$.paging.total\" }"));
    let words = bench.fetch(&fetcher()).await.expect_err("too many").to_string();
    assert!(words.contains("page 20") && words.contains("`most`"), "{words}");
}

#[tokio::test]
async fn an_answer_with_more_pages_is_refused_where_none_are_followed() {
    for (body, part) in [
        ("{\"results\": [{\"a\": 1}], \"next\": \"/rows?page=2\"}", "$.next"),
        ("{\"results\": [{\"a\": 1}], \"exceededTransferLimit\": true}", "exceededTransferLimit"),
        ("{\"results\": [{\"a\": 1}], \"paging\": {\"totalPages\": 3}}", "3 pages"),
        ("{\"results\": [{\"a\": 1}], \"link\": [{\"relation\": \"next\", \"url\": \"x\"}]}", "relation=next"),
    ] {
        for records in ["", "records = \"$.results\"\n", "records = \"$.results\"\nparams = { a = 1 }\n"] {
            let server = Server::start(vec![ok(body)]).await;
            let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"\n{records}", server.address));
            let words = bench.fetch(&fetcher()).await.expect_err(body).to_string();
            assert!(words.contains(part) && words.contains("`complete`"), "{words}");
        }
    }
    let link = answer("200 OK", "Link: </rows?page=2>; rel=\"next\"\r\nContent-Length: 10\r\n", "[{\"a\": 1}]");
    let server = Server::start(vec![link]).await;
    let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"", server.address));
    assert!(bench.fetch(&fetcher()).await.expect_err("a part").to_string().contains("header Link"));
    let last = "{\"results\": [{\"a\": 1}], \"next\": null, \"hasMore\": false, \"totalPages\": 1}";
    let server = Server::start(vec![ok(last)]).await;
    let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"", server.address));
    assert_eq!(bench.fetch(&fetcher()).await.expect("whole").len(), 1);
}

fn secrets() -> Secrets {
    Secrets::from(|name| Ok((name == "CQC_KEY").then(|| Key::new("s3cr3t+&"))))
}

#[tokio::test]
async fn a_secret_goes_where_it_should_and_shows_nowhere() {
    for (auth, sent) in [
        ("{ header = \"X-Key\", secret = \"CQC_KEY\" }", "x-key: s3cr3t+&\r\n"),
        ("{ query = \"uid\", secret = \"CQC_KEY\" }", "/rows?uid=s3cr3t%2B%26 "),
        ("{ bearer = true, secret = \"CQC_KEY\" }", "authorization: bearer s3cr3t+&\r\n"),
        ("{ basic = \"hub\", secret = \"CQC_KEY\" }", "authorization: basic ahvioNmzY3iZdCsm\r\n"),
    ] {
        let server = Server::start(vec![ok("[{\"a\": 1}]")]).await;
        let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"\nauth = {auth}", server.address));
        let pages = bench.fetch(&fetcher().with_secrets(secrets())).await.expect(auth);
        let request = server.requests()[0].clone();
        assert!(request.to_lowercase().contains(&sent.to_lowercase()), "{request}");
        assert!(!request.to_lowercase().contains("referer"), "{request}");
        assert!(!format!("{pages:?}").contains("s3cr3t"), "{pages:?}");
        let refused = Server::start(vec![answer("403 Forbidden", "Content-Length: 0\r\n", "")]).await;
        let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"\nauth = {auth}", refused.address));
        let error = bench.fetch(&fetcher().with_secrets(secrets())).await.expect_err("refused");
        assert!(error.to_string().contains("HUB_SECRET_CQC_KEY"), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error:?}");
        let without = bench.fetch(&fetcher()).await.expect_err("no value").to_string();
        assert!(without.contains("HUB_SECRET_CQC_KEY_FILE"), "{without}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_told_no_secret() {
    for auth in ["{ header = \"X-Key\", secret = \"CQC_KEY\" }", "{ query = \"uid\", secret = \"CQC_KEY\" }"] {
        let other = Server::start(vec![ok("[{\"a\": 1}]")]).await;
        let to = other.address.replace("127.0.0.1", "localhost");
        let server = Server::start(vec![answer(
            "302 Found",
            &format!("Location: {to}/rows?uid=s3cr3t%2B%26\r\nContent-Length: 0\r\n"),
            "",
        )])
        .await;
        let bench = Bench::json(&format!(
            "kind = \"http\"\nurl = \"{}/rows\"\nauth = {auth}\nhosts = [\"localhost\"]",
            server.address
        ));
        // Whatever comes of it, the other host has seen neither.
        let result = bench.fetch(&fetcher().with_secrets(secrets())).await;
        for request in other.requests() {
            assert!(!request.to_lowercase().contains("x-key"), "{result:?}: {request}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_repeats_the_secret_is_not_kept() {
    let server = Server::start(vec![ok("[{\"a\": \"your key s3cr3t+& is wrong\"}]")]).await;
    let auth = "auth = { header = \"X-Key\", secret = \"CQC_KEY\" }";
    let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"\n{auth}", server.address));
    let words = bench.fetch(&fetcher().with_secrets(secrets())).await.expect_err("refused").to_string();
    assert!(words.contains("repeats the secret `CQC_KEY`") && !words.contains("s3cr3t"), "{words}");
    assert!(bench.keeps_no("s3cr3t"));
}

#[tokio::test]
async fn a_secret_is_changed_for_a_token_that_is_never_landed() {
    let token = "{\"access_token\": \"t0ken\", \"token_type\": \"Bearer\", \"expires_in\": 3600}";
    let login = Server::start(vec![ok(token)]).await;
    let server = Server::start(vec![ok("[{\"a\": 1}]")]).await;
    let auth = format!(
        "auth = {{ oauth2 = \"{}/token\", client = \"hub\", scope = \"read\", secret = \"CQC_KEY\" }}",
        login.address
    );
    let bench = Bench::json(&format!("kind = \"http\"\nurl = \"{}/rows\"\n{auth}", server.address));
    bench.fetch(&fetcher().with_secrets(secrets())).await.expect("rows");
    assert!(server.requests()[0].contains("Bearer t0ken"), "{:?}", server.requests());
    assert!(bench.keeps_no("t0ken") && bench.keeps_no("s3cr3t"));
    let closed = Server::start(vec![answer("401 Unauthorized", "Content-Length: 0\r\n", "")]).await;
    let bench = Bench::json(&format!(
        "kind = \"http\"\nurl = \"{}/rows\"\nauth = {{ oauth2 = \"{}/token\", client = \"hub\", secret = \"CQC_KEY\" }}",
        server.address, closed.address
    ));
    let words = bench.fetch(&fetcher().with_secrets(secrets())).await.expect_err("no token").to_string();
    assert!(words.contains("CQC_KEY") && words.contains("401") && !words.contains("s3cr3t"), "{words}");
}

#[tokio::test]
async fn each_value_is_asked_for_once_and_its_rows_carry_it() {
    let server = Server::start(vec![
        ok("[{\"a\": 1}]"),
        answer("404 Not Found", "Content-Length: 0\r\n", ""),
        ok("[{\"a\": 3}]"),
    ])
    .await;
    let bench = Bench::json(&format!(
        "kind = \"http\"\nurl = \"{}/{{each}}/rows\"\nparams = {{ name = \"{{each.name}}\" }}\nanswers = {{ 404 = \"empty\" }}\n\
         each = {{ list = [\"x\"] }}",
        server.address
    ));
    let partitions = [("E1", "Hull & East"), ("E2", "None"), ("a/../b", "Odd")];
    let partitions = partitions.map(|(code, name)| Partition::of(code, &[("name", name)]));
    let pages = bench.fetch_each(&fetcher(), &partitions).await.expect("pages");
    let each: Vec<Option<&str>> = pages.iter().map(|page| page.each.as_deref()).collect();
    assert_eq!(each, [Some("E1"), Some("a/../b")], "what is not there has no row, and is no mistake");
    assert_eq!(pages[1].name, "rows a----b.json");
    let asked: Vec<String> =
        server.requests().iter().map(|head| head.split_whitespace().nth(1).expect("a path").to_owned()).collect();
    assert_eq!(asked, ["/E1/rows?name=Hull+%26+East", "/E2/rows?name=None", "/a%2F..%2Fb/rows?name=Odd"]);
}

#[tokio::test]
async fn what_is_posted_takes_the_page() {
    let page = |rows: &str| ok(&format!("{{\"results\": [{rows}], \"total\": 2}}"));
    let server = Server::start(vec![page("{\"a\": 1}"), page("{\"a\": 2}")]).await;
    let bench = Bench::json(&format!(
        "kind = \"http\"\nurl = \"{}/query\"\npost = \"query.json\"\nrecords = \"$.results\"\n\
         pages = {{ by = \"page\", size = 1 }}\ncomplete = {{ rows = \"$.total\" }}",
        server.address
    ));
    assert_eq!(bench.fetch(&fetcher()).await.expect("pages").len(), 2);
    assert!(server.requests()[1].starts_with("POST /query"), "{:?}", server.requests());
}
