-- The review of applications: one case each, its steps, and ends that were heard before their beginning.

CREATE TABLE review_case (
    case_id            uuid        PRIMARY KEY,
    application_id     uuid        NOT NULL CONSTRAINT one_case_per_application UNIQUE,
    application_number text        NOT NULL,
    programme_id       text        NOT NULL,
    round_id           text        NOT NULL,
    -- Who applied, as an opaque person id: an official who is the same person does not decide it (R-34).
    person_id          uuid        NOT NULL,
    masked_name        text        NOT NULL,
    arrival_number     bigint      NOT NULL,
    state              text        NOT NULL
        CONSTRAINT known_state CHECK (state IN ('in_review', 'returned', 'approved', 'rejected', 'ended')),
    -- The step whose turn it is; none once the case is over.
    current_step       integer,
    revision           integer     NOT NULL,
    correction         text,
    correct_by         date,
    -- The chosen union's path: a case is seen by the unions on it (R-31, R-36).
    union_path         text        NOT NULL,
    review_until       date        NOT NULL,
    submitted_at       timestamptz NOT NULL,

    CONSTRAINT a_case_under_review_has_a_step
        CHECK ((state IN ('in_review', 'returned')) = (current_step IS NOT NULL)),
    CONSTRAINT a_returned_case_says_what_to_correct
        CHECK ((state = 'returned') = (correction IS NOT NULL AND correct_by IS NOT NULL))
);

-- Lists run by subtree in order of arrival.
CREATE INDEX review_case_by_subtree ON review_case (union_path text_pattern_ops, arrival_number);
CREATE INDEX review_case_by_state ON review_case (state, arrival_number);

CREATE TABLE review_step (
    case_id     uuid    NOT NULL REFERENCES review_case,
    step        integer NOT NULL CONSTRAINT steps_count_from_zero CHECK (step BETWEEN 0 AND 15),
    union_id    uuid    NOT NULL,
    union_name  text    NOT NULL,
    centre      boolean NOT NULL,
    decision    text    CONSTRAINT known_decision CHECK (decision IN ('pass', 'return', 'reject')),
    official_id uuid,
    -- Who decided, as a person: nobody decides two steps of one case, not even by two appointments (R-34).
    person_id   uuid,
    decided_at  timestamptz,
    late        boolean NOT NULL DEFAULT false,
    note        text    NOT NULL DEFAULT '',

    PRIMARY KEY (case_id, step),
    CONSTRAINT a_decision_is_whole
        CHECK (num_nonnulls(decision, official_id, person_id, decided_at) IN (0, 4)),
    CONSTRAINT one_step_a_person UNIQUE (case_id, person_id)
);

-- Whose turn it is.
CREATE INDEX review_step_by_union ON review_step (union_id, centre, case_id, step);

-- Applications that ended before their submission was heard: events may come out of order.
CREATE TABLE early_end (
    application_id uuid        PRIMARY KEY,
    heard_at       timestamptz NOT NULL DEFAULT now()
);
