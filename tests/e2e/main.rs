//! The built program, from outside.

use std::process::Command;

#[test]
fn the_program_prints_an_example_that_it_accepts() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = env!("CARGO_BIN_EXE_tollhouse");
    let example = Command::new(program).args(["config", "example"]).output().expect("it runs");
    let file = folder.path().join("config.toml");
    std::fs::write(&file, &example.stdout).expect("written");
    let checked = Command::new(program)
        .args(["check", "--config"])
        .arg(&file)
        .env("STRIPE_SECRET_KEY", "sk_live_1")
        .env("STRIPE_WEBHOOK_SECRET", "whsec_1")
        .output()
        .expect("it runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}
