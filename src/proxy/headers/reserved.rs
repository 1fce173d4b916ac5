//! Which headers of a visitor no origin may see: what programs behind a proxy believe because
//! they think that the proxy has said it.

/// Their names, in order; what ends with `-` is how names begin. Beside each, who obeys it, and
/// what it pretends. Credentials that visitors' own programs send (`Authorization`,
/// `X-Auth-Token`, `X-API-Key` …) and tokens that an origin can check by their signature are not
/// among them: they prove themselves.
#[rustfmt::skip]
const PRETENDED: &[&str] = &[
    "base-url",                        // old frameworks: the path
    "cdn-src-ip",                      // CDNs, PHP programs: the address
    "cf-access-authenticated-user-",   // Cloudflare Access: who it is (its signed assertion goes through)
    "cf-connecting-ip",                // Cloudflare: the address
    "cf-connecting-ipv6",              // Cloudflare: the address
    "cf-pseudo-ipv4",                  // Cloudflare: the address
    "client-cert",                     // RFC 9440: the certificate
    "client-cert-chain",               // RFC 9440: the certificate
    "client-ip",                       // Rails, PHP programs: the address
    "cloudfront-viewer-address",       // CloudFront: the address
    "disguised-host",                  // Azure: the host
    "do-connecting-ip",                // DigitalOcean: the address
    "eppn",                            // Shibboleth: who it is
    "fastly-client-ip",                // Fastly: the address
    "fly-client-ip",                   // Fly: the address
    "forwarded",                       // RFC 7239; ours is set
    "forwarded-for",                   // PHP programs: the address
    "forwarded-for-ip",                // PHP programs: the address
    "front-end-https",                 // Microsoft, Rack: the scheme
    "http-url",                        // old frameworks: the path
    "http2-settings",                  // h2c: another protocol behind our back
    "incap-client-ip",                 // Imperva: the address
    "iv-",                             // IBM WebSEAL: who it is
    "ms-aspnetcore-",                  // ASP.NET Core behind IIS: who it is
    "negotiate",                       // Apache: which variant is sent, and a list of all (RFC 2295)
    "oam-",                            // Oracle Access Manager: who it is
    "oidc-",                           // Apache's mod_auth_openidc: who it is
    "path-info",                       // CGI by another name: the path
    "proxy",                           // CGI: HTTP_PROXY, "httpoxy"
    "proxy-client-ip",                 // WebLogic: the address
    "proxy-host",                      // old frameworks: the host
    "proxy-url",                       // old frameworks: the path
    "remote-",                         // Authelia, CGI's REMOTE_USER: who it is
    "request-uri",                     // old frameworks: the path
    "script-name",                     // WSGI, CGI: where the path begins
    "shib-",                           // Shibboleth: who it is
    "sm-",                             // SiteMinder: who it is
    "smuser",                          // SiteMinder: who it is
    "ssl-",                            // Apache's SSL_CLIENT_…: the certificate
    "tailscale-",                      // Tailscale Serve: who it is
    "true-client-ip",                  // Akamai, Cloudflare: the address
    "uri",                             // old frameworks: the path
    "url",                             // old frameworks: the path
    "wl-proxy-",                       // WebLogic: address, scheme, certificate
    "x-accel-",                        // Rack::Sendfile: which file is meant
    "x-amzn-mtls-",                    // AWS: the certificate
    "x-amzn-oidc-identity",            // AWS: who it is (its signed x-amzn-oidc-data goes through)
    "x-amzn-request-context",          // AWS Lambda Web Adapter: who it is
    "x-anonymous-consumer",            // Kong: who it is
    "x-apigateway-api-userinfo",       // Google API Gateway: who it is
    "x-appengine-",                    // App Engine: who it is, the address
    "x-arr-",                          // IIS ARR, Azure: scheme, certificate
    "x-astro-",                        // Astro: the path, and what is known of the visitor
    "x-auth-couchdb-",                 // CouchDB: who it is
    "x-auth-email",                    // forward auth: who it is
    "x-auth-groups",                   // forward auth: who it is
    "x-auth-name",                     // forward auth: who it is
    "x-auth-request-",                 // oauth2-proxy: who it is
    "x-auth-roles",                    // forward auth: who it is
    "x-auth-subject",                  // Louketo: who it is
    "x-auth-user",                     // forward auth: who it is
    "x-auth-userid",                   // Louketo: who it is
    "x-auth-username",                 // forward auth: who it is
    "x-authenticated-",                // Kong, Gitea, Envoy: who it is
    "x-authentik-",                    // authentik: who it is
    "x-azure-clientip",                // Azure: the address
    "x-azure-socketip",                // Azure: the address
    "x-backend-host",                  // Joomla, PHP programs: the host
    "x-client-cert",                   // nginx by custom: the certificate
    "x-client-dn",                     // nginx by custom: the certificate
    "x-client-ip",                     // many: the address
    "x-client-verified",               // nginx by custom: the certificate
    "x-client-verify",                 // nginx by custom: the certificate
    "x-cluster-client-ip",             // Rackspace, Django programs: the address
    "x-coming-from",                   // PHP programs: the address
    "x-consumer-",                     // Kong: who it is
    "x-credential-identifier",         // Kong: who it is
    "x-credential-username",           // Kong: who it is
    "x-custom-ip-authorization",       // PHP programs: the address
    "x-endpoint-api-userinfo",         // Google Endpoints: who it is
    "x-envoy-",                        // Envoy: path, address, whether it is an inner request
    "x-forward-",                      // misspelt as x-forwarded- is
    "x-forwarded",                     // an early form of what follows
    "x-forwarded-",                    // many: address, scheme, host, port, path, user; ours are set
    "x-goog-authenticated-user-",      // Google IAP: who it is (its signed assertion goes through)
    "x-host",                          // Symfony of old, PHP programs: the host
    "x-http-destinationurl",           // old frameworks: the path
    "x-http-host-override",            // Zend, PHP programs: the host
    "x-http-method",                   // Microsoft's OData, Yii: the method
    "x-http-method-override",          // Rails, Symfony, Laravel, WordPress, Express: the method
    "x-https",                         // PHP programs: the scheme
    "x-iisnode-",                      // iisnode: who it is, the address
    "x-invoke-",                       // Next.js: the path
    "x-ldap-",                         // nginx's LDAP helper: who it is
    "x-matched-path",                  // Next.js: the path
    "x-method",                        // old frameworks: the method
    "x-method-override",               // Express, Spring, Play: the method
    "x-middleware-next",               // Next.js: what its middleware has decided
    "x-middleware-override-headers",   // Next.js: other headers
    "x-middleware-redirect",           // Next.js: what its middleware has decided
    "x-middleware-request-",           // Next.js: other headers
    "x-middleware-rewrite",            // Next.js: the path
    "x-middleware-set-cookie",         // Next.js: other cookies
    "x-middleware-skip",               // Next.js: that no middleware runs
    "x-middleware-subrequest",         // Next.js: that no middleware runs (CVE-2025-29927)
    "x-middleware-subrequest-id",      // Next.js: that no middleware runs
    "x-ms-client-principal",           // Azure: who it is
    "x-ms-client-principal-",          // Azure: who it is
    "x-ms-token-",                     // Azure: who it is
    "x-nf-client-connection-ip",       // Netlify: the address
    "x-now-route-matches",             // Next.js: the path
    "x-original-",                     // Symfony, Zend, IIS ARR, nginx by custom: path, method, host, address
    "x-originating-ip",                // PHP programs: the address
    "x-override-url",                  // Symfony of old: the path
    "x-pomerium-claim-",               // Pomerium: who it is (its signed assertion goes through)
    "x-proxy-",                        // Tomcat and others by custom: path, who it is
    "x-proxyuser-ip",                  // Google: the address
    "x-react-router-prerender-data",   // React Router: other data (CVE-2025-43865)
    "x-react-router-spa-mode",         // React Router: another page (CVE-2025-43864)
    "x-real-ip",                       // nginx by custom, Django, Gin: the address
    "x-remote-",                       // Kubernetes, Jenkins, Grafana: who it is, the address
    "x-replaced-path",                 // Traefik: the path
    "x-request-base",                  // Catalyst: where the path begins
    "x-request-uri",                   // PHP programs: the path
    "x-restli-method-override",        // Rest.li: the method
    "x-rewrite-",                      // IIS rewriting, Symfony, Zend, Spring: the path
    "x-scheme",                        // ingress-nginx, Flask programs: the scheme
    "x-script-name",                   // Flask programs: where the path begins
    "x-sendfile-type",                 // Rack::Sendfile: which file is meant (CVE-2025-61780)
    "x-ssl",                           // PHP programs: the scheme
    "x-ssl-",                          // HAProxy by custom: the certificate
    "x-sso-user",                      // forward auth: who it is
    "x-sucuri-clientip",               // Sucuri: the address
    "x-sveltekit-pathname",            // SvelteKit: the path
    "x-sveltekit-search",              // SvelteKit: the query
    "x-tls-client-",                   // Traefik, nginx by custom: the certificate
    "x-token-subject",                 // caddy-security: who it is
    "x-token-user-",                   // caddy-security: who it is
    "x-tollhouse",                     // ours
    "x-tollhouse-",                    // ours: reader, plans, identity, proof
    "x-traversal-path",                // Plack: where the path begins
    "x-url-scheme",                    // Django, Zope: the scheme
    "x-userinfo",                      // Kong: who it is
    "x-vercel-forwarded-for",          // Vercel: the address
    "x-vouch-",                        // Vouch: who it is
    "x-waws-unencoded-url",            // Azure: the path
    "x-webauth-",                      // Grafana: who it is
];

/// Whether only we may say this, or nobody. Names of headers are in lower case. CGI takes all but
/// letters and digits for `_`, so whatever has anything else in it may be read as one of these.
/// (nginx drops names with `_`, too.)
pub(super) fn is_reserved(name: &str) -> bool {
    !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') || is_pretended(name)
}

fn is_pretended(name: &str) -> bool {
    // No row begins with another that ends in `-`, so the last one that is not behind the name
    // in the alphabet is the only one that it can be.
    let behind = PRETENDED.partition_point(|row| *row <= name);
    let row = behind.checked_sub(1).and_then(|at| PRETENDED.get(at));
    row.is_some_and(|row| name == *row || (row.ends_with('-') && name.starts_with(row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_in_order_and_none_is_part_of_another() {
        for pair in PRETENDED.windows(2) {
            let is_part = pair[0].ends_with('-') && pair[1].starts_with(pair[0]);
            assert!(pair[0] < pair[1] && !is_part, "{pair:?}");
        }
        for row in PRETENDED {
            assert_eq!(row.to_ascii_lowercase(), **row);
            assert!(is_reserved(row), "{row}");
            assert!(!row.ends_with('-') || is_reserved(&format!("{row}x")), "{row}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn what_pretends_stays_here_and_what_visitors_say_goes_through() {
        //    name                             stays here
        check("x-original-url",                true);
        check("x-original-urls",               true);
        check("x-middleware-subrequest",       true);
        check("x-middleware-request-x-a",      true);
        check("x-middleware-prefetch",         false);
        check("x-http-method-override",        true);
        check("x-http-methods",                false);
        check("x-forwarded-proto",             true);
        check("x-forwarded",                   true);
        check("x-forwardedness",               false);
        check("remote-user",                   true);
        check("remoteness",                    false);
        check("x-auth-request-email",          true);
        check("x-auth-token",                  false);
        check("x-tollhouse-reader",            true);
        check("x-tollhouse_reader",            true);
        check("x.tollhouse.reader",            true);
        check("x-mine",                        false);
        check("authorization",                 false);
        check("accept",                        false);
        check("accept-encoding",               false);
        check("cookie",                        false);
        check("x-requested-with",              false);
        check("x-csrf-token",                  false);
        check("x-wp-nonce",                    false);
        check("x-user-agent",                  false);
        check("x-nextjs-data",                 false);
        check("zebra",                         false);
        check("",                              false);
    }

    fn check(name: &str, stays: bool) {
        assert_eq!(is_reserved(name), stays, "{name}");
    }
}
