-- The money: funds, grants, instalments, batches and their instructions, and the ledger under all of it.

-- What a union has set aside for its pool (R-41).
CREATE TABLE fund (
    programme_id  text   NOT NULL,
    pool_id       text   NOT NULL,
    union_id      uuid   NOT NULL,
    union_path    text   NOT NULL,
    set_aside_fen bigint NOT NULL DEFAULT 0,
    granted_fen   bigint NOT NULL DEFAULT 0,
    paid_fen      bigint NOT NULL DEFAULT 0,

    PRIMARY KEY (programme_id, pool_id),
    CONSTRAINT never_granted_beyond_the_fund CHECK (granted_fen BETWEEN 0 AND set_aside_fen),
    CONSTRAINT never_paid_beyond_the_grants CHECK (paid_fen BETWEEN 0 AND granted_fen)
);

-- An approved application's right to one pool's money (R-40).
CREATE TABLE payment_grant (
    grant_id           uuid        PRIMARY KEY,
    application_id     uuid        NOT NULL,
    application_number text        NOT NULL,
    programme_id       text        NOT NULL,
    pool_id            text        NOT NULL,
    -- The funding union's path: a grant is seen by the unions on it.
    union_path         text        NOT NULL,
    pool_depth         integer     NOT NULL,
    enrollment_id      uuid        NOT NULL,
    worker_id          uuid        NOT NULL,
    amount_fen         bigint      NOT NULL CONSTRAINT a_grant_is_of_something CHECK (amount_fen > 0),
    tuition_fen        bigint      NOT NULL CONSTRAINT tuition_is_not_negative CHECK (tuition_fen >= 0),
    -- After the cut to the tuition (R-42).
    payable_fen        bigint      NOT NULL,
    -- What has become due so far: the sum of the instalments.
    released_fen       bigint      NOT NULL DEFAULT 0,
    paid_fen           bigint      NOT NULL DEFAULT 0,
    state              text        NOT NULL
        CONSTRAINT known_grant_state CHECK (state IN ('waiting_for_fund', 'open', 'completed')),
    created_at         timestamptz NOT NULL,

    FOREIGN KEY (programme_id, pool_id) REFERENCES fund,
    CONSTRAINT one_grant_per_application_and_pool UNIQUE (application_id, pool_id),
    CONSTRAINT amounts_are_in_order CHECK (0 <= paid_fen AND paid_fen <= released_fen
        AND released_fen <= payable_fen AND payable_fen <= amount_fen)
);

CREATE INDEX payment_grant_by_fund ON payment_grant (programme_id, pool_id, state, created_at, grant_id);
CREATE INDEX payment_grant_by_enrollment ON payment_grant (enrollment_id);
CREATE INDEX payment_grant_by_worker ON payment_grant (worker_id, grant_id);
CREATE INDEX payment_grant_by_subtree ON payment_grant (union_path text_pattern_ops, grant_id);

-- How much tuition is paid. Events may come out of order: the largest total counts.
CREATE TABLE tuition (
    enrollment_id uuid   PRIMARY KEY,
    paid_fen      bigint NOT NULL,
    tuition_fen   bigint NOT NULL
);

CREATE TABLE instalment (
    instalment_id uuid        PRIMARY KEY,
    grant_id      uuid        NOT NULL REFERENCES payment_grant,
    programme_id  text        NOT NULL,
    amount_fen    bigint      NOT NULL CONSTRAINT an_instalment_is_of_something CHECK (amount_fen > 0),
    state         text        NOT NULL
        CONSTRAINT known_instalment_state CHECK (state IN ('due', 'batched', 'paying', 'paid')),
    due_at        timestamptz NOT NULL,
    paid_at       timestamptz,

    CONSTRAINT a_paid_instalment_says_when CHECK ((state = 'paid') = (paid_at IS NOT NULL))
);

CREATE INDEX instalment_by_grant ON instalment (grant_id, due_at, instalment_id);
CREATE INDEX instalment_due ON instalment (programme_id, due_at, instalment_id) WHERE state = 'due';

CREATE TABLE batch (
    batch_id           uuid        PRIMARY KEY,
    programme_id       text        NOT NULL,
    state              text        NOT NULL CONSTRAINT known_batch_state
        CHECK (state IN ('draft', 'submitted', 'approved', 'refused', 'settled')),
    instruction_count  integer     NOT NULL CONSTRAINT a_batch_has_its_size CHECK (instruction_count BETWEEN 1 AND 1000),
    total_fen          bigint      NOT NULL,
    prepared_by        uuid        NOT NULL,
    -- Who that is, whatever the appointment.
    prepared_by_person uuid        NOT NULL,
    prepared_at        timestamptz NOT NULL,
    decided_by         uuid,
    decided_by_person  uuid,
    decided_at         timestamptz,
    refusal            text        NOT NULL DEFAULT '',

    -- R-43, whatever the program does.
    CONSTRAINT the_maker_is_not_the_checker
        CHECK (decided_by <> prepared_by AND decided_by_person <> prepared_by_person),
    CONSTRAINT a_decision_is_whole CHECK (num_nonnulls(decided_by, decided_by_person, decided_at)
        = CASE WHEN state IN ('draft', 'submitted') THEN 0 ELSE 3 END)
);

CREATE INDEX batch_by_programme ON batch (programme_id, batch_id);

CREATE TABLE instruction (
    instruction_id uuid    PRIMARY KEY,
    -- What bank and wallet know it by; the same in every repetition (R-44).
    number         text    NOT NULL CONSTRAINT a_number_is_used_once UNIQUE,
    batch_id       uuid    NOT NULL REFERENCES batch,
    instalment_id  uuid    NOT NULL REFERENCES instalment,
    application_id uuid    NOT NULL,
    amount_fen     bigint  NOT NULL,
    channel        text    NOT NULL CONSTRAINT known_channel CHECK (channel IN ('bank', 'wallet')),
    masked_account text    NOT NULL,
    -- Account and holder, sealed, for as long as they may be needed to ask again and not longer (R-48).
    payee          bytea,
    state          text    NOT NULL CONSTRAINT known_instruction_state
        CHECK (state IN ('pending', 'sent', 'paid', 'failed', 'withdrawn')),
    failure        text    NOT NULL DEFAULT '',
    attempts       integer NOT NULL DEFAULT 0,
    -- Real time: when it is sent, or asked for again.
    next_ask_at    timestamptz,
    -- The day in the books of bank or wallet.
    booked_on      date,

    CONSTRAINT a_payee_is_kept_while_needed CHECK ((payee IS NOT NULL) = (state IN ('pending', 'sent'))),
    CONSTRAINT a_paid_instruction_is_booked CHECK ((state = 'paid') = (booked_on IS NOT NULL))
);

-- No instalment is ever paid twice (R-44): it has one instruction that lives.
CREATE UNIQUE INDEX one_living_instruction ON instruction (instalment_id)
    WHERE state IN ('pending', 'sent', 'paid');
CREATE INDEX instruction_by_batch ON instruction (batch_id, instruction_id);
CREATE INDEX instruction_to_ask ON instruction (channel, next_ask_at) WHERE next_ask_at IS NOT NULL;
CREATE INDEX instruction_by_day ON instruction (booked_on) WHERE booked_on IS NOT NULL;

-- The double-entry ledger (R-46): added to, never changed.
CREATE TABLE ledger_entry (
    entry_id     uuid        PRIMARY KEY,
    kind         text        NOT NULL
        CONSTRAINT known_entry_kind CHECK (kind IN ('set_aside', 'granted', 'paid')),
    subject      text        NOT NULL,
    programme_id text        NOT NULL,
    union_path   text        NOT NULL,
    posted_at    timestamptz NOT NULL,
    -- The document that decided it, where one did.
    reference    text
);

CREATE UNIQUE INDEX a_payment_is_posted_once ON ledger_entry (subject) WHERE kind = 'paid';
CREATE INDEX ledger_entry_by_subtree ON ledger_entry (union_path text_pattern_ops, entry_id);

CREATE TABLE ledger_line (
    entry_id   uuid    NOT NULL REFERENCES ledger_entry,
    line       integer NOT NULL,
    account    text    NOT NULL,
    -- Above 0 debit, below 0 credit.
    amount_fen bigint  NOT NULL CONSTRAINT a_line_moves_something CHECK (amount_fen <> 0),

    PRIMARY KEY (entry_id, line)
);

CREATE INDEX ledger_line_by_account ON ledger_line (account, entry_id);

-- PostgreSQL itself looks at every entry when its transaction commits, whoever wrote it.
CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines integer;
    sum   numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount_fen), 0) INTO lines, sum FROM ledger_line WHERE entry_id = NEW.entry_id;
    IF lines < 2 OR sum <> 0 THEN
        RAISE EXCEPTION 'ledger entry % has % lines that sum to % fen', NEW.entry_id, lines, sum
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER an_entry_balances AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
CREATE CONSTRAINT TRIGGER a_line_keeps_the_balance AFTER INSERT ON ledger_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();

CREATE FUNCTION ledger_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is added to, never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'the_ledger_is_final';
END $$;

CREATE TRIGGER the_ledger_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_final();
CREATE TRIGGER the_ledger_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_final();

-- A day's statements held against the ledger (R-46); a later import of the same day takes its place.
CREATE TABLE reconciliation (
    day             date        PRIMARY KEY,
    statement_lines integer     NOT NULL,
    statement_fen   bigint      NOT NULL,
    matched_lines   integer     NOT NULL,
    matched_fen     bigint      NOT NULL,
    imported_at     timestamptz NOT NULL
);

CREATE TABLE discrepancy (
    day           date   NOT NULL REFERENCES reconciliation ON DELETE CASCADE,
    number        text   NOT NULL,
    kind          text   NOT NULL CONSTRAINT known_discrepancy
        CHECK (kind IN ('not_in_ledger', 'not_in_statement', 'amount_differs')),
    statement_fen bigint NOT NULL,
    ledger_fen    bigint NOT NULL,

    PRIMARY KEY (day, number)
);
