-- The line of each programme, as decided (docs/QUOTA.md). Every table here is the fold of one function over `operation`.
-- A constraint that fires is a fault of the program: the line halts, and nobody swallows it.

CREATE TABLE line (
    programme   text PRIMARY KEY CHECK (programme ~ '^[a-z0-9-]{1,64}$'),
    -- Counts the times the order was built anew, from 1; began at base_seq.
    epoch       bigint NOT NULL CHECK (epoch > 0),
    base_seq    bigint NOT NULL CHECK (base_seq >= 0),
    last_seq    bigint NOT NULL,
    -- Redis' chain (SHA-1, hex), which only links the log, and the SHA-256 chain that receipts quote.
    last_chain  text NOT NULL CHECK (last_chain ~ '^[0-9a-f]{40}$'),
    digest      bytea NOT NULL CHECK (octet_length(digest) = 32),
    open_round  text,
    mode        text NOT NULL CHECK (mode IN ('LOG', 'HALTED')),
    -- Why it is halted, for the operator.
    halted_by   text,
    arrivals    bigint NOT NULL CHECK (arrivals >= 0),
    CONSTRAINT line_base_seq_is_not_ahead CHECK (last_seq >= base_seq),
    CONSTRAINT line_halted_has_a_cause CHECK ((mode = 'HALTED') = (halted_by IS NOT NULL))
);

-- Each beginning of an epoch but the first, and what gave the reason. More than three within a minute halt the line.
CREATE TABLE recovery (
    programme  text NOT NULL REFERENCES line,
    epoch      bigint NOT NULL,
    base_seq   bigint NOT NULL,
    evidence   text NOT NULL,
    began_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (programme, epoch)
);

CREATE TABLE round (
    programme  text NOT NULL REFERENCES line,
    round      text NOT NULL CHECK (round ~ '^[a-z0-9-]{1,64}$'),
    opens_at   timestamptz NOT NULL CHECK (isfinite(opens_at)),
    closes_at  timestamptz NOT NULL CHECK (isfinite(closes_at)),
    state      text NOT NULL DEFAULT 'NEW' CHECK (state IN ('NEW', 'OPEN', 'CLOSED')),
    PRIMARY KEY (programme, round),
    CONSTRAINT round_ends_after_it_begins CHECK (closes_at > opens_at)
);

-- The journal: every operation in order, with its decision. It is also the outbox of promotions.
CREATE TABLE operation (
    programme  text NOT NULL REFERENCES line,
    seq        bigint NOT NULL CHECK (seq > 0),
    epoch      bigint NOT NULL,
    op_id      uuid NOT NULL,
    kind       text NOT NULL,
    body       text NOT NULL CHECK (length(body) <= 1000),
    body_hash  bytea NOT NULL CHECK (octet_length(body_hash) = 32),
    chain      text NOT NULL CHECK (chain ~ '^[0-9a-f]{40}$'),
    digest     bytea NOT NULL CHECK (octet_length(digest) = 32),
    -- What its sender is told, for ever.
    decision   json NOT NULL,
    -- Who moved up by it (R-16), in order; null where nobody did.
    promoted   json,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (programme, seq),
    CONSTRAINT operation_is_decided_once UNIQUE (programme, op_id)
);

CREATE INDEX operation_promotes ON operation (programme, seq) WHERE promoted IS NOT NULL;

-- Up to where promotions were published, each line apart from its row so that nobody waits for the broker.
CREATE TABLE announced (
    programme  text PRIMARY KEY REFERENCES line,
    seq        bigint NOT NULL CHECK (seq >= 0),
    -- Until then a replica is publishing.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE TABLE pool (
    programme  text NOT NULL REFERENCES line,
    pool       text NOT NULL CHECK (pool ~ '^[a-z0-9-]{1,64}$'),
    union_id   uuid NOT NULL,
    -- In the order in which they were added.
    number     integer NOT NULL CHECK (number >= 0),
    capacity   integer NOT NULL,
    taken      integer NOT NULL CHECK (taken >= 0),
    waiting    integer NOT NULL CHECK (waiting >= 0),
    PRIMARY KEY (programme, pool),
    -- R-15.
    CONSTRAINT pool_is_not_oversold CHECK (taken <= capacity),
    -- R-16.
    CONSTRAINT pool_has_no_free_seat_while_somebody_waits CHECK (waiting = 0 OR taken = capacity)
);

-- Exactly as many rows as the pool has seats: a holder beyond them breaks standing_sits_on_a_seat (R-15).
CREATE TABLE seat (
    programme  text NOT NULL,
    pool       text NOT NULL,
    seat_no    integer NOT NULL CHECK (seat_no > 0),
    PRIMARY KEY (programme, pool, seat_no),
    FOREIGN KEY (programme, pool) REFERENCES pool
);

CREATE TABLE place (
    programme    text NOT NULL REFERENCES line,
    application  uuid NOT NULL,
    -- Both null for an application that was released before it arrived.
    person       uuid,
    arrival      bigint CHECK (arrival > 0),
    round        text,
    seq          bigint,
    state        text NOT NULL CHECK (state IN ('LIVE', 'CONFIRMED', 'RELEASED')),
    PRIMARY KEY (programme, application),
    CONSTRAINT place_arrival_is_given_once UNIQUE (programme, arrival),
    CONSTRAINT place_arrived_or_was_barred CHECK (
        (person IS NULL) = (arrival IS NULL) AND (round IS NULL) = (arrival IS NULL)
        AND (seq IS NULL) = (arrival IS NULL) AND (arrival IS NOT NULL OR state = 'RELEASED'))
);

-- R-17: one live place a person and programme.
CREATE UNIQUE INDEX place_one_a_person ON place (programme, person) WHERE state <> 'RELEASED';

CREATE TABLE standing (
    programme    text NOT NULL,
    application  uuid NOT NULL,
    pool         text NOT NULL,
    -- Among the place's standings: widest scope first, pools added later last (R-13).
    number       integer NOT NULL CHECK (number >= 0),
    -- Orders the pool's line (R-14).
    entered      bigint NOT NULL CHECK (entered > 0),
    state        text NOT NULL CHECK (state IN ('SEATED', 'WAITING', 'LEFT')),
    seat_no      integer,
    PRIMARY KEY (programme, application, pool),
    FOREIGN KEY (programme, application) REFERENCES place,
    CONSTRAINT standing_sits_on_a_seat FOREIGN KEY (programme, pool, seat_no) REFERENCES seat,
    CONSTRAINT standing_sits_or_not CHECK ((state = 'SEATED') = (seat_no IS NOT NULL)),
    -- Checked at the end of a statement: in one, a seat goes from hand to hand.
    CONSTRAINT standing_one_a_seat UNIQUE (programme, pool, seat_no) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE INDEX standing_waits ON standing (programme, pool, entered) WHERE state = 'WAITING';
