-- The union tree, how unions join it, and who acts for them (R-38, R-39).

CREATE TABLE union_node (
    union_id            uuid PRIMARY KEY,
    name                text NOT NULL CHECK (length(name) BETWEEN 2 AND 80),
    kind                text NOT NULL CONSTRAINT known_kind
                        CHECK (kind IN ('city', 'district', 'industrial', 'street', 'unit')),
    state               text NOT NULL CONSTRAINT known_state CHECK (state IN ('pending', 'approved')),
    parent_id           uuid REFERENCES union_node,
    path                text NOT NULL CONSTRAINT one_union_a_path UNIQUE,
    administrative_code text NOT NULL DEFAULT '',
    credit_code         text NOT NULL DEFAULT '',

    CONSTRAINT only_the_city_has_no_parent CHECK ((kind = 'city') = (parent_id IS NULL)),
    CONSTRAINT names_differ_among_siblings UNIQUE (parent_id, name)
);

CREATE UNIQUE INDEX one_city ON union_node (kind) WHERE kind = 'city';
CREATE UNIQUE INDEX one_unit_a_credit_code ON union_node (credit_code) WHERE credit_code <> '';
CREATE INDEX union_node_by_parent ON union_node (parent_id, administrative_code, name, union_id);

CREATE TABLE invitation (
    invitation_id uuid        PRIMARY KEY,
    parent_id     uuid        NOT NULL REFERENCES union_node,
    kind          text        NOT NULL,
    secret_hash   bytea       NOT NULL CONSTRAINT one_invitation_a_secret UNIQUE,
    expires_at    timestamptz NOT NULL,
    -- The union that has joined with it: it serves once.
    used_by       uuid        REFERENCES union_node
);

CREATE TABLE official (
    official_id            uuid    PRIMARY KEY,
    union_id               uuid    NOT NULL REFERENCES union_node,
    centre                 boolean NOT NULL,
    display_name           text    NOT NULL,
    sign_in_name           text    NOT NULL CONSTRAINT one_official_a_sign_in_name UNIQUE,
    person_id              uuid    NOT NULL,
    roles                  text[]  NOT NULL CONSTRAINT at_least_one_role CHECK (cardinality(roles) BETWEEN 1 AND 4),
    appointment_hash       bytea   CONSTRAINT one_official_an_appointment UNIQUE,
    appointment_expires_at timestamptz,
    password_hash          text,
    totp_sealed            bytea,
    -- The last time step whose one-time password was accepted: each is accepted once.
    totp_step              bigint  NOT NULL DEFAULT 0,

    CONSTRAINT active_or_appointed CHECK (
        (password_hash IS NULL) = (totp_sealed IS NULL) AND (password_hash IS NULL) = (appointment_hash IS NOT NULL))
);

ALTER TABLE session ADD CONSTRAINT session_of_an_official FOREIGN KEY (official_id) REFERENCES official;
