-- Applications, their materials, their story, and the grants that come of them.

CREATE SEQUENCE application_number;

CREATE TABLE application (
    application_id   uuid        PRIMARY KEY,
    number           text        NOT NULL CONSTRAINT one_application_a_number UNIQUE,
    programme_id     text        NOT NULL REFERENCES programme,
    round_id         text        NOT NULL,
    worker_id        uuid        NOT NULL,
    -- Who applies, as an opaque person id: one person may have had two accounts.
    person_id        uuid        NOT NULL,
    masked_name      text        NOT NULL,
    state            text        NOT NULL CONSTRAINT known_state CHECK (state IN
        ('draft', 'submitting', 'in_review', 'returned', 'approved', 'rejected', 'withdrawn', 'expired', 'paid')),
    -- What the worker wrote, sealed whole (R-48).
    fields           bytea       NOT NULL,
    -- What the worker studies, as enrollment said.
    study            jsonb       NOT NULL,
    level            text        NOT NULL,
    -- The union under which the worker stands: officials above see the application (R-31, R-36).
    union_path       text        NOT NULL,
    revision         integer     NOT NULL CONSTRAINT revisions_count_from_one CHECK (revision >= 1),
    printed_revision integer     NOT NULL DEFAULT 0
        CONSTRAINT what_is_printed_was_there CHECK (printed_revision BETWEEN 0 AND revision),
    -- The submission: what quota is asked by, since when, and who will review (R-30).
    operation_id     uuid,
    submitting_since timestamptz,
    chain            jsonb,
    -- The place in line (R-14).
    arrival_number   bigint,
    sequence         bigint,
    line_chain       text,
    standings        jsonb,
    submitted_at     timestamptz,
    -- What is to be corrected (R-32).
    correction       text,
    correct_by       date,
    created_at       timestamptz NOT NULL,

    CONSTRAINT a_submission_has_its_operation
        CHECK (state <> 'submitting' OR num_nonnulls(operation_id, submitting_since, chain) = 3),
    CONSTRAINT a_place_is_whole
        CHECK (num_nonnulls(arrival_number, sequence, line_chain, standings, submitted_at) IN (0, 5)),
    CONSTRAINT what_is_in_line_has_a_place
        CHECK (state NOT IN ('in_review', 'returned', 'approved', 'paid') OR arrival_number IS NOT NULL),
    CONSTRAINT a_returned_application_says_what_to_correct
        CHECK ((state = 'returned') = (correction IS NOT NULL AND correct_by IS NOT NULL)),
    CONSTRAINT one_application_an_arrival UNIQUE (programme_id, arrival_number)
);

-- R-17: once a year; an open draft counts, so there is only one.
CREATE UNIQUE INDEX one_application_a_year ON application (person_id, programme_id)
    WHERE state NOT IN ('rejected', 'withdrawn', 'expired');
-- R-17: once a level, ever; a draft does not bind.
CREATE UNIQUE INDEX one_application_a_level ON application (person_id, level)
    WHERE state NOT IN ('draft', 'rejected', 'withdrawn', 'expired');

CREATE INDEX application_of_worker ON application (worker_id, created_at DESC, application_id DESC);
CREATE INDEX application_by_subtree ON application (union_path text_pattern_ops, created_at DESC, application_id DESC);
CREATE INDEX application_newest ON application (created_at DESC, application_id DESC);
CREATE INDEX application_submitting ON application (submitting_since) WHERE state = 'submitting';
CREATE INDEX application_returned ON application (correct_by) WHERE state = 'returned';

CREATE TABLE material (
    material_id    uuid        PRIMARY KEY,
    application_id uuid        NOT NULL REFERENCES application,
    kind           text        NOT NULL,
    media_type     text        NOT NULL CONSTRAINT known_media_type CHECK (media_type IN ('jpeg', 'png', 'pdf')),
    size_bytes     bigint      NOT NULL,
    data           jsonb       NOT NULL,
    qr_check       text        CONSTRAINT known_qr_check CHECK (qr_check IN ('agrees', 'unreadable')),
    -- The file's own key, wrapped; the sealed file lies in the object store under the material's id.
    wrapped_key    bytea       NOT NULL,
    uploaded_at    timestamptz NOT NULL,

    CONSTRAINT one_material_a_kind UNIQUE (application_id, kind)
);

-- Files whose rows are gone: deleted from the object store after the transaction that let them go.
CREATE TABLE stray_file (
    material_id uuid        PRIMARY KEY,
    strayed_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE timeline (
    number         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id uuid        NOT NULL REFERENCES application,
    happened_at    timestamptz NOT NULL,
    kind           text        NOT NULL,
    text           text        NOT NULL
);

CREATE INDEX timeline_of_application ON timeline (application_id, number);

CREATE TABLE grant_made (
    grant_id       uuid        PRIMARY KEY,
    application_id uuid        NOT NULL REFERENCES application,
    pool_id        text        NOT NULL,
    amount_fen     bigint      NOT NULL,
    made_at        timestamptz NOT NULL,
    completed_at   timestamptz,

    CONSTRAINT one_grant_a_pool UNIQUE (application_id, pool_id)
);
