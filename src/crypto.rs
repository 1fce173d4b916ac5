//! Random bytes, hashes, keys, and the one TLS provider of the process.

use std::fmt::Write as _;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac, rand};

use crate::domain::ids::{ReaderId, SessionId};
use crate::domain::secret::Secret;

/// Makes aws-lc the TLS provider of the process. To be called before anything opens a
/// connection; a second call changes nothing.
pub fn install_tls_provider() {
    // An error only says that a provider is in place already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// Random bytes from the system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system has random bytes");
    bytes
}

/// 128 random bits for a name that cannot be guessed, in hex.
pub fn random_name() -> String {
    hex(&random::<16>())
}

/// A random number.
pub fn random_number() -> u64 {
    u64::from_be_bytes(random())
}

/// A new reader's id.
pub fn new_reader() -> ReaderId {
    ReaderId::parse(&format!("reader_{}", hex(&random::<10>()))).expect("hex is plain")
}

/// A new session's id: 128 random bits.
pub fn new_session() -> SessionId {
    SessionId::parse(&format!("session_{}", random_name())).expect("hex is plain")
}

/// A secret that is shown once and stored as its hash: 256 random bits, in hex.
pub fn new_token() -> Secret<String> {
    Secret::new(hex(&random::<32>()))
}

/// Six random digits, for somebody who types them.
pub fn new_code() -> Secret<String> {
    // What the remainder prefers is some ten million millionths.
    Secret::new(format!("{:06}", random_number() % 1_000_000))
}

/// What is stored of a token.
pub fn hash_token(token: &str) -> [u8; 32] {
    sha256(token.as_bytes())
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The HMAC-SHA-256 of `message`.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message)
        .as_ref()
        .try_into()
        .expect("an HMAC-SHA-256 has 32 bytes")
}

/// Whether `tag` is the HMAC-SHA-256 of `message`; takes the same time for every wrong tag.
pub fn hmac_sha256_verify(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, tag).is_ok()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

/// A key that signs passes.
#[derive(Debug, Clone)]
pub struct SigningKey {
    /// PKCS#8, version 1 (48 bytes): a version 2 document signs, but makes no JWK.
    pkcs8: Secret<Vec<u8>>,
    public: [u8; 32],
}

/// Bytes that are not an Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key in PKCS#8, version 1")]
pub struct BadKey;

impl SigningKey {
    /// A new Ed25519 key.
    pub fn generate() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8v1(&rand::SystemRandom::new())
            .expect("the system has random bytes");
        Self::from_pkcs8(document.as_ref()).expect("aws-lc reads what it wrote")
    }

    /// Reads what `pkcs8` gave.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, BadKey> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| BadKey)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| BadKey)?;
        Ok(Self { pkcs8: Secret::new(pkcs8.to_vec()), public })
    }

    /// The private key, for the store and for signing.
    pub fn pkcs8(&self) -> &[u8] {
        self.pkcs8.expose()
    }

    /// The public key.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Its name in passes: the start of a hash of the public key.
    pub fn id(&self) -> String {
        hex(&digest::digest(&digest::SHA256, &self.public).as_ref()[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_writing_and_reading() {
        let key = SigningKey::generate();
        let again = SigningKey::from_pkcs8(key.pkcs8()).expect("a key");
        assert_eq!((key.public(), key.id()), (again.public(), again.id()));
        assert_eq!(key.pkcs8().len(), 48);
        assert!(SigningKey::from_pkcs8(b"no key").is_err());
        let private = hex(&key.pkcs8()[16..]);
        assert!(!format!("{key:?}").contains(&private), "a private key is not printed");
    }

    #[test]
    fn hashes_and_tags_agree_with_the_published_vectors() {
        // FIPS 180-2, "abc"; RFC 4231, test case 2.
        let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&hash_token("abc")), sha);
        let tag = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let tag: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&tag[at * 2..at * 2 + 2], 16).expect("hex"))
            .collect();
        assert!(hmac_sha256_verify(b"Jefe", b"what do ya want for nothing?", &tag));
        assert!(!hmac_sha256_verify(b"Jefe", b"what do ya want for nothing!", &tag));
        assert!(!hmac_sha256_verify(b"", b"", b""));
    }

    #[test]
    fn names_are_not_given_twice() {
        assert_ne!(new_reader(), new_reader());
        assert_ne!(new_session(), new_session());
        assert_ne!(new_token().expose(), new_token().expose());
    }
}
