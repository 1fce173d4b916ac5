//! What a command says.

use std::io;

use anyhow::{Context as _, Result};

/// Says something to whoever called, while the command goes on: standard output.
pub(super) fn say(text: &str) {
    // It serves, whether anybody listens or not.
    let _ = write_line(&mut io::stdout().lock(), text);
}

/// Says what the command was called for: standard output. A full disk must not look like an
/// answer.
pub(super) fn answer(text: &str) -> Result<()> {
    write_line(&mut io::stdout().lock(), text).context("cannot write the answer")
}

/// Says what is wrong: standard error.
pub(super) fn complain(text: &str) {
    let _ = write_line(&mut io::stderr().lock(), text);
}

/// Whoever closed the pipe has seen enough.
fn write_line(to: &mut impl io::Write, text: &str) -> io::Result<()> {
    match writeln!(to, "{text}").and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails in this way.
    struct Broken(io::ErrorKind);

    impl io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
        let written = |kind| write_line(&mut Broken(kind), "x").map_err(|error| error.kind());
        assert_eq!(written(io::ErrorKind::StorageFull), Err(io::ErrorKind::StorageFull));
        assert_eq!(written(io::ErrorKind::BrokenPipe), Ok(()));
        let mut paper = Vec::new();
        write_line(&mut paper, "x").expect("written");
        assert_eq!(paper, b"x\n");
    }
}
