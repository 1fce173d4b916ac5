//! The files of the project, as git would list them.

use std::path::Path;
use std::{fs, io};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What no person wrote: inputs that a fuzzer found.
const INVENTED: &str = "fuzz/corpus";

/// The Rust files below a folder, all of them for "".
pub(super) fn rust_files(folder: &str) -> Vec<(String, String)> {
    let wanted = |(file, _): &(String, String)| file.starts_with(folder) && is_kind(file, "rs");
    files().into_iter().filter(wanted).collect()
}

pub(super) fn is_kind(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

/// Every text file that belongs to the project, with what it says; sorted.
pub(super) fn files() -> Vec<(String, String)> {
    let ignored = read(".gitignore");
    let ignored: Vec<_> = ignored.lines().filter(|line| !line.starts_with('#')).collect();
    let mut files = Vec::new();
    collect(Path::new(ROOT), &ignored, &mut files).expect("the project can be read");
    files.sort();
    files
}

fn collect(folder: &Path, ignored: &[&str], files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(ROOT).expect("it is below").to_string_lossy().into_owned();
        if name == ".git" || name == INVENTED || is_ignored(&name, ignored) {
            continue;
        }
        if path.is_dir() {
            collect(&path, ignored, files)?;
        } else if let Ok(text) = String::from_utf8(fs::read(&path)?) {
            files.push((name, text));
        }
    }
    Ok(())
}

/// As much of git's patterns as .gitignore uses: a name, `/` before or after it, one `*` in front.
pub(super) fn is_ignored(name: &str, patterns: &[&str]) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    patterns.iter().map(|pattern| pattern.trim_end_matches('/')).any(|pattern| {
        match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
            (Some(at_the_top), _) => name == at_the_top,
            (None, Some(end)) => base.ends_with(end),
            (None, None) => base == pattern,
        }
    })
}

pub(super) fn read(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
