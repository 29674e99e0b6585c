//! The shipped proxy configuration, run by nginx itself where that is installed.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The proxy's configuration as nginx itself takes it, with two addresses of this machine for the hubs.
pub struct Nginx {
    process: Child,
    pub port: u16,
    folder: tempfile::TempDir,
}

impl Nginx {
    /// `None` where nginx is not installed: it is no requirement.
    ///
    /// # Panics
    /// Where it is not installed and `CI=true`: there its absence is a failure.
    pub fn start(hubs: [u16; 2]) -> Option<Self> {
        let nginx = ["/usr/sbin/nginx", "/usr/local/bin/nginx"].map(PathBuf::from).into_iter().find(|it| it.exists());
        let ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
        assert!(nginx.is_some() || !ci, "CI=true and there is no nginx in /usr/sbin or /usr/local/bin");
        let Some(nginx) = nginx else {
            crate::not_run::left_out("the proxy: there is no nginx in /usr/sbin or /usr/local/bin");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr()).expect("a port").port();
        // Without `resolve`, which the nginx of an older distribution does not know, and Docker's names.
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker/nginx.conf");
        let shipped = std::fs::read_to_string(shipped).expect("docker/nginx.conf");
        let mut configuration = shipped.replace(" resolve ", " ").replace("/tmp/", "./");
        for (name, hub) in ["hub-1", "hub-2"].iter().zip(hubs) {
            configuration = configuration.replace(&format!("{name}:8080"), &format!("127.0.0.1:{hub}"));
        }
        configuration = configuration.replace("listen 8080", &format!("listen 127.0.0.1:{port}"));
        configuration = configuration.replace("/dev/stdout", "./access.log");
        std::fs::write(folder.path().join("nginx.conf"), configuration).expect("a file");
        let command = |more: &[&str]| {
            let mut command = Command::new(&nginx);
            command.arg("-p").arg(folder.path()).args(["-e", "stderr", "-c", "nginx.conf"]).args(more);
            command
        };
        let tested = command(&["-t"]).output().expect("nginx");
        assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
        let process = command(&[]).stderr(Stdio::null()).spawn().expect("nginx");
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
        Some(Self { process, port, folder })
    }

    /// What it logged of each request.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("access.log")).expect("a log")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("/bin/sh").args(["-c", &format!("kill -TERM {}", self.process.id())]).status();
        let _ = self.process.wait();
    }
}
