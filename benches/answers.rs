//! GraphQL over HTTP on loopback, beside a bare handler that runs the same SQL on the same file.
//!
//! The load runs in the same process, on the same processors as both servers, so that it weighs on both alike.

use crate::answers_store::{Filled, filled};
use crate::bare;
use crate::load::{Asking, Load, load, once, post};
use crate::measure::{heading, per_second};
use anyhow::{Context, Result, bail};
use outcomes_hub::clock::SystemClock;
use outcomes_hub::graphql::State;
use outcomes_hub::http;
use outcomes_hub::store::Store;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Places that a question names.
const NAMED: usize = 150;
/// Rounds of each side, one after the other.
const ROUNDS: usize = 5;

/// Measures a store of so many figures.
pub async fn run(figures: u64, round: Duration, connections: usize) -> Result<()> {
    heading(&format!("answers: {NAMED} areas × 8 fields of one indicator and period, {connections} connections"));
    let filled = filled(figures).await?;
    println!("  from a store of {} figures", filled.made_up.len());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let bare = listener.local_addr()?;
    bare::serve(listener, &filled).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let hub = listener.local_addr()?;
    let questions = Arc::new(Questions::of(&filled)?);
    let stop = CancellationToken::new();
    let state = State::new(Arc::new(filled.store) as Arc<dyn Store>, Arc::new(SystemClock));
    // One client asks for as much as it can: what one client may take is not measured here.
    let options = http::Options {
        clients: http::PerClient { rate: 0, ..http::PerClient::default() },
        ..http::Options::default()
    };
    let token = stop.clone();
    let server = tokio::spawn(async move { http::serve_with(listener, None, state, &options, token).await });

    let asked = |asking: fn(&Questions, u64) -> Vec<u8>| -> Asking {
        let questions = Arc::clone(&questions);
        Arc::new(move |number| asking(&questions, number))
    };
    same_answers(hub, bare, &questions).await?;
    for (name, of_hub, of_bare) in [
        (
            "the same question again and again (the hub keeps its answer)",
            asked(|it, _| it.hub(0, 0)),
            asked(|it, _| it.bare(0)),
        ),
        ("another question every time", asked(|it, n| it.hub(n, n)), asked(Questions::bare)),
    ] {
        let (mut hubs, mut bares) = (Load::default(), Load::default());
        let numbers = [Arc::new(AtomicU64::new(1)), Arc::new(AtomicU64::new(1))];
        // The first round of each warms up and is not counted.
        for counted in (0..=ROUNDS).map(|round| round > 0) {
            let of_hub = load(hub, connections, round, &numbers[0], &of_hub).await?;
            let of_bare = load(bare, connections, round, &numbers[1], &of_bare).await?;
            if counted {
                hubs.add(of_hub);
                bares.add(of_bare);
            }
        }
        println!("  {name}");
        let hub = show("hub", &mut hubs);
        let bare = show("bare axum handler", &mut bares);
        println!("    hub ÷ bare    {:.2}", hub / bare);
    }
    stop.cancel();
    server.await??;
    Ok(())
}

fn show(name: &str, load: &mut Load) -> f64 {
    let a_second = per_second(load.delays.len() as u64, load.time);
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let (half, most) = (load.percentile(50), load.percentile(99));
    println!("    {name:<20} {a_second:>8.0} answers/s   p50 {:>7.2} ms   p99 {:>7.2} ms", millis(half), millis(most));
    a_second
}

/// Questions by number: each of an indicator and a quarter of its own, until all were asked.
struct Questions {
    indicators: Vec<Arc<str>>,
    periods: Vec<String>,
    areas: String,
}

impl Questions {
    fn of(filled: &Filled) -> Result<Self> {
        let named = filled.made_up.areas.get(..NAMED).context("too few places")?;
        Ok(Self {
            indicators: filled.made_up.indicators.clone(),
            periods: filled.made_up.periods.iter().map(outcomes_hub::outcomes::Period::iso).collect(),
            areas: serde_json::to_string(named)?,
        })
    }

    fn part(&self, number: u64) -> (&str, &str) {
        // A step that shares no factor with the number of pairs meets each once before any comes again.
        let pairs = (self.indicators.len() * self.periods.len()) as u64;
        let pair = usize::try_from(number.wrapping_mul(7_919) % pairs).unwrap_or(0);
        (&self.indicators[pair / self.periods.len()], &self.periods[pair % self.periods.len()])
    }

    /// To the hub; a text with another `unlike` is another question to whatever keeps answers.
    fn hub(&self, number: u64, unlike: u64) -> Vec<u8> {
        let (indicator, period) = self.part(number);
        let areas = &self.areas;
        let query = format!(
            "query Q{unlike}($i: ID!, $p: String!, $a: [AreaCode!]!) {{ observations(where: {{indicators: [$i], \
             areas: $a, periods: {{iso: [$p]}}}}, first: {NAMED}) {{ nodes {{ area {{ code name }} period {{ iso }} \
             value lowerCi upperCi count denominator }} }} }}"
        );
        let variables = format!(r#"{{"i":"{indicator}","p":"{period}","a":{areas}}}"#);
        post("/graphql", &format!(r#"{{"query":"{query}","variables":{variables}}}"#))
    }

    /// To the bare handler.
    fn bare(&self, number: u64) -> Vec<u8> {
        let (indicator, period) = self.part(number);
        let areas = &self.areas;
        post("/", &format!(r#"{{"indicator":"{indicator}","period":"{period}","areas":{areas}}}"#))
    }
}

/// Fails where the two servers do not answer the same.
async fn same_answers(hub: SocketAddr, bare: SocketAddr, questions: &Questions) -> Result<()> {
    for number in 0..20 {
        let of_hub = once(hub, &questions.hub(number, number)).await?;
        let of_bare = once(bare, &questions.bare(number)).await?;
        let of_hub: serde_json::Value = serde_json::from_slice(&of_hub)?;
        let of_bare: serde_json::Value = serde_json::from_slice(&of_bare)?;
        let nodes = of_hub["data"]["observations"]["nodes"].as_array().map(Vec::len);
        if of_hub["data"] != of_bare["data"] || nodes != Some(NAMED) {
            bail!("the hub and the bare handler do not answer the same:\n{of_hub}\n{of_bare}");
        }
    }
    Ok(())
}
