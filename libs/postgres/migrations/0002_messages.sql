-- Events on their way out, and those that have come in.

-- What is announced, in the transaction that it tells of. A row goes when the broker has confirmed it.
CREATE TABLE platform.outbox (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The same in every repetition: hearers know by it that they have heard it.
    message_id    uuid        NOT NULL,
    routing_key   text        NOT NULL CHECK (length(routing_key) <= 120),
    -- What it is about, such as an application's id.
    subject       text        NOT NULL CHECK (length(subject) <= 120),
    body          bytea       NOT NULL CHECK (octet_length(body) <= 1048576),
    -- The trace that it belongs to: a W3C traceparent.
    traceparent   text        CHECK (length(traceparent) <= 80),
    announced_at  timestamptz NOT NULL DEFAULT now(),
    -- A relay that takes a row has it until then; if the relay dies, another takes it.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity',
    attempts      integer     NOT NULL DEFAULT 0
);

CREATE INDEX outbox_by_claim ON platform.outbox (claimed_until, id);

-- What has been heard and done: an event that comes twice has its effect once.
CREATE TABLE platform.inbox (
    message_id uuid        PRIMARY KEY,
    heard_at   timestamptz NOT NULL DEFAULT now()
);

-- An event can come again for as long as it may lie in a queue; after thirty days it is forgotten.
CREATE INDEX inbox_by_age ON platform.inbox (heard_at);
