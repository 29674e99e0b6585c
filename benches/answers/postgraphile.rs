//! PostGraphile 4 over the plain table, in a process of its own.

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The server, and what npm makes it of.
const FILES: [&str; 3] = ["package.json", "package-lock.json", "server.js"];

/// A PostGraphile that answers; it ends with this value.
pub struct Postgraphile {
    /// Where it answers.
    pub address: SocketAddr,
    child: Child,
}

impl Postgraphile {
    /// Starts it over the database of this address; none, and the reason is printed, where node or npm is missing.
    pub fn start(url: &str) -> Result<Option<Self>> {
        if let Some(missing) = ["node", "npm"].into_iter().find(|program| run(program, &["--version"], None).is_err()) {
            println!("  PostGraphile is left out: there is no {missing}");
            return Ok(None);
        }
        let mut child = Command::new("node")
            .arg("server.js")
            .current_dir(installed()?)
            .env("DATABASE_URL", url)
            .env("NODE_ENV", "production")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node cannot be started")?;
        let stdout = child.stdout.take().context("node has no stdout")?;
        // Made at once, so that the process ends whatever goes wrong next.
        let mut started = Self { address: SocketAddr::from(([127, 0, 0, 1], 0)), child };
        let mut lines = BufReader::new(stdout).lines();
        let port = lines.next().context("PostGraphile ended before it listened")??;
        started.address.set_port(port.parse().with_context(|| format!("no port in `{port}`"))?);
        // What else it says is read, or it would wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Some(started))
    }
}

impl Drop for Postgraphile {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder with the server and its packages, installed once for each lock file.
fn installed() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/postgraphile");
    let hash = Sha256::digest(std::fs::read(own.join("package-lock.json"))?);
    let hash = hash.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let folder = crate::kept()?.join(format!("postgraphile-{hash}"));
    std::fs::create_dir_all(&folder)?;
    for file in FILES {
        std::fs::copy(own.join(file), folder.join(file))?;
    }
    let whole = folder.join("installed");
    if !whole.exists() {
        println!("  installing PostGraphile …");
        run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], Some(&folder))?;
        std::fs::write(whole, "")?;
    }
    Ok(folder)
}

fn run(program: &str, arguments: &[&str], folder: Option<&Path>) -> Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let said = command.output().with_context(|| format!("{program} cannot be started"))?;
    if !said.status.success() {
        bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&said.stderr));
    }
    Ok(())
}
