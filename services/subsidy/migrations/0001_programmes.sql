-- Programmes, and what quota is to be told.

CREATE TABLE programme (
    programme_id text        PRIMARY KEY,
    title        text        NOT NULL,
    year         integer     NOT NULL,
    help_lines   jsonb       NOT NULL,
    settings     jsonb       NOT NULL,
    applied_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE round (
    programme_id text NOT NULL REFERENCES programme,
    round_id     text NOT NULL,
    name         text NOT NULL,
    apply_from   date NOT NULL,
    apply_until  date NOT NULL,
    review_from  date NOT NULL,
    review_until date NOT NULL,

    PRIMARY KEY (programme_id, round_id),
    CONSTRAINT a_round_is_not_reversed CHECK (apply_from <= apply_until AND review_from <= review_until)
);

CREATE TABLE pool (
    programme_id text   NOT NULL REFERENCES programme,
    pool_id      text   NOT NULL,
    name         text   NOT NULL,
    -- The union that funds it, and whose subtree it serves (R-12, R-13).
    union_id     uuid   NOT NULL,
    union_path   text   NOT NULL,
    seats        bigint NOT NULL CONSTRAINT seats_are_not_negative CHECK (seats >= 0),
    amount_fen   bigint NOT NULL CONSTRAINT an_amount_is_positive CHECK (amount_fen > 0),

    PRIMARY KEY (programme_id, pool_id)
);

-- What quota is to be told: stored first, then sent until answered. A programme's own orders go in order; an
-- application's (release, confirm) go for themselves.
CREATE TABLE line_order (
    number         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- What quota knows it by: the same id is decided once.
    operation_id   uuid        NOT NULL CONSTRAINT one_order_an_operation UNIQUE,
    programme_id   text        NOT NULL,
    application_id uuid,
    kind           text        NOT NULL CONSTRAINT known_order
        CHECK (kind IN ('create_line', 'set_windows', 'add_pool', 'set_capacity', 'release', 'confirm')),
    -- The call's message.
    body           bytea       NOT NULL,
    ordered_at     timestamptz NOT NULL DEFAULT now(),
    done_at        timestamptz,
    -- Why quota will not do it: an operator looks.
    refused        text
);

CREATE INDEX line_order_open ON line_order (number) WHERE done_at IS NULL AND refused IS NULL;
