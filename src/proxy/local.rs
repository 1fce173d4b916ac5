//! Between pingora's session and plain HTTP messages, for answers that we give ourselves.

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use pingora_core::{Error, ErrorType, Result};
use pingora_http::ResponseHeader;
use pingora_proxy::Session;

use super::{headers, switches};

/// A body larger than we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// The request with its whole body, of `most` bytes at the most.
pub(super) async fn request(
    session: &mut Session,
    target: &str,
    most: usize,
) -> Result<Result<Request<Bytes>, TooLarge>> {
    if headers::body_length(&session.req_header().headers).is_some_and(|length| length > most) {
        return Ok(Err(TooLarge));
    }
    if switches::waits_to_send(session.req_header()) {
        session.downstream_session.write_continue_response().await.map_err(Error::into_down)?;
    }
    let mut body = BytesMut::new();
    while let Some(part) =
        session.downstream_session.read_request_body().await.map_err(Error::into_down)?
    {
        if body.len() + part.len() > most {
            return Ok(Err(TooLarge));
        }
        body.extend_from_slice(&part);
    }
    let head = session.req_header();
    let mut request = Request::new(body.freeze());
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = target.parse().unwrap_or_default();
    *request.headers_mut() = head.headers.clone();
    Ok(Ok(request))
}

/// Sends a complete answer.
pub(super) async fn answer(session: &mut Session, answer: Response<Bytes>) -> Result<()> {
    let (parts, body) = answer.into_parts();
    let mut head = head_of(&parts)?;
    head.set_content_length(body.len())?;
    let with_body = !body.is_empty() && session.req_header().method != Method::HEAD;
    session.write_response_header(Box::new(head), !with_body).await?;
    if with_body {
        session.write_response_body(Some(body), true).await?;
    }
    Ok(())
}

/// Sends an answer piece by piece, as fast as the visitor takes it.
pub(super) async fn stream<B>(
    session: &mut Session,
    head: ResponseHeader,
    mut body: B,
) -> Result<()>
where
    B: http_body::Body<Data = Bytes> + Unpin + Send,
    B::Error: std::fmt::Display,
{
    let with_body = session.req_header().method != Method::HEAD && !body.is_end_stream();
    session.write_response_header(Box::new(head), !with_body).await?;
    if !with_body {
        return Ok(());
    }
    while let Some(frame) = body.frame().await {
        // Cut off in the middle: the visitor must not take it for the whole.
        let frame = frame.map_err(|problem| {
            Error::explain(ErrorType::ReadError, format!("a file broke off: {problem}"))
        })?;
        if let Ok(data) = frame.into_data() {
            session.write_response_body(Some(data), false).await?;
        }
    }
    session.write_response_body(None, true).await
}

pub(super) fn head_of(parts: &http::response::Parts) -> Result<ResponseHeader> {
    let mut head = ResponseHeader::build(parts.status, Some(parts.headers.len()))?;
    for (name, value) in &parts.headers {
        head.append_header(name.clone(), value.clone())?;
    }
    Ok(head)
}

/// Leads to another address for good.
pub(super) fn redirect(to: &str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(location) = HeaderValue::from_bytes(to.as_bytes()) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}
