//! Makes cargo notice a new migration: `sqlx::migrate!` embeds the folder, and only files are tracked.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
