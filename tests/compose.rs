//! What the Dockerfile, docker-compose.yml and docker/ promise, as far as it can be seen without Docker.

use crate::nginx::Nginx;
use crate::postgres::Server;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The services and what each says, with what it takes over from `x-…` by `<<: *name`. Comments are left out.
fn services() -> BTreeMap<String, String> {
    let text = read("docker-compose.yml");
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut part = "";
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        let depth = line.len() - line.trim_start().len();
        if depth == 0 {
            part = line.split(':').next().expect("a name");
        }
        let begins = (depth == 0 && part.starts_with("x-")) || (depth == 2 && part == "services");
        if begins {
            blocks.push((line.trim().to_owned(), Vec::new()));
        } else if let (Some((_, lines)), true) = (blocks.last_mut(), part.starts_with("x-") || part == "services") {
            lines.push(line.trim().to_owned());
        }
    }
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut services = BTreeMap::new();
    for (head, lines) in blocks {
        let mut text = String::new();
        for line in lines {
            let taken = line.strip_prefix("<<: *").map(|name| named.get(name).expect("defined above").as_str());
            text.push_str(taken.unwrap_or(&line));
            text.push('\n');
        }
        match head.split_once('&') {
            Some((_, name)) => drop(named.insert(name.to_owned(), text)),
            None => drop(services.insert(head.trim_end_matches(':').to_owned(), text)),
        }
    }
    services
}

/// What follows `key:` in a service.
fn value<'a>(service: &'a str, key: &str) -> Option<&'a str> {
    let value = service.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    Some(value.trim().trim_matches('"'))
}

#[test]
fn no_service_has_more_rights_than_it_needs() {
    let services = services();
    let names: Vec<_> = services.keys().map(String::as_str).collect();
    assert_eq!(names, ["hub-1", "hub-2", "migrate", "postgres", "proxy", "secrets"]);
    for (name, service) in &services {
        assert_eq!(value(service, "read_only"), Some("true"), "{name}");
        assert_eq!(value(service, "cap_drop"), Some("[ALL]"), "{name}");
        assert_eq!(value(service, "security_opt"), Some("[\"no-new-privileges:true\"]"), "{name}");
        let user = value(service, "user").expect(name);
        assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| (id == 0) == (name == "secrets"))), "{name}");
        assert!(matches!(value(service, "restart"), Some("unless-stopped" | "no")), "{name}");
        assert_eq!(service.contains("cap_add"), name == "secrets", "{name}");
        assert!(!service.contains("privileged: true") && !service.contains("docker.sock"), "{name}");
    }
    // Whoever stands by a port of this machine must have come from it.
    for (name, service) in &services {
        let ports = value(service, "ports");
        assert!(ports.is_none_or(|ports| name == "proxy" && ports.starts_with("[\"127.0.0.1:")), "{name}: {ports:?}");
    }
}

/// A hub, a query or a question that goes wrong takes no more of the machine than its own share.
#[test]
fn every_service_has_a_share_of_the_machine() {
    let bytes = |text: &str| {
        let (number, unit) = text.split_at(text.len() - 1);
        let unit = match unit {
            "m" => 1_u64 << 20,
            "g" => 1 << 30,
            _ => panic!("{text}"),
        };
        number.parse::<u64>().expect(text) * unit
    };
    for (name, service) in &services() {
        let memory = bytes(value(service, "mem_limit").expect(name));
        assert!((32 << 20..=8 << 30).contains(&memory), "{name}");
        // No swap beyond it: a hub that swaps answers nobody.
        assert_eq!(value(service, "memswap_limit"), value(service, "mem_limit"), "{name}");
        let processes: u32 = value(service, "pids_limit").and_then(|it| it.parse().ok()).expect(name);
        assert!((16..=1024).contains(&processes), "{name}");
        let processors: f32 = value(service, "cpus").and_then(|it| it.parse().ok()).expect(name);
        assert!(processors > 0.0 && processors <= 4.0, "{name}");
    }
}

#[test]
fn images_are_pinned_and_are_those_of_this_version() {
    let pinned = |image: &str| {
        let version = image.rsplit_once(':').map_or("", |(_, version)| version);
        version.starts_with(|it: char| it.is_ascii_digit()) && version.contains('.')
    };
    let services = services();
    for (name, service) in &services {
        let image = value(service, "image").expect(name);
        assert!(pinned(image), "{name}: {image}");
        assert_eq!(
            image.starts_with("outcomes-hub:"),
            name.starts_with("hub-") || name == "migrate",
            "{name}: {image}"
        );
    }
    assert_eq!(value(&services["hub-1"], "image"), Some(concat!("outcomes-hub:", env!("CARGO_PKG_VERSION"))));
    let dockerfile = read("Dockerfile");
    let images: Vec<_> = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next()).collect();
    assert_eq!(images.len(), 2);
    assert!(images.iter().all(|image| pinned(image)), "{images:?}");
    assert!(images[0].starts_with(concat!("rust:", env!("CARGO_PKG_RUST_VERSION"), ".")), "{images:?}");
    let user = dockerfile.lines().find_map(|line| line.strip_prefix("USER ")).expect("a user");
    assert_eq!(value(&services["hub-1"], "user"), Some(user));
}

#[test]
fn no_password_is_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("docker/")
        .map(|entry| format!("docker/{}", entry.expect("an entry").file_name().to_string_lossy()))
        .collect();
    names.extend(["docker-compose.yml".to_owned(), "Dockerfile".to_owned()]);
    for name in names {
        for line in read(&name).lines().map(str::trim).filter(|line| !line.starts_with(['#', '-'])) {
            let line = line.to_lowercase();
            for (key, value) in [": ", "="].iter().filter_map(|by| line.split_once(by)) {
                let secret = ["password", "passwd", "secret", "database_url"].iter().any(|word| key.ends_with(word));
                assert!(!secret || value.starts_with("$("), "{name}: {line}");
            }
            let password = line.split_once("postgres://").and_then(|(_, rest)| rest.split_once('@')?.0.split_once(':'));
            assert!(password.is_none_or(|(_, password)| password == "%s"), "{name}: {line}");
        }
    }
    let postgres = &services()["postgres"];
    assert_eq!(value(postgres, "POSTGRES_PASSWORD_FILE"), Some("/run/hub-secrets/postgres-password"));
}

/// A setting that is misspelt here would change nothing, and nobody would notice.
#[test]
fn every_setting_is_one_that_the_hub_knows() {
    let known = read("docs/SETTINGS.md");
    let mut seen = 0;
    for name in ["docker-compose.yml", "Dockerfile", "docker/nginx.conf", "docs/COMPOSE.md"] {
        let text = read(name);
        for (at, _) in text.match_indices("HUB_") {
            let rest = &text[at..];
            let end = rest.find(|it: char| !it.is_ascii_uppercase() && it != '_').unwrap_or(rest.len());
            assert!(known.contains(&format!("`{}`", &rest[..end])), "{name}: {}", &rest[..end]);
            seen += 1;
        }
    }
    assert!(seen > 4, "{seen}");
}

#[test]
fn every_command_is_one_of_the_hubs() {
    let reference = read("docs/CLI.md");
    let known = |command: &str| reference.contains(&format!("\n## hub {command}\n"));
    let (services, dockerfile, documented) = (services(), read("Dockerfile"), read("docs/COMPOSE.md"));
    let run = value(&services["migrate"], "command").expect("a command");
    let first = |list: &str| list.trim_start_matches("[\"").split('"').next().expect("a word").to_owned();
    let mut commands = vec![first(run)];
    commands.extend(dockerfile.lines().filter_map(|line| line.strip_prefix("CMD ")).map(first));
    for by in ["`hub ", "exec hub-1 hub ", ":ro hub-1 ", "backups hub-1 ", "CMD [\"hub\", \""] {
        let text = format!("{documented}{dockerfile}");
        let words = text.split(by).skip(1).map(|rest| rest.split([' ', '`', '"']).next().expect("a word").to_owned());
        let before = commands.len();
        commands.extend(words);
        assert!(commands.len() > before, "nothing comes after `{by}`");
    }
    for command in commands {
        assert!(known(&command), "there is no hub {command}");
    }
}

/// `up --wait` takes a service that ends for a failure, unless another waits for its success.
#[test]
fn what_ends_is_waited_for() {
    let services = services();
    let ending = services.iter().filter(|(_, service)| value(service, "restart") == Some("no"));
    for (name, _) in ending {
        let waited = format!("{name}: {{ condition: service_completed_successfully }}");
        assert!(services.values().any(|service| service.contains(&waited)), "{name}");
    }
    for hub in ["hub-1", "hub-2"] {
        let ready = format!("{hub}: {{ condition: service_healthy }}");
        assert!(
            services["proxy"].contains(&ready) && read("docker/nginx.conf").contains(&format!("server {hub}:8080"))
        );
    }
    // The hub's own image has a check of its own, which whoever does not serve has to switch off.
    assert!(read("Dockerfile").contains("\nHEALTHCHECK ") && services["migrate"].contains("disable: true"));
}

#[test]
fn what_is_mounted_and_copied_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for service in services().values() {
        for line in service.lines().filter_map(|line| line.strip_prefix("- ./")) {
            let (file, _) = line.split_once(':').expect("a mount");
            assert!(line.ends_with(":ro") && root.join(file).is_file(), "{line}");
        }
    }
    let ignored = read(".dockerignore");
    let let_through: Vec<_> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let dockerfile = read("Dockerfile");
    let copies = dockerfile.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|it| !it.starts_with("--"));
    for file in copies.flat_map(|line| line.split(' ').rev().skip(1).collect::<Vec<_>>()) {
        assert!(root.join(file).exists(), "{file}");
        assert!(let_through.iter().any(|it| *it == file || file.starts_with(it.trim_end_matches('*'))), "{file}");
    }
    for file in let_through.iter().filter(|it| !it.contains('*')) {
        assert!(dockerfile.contains(file), "{file} is sent to the builder for nothing");
    }
}

/// The script makes its files once, tells nobody, and gives each to the user of the image that reads it.
#[test]
fn passwords_are_made_once() {
    use std::os::unix::fs::PermissionsExt;
    let services = services();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let script = read("docker/secrets.sh").replace("/run/hub-secrets", folder.path().to_str().expect("a path"));
    // Giving files away is root's alone: here it is only noted.
    let script = format!("chown() {{ echo \"$@\" >> given; }}\n{script}");
    let run = || {
        let said = Command::new("/bin/sh").args(["-c", &script]).output().expect("a shell");
        assert!(said.status.success() && said.stdout.is_empty() && said.stderr.is_empty(), "{said:?}");
        ["postgres-password", "hub-password", "database-url"].map(|it| std::fs::read_to_string(at(it)).expect(it))
    };
    let made = run();
    let [postgres, hub, url] = &made;
    assert!([postgres, hub].iter().all(|it| it.len() == 48 && it.bytes().all(|it| it.is_ascii_hexdigit())));
    assert!(postgres != hub && *url == format!("postgres://hub:{hub}@postgres:5432/hub"));
    let user = |name: &str| value(&services[name], "user").and_then(|user| user.split(':').next()).expect("a user");
    let (server, reader) = (user("postgres"), user("hub-1"));
    let given = std::fs::read_to_string(at("given")).expect("given");
    assert_eq!(given, format!("{server} postgres-password hub-password\n{reader} database-url.new\n"));
    for name in ["postgres-password", "hub-password", "database-url"] {
        assert_eq!(std::fs::metadata(at(name)).expect(name).permissions().mode() & 0o077, 0, "{name}");
    }
    assert_eq!(run(), made);
}

/// The hub's role owns its database and may do nothing to the server.
#[test]
fn the_database_is_made_for_a_role_without_power() {
    let Some(server) = Server::start() else { return };
    let sql = read("docker/database.sql");
    let statements = sql.lines().filter(|line| !line.starts_with("--") && !line.starts_with('\\')).collect::<String>();
    for statement in statements.split_terminator(';') {
        server.run(&statement.replace(":'password'", "'of the hub'"));
    }
    let role = "SELECT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)::text \
                FROM pg_roles WHERE rolname = 'hub' AND rolcanlogin";
    assert_eq!(server.ask(role), "false");
    let owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = 'hub'";
    assert_eq!(server.ask(owner), "hub");
}

/// Answers every request with its own body, or takes it and closes the connection.
fn hub(answers: bool) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            // As long as the proxy keeps the connection.
            std::thread::spawn(move || while answer(&mut stream, answers).is_some() {});
        }
    });
    port
}

fn answer(stream: &mut BufReader<TcpStream>, answers: bool) -> Option<()> {
    let (mut length, mut id) = (0, String::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? <= 2 {
            break;
        }
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().expect("a number"),
            "x-request-id" => value.clone_into(&mut id),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let head = format!("HTTP/1.1 200 OK\r\nX-Request-Id: {id}\r\nContent-Length: {length}\r\n\r\n");
    if answers { stream.get_mut().write_all(&[head.as_bytes(), &body].concat()).ok() } else { None }
}

/// Status and text of an answer, with the request id that came back.
fn ask(nginx: &Nginx, method: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, nginx.port)).expect("a connection");
    let length = body.len();
    let head = format!("{method} /graphql HTTP/1.0\r\nX-Request-Id: mine-1\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((head + body).as_bytes()).expect("a question");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
    let id = head.lines().filter_map(|line| line.strip_prefix("X-Request-Id: ")).collect::<Vec<_>>().join(",");
    (status, body.to_owned(), id)
}

#[test]
fn the_proxy_asks_the_other_hub() {
    let Some(nginx) = Nginx::start([hub(false), hub(true)]) else { return };
    for question in (0..20).map(|number| format!("{{\"query\":\"{{ a{number} }}\"}}")) {
        let same = (200, question.clone(), "mine-1".to_owned());
        assert_eq!(ask(&nginx, "POST", &question), same);
        assert_eq!(ask(&nginx, "GET", &question), same);
    }
    let (status, text, _) = ask(&nginx, "POST", &" ".repeat(330 * 1024));
    assert!(status == 413 && text.contains("\"LIMIT\""), "{status} {text}");
}

/// What a hub fell over after a while is not handed to the next one.
#[test]
fn a_question_that_took_long_is_asked_once() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    let asked = Arc::new(AtomicU32::new(0));
    let falls = |after: Duration| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.expect("a connection"));
                let asked = Arc::clone(&asked);
                std::thread::spawn(move || {
                    let mut line = String::new();
                    if stream.read_line(&mut line).is_ok_and(|read| read > 0) {
                        asked.fetch_add(1, Ordering::SeqCst);
                        std::thread::sleep(after);
                    }
                });
            }
        });
        port
    };
    let times = |after: Duration| {
        asked.store(0, Ordering::SeqCst);
        let nginx = Nginx::start([falls(after), falls(after)])?;
        assert_eq!(ask(&nginx, "POST", "{}").0, 503);
        Some(asked.load(Ordering::SeqCst))
    };
    let Some(at_once) = times(Duration::ZERO) else { return };
    assert_eq!((at_once, times(Duration::from_millis(2500))), (2, Some(1)));
}

#[test]
fn the_proxy_says_when_there_is_no_hub() {
    let Some(nginx) = Nginx::start([hub(false), hub(false)]) else { return };
    for _ in 0..3 {
        let (status, text, id) = ask(&nginx, "POST", "{}");
        assert!(status == 503 && text.contains("no hub answers"), "{status} {text}");
        assert_eq!(id, "mine-1");
    }
}
