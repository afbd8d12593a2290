//! Headers on every answer.

use actix_web::middleware::DefaultHeaders;

/// No inline script or style, nothing from elsewhere, framed by nobody.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The security headers; HSTS only where people come by https.
#[must_use]
pub fn security(is_https: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("content-security-policy", CONTENT_SECURITY_POLICY))
        .add(("x-content-type-options", "nosniff"))
        .add(("x-frame-options", "DENY"))
        .add(("referrer-policy", "no-referrer"))
        .add(("cross-origin-opener-policy", "same-origin"))
        .add(("permissions-policy", "camera=(), microphone=(), geolocation=()"));
    if is_https {
        headers.add(("strict-transport-security", "max-age=31536000; includeSubDomains"))
    } else {
        headers
    }
}
