//! The check before HTTP/1 is parsed: a request that passes it is read by another parser in the
//! same way, to the byte at which the next one begins.

use httparse::{EMPTY_HEADER, Header, Request, Status};
use tollhouse::proxy::{FirstRequest, first_request};

use super::{Stage, number_of};

const MOST_BYTES: usize = 16 * 1024;

pub(super) fn try_with(_: &Stage, input: &[u8]) {
    let FirstRequest::Whole { head, body } = first_request(input, MOST_BYTES) else { return };
    assert!(head <= MOST_BYTES && head + body <= input.len());
    let mut fields = [EMPTY_HEADER; 256];
    let mut request = Request::new(&mut fields);
    assert_eq!(request.parse(&input[..head]), Ok(Status::Complete(head)));
    let target = request.path.expect("it is complete");
    assert!(target.bytes().all(|byte| byte > b' ' && byte != b'#' && byte != 0x7f), "{target:?}");
    let hosts = values(request.headers, "host");
    // Who names none is told so by the proxy.
    assert!(hosts.len() <= 1, "{hosts:?}");
    let codings = values(request.headers, "transfer-encoding");
    let lengths = values(request.headers, "content-length");
    match (codings.as_slice(), lengths.as_slice()) {
        ([], []) => assert_eq!(body, 0),
        ([], [length]) => {
            assert!(length.iter().all(u8::is_ascii_digit), "{length:?}");
            let length: usize = String::from_utf8_lossy(length).parse().expect("a number");
            assert_eq!(body, length);
        }
        ([coding], []) => {
            assert!(coding.eq_ignore_ascii_case(b"chunked") && request.version == Some(1));
            assert_eq!(end_of_chunks(&input[head..]), Some(body));
        }
        (codings, lengths) => panic!("{codings:?} beside {lengths:?}"),
    }
    // Where it ends does not depend on what follows, nor on the pieces in which it comes.
    let whole = FirstRequest::Whole { head, body };
    assert_eq!(first_request(&input[..head + body], MOST_BYTES), whole);
    let cut = usize::try_from(number_of(input)).unwrap_or_default() % (head + body);
    assert_eq!(first_request(&input[..cut], MOST_BYTES), FirstRequest::Unfinished, "cut at {cut}");
}

/// The values of all fields of a name.
fn values<'a>(fields: &[Header<'a>], name: &str) -> Vec<&'a [u8]> {
    let of_the_name = fields.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
    of_the_name.map(|field| field.value.trim_ascii()).collect()
}

/// Where a chunked body ends, trailers included, as the other parser has it.
fn end_of_chunks(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let Ok(Status::Complete((line, size))) = httparse::parse_chunk_size(&bytes[at..]) else {
            return None;
        };
        at += line;
        if size == 0 {
            let lines = bytes[at..].split(|byte| *byte == b'\n').count();
            let mut trailers = vec![EMPTY_HEADER; lines];
            let parsed = httparse::parse_headers(&bytes[at..], &mut trailers);
            let Ok(Status::Complete((length, _))) = parsed else { return None };
            return Some(at + length);
        }
        at += usize::try_from(size).ok()?;
        at += bytes.get(at..)?.starts_with(b"\r\n").then_some(2)?;
    }
}
