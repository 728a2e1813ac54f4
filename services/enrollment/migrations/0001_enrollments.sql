-- What can be studied, who studies it, and what was paid for it.

CREATE TABLE offering (
    offering_id      uuid    PRIMARY KEY,
    institution_code text    NOT NULL CONSTRAINT an_institution_has_five_digits CHECK (institution_code ~ '^[0-9]{5}$'),
    institution_name text    NOT NULL,
    major            text    NOT NULL,
    level            text    NOT NULL CONSTRAINT known_level
        CHECK (level IN ('secondary', 'junior_college', 'bachelor', 'master', 'doctor')),
    study_form       text    NOT NULL CONSTRAINT known_study_form
        CHECK (study_form IN ('correspondence', 'part_time', 'open', 'full_time', 'self_taught')),
    length_months    integer NOT NULL CONSTRAINT a_length_is_bounded CHECK (length_months BETWEEN 6 AND 96),
    tuition_fen      bigint  NOT NULL CONSTRAINT tuition_is_positive CHECK (tuition_fen > 0),

    CONSTRAINT one_offering_a_kind UNIQUE (institution_code, level, major, study_form)
);

CREATE TABLE enrollment (
    enrollment_id    uuid        PRIMARY KEY,
    worker_id        uuid        NOT NULL,
    offering_id      uuid        NOT NULL REFERENCES offering,
    -- The offering as it was when enrolled: a later import changes no contract.
    institution_code text        NOT NULL,
    institution_name text        NOT NULL,
    major            text        NOT NULL,
    level            text        NOT NULL,
    study_form       text        NOT NULL,
    length_months    integer     NOT NULL,
    tuition_fen      bigint      NOT NULL,
    season           text        NOT NULL CONSTRAINT known_season CHECK (season IN ('spring', 'autumn')),
    entered_on       date        NOT NULL,
    unit_union_id    uuid,
    chosen_union_id  uuid        NOT NULL,
    -- The path of the unit's union, or of the chosen one: officials above see the enrollment (R-31).
    union_path       text        NOT NULL,
    work             text        NOT NULL,
    major_agreed_at  timestamptz,
    paid_fen         bigint      NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL,

    -- R-08: what is paid never exceeds the tuition.
    CONSTRAINT paid_is_within_tuition CHECK (paid_fen BETWEEN 0 AND tuition_fen),
    CONSTRAINT one_enrollment_an_offering UNIQUE (worker_id, offering_id)
);

CREATE INDEX enrollment_by_subtree ON enrollment (union_path text_pattern_ops);

CREATE TABLE tuition_payment (
    enrollment_id    uuid        NOT NULL REFERENCES enrollment,
    institution_code text        NOT NULL,
    receipt_number   text        NOT NULL,
    amount_fen       bigint      NOT NULL CONSTRAINT a_payment_is_positive CHECK (amount_fen > 0),
    paid_on          date        NOT NULL,
    recorded_at      timestamptz NOT NULL,

    PRIMARY KEY (enrollment_id, receipt_number),
    CONSTRAINT a_receipt_counts_once UNIQUE (institution_code, receipt_number)
);
