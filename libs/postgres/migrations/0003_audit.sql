-- The audit trail of one service (R-36): what was done, by whom, to what. Rows are only ever added.
--
-- A transaction that acts inserts its row unchained, so that no two transactions wait for one another. Within a second
-- a job gives each row its place: the next sequence, the hash before it, its own hash. From then on a changed, deleted,
-- inserted, exchanged or cut-off row shows when the chain is computed again, and signed checkpoints, kept in the log
-- store too, show it even to whoever can rewrite every table of this database.

CREATE TABLE platform.audit_action (
    -- In order of insertion; with gaps, as sequences have.
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Real time, by this database.
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp() CHECK (isfinite(recorded_at)),
    -- Business time, by the service's clock.
    happened_at  timestamptz NOT NULL CHECK (isfinite(happened_at)),
    actor_kind   text NOT NULL CHECK (actor_kind IN ('worker', 'official', 'service', 'operator', 'anyone')),
    -- Empty where the kind says it all.
    actor_id     text NOT NULL CHECK (length(actor_id) <= 100),
    action       text NOT NULL CHECK (action ~ '^[A-Z][A-Z0-9_]{0,63}$'),
    subject_kind text NOT NULL CHECK (subject_kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    subject_id   text NOT NULL CHECK (length(subject_id) BETWEEN 1 AND 100),
    -- The union it concerns, as a path; null where it concerns none.
    union_path   text CHECK (union_path ~ '^/([0-9a-f-]{36}/)+$'),
    request_id   uuid,
    trace_id     text CHECK (trace_id ~ '^[0-9a-f]{32}$'),
    -- Type json, not jsonb: it keeps the text letter by letter, and the text is what is hashed.
    detail       json NOT NULL CHECK (json_typeof(detail) = 'object' AND octet_length(detail::text) <= 8192),
    -- Null until the row is chained, then from 1 without gaps.
    seq          bigint UNIQUE CHECK (seq > 0),
    previous     bytea CHECK (octet_length(previous) = 32),
    hash         bytea CHECK (octet_length(hash) = 32),
    CHECK ((seq IS NULL) = (hash IS NULL) AND (seq IS NULL) = (previous IS NULL))
);

CREATE INDEX audit_action_unchained ON platform.audit_action (id) WHERE seq IS NULL;
CREATE INDEX audit_action_subject ON platform.audit_action (subject_kind, subject_id, id);
CREATE INDEX audit_action_union ON platform.audit_action (union_path text_pattern_ops, id);

-- The end of the chain. Its only row is also the lock under which one chainer at a time works.
CREATE TABLE platform.audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq      bigint NOT NULL CHECK (seq >= 0),
    hash     bytea NOT NULL CHECK (octet_length(hash) = 32)
);

-- Nothing is chained yet; the first row's previous hash is 32 zero bytes.
INSERT INTO platform.audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- What the chain's end was at a moment, signed by a key that is not in this database.
CREATE TABLE platform.audit_checkpoint (
    seq       bigint PRIMARY KEY CHECK (seq > 0),
    hash      bytea NOT NULL CHECK (octet_length(hash) = 32),
    taken_at  timestamptz NOT NULL CHECK (isfinite(taken_at)),
    -- The beginning of the SHA-256 of the public key, in hex.
    key_id    text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64)
);

-- Guard rails: they stop a slip, not an attacker, who as owner of the tables can drop them. The proof is the chain and
-- the checkpoints. Where the service has a role of its own, it needs SELECT and INSERT, UPDATE on audit_head and on the
-- columns seq, previous and hash of audit_action, and nothing else.
REVOKE UPDATE, DELETE, TRUNCATE ON platform.audit_action, platform.audit_checkpoint FROM PUBLIC;

CREATE FUNCTION platform.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to (R-36)';
END
$$;

-- The only change there is: an unchained row gets its place, and nothing else in it moves.
CREATE FUNCTION platform.guard_audit_chaining() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seq IS NOT NULL OR NEW.seq IS NULL
        OR (NEW.id, NEW.recorded_at, NEW.happened_at, NEW.actor_kind, NEW.actor_id, NEW.action, NEW.subject_kind,
            NEW.subject_id, NEW.union_path, NEW.request_id, NEW.trace_id, NEW.detail::text)
        IS DISTINCT FROM
           (OLD.id, OLD.recorded_at, OLD.happened_at, OLD.actor_kind, OLD.actor_id, OLD.action, OLD.subject_kind,
            OLD.subject_id, OLD.union_path, OLD.request_id, OLD.trace_id, OLD.detail::text)
    THEN
        RAISE EXCEPTION 'the audit trail is only ever added to (R-36)';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_action_chaining BEFORE UPDATE ON platform.audit_action
    FOR EACH ROW EXECUTE FUNCTION platform.guard_audit_chaining();
CREATE TRIGGER audit_action_chained_insert BEFORE INSERT ON platform.audit_action
    FOR EACH ROW WHEN (NEW.seq IS NOT NULL) EXECUTE FUNCTION platform.refuse_audit_change();
CREATE TRIGGER audit_action_delete BEFORE DELETE ON platform.audit_action
    FOR EACH ROW EXECUTE FUNCTION platform.refuse_audit_change();
CREATE TRIGGER audit_action_truncate BEFORE TRUNCATE ON platform.audit_action
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_audit_change();
CREATE TRIGGER audit_head_delete BEFORE DELETE ON platform.audit_head
    FOR EACH ROW EXECUTE FUNCTION platform.refuse_audit_change();
CREATE TRIGGER audit_head_truncate BEFORE TRUNCATE ON platform.audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_audit_change();
CREATE TRIGGER audit_checkpoint_change BEFORE UPDATE OR DELETE ON platform.audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION platform.refuse_audit_change();
CREATE TRIGGER audit_checkpoint_truncate BEFORE TRUNCATE ON platform.audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_audit_change();
