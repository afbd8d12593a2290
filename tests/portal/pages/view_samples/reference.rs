//! The reference of the API.

use super::parts::*;
use super::{sample, select};
use countersign::pages::view::link::LinkView;
use countersign::pages::view::reference::{
    ReferenceCall, ReferenceField, ReferenceGroup, ReferencePage, ReferencePart, ReferenceRefusal,
};

#[test]
fn the_reference_of_the_api() {
    let field = |path: &str, required| ReferenceField {
        path: path.to_owned(),
        kind: "text".to_owned(),
        required,
        about: "What it holds.".to_owned(),
    };
    let page = sample(
        "reference",
        &ReferencePage {
            layout: layout("API reference", "API reference"),
            address: "http://127.0.0.1:8080/api/v1".to_owned(),
            document: "/api/v1/openapi.json".to_owned(),
            token: "curl -X POST …".to_owned(),
            fold: LinkView::new("Open all calls", "/developers/api?call=all"),
            groups: vec![ReferenceGroup {
                anchor: "group-1".to_owned(),
                title: "Bulk payouts".to_owned(),
                calls: vec![ReferenceCall {
                    link: "/developers/api?call=post_payout_bulk#post_payout_bulk".to_owned(),
                    is_open: true,
                    anchor: "post_payout_bulk".to_owned(),
                    tag: "Bulk payouts".to_owned(),
                    method: "POST".to_owned(),
                    path: "/api/v1/payout/bulk".to_owned(),
                    summary: "Create a bulk".to_owned(),
                    about: "1 to 1,000 payouts.".to_owned(),
                    parts: vec![ReferencePart {
                        title: "Body".to_owned(),
                        rows: vec![
                            field("source_id", true),
                            field("payouts[].destination.iban", false),
                        ],
                    }],
                    refusals: vec![ReferenceRefusal {
                        status: "400".to_owned(),
                        about: "The request is malformed.".to_owned(),
                    }],
                    curl: "curl -X POST …".to_owned(),
                }],
            }],
        },
    );
    assert_eq!(page.select(&select("pre")).count(), 2);
}
