//! HTML for people: one file a noun, GET shows, POST acts and redirects. What a page looks like
//! lives in `view` and in `templates/`; what may happen is asked of `flows`, never decided here.
//!
//! `ROUTES` is the one table of what can be reached and by whom; a snapshot test shows every change
//! of access as a diff. Handlers are sync functions of a `Visit`; `dispatch` runs them on a blocking
//! thread after the origin, the rate and the permission have been checked.

mod account;
mod account_rules;
mod accounts;
mod api_agreement;
mod api_clients;
mod api_secret;
mod asked;
mod attached;
mod audit;
mod audit_proof;
mod batch;
mod batch_acts;
mod batch_again;
mod batch_columns;
mod batch_fields;
mod batch_new;
mod batch_repeat;
mod batch_typed;
mod batches;
mod beneficiary;
mod bound;
mod change;
mod chosen;
mod corrections;
mod days;
mod denials;
mod dispatch;
mod documents;
mod door;
mod error;
mod evidence_pack;
mod files;
mod frame;
mod funding;
mod guide;
mod guide_practice;
mod home;
mod invitations;
mod organisations;
mod passkeys;
mod password;
mod payout;
mod payout_new;
mod payout_new_form;
mod payout_past;
mod payouts;
mod policy;
mod policy_words;
mod profile;
mod progress;
mod proposal;
mod proposals;
mod reference;
mod reply;
mod reports;
mod role_choices;
mod roles;
mod route;
mod row;
mod scheduled;
mod seals;
mod secrets;
mod sessions;
mod sign_in;
mod statement;
mod team;
mod template;
mod text;
mod two_factor;
pub mod view;
mod webhook;
mod webhooks;

pub use dispatch::configure;

use crate::domain::permission::Permission;
use route::route;

pub use route::{Access, Handler, Route};

use Access::{Needs, NeedsOne, Public, SignedIn};
use Handler::{Act, Receive, Show};
use Permission as P;

const DEVELOPER: Access = Needs(P::DeveloperManage);
const VIEW: Access = Needs(P::BatchView);
const CAPTURE: Access = Needs(P::BatchCapture);
const CONFIRM: Access = NeedsOne(proposals::PERMISSIONS);
const AUDIT: Access = Needs(P::AuditRead);

/// Every page and every act.
pub const ROUTES: &[Route] = &[
    route("/sign-in", Public, Show(sign_in::show)),
    route("/sign-in", Public, Act(sign_in::sign_in)),
    route("/sign-in/code", Public, Show(sign_in::show_code)),
    route("/sign-in/code", Public, Act(sign_in::give_code)),
    route("/sign-in/passkey", Public, Act(sign_in::ask_passkey)),
    route("/sign-out", Public, Act(sign_in::sign_out)),
    route("/password/forgot", Public, Show(password::show_forgot)),
    route("/password/forgot", Public, Act(password::forgot)),
    route("/password/reset/{token}", Public, Show(password::show_reset)),
    route("/password/reset/{token}", Public, Act(password::reset)),
    route("/profile", SignedIn, Show(profile::show)),
    route("/profile", SignedIn, Act(profile::change)),
    route("/profile/password", SignedIn, Show(password::show_change)),
    route("/profile/password", SignedIn, Act(password::change)),
    route("/profile/two-factor", SignedIn, Show(two_factor::show)),
    route("/profile/two-factor", SignedIn, Act(two_factor::begin)),
    route(
        "/profile/two-factor/confirmation",
        SignedIn,
        Act(two_factor::confirm),
    ),
    route(
        "/profile/two-factor/recovery-codes",
        SignedIn,
        Act(two_factor::renew),
    ),
    route("/profile/two-factor/removal", SignedIn, Act(two_factor::turn_off)),
    route("/profile/two-factor/passkeys", SignedIn, Act(passkeys::add)),
    route(
        "/profile/two-factor/passkeys/question",
        SignedIn,
        Act(passkeys::ask),
    ),
    route(
        "/profile/two-factor/passkeys/removal",
        SignedIn,
        Act(passkeys::remove),
    ),
    route("/profile/sessions", SignedIn, Show(sessions::show)),
    route("/profile/sessions", SignedIn, Act(sessions::end)),
    route("/", SignedIn, Show(home::show)),
    route("/batches", VIEW, Show(batches::show)),
    route("/batches/new", CAPTURE, Show(batch_new::show)),
    route(batch_typed::PATH, CAPTURE, Show(batch_typed::show)),
    route(batch_typed::PATH, CAPTURE, Act(batch_typed::take)),
    route("/batches/template.csv", CAPTURE, Show(template::csv)),
    route("/batches/template.xlsx", CAPTURE, Show(template::xlsx)),
    route("/batches", CAPTURE, Receive(batch_new::upload)),
    route("/batches/{number}", VIEW, Show(batch::show)),
    route("/batches/{number}/progress", VIEW, Show(progress::show)),
    route("/batches/{number}/file", VIEW, Show(files::original)),
    route("/batches/{number}/columns", CAPTURE, Act(batch_columns::answer)),
    route("/batches/{number}/errors.csv", VIEW, Show(corrections::csv)),
    route("/batches/{number}/errors.xlsx", VIEW, Show(corrections::xlsx)),
    route(
        "/batches/{number}/corrections",
        CAPTURE,
        Receive(corrections::upload),
    ),
    route("/batches/{number}/documents", VIEW, Show(documents::show)),
    route("/batches/{number}/documents", CAPTURE, Receive(documents::add)),
    route(
        "/batches/{number}/documents/{document}",
        VIEW,
        Show(documents::download),
    ),
    route(
        "/batches/{number}/documents/{document}/removal",
        CAPTURE,
        Act(documents::remove),
    ),
    route("/batches/{number}/rows", CAPTURE, Act(corrections::column)),
    route(
        "/batches/{number}/duplicates",
        CAPTURE,
        Act(corrections::answer_duplicates),
    ),
    route("/batches/{number}/left-out", CAPTURE, Act(corrections::left_out)),
    route("/batches/{number}/rows/{row}", VIEW, Show(row::show)),
    route("/batches/{number}/rows/{row}", CAPTURE, Act(row::correct)),
    route("/batches/{number}/submission", CAPTURE, Act(batch_acts::submit)),
    route("/batches/{number}/recall", CAPTURE, Act(batch_acts::recall)),
    route(
        "/batches/{number}/review",
        Needs(P::BatchReview),
        Act(batch_acts::review),
    ),
    route(
        "/batches/{number}/approval",
        Needs(P::BatchApprove),
        Act(batch_acts::approve),
    ),
    route("/batches/{number}/release", CAPTURE, Act(batch_acts::release)),
    route("/batches/{number}/return", VIEW, Act(batch_acts::send_back)),
    route("/batches/{number}/rejection", VIEW, Act(batch_acts::reject)),
    route(
        "/batches/{number}/pause",
        Needs(P::BatchCancel),
        Act(batch_acts::pause),
    ),
    route(
        "/batches/{number}/resume",
        Needs(P::BatchCancel),
        Act(batch_acts::resume),
    ),
    route("/batches/{number}/schedule", CAPTURE, Act(batch_acts::schedule)),
    route("/batches/{number}/cancellation", VIEW, Act(batch_acts::cancel)),
    route("/batches/{number}/repayment", CAPTURE, Act(batch_again::repay)),
    route("/batches/{number}/repetition", CAPTURE, Act(batch_repeat::repeat)),
    route(
        "/batches/{number}/repetition/stop",
        CAPTURE,
        Act(batch_repeat::stop),
    ),
    route("/payouts", VIEW, Show(payouts::show)),
    route("/scheduled", VIEW, Show(scheduled::show)),
    route("/scheduled/edit", CAPTURE, Act(scheduled::edit)),
    route("/scheduled/schedule", CAPTURE, Act(scheduled::reschedule)),
    route("/scheduled/cancellation", VIEW, Act(scheduled::cancel)),
    route("/payouts/new", CAPTURE, Show(payout_new::show)),
    route("/payouts", CAPTURE, Receive(payout_new::pay)),
    route("/payouts/templates", CAPTURE, Receive(payout_new::keep_template)),
    route(
        "/payouts/templates/{id}/deletion",
        CAPTURE,
        Act(payout_new::drop_template),
    ),
    route("/payouts/{id}", VIEW, Show(payout::show)),
    route("/payouts/{id}/beneficiary", VIEW, Show(beneficiary::show)),
    route("/payouts/{id}/evidence", VIEW, Show(files::evidence)),
    route("/reports", Needs(P::ReportDownload), Show(reports::show)),
    route(
        "/reports/payouts.csv",
        Needs(P::ReportDownload),
        Show(reports::csv),
    ),
    route(
        "/reports/payouts.xlsx",
        Needs(P::ReportDownload),
        Show(reports::xlsx),
    ),
    route(
        "/reports/batches/{number}.zip",
        Needs(P::ReportDownload),
        Show(evidence_pack::download),
    ),
    route(
        "/reports/statement.csv",
        Needs(P::ReportDownload),
        Show(statement::csv),
    ),
    route(
        "/reports/statement.xlsx",
        Needs(P::ReportDownload),
        Show(statement::xlsx),
    ),
    route("/audit", AUDIT, Show(audit::show)),
    route("/audit.csv", AUDIT, Show(audit::csv)),
    route("/audit/verification", AUDIT, Act(audit_proof::verify)),
    route("/audit/checkpoint", AUDIT, Show(audit_proof::checkpoint)),
    route("/audit/checkpoint", AUDIT, Receive(audit_proof::compare)),
    route("/accounts", VIEW, Show(accounts::show)),
    route("/accounts/{number}", VIEW, Show(account::show)),
    route("/developers/api-clients", DEVELOPER, Show(api_clients::show)),
    route("/developers/api-clients", DEVELOPER, Act(api_clients::create)),
    route(api_clients::ONE, DEVELOPER, Show(api_clients::show_one)),
    route(api_clients::ONE, DEVELOPER, Act(api_clients::limit)),
    route(api_clients::END, DEVELOPER, Act(api_clients::revoke)),
    route("/profile/api-clients", SignedIn, Show(api_secret::show)),
    route(api_secret::CONFIRM, SignedIn, Act(api_secret::confirm)),
    route(api_agreement::AGREE, SignedIn, Act(api_agreement::answer)),
    route(api_secret::ROLL, SignedIn, Act(api_secret::roll)),
    route(api_secret::END, SignedIn, Act(api_secret::revoke)),
    route(
        "/accounts/{number}/rules",
        Needs(P::AccountManage),
        Act(account_rules::change),
    ),
    route("/developers/webhooks", DEVELOPER, Show(webhooks::show)),
    route("/developers/webhooks", DEVELOPER, Act(webhooks::add)),
    route("/developers/webhooks/{id}", DEVELOPER, Show(webhook::show)),
    route(
        "/developers/webhooks/{id}/events",
        DEVELOPER,
        Act(webhook::choose),
    ),
    route("/developers/webhooks/{id}/secret", DEVELOPER, Act(webhook::roll)),
    route(
        "/developers/webhooks/{id}/secret/kept",
        DEVELOPER,
        Act(webhook::keep),
    ),
    route("/developers/webhooks/{id}/on", DEVELOPER, Act(webhook::switch_on)),
    route(
        "/developers/webhooks/{id}/off",
        DEVELOPER,
        Act(webhook::switch_off),
    ),
    route("/developers/webhooks/{id}/test", DEVELOPER, Act(webhook::test)),
    route(
        "/developers/webhooks/{id}/messages/{message}/again",
        DEVELOPER,
        Act(webhook::again),
    ),
    route(
        "/developers/webhooks/{id}/removal",
        DEVELOPER,
        Act(webhook::remove),
    ),
    route(
        "/accounts/{number}/funding",
        Needs(P::AccountManage),
        Show(funding::show),
    ),
    route(
        "/accounts/{number}/funding",
        Needs(P::AccountManage),
        Act(funding::fund),
    ),
    route("/team", Needs(P::TeamManage), Show(team::show)),
    route("/team/people/{id}", Needs(P::TeamManage), Show(team::person)),
    route("/team/people/{id}", Needs(P::TeamManage), Act(team::give)),
    route(
        "/team/people/{id}/suspension",
        Needs(P::TeamManage),
        Act(team::suspend),
    ),
    route(
        "/team/people/{id}/removal",
        Needs(P::TeamManage),
        Act(team::remove),
    ),
    route(
        "/team/people/{id}/reactivation",
        Needs(P::TeamManage),
        Act(team::reactivate),
    ),
    route("/team/invitations", Needs(P::TeamManage), Show(invitations::show)),
    route(
        "/team/invitations",
        Needs(P::TeamManage),
        Act(invitations::invite),
    ),
    route(
        "/team/invitations/{id}/revocation",
        Needs(P::TeamManage),
        Act(invitations::revoke),
    ),
    route("/team/roles", Needs(P::TeamManage), Show(roles::show)),
    route("/team/roles/{id}", Needs(P::TeamManage), Show(roles::role)),
    route("/team/roles/{id}", Needs(P::TeamManage), Act(roles::change)),
    route(
        "/team/roles/{id}/deletion",
        Needs(P::TeamManage),
        Act(roles::drop_role),
    ),
    route("/invitations/{token}", Public, Show(invitations::show_join)),
    route("/invitations/{token}", Public, Act(invitations::accept)),
    route(
        "/accounts/{number}/policy",
        Needs(P::AccountManage),
        Show(policy::show),
    ),
    route(
        "/accounts/{number}/policy",
        Needs(P::AccountManage),
        Act(policy::change),
    ),
    route("/proposals", CONFIRM, Show(proposals::show)),
    route("/proposals/{id}", CONFIRM, Show(proposal::show)),
    route("/proposals/{id}/confirmation", CONFIRM, Act(proposal::confirm)),
    route("/proposals/{id}/refusal", CONFIRM, Act(proposal::refuse)),
    route("/proposals/{id}/withdrawal", CONFIRM, Act(proposal::withdraw)),
    route("/developers/api", SignedIn, Show(reference::show)),
    route("/organisations", SignedIn, Act(organisations::turn_to)),
    route("/guide", SignedIn, Show(guide::index)),
    route("/guide/practice.csv", SignedIn, Show(guide_practice::file)),
    route("/guide/{role}", SignedIn, Show(guide::role)),
    route("/guide/{role}/practice", SignedIn, Act(organisations::practise)),
];
