//! Servers that send the hub elsewhere.

use super::*;

fn there(to: &str) -> Vec<u8> {
    answer("302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n"), "")
}

/// Two servers: the first leads to the second, whose address is written with this host.
async fn led_to(host: &str, resource: &str) -> (Result<Vec<Fetched>, SourceError>, Server, Server) {
    let second = Server::start(vec![ok("a\n1\n")]).await;
    let port = second.address.rsplit(':').next().expect("a port").to_owned();
    let first = Server::start(vec![there(&format!("http://{host}:{port}/b.csv?signed=yes"))]).await;
    let url = format!("{}/a.csv?key=secret", first.address);
    let bench = Bench::new(&format!("kind = \"http\"\nurl = \"{url}\"\n{resource}"));
    (bench.fetch(&fetcher()).await, first, second)
}

#[tokio::test]
async fn redirects_are_followed_but_not_for_ever() {
    let (result, requests, _bench) = ending(vec![there("/b.csv?key=secret"), ok("a\n1\n")]).await;
    assert_eq!((result.expect("fetched").len(), requests), (1, 2));
    let (result, requests, _bench) = ending(vec![there("/again?key=secret")]).await;
    let error = result.expect_err("a loop");
    assert_eq!((error.code(), requests), ("source-redirects", 6));
    assert!(error.to_string().contains("more than 5 redirects"), "{error}");
}

#[tokio::test]
async fn a_redirect_to_this_machine_is_refused_by_address_and_by_what_its_name_resolves_to() {
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0"] {
        let (result, first, second) = led_to(host, "").await;
        let error = result.expect_err(host);
        assert_eq!(error.code(), "source-redirects", "{error}");
        let words = error.to_string();
        assert!(words.contains("not public") && words.contains("hosts = [") && !words.contains("secret"), "{words}");
        assert_eq!((first.requests().len(), second.requests().len()), (1, 0), "{host}");
    }
}

#[tokio::test]
async fn a_name_is_judged_by_the_address_that_it_resolves_to() {
    use reqwest::dns::Resolve;
    // Every machine knows this name, and it is not one that is refused by its letters.
    let error = public::PublicOnly.resolve("localhost".parse().expect("a name")).await.err().expect("not public");
    assert!(error.is::<public::NotPublic>(), "{error}");
    let _ = rustls::crypto::ring::default_provider().install_default();
    // An error of the resolver reaches the fetch as what it is, and is not tried again.
    let client = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(public::PublicOnly)).build();
    let error = client.expect("a client").get("http://localhost:9/").send().await.expect_err("not public");
    assert!(http::is_not_public(&error), "{error:?}");
}

#[tokio::test]
async fn a_host_that_the_manifest_allows_may_be_led_to() {
    let (result, first, second) = led_to("localhost", "hosts = [\"localhost\"]").await;
    let fetched = result.expect("fetched");
    // The source is where the bytes came from; the name is what the manifest's address says.
    assert_eq!(fetched[0].source, format!("{}/b.csv", second.address.replace("127.0.0.1", "localhost")));
    assert_eq!(fetched[0].name, "a.csv");
    assert!(first.requests()[0].contains("key=secret"));
    let request = second.requests()[0].to_lowercase();
    assert!(!request.contains("secret") && !request.contains("referer"), "{request}");
}

#[tokio::test]
async fn nobody_is_told_where_the_hub_comes_from() {
    let server = Server::start(vec![there("/b.csv"), ok("a\n1\n")]).await;
    Bench::http(&[format!("{}/a.csv?key=secret", server.address)]).fetch(&fetcher()).await.expect("fetched");
    let second = server.requests()[1].to_lowercase();
    assert!(second.starts_with("get /b.csv ") && !second.contains("referer") && !second.contains("secret"), "{second}");
}
