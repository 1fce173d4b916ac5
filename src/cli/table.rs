//! Tables, as a terminal shows them.

use comfy_table::{Table, presets};

/// A table without lines: its columns stand one below the other, and a pipe can read it.
pub(super) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_one_below_the_other() {
        let rows = [vec!["cus_1".to_owned(), "x".to_owned()], vec!["c".to_owned(), "y".to_owned()]];
        assert_eq!(table(&["who", "what"], rows), "who    what\ncus_1  x\nc      y");
    }
}
