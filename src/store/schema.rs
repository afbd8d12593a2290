//! Tables as Diesel sees them. Generated from the migrations by the test `schema`, which also
//! holds that the two agree; do not edit by hand.

diesel::table! {
    api_client (id) {
        id -> Int8,
        organisation_id -> Int8,
        person_id -> Int8,
        client_id -> Text,
        name -> Text,
        scopes -> Array<Text>,
        ip_ranges -> Array<Text>,
        expires_at -> Nullable<Timestamptz>,
        secret_hash -> Nullable<Text>,
        previous_hash -> Nullable<Text>,
        previous_until -> Nullable<Timestamptz>,
        created_by -> Int8,
        created_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        code_factor -> Nullable<Int8>,
        scopes_offered -> Array<Text>,
        ip_ranges_offered -> Nullable<Array<Text>>,
        expires_offered -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit_check (id) {
        id -> Int8,
        organisation_id -> Int8,
        asked_by -> Int8,
        asked_at -> Timestamptz,
        checkpoint_seq -> Nullable<Int8>,
        checkpoint_hash -> Nullable<Bytea>,
        lines_total -> Int8,
        lines_done -> Int8,
        finished_at -> Nullable<Timestamptz>,
        outcome -> Nullable<Text>,
        at_seq -> Nullable<Int8>,
    }
}

diesel::table! {
    balance (account_id) {
        account_id -> Int8,
        organisation_id -> Int8,
        available -> Int8,
        reserved -> Int8,
        in_transit -> Int8,
        outside -> Int8,
        entry_last -> Int8,
    }
}

diesel::table! {
    batch (id) {
        id -> Int8,
        organisation_id -> Int8,
        account_id -> Int8,
        number -> Int4,
        name -> Text,
        status -> Text,
        content_type -> Text,
        decimal_comma -> Bool,
        file_id -> Nullable<Int8>,
        purpose -> Nullable<Text>,
        pay_on -> Nullable<Timestamptz>,
        control_count -> Nullable<Int8>,
        control_total -> Nullable<Int8>,
        revision -> Int4,
        level -> Nullable<Int2>,
        policy_id -> Nullable<Int8>,
        rows_total -> Int8,
        rows_done -> Int8,
        row_last -> Int4,
        payable_count -> Int8,
        payable_total -> Int8,
        fault_count -> Int8,
        largest -> Int8,
        fingerprint -> Nullable<Bytea>,
        message -> Nullable<Text>,
        captured_by -> Int8,
        captured_at -> Timestamptz,
        judged_approvals -> Int4,
        approval_number -> Nullable<Int4>,
        approved_at -> Nullable<Timestamptz>,
        next_due_at -> Nullable<Timestamptz>,
        closed_by -> Nullable<Int8>,
        closed_at -> Nullable<Timestamptz>,
        closed_reason -> Nullable<Text>,
        returned_reason -> Nullable<Text>,
        cancelled_count -> Int8,
        cancelled_total -> Int8,
        cancelled_faulty -> Int8,
        source -> Text,
        repeats -> Nullable<Int8>,
        goes_at -> Nullable<Timestamptz>,
        public_id -> Uuid,
        api_client_id -> Nullable<Int8>,
        webhook_url -> Nullable<Text>,
        column_match_id -> Nullable<Int8>,
        ask_columns -> Bool,
    }
}

diesel::table! {
    batch_block (batch_id, n) {
        batch_id -> Int8,
        n -> Int4,
        digest -> Bytea,
    }
}

diesel::table! {
    batch_columns (organisation_id, batch_id) {
        organisation_id -> Int8,
        batch_id -> Int8,
        asked -> Nullable<Jsonb>,
        read_as -> Nullable<Jsonb>,
    }
}

diesel::table! {
    batch_document (id) {
        id -> Uuid,
        organisation_id -> Int8,
        batch_id -> Int8,
        file_id -> Int8,
        kind -> Text,
        added_by -> Int8,
        added_at -> Timestamptz,
        removed_by -> Nullable<Int8>,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    batch_form (organisation_id, digest) {
        organisation_id -> Int8,
        digest -> Bytea,
        batch_id -> Nullable<Int8>,
    }
}

diesel::table! {
    batch_maker (batch_id, person_id, act) {
        batch_id -> Int8,
        person_id -> Int8,
        act -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    batch_reading (organisation_id, batch_id) {
        organisation_id -> Int8,
        batch_id -> Int8,
        begun_at -> Timestamptz,
        rows_before -> Int8,
    }
}

diesel::table! {
    batch_sent (organisation_id, api_client_id, batch_id) {
        organisation_id -> Int8,
        api_client_id -> Int8,
        batch_id -> Int8,
        fingerprint -> Bytea,
        sent_at -> Timestamptz,
    }
}

diesel::table! {
    beneficiary_check (batch_id) {
        batch_id -> Int8,
        organisation_id -> Int8,
        fingerprint -> Bytea,
        found -> Jsonb,
        changed_at -> Nullable<Timestamptz>,
        counted_at -> Timestamptz,
    }
}

diesel::table! {
    beneficiary_payment (organisation_id, destination_key, payout_id) {
        organisation_id -> Int8,
        destination_key -> Bytea,
        payout_id -> Uuid,
        account_id -> Int8,
        name_key -> Nullable<Bytea>,
        amount -> Int8,
        was_paid -> Bool,
    }
}

diesel::table! {
    column_match (id) {
        id -> Int8,
        organisation_id -> Int8,
        headings_key -> Bytea,
        version -> Int4,
        decided -> Jsonb,
        made_by -> Int8,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    denial_window (organisation_id, person_id, sort, hour) {
        organisation_id -> Int8,
        person_id -> Int8,
        sort -> Text,
        hour -> Timestamptz,
        count -> Int8,
    }
}

diesel::table! {
    duplicate (organisation_id, batch_id, row, kind) {
        organisation_id -> Int8,
        batch_id -> Int8,
        row -> Int4,
        kind -> Text,
        other_batch_id -> Int8,
        other_account_id -> Int8,
        other_row -> Int4,
        asked -> Int4,
        reason -> Nullable<Text>,
        answered_by -> Nullable<Int8>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    duplicate_answer (organisation_id, batch_id, n) {
        organisation_id -> Int8,
        batch_id -> Int8,
        n -> Int4,
        reason -> Text,
        by_person -> Int8,
        at -> Timestamptz,
    }
}

diesel::table! {
    duplicate_check (organisation_id, batch_id) {
        organisation_id -> Int8,
        batch_id -> Int8,
        fingerprint -> Nullable<Bytea>,
        remembered -> Bool,
    }
}

diesel::table! {
    duplicate_count (organisation_id, batch_id, account_id) {
        organisation_id -> Int8,
        batch_id -> Int8,
        account_id -> Int8,
        found -> Int8,
        answered -> Int8,
    }
}

diesel::table! {
    event (organisation_id, seq) {
        organisation_id -> Int8,
        seq -> Int8,
        at -> Timestamptz,
        actor_id -> Nullable<Int8>,
        kind -> Text,
        batch_id -> Nullable<Int8>,
        payout_id -> Nullable<Uuid>,
        data -> Jsonb,
        hash -> Bytea,
    }
}

diesel::table! {
    event_head (organisation_id) {
        organisation_id -> Int8,
        seq -> Int8,
        hash -> Bytea,
    }
}

diesel::table! {
    fault_count (organisation_id, batch_id, field) {
        organisation_id -> Int8,
        batch_id -> Int8,
        field -> Text,
        count -> Int8,
    }
}

diesel::table! {
    file (id) {
        id -> Int8,
        organisation_id -> Int8,
        name -> Text,
        size_bytes -> Int8,
        digest -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    file_chunk (file_id, n) {
        file_id -> Int8,
        n -> Int4,
        bytes -> Bytea,
    }
}

diesel::table! {
    funding (account_id, entry) {
        account_id -> Int8,
        entry -> Int8,
        organisation_id -> Int8,
        reference -> Text,
        comment -> Text,
        proposal_id -> Int8,
    }
}

diesel::table! {
    idempotency_key (organisation_id, api_client_id, key) {
        organisation_id -> Int8,
        api_client_id -> Int8,
        key -> Text,
        digest -> Bytea,
        status -> Int4,
        headers -> Jsonb,
        body -> Bytea,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    intent (id) {
        id -> Uuid,
        organisation_id -> Int8,
        payout_id -> Uuid,
        slice_id -> Int8,
        superseded -> Bool,
        result -> Text,
        channel -> Nullable<Text>,
        message -> Nullable<Text>,
        failure_reason -> Nullable<Text>,
        rail_reference -> Nullable<Text>,
        created_at -> Timestamptz,
        result_at -> Nullable<Timestamptz>,
        look_up_at -> Nullable<Timestamptz>,
        look_ups -> Int4,
    }
}

diesel::table! {
    invitation (id) {
        id -> Int8,
        organisation_id -> Int8,
        email -> Text,
        roles -> Jsonb,
        token -> Bytea,
        status -> Text,
        proposal_id -> Int8,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        closed_by -> Nullable<Int8>,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    known_device (person_id, token) {
        token -> Bytea,
        person_id -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    ledger_entry (account_id, entry) {
        account_id -> Int8,
        entry -> Int8,
        organisation_id -> Int8,
        at -> Timestamptz,
        movement -> Text,
        from_bucket -> Text,
        to_bucket -> Text,
        amount -> Int8,
        batch_id -> Nullable<Int8>,
        slice_id -> Nullable<Int8>,
        payout_id -> Nullable<Uuid>,
        available_after -> Int8,
        reserved_after -> Int8,
        in_transit_after -> Int8,
    }
}

diesel::table! {
    left_out_row (organisation_id, batch_id, row) {
        organisation_id -> Int8,
        batch_id -> Int8,
        row -> Int4,
        reason -> Text,
        by_person -> Int8,
        at -> Timestamptz,
        amount -> Nullable<Int8>,
    }
}

diesel::table! {
    letter (id) {
        id -> Int8,
        organisation_id -> Int8,
        person_id -> Nullable<Int8>,
        email -> Text,
        name -> Nullable<Text>,
        message_id -> Uuid,
        kind -> Text,
        what -> Jsonb,
        due_at -> Timestamptz,
        attempts -> Int4,
        lease_until -> Nullable<Timestamptz>,
        sent_at -> Nullable<Timestamptz>,
        failed_at -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    letter_wish (person_id) {
        person_id -> Int8,
        waiting -> Text,
        outcomes -> Bool,
    }
}

diesel::table! {
    membership (organisation_id, person_id) {
        organisation_id -> Int8,
        person_id -> Int8,
        status -> Text,
        created_at -> Timestamptz,
        chosen_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    organisation (id) {
        id -> Int8,
        code -> Text,
        name -> Text,
        batch_number_last -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    passkey (credential_id) {
        credential_id -> Bytea,
        person_id -> Int8,
        name -> Text,
        transports -> Int2,
        public_key -> Bytea,
        state -> Bytea,
        made_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        number -> Int8,
    }
}

diesel::table! {
    passkey_question (person_id, purpose) {
        person_id -> Int8,
        purpose -> Text,
        name -> Text,
        origin -> Text,
        kept -> Bytea,
    }
}

diesel::table! {
    password_reset (token) {
        token -> Bytea,
        person_id -> Int8,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    payout (organisation_id, id) {
        organisation_id -> Int8,
        id -> Uuid,
        batch_id -> Int8,
        account_id -> Int8,
        slice_id -> Nullable<Int8>,
        row -> Int4,
        status -> Text,
        result -> Nullable<Text>,
        sequence_number -> Int8,
        reference -> Nullable<Text>,
        beneficiary_name -> Nullable<Text>,
        iban -> Nullable<Text>,
        account_number -> Nullable<Text>,
        bank_code -> Nullable<Text>,
        mobile -> Nullable<Text>,
        provider -> Nullable<Text>,
        country -> Nullable<Text>,
        city -> Nullable<Text>,
        email -> Nullable<Text>,
        amount -> Nullable<Int8>,
        purpose -> Nullable<Text>,
        comment -> Nullable<Text>,
        pay_on -> Nullable<Timestamptz>,
        metadata -> Nullable<Jsonb>,
        entered -> Nullable<Jsonb>,
        faults -> Nullable<Jsonb>,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    payout_account (id) {
        id -> Int8,
        public_id -> Uuid,
        organisation_id -> Int8,
        number -> Int4,
        name -> Text,
        currency -> Text,
        country -> Text,
        time_zone -> Text,
        rail -> Text,
        purpose_default -> Nullable<Text>,
        approvals -> Int4,
        created_at -> Timestamptz,
        cut_off_minutes -> Nullable<Int2>,
        weekend -> Int2,
        holidays -> Array<Text>,
        cool_down_hours -> Nullable<Int2>,
        shortfall_told_on -> Nullable<Date>,
    }
}

diesel::table! {
    payout_closed (organisation_id, payout_id) {
        organisation_id -> Int8,
        payout_id -> Uuid,
        batch_id -> Int8,
        by -> Int8,
        at -> Timestamptz,
        reason -> Text,
    }
}

diesel::table! {
    payout_likeness (organisation_id, likeness, batch_id, row) {
        organisation_id -> Int8,
        likeness -> Int8,
        batch_id -> Int8,
        row -> Int4,
    }
}

diesel::table! {
    payout_template (id) {
        id -> Uuid,
        organisation_id -> Int8,
        name -> Text,
        account_number -> Nullable<Int4>,
        category -> Nullable<Text>,
        category_reason -> Nullable<Text>,
        entered -> Jsonb,
        saved_by -> Int8,
        saved_at -> Timestamptz,
    }
}

diesel::table! {
    permission_lost (id) {
        organisation_id -> Int8,
        person_id -> Int8,
        permission -> Text,
        account_id -> Nullable<Int8>,
        at -> Timestamptz,
        id -> Int8,
    }
}

diesel::table! {
    person (id) {
        id -> Int8,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        created_at -> Timestamptz,
        seen_at -> Nullable<Timestamptz>,
        practice_role -> Nullable<Text>,
    }
}

diesel::table! {
    policy (id) {
        id -> Int8,
        organisation_id -> Int8,
        account_id -> Int8,
        version -> Int4,
        rule -> Jsonb,
        created_by -> Nullable<Int8>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    practice (organisation_id) {
        organisation_id -> Int8,
        of_organisation_id -> Int8,
        person_id -> Int8,
        part -> Text,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        turn -> Int8,
        turn_seen -> Int8,
    }
}

diesel::table! {
    proposal (id) {
        id -> Int8,
        organisation_id -> Int8,
        kind -> Text,
        change -> Jsonb,
        permission -> Text,
        account_id -> Nullable<Int8>,
        person_id -> Nullable<Int8>,
        status -> Text,
        proposed_by -> Int8,
        proposed_at -> Timestamptz,
        expires_at -> Timestamptz,
        decided_by -> Nullable<Int8>,
        decided_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        alone -> Bool,
    }
}

diesel::table! {
    rail_news (rail) {
        rail -> Text,
        heard_until -> Text,
        heard_at -> Timestamptz,
    }
}

diesel::table! {
    recovery_code (person_id, code) {
        person_id -> Int8,
        code -> Bytea,
    }
}

diesel::table! {
    repayment (organisation_id, by_payout_id) {
        organisation_id -> Int8,
        by_payout_id -> Uuid,
        payout_id -> Uuid,
        freed -> Bool,
    }
}

diesel::table! {
    repetition (id) {
        id -> Int8,
        organisation_id -> Int8,
        batch_id -> Int8,
        every -> Text,
        day -> Int2,
        ends_on -> Nullable<Date>,
        next_on -> Nullable<Date>,
        next_at -> Nullable<Timestamptz>,
        created_by -> Int8,
        created_at -> Timestamptz,
        stopped_by -> Nullable<Int8>,
        stopped_at -> Nullable<Timestamptz>,
        stopped_reason -> Nullable<Text>,
    }
}

diesel::table! {
    repetition_run (organisation_id, repetition_id, day) {
        organisation_id -> Int8,
        repetition_id -> Int8,
        day -> Date,
        batch_id -> Int8,
    }
}

diesel::table! {
    rework (id) {
        id -> Int8,
        organisation_id -> Int8,
        batch_id -> Int8,
        what -> Jsonb,
        file_id -> Nullable<Int8>,
        by_person -> Int8,
        at -> Timestamptz,
        done_at -> Nullable<Timestamptz>,
        message -> Nullable<Text>,
    }
}

diesel::table! {
    role (id) {
        id -> Int8,
        organisation_id -> Int8,
        name -> Text,
        permissions -> Array<Text>,
        built_in -> Bool,
    }
}

diesel::table! {
    role_grant (id) {
        id -> Int8,
        organisation_id -> Int8,
        person_id -> Int8,
        role_id -> Int8,
        account_id -> Nullable<Int8>,
    }
}

diesel::table! {
    second_factor (person_id) {
        person_id -> Int8,
        secret -> Bytea,
        confirmed_at -> Nullable<Timestamptz>,
        step_last -> Int8,
        number -> Int8,
    }
}

diesel::table! {
    session (id) {
        id -> Bytea,
        person_id -> Nullable<Int8>,
        state -> Jsonb,
        created_at -> Timestamptz,
        seen_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_failure (subject) {
        subject -> Text,
        failures -> Int4,
        failed_at -> Timestamptz,
    }
}

diesel::table! {
    signature (batch_id, revision, person_id) {
        batch_id -> Int8,
        revision -> Int4,
        person_id -> Int8,
        seat -> Text,
        fingerprint -> Bytea,
        payable_count -> Int8,
        payable_total -> Int8,
        at -> Timestamptz,
        released_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    single_payout (batch_id) {
        batch_id -> Int8,
        organisation_id -> Int8,
        category -> Text,
        category_reason -> Nullable<Text>,
        evidence_file_id -> Nullable<Int8>,
        evidence_kind -> Nullable<Text>,
        form_key -> Nullable<Uuid>,
    }
}

diesel::table! {
    slice (id) {
        id -> Int8,
        organisation_id -> Int8,
        account_id -> Int8,
        batch_id -> Int8,
        n -> Int4,
        due_at -> Nullable<Timestamptz>,
        state -> Text,
        token -> Int4,
        lease_until -> Nullable<Timestamptz>,
        payable_count -> Int4,
        payable_total -> Int8,
        paid_count -> Int4,
        paid_total -> Int8,
        failed_count -> Int4,
        failed_total -> Int8,
        settled_at -> Nullable<Timestamptz>,
        cancelled_count -> Int4,
        remembered_count -> Int4,
        goes_at -> Nullable<Timestamptz>,
        returned_count -> Int4,
        returned_total -> Int8,
    }
}

diesel::table! {
    task (id) {
        id -> Int8,
        what -> Jsonb,
        run_at -> Timestamptz,
        attempts -> Int4,
        lease_until -> Nullable<Timestamptz>,
        failed_at -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
        lane -> Text,
    }
}

diesel::table! {
    token_key (kid) {
        kid -> Text,
        seed -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_attempt (delivery_id, n) {
        delivery_id -> Int8,
        n -> Int4,
        organisation_id -> Int8,
        at -> Timestamptz,
        took_ms -> Int4,
        status -> Nullable<Int4>,
        error -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    webhook_cursor (organisation_id) {
        organisation_id -> Int8,
        seq -> Int8,
        told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_delivery (id) {
        id -> Int8,
        organisation_id -> Int8,
        endpoint_id -> Int8,
        message_id -> Int8,
        batch_id -> Nullable<Int8>,
        lane -> Int2,
        state -> Text,
        tries -> Int4,
        attempts -> Int4,
        next_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_endpoint (id) {
        id -> Int8,
        public_id -> Uuid,
        organisation_id -> Int8,
        api_client_id -> Nullable<Int8>,
        url -> Text,
        events -> Array<Text>,
        from_seq -> Int8,
        created_by -> Nullable<Int8>,
        created_at -> Timestamptz,
        failing_since -> Nullable<Timestamptz>,
        off_at -> Nullable<Timestamptz>,
        off_because -> Nullable<Text>,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_lane (endpoint_id, lane) {
        endpoint_id -> Int8,
        lane -> Int2,
        organisation_id -> Int8,
        token -> Int4,
        lease_until -> Nullable<Timestamptz>,
        next_at -> Nullable<Timestamptz>,
        failures -> Int4,
    }
}

diesel::table! {
    webhook_message (id) {
        id -> Int8,
        public_id -> Uuid,
        organisation_id -> Int8,
        event_seq -> Int8,
        part -> Int4,
        kind -> Text,
        batch_id -> Nullable<Int8>,
        sequence -> Nullable<Int4>,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_secret (id) {
        id -> Int8,
        organisation_id -> Int8,
        endpoint_id -> Nullable<Int8>,
        api_client_id -> Nullable<Int8>,
        sealed -> Bytea,
        created_by -> Nullable<Int8>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        kept_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    api_client,
    audit_check,
    balance,
    batch,
    batch_block,
    batch_columns,
    batch_document,
    batch_form,
    batch_maker,
    batch_reading,
    batch_sent,
    beneficiary_check,
    beneficiary_payment,
    column_match,
    denial_window,
    duplicate,
    duplicate_answer,
    duplicate_check,
    duplicate_count,
    event,
    event_head,
    fault_count,
    file,
    file_chunk,
    funding,
    idempotency_key,
    intent,
    invitation,
    known_device,
    ledger_entry,
    left_out_row,
    letter,
    letter_wish,
    membership,
    organisation,
    passkey,
    passkey_question,
    password_reset,
    payout,
    payout_account,
    payout_closed,
    payout_likeness,
    payout_template,
    permission_lost,
    person,
    policy,
    practice,
    proposal,
    rail_news,
    recovery_code,
    repayment,
    repetition,
    repetition_run,
    rework,
    role,
    role_grant,
    second_factor,
    session,
    sign_in_failure,
    signature,
    single_payout,
    slice,
    task,
    token_key,
    webhook_attempt,
    webhook_cursor,
    webhook_delivery,
    webhook_endpoint,
    webhook_lane,
    webhook_message,
    webhook_secret,
);
