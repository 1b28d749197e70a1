-- CreateTable
CREATE TABLE "auth_tenants" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "auth_devices" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "auth_devices_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "auth_tenants" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "auth_device_keys" (
    "device_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "jwk" TEXT NOT NULL,
    "thumbprint" TEXT NOT NULL,
    "possession" TEXT,
    "endorsement" TEXT,
    "lost" BOOLEAN NOT NULL DEFAULT false,
    "created_at" DATETIME NOT NULL,
    "replaced_at" DATETIME,

    PRIMARY KEY ("device_id", "number"),
    CONSTRAINT "auth_device_keys_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "auth_devices" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "auth_token_keys" (
    "number" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "sealed" BLOB NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "auth_outbox" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "auth_idempotency" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenant_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "lease_until_ms" BIGINT NOT NULL,
    "expires_at_ms" BIGINT NOT NULL,
    "response" TEXT
);

-- CreateTable
CREATE TABLE "ingest_promise_keys" (
    "number" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "sealed" BLOB NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ingest_outbox" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ledger_chains" (
    "no" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "write_mode" TEXT NOT NULL,
    "max_delay_ms" INTEGER NOT NULL,
    "max_readings" INTEGER NOT NULL,
    "slack_ms" INTEGER NOT NULL,
    "public" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "partition" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "verifier_key" TEXT NOT NULL,
    "ledger_key_sealed" BLOB NOT NULL,
    "eip155" INTEGER NOT NULL,
    "writer_address" TEXT NOT NULL,
    "writer_key_sealed" BLOB NOT NULL,
    "contract" TEXT,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ledger_trees" (
    "chain_no" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "edge" BLOB NOT NULL,
    "leaves_indexed" INTEGER NOT NULL DEFAULT 0
);

-- CreateTable (without rowid: the primary key is the table, one B-tree less to write)
CREATE TABLE "ledger_entries" (
    "chain_no" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "envelope" BLOB NOT NULL,
    "leaf_hash" BLOB NOT NULL,
    "flags" INTEGER NOT NULL,
    "accepted_at_ms" BIGINT NOT NULL,

    PRIMARY KEY ("chain_no", "index")
) WITHOUT ROWID;

-- CreateTable (without rowid: the primary key is the table, one B-tree less to write)
CREATE TABLE "ledger_leaf_index" (
    "chain_no" INTEGER NOT NULL,
    "prefix" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,

    PRIMARY KEY ("chain_no", "prefix", "index")
) WITHOUT ROWID;

-- CreateTable (without rowid: the primary key is the table, one B-tree less to write)
CREATE TABLE "ledger_entry_identities" (
    "device_no" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,

    PRIMARY KEY ("device_no", "epoch", "seq")
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "ledger_tiles" (
    "chain_no" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "hashes" BLOB NOT NULL,

    PRIMARY KEY ("chain_no", "level", "index")
);

-- CreateTable
CREATE TABLE "ledger_log_offsets" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next" BIGINT NOT NULL,
    "epoch" INTEGER NOT NULL,

    PRIMARY KEY ("topic", "partition")
);

-- CreateTable
CREATE TABLE "ledger_chain_devices" (
    "no" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "chain_no" INTEGER NOT NULL,
    "device_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "key_number" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "ledger_chain_device_keys" (
    "device_no" INTEGER NOT NULL,
    "key_number" INTEGER NOT NULL,
    "jwk" TEXT NOT NULL,
    "index" INTEGER NOT NULL,

    PRIMARY KEY ("device_no", "key_number")
);

-- CreateTable
CREATE TABLE "ledger_checkpoints" (
    "chain_no" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "root" BLOB NOT NULL,
    "note" TEXT NOT NULL,
    "signed_at" DATETIME NOT NULL,

    PRIMARY KEY ("chain_no", "size")
);

-- CreateTable
CREATE TABLE "ledger_transactions" (
    "chain_no" INTEGER NOT NULL,
    "nonce" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "subject" INTEGER,
    "raw" BLOB NOT NULL,
    "hash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "final_at" DATETIME,
    "block_number" INTEGER,
    "gas_used" INTEGER,

    PRIMARY KEY ("chain_no", "nonce")
);

-- CreateTable
CREATE TABLE "ledger_receipt_evidence" (
    "chain_no" INTEGER NOT NULL,
    "nonce" INTEGER NOT NULL,
    "block_number" INTEGER NOT NULL,
    "tx_index" INTEGER NOT NULL,
    "nodes" BLOB NOT NULL,

    PRIMARY KEY ("chain_no", "nonce")
);

-- CreateTable
CREATE TABLE "ledger_block_headers" (
    "chain_no" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "header" BLOB NOT NULL,
    "superseded" BOOLEAN NOT NULL DEFAULT false,

    PRIMARY KEY ("chain_no", "number", "hash")
);

-- CreateTable
CREATE TABLE "ledger_platform_keys" (
    "number" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "sealed" BLOB NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ledger_outbox" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ledger_idempotency" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenant_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "lease_until_ms" BIGINT NOT NULL,
    "expires_at_ms" BIGINT NOT NULL,
    "response" TEXT
);

-- CreateIndex
CREATE INDEX "auth_devices_tenant_id_id_idx" ON "auth_devices"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "auth_device_keys_thumbprint_key" ON "auth_device_keys"("thumbprint");

-- CreateIndex
CREATE INDEX "auth_idempotency_tenant_id_idx" ON "auth_idempotency"("tenant_id");

-- CreateIndex
CREATE INDEX "auth_idempotency_expires_at_ms_idx" ON "auth_idempotency"("expires_at_ms");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_chains_id_key" ON "ledger_chains"("id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_chains_origin_key" ON "ledger_chains"("origin");

-- CreateIndex
CREATE INDEX "ledger_chains_tenant_id_id_idx" ON "ledger_chains"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "ledger_chain_devices_device_id_idx" ON "ledger_chain_devices"("device_id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_chain_devices_chain_no_device_id_key" ON "ledger_chain_devices"("chain_no", "device_id");

-- CreateIndex
CREATE INDEX "ledger_transactions_chain_no_state_nonce_idx" ON "ledger_transactions"("chain_no", "state", "nonce");

-- CreateIndex
CREATE INDEX "ledger_transactions_chain_no_purpose_subject_idx" ON "ledger_transactions"("chain_no", "purpose", "subject");

-- CreateIndex
CREATE INDEX "ledger_receipt_evidence_chain_no_block_number_idx" ON "ledger_receipt_evidence"("chain_no", "block_number");

-- CreateIndex
CREATE INDEX "ledger_idempotency_tenant_id_idx" ON "ledger_idempotency"("tenant_id");

-- CreateIndex
CREATE INDEX "ledger_idempotency_expires_at_ms_idx" ON "ledger_idempotency"("expires_at_ms");
