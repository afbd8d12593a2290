//! The reference of the API, rendered from the same document that programs get: what the document says
//! is what the page says. Calls are folded; `?call=` opens one, or `all`, so that each has an address
//! that shows it without JavaScript.

use super::error::PageError;
use super::frame;
use super::reply::Reply;
use super::view::link::LinkView;
use super::view::reference::{
    ReferenceCall, ReferenceField, ReferenceGroup, ReferencePage, ReferencePart, ReferenceRefusal,
};
use crate::http::visit::Visit;
use serde_json::{Map, Value};

const PAGE: &str = "/developers/api";
/// What opens every call.
const ALL: &str = "all";
/// How deep fields of fields are shown.
const DEPTH_MAX: usize = 4;

/// GET `/developers/api`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let document = &visit.portal.api_document;
    let address = text(document, "/servers/0/url");
    let token = format!(
        "curl -X POST \"{address}/oauth/token\" \\\n  -u \"$CLIENT_ID:$CLIENT_SECRET\" \\\n  -d grant_type=client_credentials"
    );
    let mut calls: Vec<ReferenceCall> = Vec::new();
    for (path, methods) in object(document.get("paths")) {
        for (method, operation) in object(Some(methods)) {
            calls.push(call(document, &address, (path, method), operation));
        }
    }
    calls.sort_by_key(|call| order(&call.tag));
    let open = visit.asked("call").unwrap_or_default();
    let mut groups: Vec<ReferenceGroup> = Vec::new();
    for mut call in calls {
        call.is_open = open == ALL || call.anchor == open;
        match groups.last_mut().filter(|group| group.title == call.tag) {
            Some(group) => group.calls.push(call),
            None => groups.push(ReferenceGroup {
                anchor: format!("group-{}", groups.len() + 1),
                title: call.tag.clone(),
                calls: vec![call],
            }),
        }
    }
    let layout = frame::layout(visit, "API reference");
    Ok(Reply::page(&ReferencePage {
        layout,
        document: format!("{}/openapi.json", path_of(&address)),
        address,
        token,
        fold: if open == ALL {
            LinkView::new("Fold all calls", PAGE)
        } else {
            LinkView::new("Open all calls", format!("{PAGE}?call={ALL}"))
        },
        groups,
    })?)
}

/// Access first, then the dialects.
fn order(tag: &str) -> usize {
    ["Access", "OneKhusa"]
        .iter()
        .position(|known| *known == tag)
        .unwrap_or(2)
}

/// The path of an address.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default()
}

/// A text of the document, without the marks that make code of a word where Markdown is shown.
fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default().replace('`', "")
}

fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn call(document: &Value, address: &str, (path, method): (&str, &str), operation: &Value) -> ReferenceCall {
    let body = operation.get("requestBody").and_then(|body| body.get("content"));
    let (media, content) = object(body)
        .next()
        .map_or(("", None), |(media, content)| (media.as_str(), Some(content)));
    let mut asks = Vec::new();
    if let Some(schema) = content.and_then(|content| content.get("schema")) {
        fields(document, schema, ("", 0), &mut asks);
    }
    let mut answers = Vec::new();
    let (mut status, mut refusals) = (String::new(), Vec::new());
    for (code, response) in object(operation.get("responses")) {
        if code.starts_with('2') {
            status.clone_from(code);
            if let Some(schema) = response.pointer("/content/application~1json/schema") {
                fields(document, schema, ("", 0), &mut answers);
            }
        } else {
            refusals.push(ReferenceRefusal {
                status: code.clone(),
                about: text(response, "/description"),
            });
        }
    }
    ReferenceCall {
        is_open: false,
        link: format!("{PAGE}?call={0}#{0}", text(operation, "/operationId")),
        anchor: text(operation, "/operationId"),
        tag: text(operation, "/tags/0"),
        method: method.to_uppercase(),
        path: format!("{}{path}", path_of(address)),
        summary: text(operation, "/summary"),
        about: text(operation, "/description"),
        parts: [
            ("Headers and query".to_owned(), parameters(operation)),
            ("Body".to_owned(), asks),
            (format!("Answer {status}"), answers),
        ]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(title, rows)| ReferencePart { title, rows })
        .collect(),
        refusals,
        curl: curl(address, (path, method), operation, (media, content)),
    }
}

fn parameters(operation: &Value) -> Vec<ReferenceField> {
    let list = operation.get("parameters").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .map(|parameter| ReferenceField {
            path: text(parameter, "/name"),
            kind: format!(
                "{}, {}",
                text(parameter, "/in"),
                kind(parameter.get("schema").unwrap_or(&Value::Null))
            ),
            required: parameter.get("required") == Some(&Value::Bool(true)),
            about: text(parameter, "/description"),
        })
        .collect()
}

/// The schema that a reference names, or the schema itself.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let named = schema.get("$ref").and_then(Value::as_str);
    let pointer = named.and_then(|named| named.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(schema)
}

/// The fields of an object in the order in which they are sent, those of inner objects after theirs.
fn fields(document: &Value, schema: &Value, (prefix, depth): (&str, usize), into: &mut Vec<ReferenceField>) {
    let schema = resolved(document, schema);
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let place = |name: &str| {
        required
            .iter()
            .position(|known| *known == name)
            .unwrap_or(usize::MAX)
    };
    let mut members: Vec<_> = object(schema.get("properties")).collect();
    members.sort_by_key(|(name, _)| place(name));
    for (name, member) in members {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        let inner = inner(document, member);
        into.push(ReferenceField {
            kind: kind(resolved(document, inner.unwrap_or(member))),
            required: required.contains(&name.as_str()),
            about: about(document, member),
            path: path.clone(),
        });
        if depth < DEPTH_MAX {
            let items = resolved(document, inner.unwrap_or(member)).get("items");
            match items {
                Some(items) => fields(document, items, (&format!("{path}[]"), depth + 1), into),
                None => fields(document, inner.unwrap_or(member), (&path, depth + 1), into),
            }
        }
    }
}

fn about(document: &Value, member: &Value) -> String {
    let own = text(member, "/description");
    if own.is_empty() {
        text(resolved(document, member), "/description")
    } else {
        own
    }
}

/// What may be null is written as one of null and something: the something.
fn inner<'d>(document: &'d Value, member: &'d Value) -> Option<&'d Value> {
    let choices = member
        .get("oneOf")
        .or_else(|| member.get("allOf"))
        .and_then(Value::as_array)?;
    let real = choices
        .iter()
        .find(|choice| choice.get("type") != Some(&Value::from("null")))?;
    (choices.len() <= 2 && resolved(document, real).get("properties").is_some()).then_some(real)
}

/// A type in words.
fn kind(schema: &Value) -> String {
    let word = |name: &str| match name {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "number" => "number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => "list".to_owned(),
        other => other.to_owned(),
    };
    match schema.get("type") {
        Some(Value::String(name)) => word(name),
        Some(Value::Array(names)) => {
            let words: Vec<String> = names.iter().filter_map(Value::as_str).map(word).collect();
            words.join(" or ")
        }
        _ if schema.get("oneOf").is_some() => "text or number".to_owned(),
        _ => "object".to_owned(),
    }
}

fn curl(
    address: &str,
    (path, method): (&str, &str),
    operation: &Value,
    (media, content): (&str, Option<&Value>),
) -> String {
    let mut lines = vec![format!(
        "curl -X {} \"{address}{}\"",
        method.to_uppercase(),
        path.replace("{id}", "$ID")
    )];
    if operation
        .get("security")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty())
    {
        lines.push("--header \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    for parameter in operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let name = text(parameter, "/name");
        let example = parameter.pointer("/schema/example");
        let written = match (name.as_str(), example) {
            ("Idempotency-Key", _) => "$(uuidgen)".to_owned(),
            (_, Some(Value::String(example))) => example.clone(),
            (_, Some(example)) => example.to_string(),
            (_, None) => continue,
        };
        lines.push(format!("--header \"{name}: {written}\""));
    }
    let example = content.and_then(|content| content.get("example"));
    if let Some(example) = example {
        if media == "application/json" {
            lines.push("--header \"Content-Type: application/json\"".to_owned());
            let body = serde_json::to_string_pretty(example).unwrap_or_default();
            lines.push(format!("-d '{body}'"));
        } else {
            for (name, value) in object(Some(example)) {
                lines.push(format!("-d {name}={}", value.as_str().unwrap_or_default()));
            }
        }
    }
    lines.join(" \\\n  ")
}
