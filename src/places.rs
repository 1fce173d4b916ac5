//! Rough places of addresses, from a file that the owner has: nothing is asked of anybody.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;

/// The longest place that is shown; a file that says more is wrong there.
const LONGEST: usize = 100;

/// A database of places. Cheap to clone.
#[derive(Clone)]
pub struct Places(Arc<Reader<Vec<u8>>>);

/// A file that knows no places.
#[derive(Debug, thiserror::Error)]
pub enum NoPlaces {
    /// It cannot be read as a database.
    #[error("{0}")]
    Unreadable(#[from] MaxMindDbError),
    /// It is a database of something else.
    #[error("it is a database of {0}, not of cities or countries")]
    OfSomethingElse(String),
}

/// What an address has, as far as we want to know it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Found<'f> {
    #[serde(borrow)]
    city: Named<'f>,
    #[serde(borrow)]
    country: Named<'f>,
}

/// Names by language.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Named<'f> {
    #[serde(borrow)]
    names: BTreeMap<&'f str, &'f str>,
}

impl Places {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, NoPlaces> {
        let reader = Reader::open_readfile(path)?;
        let kind = &reader.metadata().database_type;
        if kind.contains("City") || kind.contains("Country") {
            Ok(Self(Arc::new(reader)))
        } else {
            Err(NoPlaces::OfSomethingElse(kind.clone()))
        }
    }

    /// Where an address is, in this language (`de`) if the file speaks it: a city and a country, or
    /// a country; none if that is not known.
    pub fn of(&self, address: IpAddr, language: &str) -> Option<String> {
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let found: Found<'_> = found.decode().ok().flatten()?;
        let names = [&found.city, &found.country].map(|it| it.in_language(language));
        let place = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
        (!place.is_empty() && place.chars().count() <= LONGEST).then_some(place)
    }
}

impl Named<'_> {
    /// Its name in a language, or else in English. The files have `pt-BR` for `pt`.
    fn in_language(&self, language: &str) -> Option<&str> {
        let is_of = |key: &str| key.split('-').next() == language.split('-').next();
        let own = self.names.iter().find(|(key, _)| is_of(key));
        own.map(|(_, name)| *name).or_else(|| self.names.get("en").copied())
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Places({})", self.0.metadata().database_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Result<Places, NoPlaces> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/places");
        Places::read(&folder.join(name))
    }

    #[test]
    fn an_address_has_a_place_in_the_readers_language_or_in_english() {
        let places = read("places.mmdb").expect("places");
        let check = |address: &str, language: &str, expected: Option<&str>| {
            let place = places.of(address.parse().expect("an address"), language);
            assert_eq!(place.as_deref(), expected, "{address} in {language}");
        };
        check("127.0.0.1", "en", Some("Cologne, Germany"));
        check("127.0.0.1", "de", Some("Köln, Deutschland"));
        check("127.0.0.1", "de-AT", Some("Köln, Deutschland"));
        check("127.0.0.1", "pt", Some("Colônia, Alemanha"));
        check("127.0.0.1", "nl", Some("Cologne, Germany"));
        check("127.0.0.1", "ja", Some("Cologne, ドイツ連邦共和国"));
        check("::ffff:127.0.0.1", "en", Some("Cologne, Germany"));
        check("192.0.2.7", "en", Some("Japan"));
        check("2001:db8::1", "fr", Some("Lyon, France"));
        check("198.51.100.1", "en", None);
        check("203.0.113.1", "en", None);
        check("::1", "en", None);
    }

    #[test]
    fn what_is_no_database_of_places_is_told() {
        let why = |name: &str| read(name).expect_err("none").to_string();
        assert!(why("nothing.mmdb").contains("No such file"), "{}", why("nothing.mmdb"));
        let of_networks = "it is a database of Numbers-ASN, not of cities or countries";
        assert_eq!(why("networks.mmdb"), of_networks);
        assert!(!why("../config/good.toml").is_empty());
    }
}
