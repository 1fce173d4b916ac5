//! Fields that are read only if they have a shape that we know. Nothing that stands in them,
//! however deep, makes an event unreadable.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A plain value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Plain {
    /// A text.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Something else, or nothing.
    #[default]
    Other,
}

impl Plain {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Flag(_) | Self::Whole(_) | Self::Other => None,
        }
    }
}

/// An object; none if something else stands there.
#[derive(Debug, Clone)]
pub(super) struct Part<T>(pub(super) Option<T>);

impl<T> Default for Part<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// The id in a field that holds either an id or the whole object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named(pub(super) Option<String>);

#[derive(Deserialize)]
struct WithId {
    #[serde(default)]
    id: Plain,
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_any(Reader::<IgnoredAny>(PhantomData))?;
        Ok(match read {
            Read::Plain(plain) => plain,
            Read::Object(_) => Self::Other,
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_any(Reader::<T>(PhantomData))?;
        Ok(match read {
            Read::Plain(_) => Self(None),
            Read::Object(object) => Self(Some(object)),
        })
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_any(Reader::<WithId>(PhantomData))?;
        Ok(Self(match read {
            Read::Plain(plain) | Read::Object(WithId { id: plain }) => {
                plain.text().map(ToOwned::to_owned)
            }
        }))
    }
}

enum Read<T> {
    Plain(Plain),
    Object(T),
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Read<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Read::Plain(Plain::Flag(flag)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Read::Plain(Plain::Whole(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Read::Plain(i64::try_from(number).map_or(Plain::Other, Plain::Whole)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Read::Plain(Plain::Other))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Read::Plain(Plain::Text(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Read::Plain(Plain::Other))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Read::Plain(Plain::Other))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(Read::Object)
    }
}
