//! `src/store/schema.rs` is what the migrations make: a change of one without the other is refused,
//! with the way to put it right. Beside it: every table says what it is, and every migration can be
//! taken back.

use crate::support::database::TestDatabase;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

const HEAD: &str =
    "//! Tables as Diesel sees them. Generated from the migrations by the test `schema`, which also
//! holds that the two agree; do not edit by hand.

";

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = sql_types::Text)]
    table: String,
    #[diesel(sql_type = sql_types::Text)]
    column: String,
    #[diesel(sql_type = sql_types::Text)]
    kind: String,
    #[diesel(sql_type = sql_types::Bool)]
    nullable: bool,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Integer>)]
    key: Option<i32>,
}

const COLUMNS: &str = "
SELECT c.table_name::text AS table, c.column_name::text AS column, c.udt_name::text AS kind,
    c.is_nullable = 'YES' AS nullable,
    (SELECT array_position(i.indkey::smallint[], c.ordinal_position::smallint)
       FROM pg_index i WHERE i.indisprimary AND i.indrelid = format('public.%I', c.table_name)::regclass) AS key
FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_\\_%'
ORDER BY c.table_name COLLATE \"C\", c.ordinal_position";

/// What Diesel calls a type of Postgres.
fn diesel_type(kind: &str) -> &str {
    match kind {
        "int8" => "Int8",
        "int4" => "Int4",
        "int2" => "Int2",
        "text" => "Text",
        "timestamptz" => "Timestamptz",
        "jsonb" => "Jsonb",
        "bytea" => "Bytea",
        "bool" => "Bool",
        "uuid" => "Uuid",
        "date" => "Date",
        "_text" => "Array<Text>",
        other => {
            panic!("the type {other} has no line in tests/portal/schema.rs yet: add what Diesel calls it")
        }
    }
}

fn rendered(database: &mut PgConnection) -> String {
    let columns: Vec<Column> = sql_query(COLUMNS).load(database).unwrap();
    let mut out = HEAD.to_owned();
    let mut names = Vec::new();
    for table in columns.chunk_by(|a, b| a.table == b.table) {
        let name = &table[0].table;
        let mut keys: Vec<&Column> = table.iter().filter(|column| column.key.is_some()).collect();
        keys.sort_by_key(|column| column.key);
        let keys: Vec<&str> = keys.iter().map(|column| column.column.as_str()).collect();
        writeln!(out, "diesel::table! {{\n    {name} ({}) {{", keys.join(", ")).unwrap();
        for column in table {
            let kind = diesel_type(&column.kind);
            let kind = if column.nullable {
                format!("Nullable<{kind}>")
            } else {
                kind.to_owned()
            };
            writeln!(out, "        {} -> {kind},", column.column).unwrap();
        }
        out.push_str("    }\n}\n\n");
        names.push(name.clone());
    }
    out.push_str("diesel::allow_tables_to_appear_in_same_query!(\n");
    for name in names {
        writeln!(out, "    {name},").unwrap();
    }
    out + ");\n"
}

/// As `cargo fmt` leaves it, so that the file can be copied over.
fn formatted(path: &Path) -> String {
    let done = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .arg(path)
        .status();
    assert!(done.is_ok_and(|status| status.success()), "rustfmt is missing");
    fs::read_to_string(path).unwrap()
}

#[test]
fn schema_rs_is_what_the_migrations_make() {
    let database = TestDatabase::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = fs::read_to_string(root.join("src/store/schema.rs")).unwrap();
    let made = root.join("target/schema.rs");
    fs::write(&made, rendered(&mut database.db_connect())).unwrap();
    assert!(
        formatted(&made) == kept,
        "src/store/schema.rs is not what the migrations make. What they make was written to \
         target/schema.rs: read the difference, then `cp target/schema.rs src/store/schema.rs`."
    );
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

fn names(database: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Name> = sql_query(sql).load(database).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn every_table_says_what_it_is() {
    let silent = names(
        &mut TestDatabase::new().db_connect(),
        "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND c.relname NOT LIKE '\\_\\_%' AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1",
    );
    assert!(silent.is_empty(), "no COMMENT ON TABLE for {silent:?}");
}

#[test]
fn every_migration_can_be_taken_back_and_made_again() {
    let database = TestDatabase::new();
    let mut connection = database.db_connect();
    let before = rendered(&mut connection);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let migrations = FileBasedMigrations::from_path(folder).unwrap();
    connection.revert_all_migrations(migrations).unwrap();
    let left = names(
        &mut connection,
        "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relname NOT LIKE '\\_\\_diesel%'
         UNION ALL
         SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.proname NOT LIKE 'diesel\\_%'
         UNION ALL
         SELECT nspname::text FROM pg_namespace
         WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')",
    );
    assert!(left.is_empty(), "down.sql leaves {left:?} behind");
    countersign::store::migrate(&mut connection).unwrap();
    assert!(
        rendered(&mut connection) == before,
        "made again, the tables are others than before"
    );
}
