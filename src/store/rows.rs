//! Columns to domain types and back.

use rusqlite::types::Type;
use rusqlite::{Row, RowIndex};

use crate::domain::ids::BadId;
use crate::domain::language::Language;
use crate::domain::time::Timestamp;

/// Reads a column that holds an id.
pub(super) fn id<T, I>(row: &Row<'_>, column: I) -> rusqlite::Result<T>
where
    T: TryFrom<String, Error = BadId>,
    I: RowIndex,
{
    parsed(row.get(column)?)
}

/// Reads a column that may hold an id.
pub(super) fn id_or_null<T, I>(row: &Row<'_>, column: I) -> rusqlite::Result<Option<T>>
where
    T: TryFrom<String, Error = BadId>,
    I: RowIndex,
{
    row.get::<_, Option<String>>(column)?.map(parsed).transpose()
}

fn parsed<T: TryFrom<String, Error = BadId>>(text: String) -> rusqlite::Result<T> {
    T::try_from(text)
        .map_err(|bad| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(bad)))
}

/// Reads a column that holds a moment.
pub(super) fn moment<I: RowIndex>(row: &Row<'_>, column: I) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_unix)
}

/// Reads a column that may hold a moment.
pub(super) fn moment_or_null<I: RowIndex>(
    row: &Row<'_>,
    column: I,
) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_unix))
}

/// Reads a column that holds the language of somebody who is written to later. An owner may have
/// taken it away since.
pub(super) fn language<I: RowIndex>(row: &Row<'_>, column: I) -> rusqlite::Result<Language> {
    let language: String = row.get(column)?;
    Ok(Language::parse(&language).unwrap_or_else(|_| Language::english()))
}
