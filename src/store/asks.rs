//! Sign-in mails: asked for in a browser, sent by the post, redeemed by their code.
//!
//! Asking writes one row, whoever is behind the address, if anybody: what is known of him is looked
//! up later, when nobody waits who could tell from the time that it takes.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Arrival, Redeemed, Store, StoreError, rows, sign_ins};
use crate::crypto;
use crate::domain::ids::Subject;
use crate::domain::language::Language;
use crate::domain::secret::Secret;
use crate::domain::sign_in::{
    BadCode, LETTER_LIFETIME, MOST_GUESSES, NextMail, SignIn, Unredeemable, next_mail, next_try,
};
use crate::domain::time::Timestamp;

/// A mail is asked for.
#[derive(Debug, Clone)]
pub struct NewAsk {
    /// The address as it was typed, in its normal form.
    pub email: String,
    /// The page that he wants to see.
    pub return_to: String,
    /// The language that he reads.
    pub language: Language,
    /// Who waits for the mail's code; nobody: it has none, and is for another browser.
    pub waits: Option<Waiting>,
}

/// A browser that waits for a code.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its mark.
    pub mark: String,
    /// The mark that it had until now, if it has asked before: no mail comes for that any more.
    pub before: Option<String>,
}

/// Somebody wants to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The address as it was typed, in its normal form.
    pub email: String,
    /// The page that he wants to see.
    pub return_to: String,
    /// Until when link and code work.
    pub until: Timestamp,
    /// The language that he reads.
    pub language: Language,
    /// Whether a page waits for the mail's code.
    waits: bool,
}

/// A mail that is due. Whoever sends it says what came of it, with [`Store::posted`]; else it is
/// due again.
#[derive(Debug)]
pub struct Letter {
    /// Which ask it answers.
    ask: Vec<u8>,
    /// Where it goes: the address as we have it, whatever was typed.
    pub to: String,
    /// What stands in its link.
    pub token: Secret<String>,
    /// Its code, if a page waits for one.
    pub code: Option<Secret<String>>,
    /// How long it works.
    pub until: Timestamp,
    /// The language in which it was asked for.
    pub language: Language,
}

/// What the post finds.
#[derive(Debug)]
pub enum Due {
    /// This is to be sent.
    Letter(Letter),
    /// Somebody asked who is not written to.
    Nobody,
    /// Nothing before this moment; none: nothing at all.
    Nothing(Option<Timestamp>),
}

/// To whom sign-in mails go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressees {
    /// Whoever bought or was given something, now or once.
    Known,
    /// Everybody: there is something to be had for an address alone.
    Everybody,
}

impl Store {
    /// Notes that a mail was asked for.
    pub async fn ask(&self, ask: NewAsk) -> Result<(), StoreError> {
        let now = self.clock.now();
        let NewAsk { email, return_to, language, waits } = ask;
        let is_waited_for = waits.is_some();
        let (mark, before) =
            waits.map_or_else(|| (crypto::random_name(), None), |it| (it.mark, it.before));
        let until = now.plus(LETTER_LIFETIME);
        self.engine()?
            .write(move |transaction| {
                if let Some(before) = before {
                    let sql = "UPDATE asks SET post_at = NULL WHERE mark_hash = ?1 AND email = ?2";
                    transaction.execute(sql, params![crypto::hash_token(&before), email])?;
                }
                transaction.execute(
                    "INSERT INTO asks
                         (mark_hash, email, return_to, asked_at, until_at, post_at, language, waits)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?6, ?7)",
                    params![
                        crypto::hash_token(&mark),
                        email,
                        return_to,
                        now.unix(),
                        until.unix(),
                        language.as_str(),
                        is_waited_for
                    ],
                )?;
                Ok(())
            })
            .await
    }

    /// The address under which Stripe knows a buyer; it proves nothing.
    pub async fn address_at_stripe(&self, subject: Subject) -> Result<Option<String>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT email FROM subjects WHERE id = ?1";
                let mut find = connection.prepare_cached(sql)?;
                let email = find.query_row([subject.as_str()], |row| row.get(0)).optional()?;
                Ok(email.flatten())
            })
            .await
    }

    /// What the browser with this mark asked for, as long as it is of use.
    pub async fn asked(&self, mark: String) -> Result<Option<Ask>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT email, return_to, until_at, language, waits FROM asks
                           WHERE mark_hash = ?1 AND until_at > ?2";
                let values = params![crypto::hash_token(&mark), now.unix()];
                Ok(connection.prepare_cached(sql)?.query_row(values, ask).optional()?)
            })
            .await
    }

    /// The next mail that is due, with a link and a code of its own.
    pub async fn next_letter(&self, addressees: Addressees) -> Result<Due, StoreError> {
        let now = self.clock.now();
        self.engine()?.write(move |transaction| next_letter(transaction, addressees, now)).await
    }

    /// Notes that there is nothing more to be sent: it is on its way, or will never be.
    pub async fn posted(&self, letter: Letter) -> Result<(), StoreError> {
        self.engine()?.write(move |transaction| close(transaction, &letter.ask)).await
    }

    /// Redeems the code that was sent because the browser with this mark asked for it.
    pub async fn redeem_code(
        &self,
        mark: String,
        code: String,
        arrival: Arrival,
    ) -> Result<Result<Redeemed, BadCode>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let hash = crypto::hash_token(&mark);
                let sql = "SELECT guesses FROM asks WHERE mark_hash = ?1 AND until_at > ?2";
                let guesses = transaction
                    .query_row(sql, params![hash, now.unix()], |row| row.get::<_, u32>(0))
                    .optional()?;
                let Some(guesses) = guesses else { return Ok(Err(BadCode::NotAsked)) };
                if guesses >= MOST_GUESSES {
                    return Ok(Err(BadCode::TooMany));
                }
                let sql = "UPDATE asks SET guesses = guesses + 1 WHERE mark_hash = ?1";
                transaction.execute(sql, [hash])?;
                let Some(link) = with_code(transaction, &hash, &code)? else {
                    let is_last = guesses + 1 == MOST_GUESSES;
                    return Ok(Err(if is_last { BadCode::TooMany } else { BadCode::Wrong }));
                };
                match link.redeemable(now) {
                    Ok(()) => sign_ins::sign_in(transaction, &link, &arrival, now).map(Ok),
                    Err(Unredeemable::Used) => Ok(Err(BadCode::Used)),
                    Err(Unredeemable::Unknown | Unredeemable::Expired) => {
                        Ok(Err(BadCode::NotAsked))
                    }
                }
            })
            .await
    }
}

fn ask(row: &Row<'_>) -> rusqlite::Result<Ask> {
    Ok(Ask {
        email: row.get(0)?,
        return_to: row.get(1)?,
        until: rows::moment(row, 2)?,
        language: rows::language(row, 3)?,
        waits: row.get(4)?,
    })
}

fn next_letter(
    transaction: &Transaction<'_>,
    addressees: Addressees,
    now: Timestamp,
) -> Result<Due, StoreError> {
    let sql =
        "SELECT email, return_to, until_at, language, waits, mark_hash, post_at, tries FROM asks
               WHERE post_at IS NOT NULL ORDER BY post_at LIMIT 1";
    let next = transaction
        .prepare_cached(sql)?
        .query_row([], |row| {
            let post_at = rows::moment(row, 6)?;
            Ok((ask(row)?, row.get::<_, Vec<u8>>(5)?, post_at, row.get::<_, u32>(7)?))
        })
        .optional()?;
    let Some((ask, key, post_at, tries)) = next else { return Ok(Due::Nothing(None)) };
    if post_at > now {
        return Ok(Due::Nothing(Some(post_at)));
    }
    let is_known = addressees == Addressees::Everybody || is_known(transaction, &ask.email)?;
    let at =
        if is_known { next_mail_to(transaction, &ask.email, &key, now)? } else { NextMail::Never };
    match at {
        NextMail::Now if now < ask.until => {}
        NextMail::At(later) if later < ask.until => {
            let sql = "UPDATE asks SET post_at = ?2 WHERE mark_hash = ?1";
            transaction.execute(sql, params![key, later.unix()])?;
            return Ok(Due::Nobody);
        }
        NextMail::Now | NextMail::At(_) | NextMail::Never => {
            close(transaction, &key)?;
            return Ok(Due::Nobody);
        }
    }
    write_letter(transaction, ask, key, tries, now)
}

fn write_letter(
    transaction: &Transaction<'_>,
    ask: Ask,
    key: Vec<u8>,
    tries: u32,
    now: Timestamp,
) -> Result<Due, StoreError> {
    let (token, code) = (crypto::new_token(), ask.waits.then(crypto::new_code));
    transaction.execute(
        "INSERT INTO sign_ins (token_hash, email, until_at, made_at, ask, code_hash, return_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            crypto::hash_token(token.expose()),
            ask.email,
            ask.until.unix(),
            now.unix(),
            key,
            code.as_ref().map(|code| code_hash(&key, code.expose())),
            ask.return_to,
        ],
    )?;
    transaction.execute(
        "UPDATE asks SET post_at = ?2, tries = tries + 1 WHERE mark_hash = ?1",
        params![key, now.plus(next_try(tries)).unix()],
    )?;
    let Ask { email: to, until, language, .. } = ask;
    Ok(Due::Letter(Letter { ask: key, to, token, code, until, language }))
}

/// Whether somebody bought or was given something under this address, now or once.
fn is_known(transaction: &Transaction<'_>, email: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM readers r JOIN grants g ON g.reader = r.id WHERE r.email = ?1
               ) OR EXISTS (
                   SELECT 1 FROM readers r JOIN subjects s ON s.reader = r.id
                   WHERE r.email = ?1 AND (s.id IN (SELECT subject FROM subscriptions)
                                           OR s.id IN (SELECT subject FROM purchases))
               ) OR EXISTS (
                   SELECT 1 FROM subjects s JOIN readers r ON r.id = s.reader
                   WHERE s.email = ?1 AND r.email IS NULL
                         AND (s.id IN (SELECT subject FROM subscriptions)
                              OR s.id IN (SELECT subject FROM purchases)))";
    Ok(transaction.prepare_cached(sql)?.query_row([email], |row| row.get(0))?)
}

/// When an address is written to next, by what was sent because of other asks than this one.
fn next_mail_to(
    transaction: &Transaction<'_>,
    email: &str,
    ask: &[u8],
    now: Timestamp,
) -> Result<NextMail, StoreError> {
    let sql = "SELECT max(made_at) FROM sign_ins
               WHERE email = ?1 AND ask IS NOT NULL AND ask <> ?2 GROUP BY ask
               ORDER BY 1 DESC LIMIT 10";
    let written = transaction
        .prepare_cached(sql)?
        .query_map(params![email, ask], |row| rows::moment(row, 0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(next_mail(&written, now))
}

fn with_code(
    transaction: &Transaction<'_>,
    ask: &[u8],
    code: &str,
) -> Result<Option<SignIn>, StoreError> {
    let sql = "SELECT email, until_at, redeemed_at, return_to, code_hash IS NOT NULL FROM sign_ins
               WHERE ask = ?1 AND code_hash = ?2";
    let values = params![ask, code_hash(ask, code)];
    Ok(transaction.prepare_cached(sql)?.query_row(values, sign_ins::row).optional()?)
}

fn close(transaction: &Transaction<'_>, ask: &[u8]) -> Result<(), StoreError> {
    let sql = "UPDATE asks SET post_at = NULL WHERE mark_hash = ?1";
    transaction.prepare_cached(sql)?.execute([ask])?;
    Ok(())
}

/// Equal codes of two asks are not seen to be equal.
fn code_hash(ask: &[u8], code: &str) -> [u8; 32] {
    crypto::hmac_sha256(ask, code.as_bytes())
}
