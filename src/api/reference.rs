//! The reference as an OpenAPI 3.1 document, made from the route table, the structs that are sent and
//! what `calls` says of each call. A test holds that every route is in it.

pub mod calls;
pub mod requests;

use super::listed::Page;
use super::{Access, BASE, ROUTES, Route};
use crate::api::error::ApiError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use calls::{CALLS, Described};
use requests::Refusal;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, schema::Schema};

/// A schema and those it names, put among the components; answers a reference to it.
pub type Shape = fn(&mut Map<String, Value>) -> Value;

/// The shape of a type.
pub fn shape<T: ToSchema>(components: &mut Map<String, Value>) -> Value {
    let mut named: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut named);
    let name = name_of(std::any::type_name::<T>());
    named.push((name.clone(), T::schema()));
    for (name, schema) in named {
        components.insert(name, serde_json::to_value(schema).unwrap_or_default());
    }
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The shape of a page of these: what is in it is a component of its own.
pub(in crate::api) fn page_shape<T: ToSchema>(components: &mut Map<String, Value>) -> Value {
    let _named = shape::<T>(components);
    shape::<Page<T>>(components)
}

/// `a::Page<b::Bulk>` as `Page_Bulk`: pages of different things are different shapes.
fn name_of(path: &str) -> String {
    let parts = path.split(['<', '>', ',', ' ']).filter(|part| !part.is_empty());
    let names: Vec<&str> = parts
        .map(|part| part.rsplit("::").next().unwrap_or(part))
        .collect();
    names.join("_")
}

/// GET `/openapi.json`.
pub(super) fn get(call: &Call) -> Result<Answer, ApiError> {
    Ok(Answer::ok(&call.portal.api_document))
}

/// The whole document for a server at `origin`.
#[must_use]
pub fn document(origin: &str) -> Value {
    let (mut components, mut paths) = (Map::new(), Map::new());
    let refusal = shape::<Refusal>(&mut components);
    for route in ROUTES {
        let described = CALLS
            .iter()
            .find(|described| described.verb == route.verb && described.path == route.path);
        let Some(described) = described else { continue };
        let operation = operation(route, described, &refusal, &mut components);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(route.verb.as_str().to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign",
            "version": "1",
            "description": "Bulk payouts by API: OneKhusa's batch calls, Moyasar's bulk create, MoneyHash's retrieve, edit and cancel, over one core. Every call runs the same rules as the pages.",
        },
        "servers": [{ "url": format!("{origin}{BASE}") }],
        "paths": paths,
        "components": { "schemas": components, "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A token of POST /oauth/token." },
            "basic": { "type": "http", "scheme": "basic",
                "description": "The client's id and secret, or its key sk_<client_id>_<secret> as the user name alone." },
        } },
    })
}

fn operation(
    route: &Route,
    described: &Described,
    refusal: &Value,
    components: &mut Map<String, Value>,
) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "tags": [described.tag],
        "summary": described.summary,
        "description": described.description,
        "parameters": parameters(route, described),
        "responses": responses(route, described, refusal, components),
    });
    let Some(members) = operation.as_object_mut() else {
        return operation;
    };
    if route.access == Access::Public {
        members.insert("security".to_owned(), json!([]));
    } else {
        members.insert("security".to_owned(), json!([{ "bearer": [] }, { "basic": [] }]));
    }
    if let Some((media, shape)) = described.request {
        let mut content = json!({ "schema": shape(components) });
        if let (Some(example), Some(content)) = (described.example(), content.as_object_mut()) {
            content.insert("example".to_owned(), example);
        }
        members.insert(
            "requestBody".to_owned(),
            json!({ "required": described.is_body_required, "content": { media: content } }),
        );
    }
    operation
}

fn operation_id(route: &Route) -> String {
    let words = route.path.split(['/', '{', '}']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    format!("{}_{}", route.verb.as_str().to_lowercase(), words.join("_"))
}

fn parameters(route: &Route, described: &Described) -> Value {
    let parameter = |name: &str, place: &str, required: bool, about: &str, schema: Value| json!({ "name": name, "in": place, "required": required, "description": about, "schema": schema });
    let mut list = vec![parameter(
        "Accept-Language",
        "header",
        false,
        "Language of descriptions and messages: en, fr or ar.",
        json!({ "type": "string", "default": "en" }),
    )];
    if route.is_merchant {
        let code = json!({ "type": "string", "pattern": "^[A-Z0-9]{12}$", "example": "FYH0NTVW0DXK" });
        list.push(parameter(
            "X-Organisation-Id",
            "header",
            true,
            "The organisation's id; must agree with the token.",
            code,
        ));
        let number =
            json!({ "type": "integer", "minimum": 10_000_000, "maximum": 99_999_999, "example": 35_253_486 });
        list.push(parameter(
            "X-Merchant-Account-Number",
            "header",
            true,
            "The payout account's number; must agree with the body.",
            number,
        ));
    }
    if route.verb != super::Verb::Get && route.access != Access::Public {
        let key = json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{15,80}$" });
        let about = "The same key and request are answered as the first time, for 24 hours. X-Idempotency-Key is understood too.";
        list.push(parameter(
            "Idempotency-Key",
            "header",
            route.needs_key,
            about,
            key,
        ));
    }
    if route.path.contains("{id}") {
        let id = json!({ "type": "string", "format": "uuid" });
        list.push(parameter("id", "path", true, "The id.", id));
    }
    for (name, about) in described.query {
        let schema = if name.contains('[') {
            json!({ "type": "object", "additionalProperties": { "type": "string" } })
        } else {
            json!({ "type": "string" })
        };
        let plain = name.split('[').next().unwrap_or(name);
        let mut shown = parameter(plain, "query", false, about, schema);
        if let (true, Some(members)) = (name.contains('['), shown.as_object_mut()) {
            members.insert("style".to_owned(), json!("deepObject"));
            members.insert("explode".to_owned(), json!(true));
        }
        list.push(shown);
    }
    json!(list)
}

fn responses(
    route: &Route,
    described: &Described,
    refusal: &Value,
    components: &mut Map<String, Value>,
) -> Value {
    let (status, shape) = described.answer;
    let mut good =
        json!({ "description": "Done.", "content": { "application/json": { "schema": shape(components) } } });
    if let (Some((name, about)), Some(members)) = (described.header, good.as_object_mut()) {
        let header = json!({ "description": about, "schema": { "type": "string" } });
        members.insert("headers".to_owned(), json!({ name: header }));
    }
    let mut all = Map::new();
    all.insert(status.to_string(), good);
    let mut refuse = |status: u16, about: &str| {
        all.insert(
            status.to_string(),
            json!({ "description": about, "content": { "application/json": { "schema": refusal } } }),
        );
    };
    refuse(
        400,
        "The request is malformed; errors names every fault by its path.",
    );
    refuse(429, "Too many requests; Retry-After says when to ask again.");
    refuse(503, "Too much is under way; ask again.");
    if route.access != Access::Public || route.path.starts_with("/oauth") {
        refuse(401, "Invalid authorization credentials.");
    }
    if route.access != Access::Public {
        refuse(
            403,
            "User not authorized: permission, duty, or another person named; X-Refusal-Reason says which.",
        );
        refuse(404, "There is no such thing in this organisation.");
    }
    if route.verb != super::Verb::Get {
        refuse(413, "The body is too large.");
    }
    if route.verb != super::Verb::Get && route.access != Access::Public {
        refuse(
            409,
            "It does not fit where things stand: state, a fingerprint that is no longer current, too little money, references in use.",
        );
        refuse(422, "This idempotency key was used for another request.");
    }
    json!(all)
}
