-- Requests that changed something, with their answers: the same request id gets the first answer again.

CREATE TABLE platform.request (
    request_id uuid        NOT NULL,
    -- Who called, and what: an id means something only to the caller who chose it.
    caller     text        NOT NULL CHECK (length(caller) <= 120),
    method     text        NOT NULL CHECK (length(method) <= 120),
    -- SHA-256 of the message without its request id: another body under the same id is refused.
    body_hash  bytea       NOT NULL CHECK (octet_length(body_hash) = 32),
    -- The answer as it went over the wire; null where it held secrets and is not kept.
    answer     bytea,
    made_at    timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT one_answer_a_request PRIMARY KEY (request_id, caller)
);

-- Answers are kept for seven days, then purged in this order.
CREATE INDEX request_by_age ON platform.request (made_at);
