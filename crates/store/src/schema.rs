//! The tables of both databases, as diesel sees them. `migrations/` creates them.
//!
//! Times are microseconds since 1970 in UTC; hours are hours since 1970.

diesel::table! {
    organization (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    app_user (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        is_superuser -> Bool,
        is_active -> Bool,
        created_at -> BigInt,
        last_login_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    membership (organization_id, user_id) {
        organization_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    session (token_hash) {
        token_hash -> Binary,
        user_id -> BigInt,
        csrf_token -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    setup_link (token_hash) {
        token_hash -> Binary,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_token (id) {
        id -> BigInt,
        user_id -> Nullable<BigInt>,
        name -> Text,
        token_hash -> Binary,
        last4 -> Text,
        scopes -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    project (id) {
        id -> BigInt,
        organization_id -> BigInt,
        slug -> Text,
        name -> Text,
        platform -> Nullable<Text>,
        next_short_id -> BigInt,
        change_count -> BigInt,
        first_event_at -> Nullable<BigInt>,
        settings -> Text,
        created_at -> BigInt,
        hash_change_count -> BigInt,
        grouping_version -> Text,
        older_version -> Nullable<Text>,
        older_until -> Nullable<BigInt>,
        knows_sentry -> Bool,
        counted_until -> BigInt,
    }
}

diesel::table! {
    project_key (id) {
        id -> BigInt,
        project_id -> BigInt,
        public_key -> Text,
        label -> Text,
        is_active -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    issue (id) {
        id -> BigInt,
        project_id -> BigInt,
        short_number -> BigInt,
        title -> Text,
        culprit -> Text,
        kind -> Text,
        value -> Text,
        filename -> Text,
        function -> Text,
        logger -> Nullable<Text>,
        platform -> Nullable<Text>,
        level -> SmallInt,
        status -> SmallInt,
        substatus -> Nullable<SmallInt>,
        is_unhandled -> Bool,
        first_seen -> BigInt,
        last_seen -> BigInt,
        event_count -> BigInt,
        user_count -> BigInt,
        first_release -> Nullable<Text>,
        last_release -> Nullable<Text>,
        resolved_at -> Nullable<BigInt>,
        merged_into -> Nullable<BigInt>,
        status_before -> Nullable<SmallInt>,
        sampled_count -> BigInt,
    }
}

diesel::table! {
    issue_hash (project_id, hash) {
        project_id -> BigInt,
        hash -> Binary,
        issue_id -> Nullable<BigInt>,
        tombstone_id -> Nullable<BigInt>,
        event_count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
        merged_from -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    tombstone (id) {
        id -> BigInt,
        project_id -> BigInt,
        title -> Text,
        culprit -> Text,
        level -> SmallInt,
        user_id -> Nullable<BigInt>,
        created_at -> BigInt,
        hit_count -> BigInt,
        last_hit_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    event (project_id, event_id) {
        id -> BigInt,
        project_id -> BigInt,
        event_id -> Binary,
        issue_id -> BigInt,
        timestamp -> BigInt,
        received_at -> BigInt,
        dictionary_id -> BigInt,
        body -> Binary,
        hash_key -> Nullable<BigInt>,
    }
}

diesel::table! {
    dictionary (id) {
        id -> BigInt,
        bytes -> Binary,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    issue_hour (issue_id, hour) {
        issue_id -> BigInt,
        hour -> BigInt,
        count -> BigInt,
        left_out -> BigInt,
    }
}

diesel::table! {
    issue_user (issue_id, user_hash) {
        issue_id -> BigInt,
        user_hash -> BigInt,
        count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    issue_tag_key (issue_id, key) {
        issue_id -> BigInt,
        key -> Text,
        value_count -> BigInt,
        overflow_count -> BigInt,
    }
}

diesel::table! {
    issue_tag (issue_id, key, value) {
        issue_id -> BigInt,
        key -> Text,
        value -> Text,
        count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    project_environment (project_id, name) {
        project_id -> BigInt,
        name -> Text,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    project_release (project_id, version) {
        project_id -> BigInt,
        version -> Text,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    outcome_hour (project_id, hour, key_id, category, outcome, reason) {
        project_id -> BigInt,
        hour -> BigInt,
        key_id -> BigInt,
        category -> Text,
        outcome -> SmallInt,
        reason -> Text,
        quantity -> BigInt,
    }
}

diesel::table! {
    activity (id) {
        id -> BigInt,
        issue_id -> BigInt,
        user_id -> Nullable<BigInt>,
        kind -> SmallInt,
        data -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    issue_seen (user_id, issue_id) {
        user_id -> BigInt,
        issue_id -> BigInt,
        seen_at -> BigInt,
    }
}

diesel::table! {
    attachment (id) {
        id -> BigInt,
        project_id -> BigInt,
        event_id -> Binary,
        filename -> Text,
        content_type -> Nullable<Text>,
        kind -> Text,
        size -> BigInt,
        blob_key -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    feedback (id) {
        id -> BigInt,
        project_id -> BigInt,
        feedback_id -> Binary,
        event_id -> Nullable<Binary>,
        issue_id -> Nullable<BigInt>,
        source -> SmallInt,
        name -> Text,
        email -> Text,
        message -> Text,
        url -> Text,
        replay_id -> Nullable<Text>,
        environment -> Nullable<Text>,
        release -> Nullable<Text>,
        created_at -> BigInt,
        received_at -> BigInt,
        is_resolved -> Bool,
        dictionary_id -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    session_hour (id) {
        id -> BigInt,
        project_id -> BigInt,
        hour -> BigInt,
        release -> Text,
        environment -> Text,
        total -> BigInt,
        errored -> BigInt,
        abnormal -> BigInt,
        unhandled -> BigInt,
        crashed -> BigInt,
        users -> BigInt,
        users_errored -> BigInt,
        users_crashed -> BigInt,
    }
}

diesel::table! {
    session_hour_user (session_hour_id, user_hash) {
        session_hour_id -> BigInt,
        user_hash -> BigInt,
        mask -> BigInt,
    }
}

diesel::table! {
    session_problem (project_id, id_high, id_low) {
        project_id -> BigInt,
        id_high -> BigInt,
        id_low -> BigInt,
        mask -> BigInt,
        started_at -> BigInt,
    }
}

diesel::table! {
    quota (id) {
        id -> BigInt,
        project_id -> BigInt,
        key_id -> Nullable<BigInt>,
        category -> Text,
        window_seconds -> BigInt,
        quantity_max -> BigInt,
    }
}

diesel::table! {
    invalid_sample (project_id, category, reason) {
        project_id -> BigInt,
        category -> Text,
        reason -> Text,
        message -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    grouping_text (id) {
        id -> BigInt,
        organization_id -> BigInt,
        project_id -> Nullable<BigInt>,
        kind -> Text,
        text -> Text,
        user_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    grouping_rule (id) {
        id -> BigInt,
        organization_id -> BigInt,
        project_id -> Nullable<BigInt>,
        kind -> Text,
        action -> Text,
        text -> Text,
        note -> Text,
        issue_id -> Nullable<BigInt>,
        is_active -> Bool,
        is_removed -> Bool,
        user_id -> Nullable<BigInt>,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    grouping_rule_change (id) {
        id -> BigInt,
        rule_id -> BigInt,
        user_id -> Nullable<BigInt>,
        change -> Text,
        text -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    job (id) {
        id -> BigInt,
        project_id -> BigInt,
        kind -> Text,
        state -> Text,
        data -> Text,
        cursor -> BigInt,
        done -> BigInt,
        total -> BigInt,
        moved -> BigInt,
        problem -> Nullable<Text>,
        user_id -> Nullable<BigInt>,
        rule_id -> Nullable<BigInt>,
        issue_id -> Nullable<BigInt>,
        lease_until -> Nullable<BigInt>,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    job_move (job_id, event_row_id) {
        job_id -> BigInt,
        event_row_id -> BigInt,
        from_issue -> BigInt,
        to_issue -> BigInt,
    }
}

diesel::table! {
    job_hash (job_id, hash) {
        job_id -> BigInt,
        hash -> Binary,
        from_issue -> Nullable<BigInt>,
        to_issue -> Nullable<BigInt>,
    }
}

diesel::table! {
    imported_issue (project_id, external_id) {
        project_id -> BigInt,
        external_id -> Text,
        issue_id -> BigInt,
        imported_at -> BigInt,
        data -> Text,
    }
}

diesel::table! {
    blob_removal (blob_key) {
        blob_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    ignore_rule (id) {
        id -> BigInt,
        organization_id -> BigInt,
        project_id -> Nullable<BigInt>,
        position -> BigInt,
        name -> Text,
        rule -> Text,
        issue_id -> Nullable<BigInt>,
        is_removed -> Bool,
        user_id -> Nullable<BigInt>,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    ignore_rule_change (id) {
        id -> BigInt,
        rule_id -> BigInt,
        user_id -> Nullable<BigInt>,
        change -> Text,
        rule -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    ignore_rule_hour (rule_id, project_id, hour) {
        rule_id -> BigInt,
        project_id -> BigInt,
        hour -> BigInt,
        count -> BigInt,
        last_hit_at -> BigInt,
        title -> Text,
    }
}

diesel::table! {
    dropped_head (id) {
        id -> BigInt,
        project_id -> BigInt,
        event_id -> Binary,
        reason -> Text,
        title -> Text,
        timestamp -> BigInt,
        received_at -> BigInt,
        dictionary_id -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    counted_event (project_id, event_id) {
        project_id -> BigInt,
        event_id -> Binary,
        issue_id -> BigInt,
        received_at -> BigInt,
    }
}

diesel::table! {
    sampled_hash (issue_id, hash_key) {
        issue_id -> BigInt,
        hash_key -> BigInt,
        event_count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
        is_unhandled -> Bool,
        first_release -> Nullable<Text>,
        last_release -> Nullable<Text>,
        release_at -> BigInt,
        looks -> Text,
    }
}

diesel::table! {
    sampled_hour (issue_id, hash_key, hour) {
        issue_id -> BigInt,
        hash_key -> BigInt,
        hour -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    sampled_user (issue_id, hash_key, user_hash) {
        issue_id -> BigInt,
        hash_key -> BigInt,
        user_hash -> BigInt,
        count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    sampled_tag (issue_id, hash_key, key, value) {
        issue_id -> BigInt,
        hash_key -> BigInt,
        key -> Text,
        value -> Text,
        count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    issue_latest (issue_id) {
        issue_id -> BigInt,
        hour -> BigInt,
        event_id -> Binary,
        seen_at -> BigInt,
    }
}

diesel::table! {
    spike (id) {
        id -> BigInt,
        project_id -> BigInt,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        last_at -> BigInt,
        usual -> BigInt,
        threshold -> BigInt,
        arrived -> BigInt,
        kept -> BigInt,
    }
}

diesel::table! {
    trace_rate_hour (project_id, hour, sdk, release, environment, rate) {
        project_id -> BigInt,
        hour -> BigInt,
        sdk -> Text,
        release -> Text,
        environment -> Text,
        rate -> BigInt,
        envelope_count -> BigInt,
        transaction_count -> BigInt,
    }
}

diesel::table! {
    client_discard_hour (project_id, hour, sdk, release, environment, category, reason) {
        project_id -> BigInt,
        hour -> BigInt,
        sdk -> Text,
        release -> Text,
        environment -> Text,
        category -> Text,
        reason -> Text,
        quantity -> BigInt,
    }
}

diesel::table! {
    scrubbing (id) {
        id -> BigInt,
        organization_id -> BigInt,
        project_id -> Nullable<BigInt>,
        document -> Text,
        user_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    job_finding (job_id, path, rule) {
        job_id -> BigInt,
        path -> Text,
        rule -> Text,
        count -> BigInt,
        example -> Nullable<Binary>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organization,
    app_user,
    membership,
    session,
    api_token,
    project,
    project_key,
    issue,
    issue_hash,
    tombstone,
    event,
    grouping_rule,
    grouping_rule_change,
    counted_event,
    imported_issue,
    job,
    job_hash,
    job_move,
    issue_tag,
    activity,
    feedback,
    session_hour,
    session_hour_user,
);
