-- Which role may do what, and whose rows it sees. The roles themselves are made by roles.sql; this stands in no model, so it is written by hand.
-- A new table begins with no grant at all: whoever adds one adds its grants, and its policies where rows belong to a tenant.

GRANT USAGE ON SCHEMA public TO brume_auth, brume_ingest, brume_ledger, brume_ledger_append;

-- Every process compares the schema with its own version. The table is missing where migrations are only replayed (shadow database).
DO $$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON "_prisma_migrations" TO brume_auth, brume_ingest, brume_ledger;
  END IF;
END $$;

-- Claimed once, never changed.
GRANT SELECT, INSERT ON platform_deployment TO brume_auth, brume_ingest, brume_ledger;

-- auth
GRANT SELECT, INSERT ON auth_tenants TO brume_auth;
GRANT SELECT, INSERT, UPDATE ON auth_devices, auth_device_keys TO brume_auth;
GRANT SELECT, INSERT ON auth_token_keys TO brume_auth;
GRANT SELECT, INSERT, DELETE ON auth_outbox TO brume_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_idempotency TO brume_auth;
GRANT USAGE ON SEQUENCE auth_outbox_id_seq TO brume_auth;

-- ingest
GRANT SELECT, INSERT ON ingest_promise_keys TO brume_ingest;
GRANT SELECT, INSERT, DELETE ON ingest_outbox TO brume_ingest;
GRANT USAGE ON SEQUENCE ingest_outbox_id_seq TO brume_ingest;

-- ledger: what a ledger has taken in is read here and written by the append path alone
GRANT SELECT ON ledger_trees, ledger_entries, ledger_leaf_index, ledger_entry_identities, ledger_tiles, ledger_chain_devices, ledger_chain_device_keys TO brume_ledger;
GRANT SELECT, INSERT, UPDATE ON ledger_chains, ledger_log_offsets, ledger_checkpoints, ledger_transactions, ledger_block_headers TO brume_ledger;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_receipt_evidence TO brume_ledger;
GRANT SELECT, INSERT ON ledger_platform_keys TO brume_ledger;
GRANT SELECT, INSERT, DELETE ON ledger_outbox TO brume_ledger;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_idempotency TO brume_ledger;
GRANT USAGE ON SEQUENCE ledger_chains_no_seq, ledger_outbox_id_seq TO brume_ledger;

-- ledger, append path: entries are added and never changed; of a chain it sees what says where its entries go, and no sealed key
GRANT SELECT (no, id, tenant_id, write_mode, state, "partition") ON ledger_chains TO brume_ledger_append;
GRANT SELECT, INSERT ON ledger_entries, ledger_leaf_index, ledger_entry_identities, ledger_chain_device_keys TO brume_ledger_append;
GRANT SELECT, INSERT, UPDATE (edge, leaves_indexed) ON ledger_trees TO brume_ledger_append;
GRANT SELECT, INSERT, UPDATE (hashes) ON ledger_tiles TO brume_ledger_append;
GRANT SELECT, INSERT, UPDATE (status, key_number) ON ledger_chain_devices TO brume_ledger_append;
GRANT SELECT, INSERT, UPDATE (next, epoch) ON ledger_log_offsets TO brume_ledger_append;
GRANT INSERT (topic, key, value, created_at) ON ledger_outbox TO brume_ledger_append;
GRANT USAGE ON SEQUENCE ledger_chain_devices_no_seq, ledger_outbox_id_seq TO brume_ledger_append;

-- Whose rows: each transaction says for whom it works (prisma/tenantScope.ts). One that says nothing sees no tenant's rows.
CREATE FUNCTION brume_is_of_tenant(tenant text) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT tenant = current_setting('brume.tenant', true) OR current_setting('brume.platform', true) = 'on' $$;

ALTER TABLE auth_tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON auth_tenants USING (brume_is_of_tenant(id));

-- Rows that say their tenant.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['auth_devices', 'auth_idempotency', 'ledger_idempotency', 'ledger_chains'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own ON %I USING (brume_is_of_tenant(tenant_id))', name);
  END LOOP;
END $$;

-- A public chain is read by everybody, written by its tenant.
CREATE POLICY published ON ledger_chains FOR SELECT USING (public);

-- Keys follow their device.
ALTER TABLE auth_device_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON auth_device_keys USING (EXISTS (SELECT 1 FROM auth_devices AS device WHERE device.id = device_id));

-- What hangs on a chain is seen with the chain: the policies of ledger_chains hold in the subquery too.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ledger_trees', 'ledger_entries', 'ledger_leaf_index', 'ledger_tiles', 'ledger_chain_devices', 'ledger_checkpoints', 'ledger_transactions', 'ledger_receipt_evidence', 'ledger_block_headers'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY seen ON %I FOR SELECT USING (EXISTS (SELECT 1 FROM ledger_chains AS chain WHERE chain.no = chain_no))', name);
    EXECUTE format('CREATE POLICY own ON %I USING (EXISTS (SELECT 1 FROM ledger_chains AS chain WHERE chain.no = chain_no AND brume_is_of_tenant(chain.tenant_id)))', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['ledger_entry_identities', 'ledger_chain_device_keys'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY seen ON %I FOR SELECT USING (EXISTS (SELECT 1 FROM ledger_chain_devices AS device WHERE device.no = device_no))', name);
  END LOOP;
END $$;
