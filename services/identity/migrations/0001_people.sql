-- Workers and their sessions. What is sensitive is sealed; what must be found or unique has a blind index (R-48).

CREATE TABLE worker (
    worker_id        uuid        PRIMARY KEY,
    phone_sealed     bytea       NOT NULL,
    phone_index      bytea       NOT NULL CONSTRAINT phone_belongs_to_one_account UNIQUE,
    name_sealed      bytea,
    id_number_sealed bytea,
    -- R-05: an ID number belongs to one account.
    id_number_index  bytea       CONSTRAINT id_number_belongs_to_one_account UNIQUE,
    -- The same for a worker and the official that this person may also be (R-34).
    person_id        uuid,
    verified_at      timestamptz,
    registered_at    timestamptz NOT NULL,
    registered_by    uuid        NOT NULL CONSTRAINT one_account_a_request UNIQUE,

    CONSTRAINT verified_is_whole
        CHECK (num_nonnulls(name_sealed, id_number_sealed, id_number_index, person_id, verified_at) IN (0, 5))
);

-- What a worker has agreed to, each separately (R-48).
CREATE TABLE worker_consent (
    worker_id uuid        NOT NULL REFERENCES worker,
    consent   text        NOT NULL CONSTRAINT known_consent CHECK (consent IN ('privacy_notice', 'sensitive_data')),
    given_at  timestamptz NOT NULL,

    PRIMARY KEY (worker_id, consent)
);

-- A signed-in person. Each refresh token serves once; one that comes again ends the session.
CREATE TABLE session (
    session_id   uuid        PRIMARY KEY,
    worker_id    uuid        REFERENCES worker,
    official_id  uuid,
    channel      text        NOT NULL CONSTRAINT known_channel CHECK (channel IN ('app', 'wechat', 'web')),
    -- SHA-256 of the refresh token that is good now.
    refresh_hash bytea       NOT NULL CHECK (octet_length(refresh_hash) = 32),
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,

    CONSTRAINT one_holder CHECK (num_nonnulls(worker_id, official_id) = 1)
);

CREATE INDEX session_by_age ON session (expires_at);
