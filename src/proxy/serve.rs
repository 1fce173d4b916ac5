//! Files as answers.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use pingora_core::{Error, ErrorType, Result};
use pingora_proxy::Session;

use super::files::{self, Chosen};
use super::origin::Behind;
use super::{Ctx, Gatekeeper, local, trouble};

impl Gatekeeper {
    /// Sends a file.
    pub(super) async fn serve(
        &self,
        session: &mut Session,
        ctx: &Ctx,
        chosen: &Chosen,
    ) -> Result<()> {
        let request = session.req_header();
        let (method, headers) = (request.method.clone(), request.headers.clone());
        let answer = files::serve(chosen, &method, &headers).await;
        self.send_file(session, ctx, answer).await
    }

    /// Sends the owner's page for what is not there, or ours.
    pub(super) async fn serve_not_found(&self, session: &mut Session, ctx: &mut Ctx) -> Result<()> {
        let page = match &self.behind {
            Behind::Folder(folder) => readable(Arc::clone(folder).look_up_not_found_page().await)?,
            Behind::Server(_) | Behind::Nothing => None,
        };
        let Some(page) = page else {
            let headers = session.req_header().headers.clone();
            let answer = self.pages.problem(&ctx.site, &headers, trouble::not_found()).await;
            return local::answer(session, answer).await;
        };
        let method = session.req_header().method.clone();
        let answer = files::serve_not_found(&page, &method).await;
        self.send_file(session, ctx, answer).await
    }

    /// Leads a visitor to the folder that he means.
    pub(super) async fn redirect(&self, session: &mut Session, ctx: &Ctx, to: &str) -> Result<()> {
        let (parts, _) = local::redirect(to).into_parts();
        let mut head = local::head_of(&parts)?;
        head.set_content_length(0)?;
        ctx.finish(&mut head)?;
        session.write_response_header(Box::new(head), true).await
    }

    async fn send_file<B>(
        &self,
        session: &mut Session,
        ctx: &Ctx,
        answer: std::io::Result<Response<B>>,
    ) -> Result<()>
    where
        B: http_body::Body<Data = Bytes> + Unpin + Send,
        B::Error: std::fmt::Display,
    {
        let (parts, body) = readable(answer)?.into_parts();
        let mut head = local::head_of(&parts)?;
        ctx.finish(&mut head)?;
        local::stream(session, head, body).await
    }
}

/// What came of reading from the folder.
pub(super) fn readable<T>(read: std::io::Result<T>) -> Result<T> {
    read.map_err(|problem| {
        Error::explain(ErrorType::FileReadError, format!("a file cannot be read: {problem}"))
    })
}
