-- CreateTable
CREATE TABLE "auth_tenants" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "auth_tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_devices" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "auth_devices_pkey" PRIMARY KEY ("id")
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
    "created_at" TIMESTAMP(3) NOT NULL,
    "replaced_at" TIMESTAMP(3),

    CONSTRAINT "auth_device_keys_pkey" PRIMARY KEY ("device_id","number")
);

-- CreateTable
CREATE TABLE "auth_token_keys" (
    "number" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "auth_token_keys_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "auth_outbox" (
    "id" SERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "auth_outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_idempotency" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "lease_until_ms" BIGINT NOT NULL,
    "expires_at_ms" BIGINT NOT NULL,
    "response" TEXT,

    CONSTRAINT "auth_idempotency_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ingest_promise_keys" (
    "number" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ingest_promise_keys_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "ingest_outbox" (
    "id" SERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ingest_outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_chains" (
    "no" SERIAL NOT NULL,
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
    "ledger_key_sealed" BYTEA NOT NULL,
    "eip155" INTEGER NOT NULL,
    "writer_address" TEXT NOT NULL,
    "writer_key_sealed" BYTEA NOT NULL,
    "contract" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ledger_chains_pkey" PRIMARY KEY ("no")
);

-- CreateTable
CREATE TABLE "ledger_trees" (
    "chain_no" INTEGER NOT NULL,
    "edge" BYTEA NOT NULL,
    "leaves_indexed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ledger_trees_pkey" PRIMARY KEY ("chain_no")
);

-- CreateTable
CREATE TABLE "ledger_entries" (
    "chain_no" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "envelope" BYTEA NOT NULL,
    "leaf_hash" BYTEA NOT NULL,
    "flags" INTEGER NOT NULL,
    "accepted_at_ms" BIGINT NOT NULL,

    CONSTRAINT "ledger_entries_pkey" PRIMARY KEY ("chain_no","index")
);

-- CreateTable
CREATE TABLE "ledger_leaf_index" (
    "chain_no" INTEGER NOT NULL,
    "prefix" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,

    CONSTRAINT "ledger_leaf_index_pkey" PRIMARY KEY ("chain_no","prefix","index")
);

-- CreateTable
CREATE TABLE "ledger_entry_identities" (
    "device_no" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,

    CONSTRAINT "ledger_entry_identities_pkey" PRIMARY KEY ("device_no","epoch","seq")
);

-- CreateTable
CREATE TABLE "ledger_tiles" (
    "chain_no" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "hashes" BYTEA NOT NULL,

    CONSTRAINT "ledger_tiles_pkey" PRIMARY KEY ("chain_no","level","index")
);

-- CreateTable
CREATE TABLE "ledger_log_offsets" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next" BIGINT NOT NULL,
    "epoch" INTEGER NOT NULL,

    CONSTRAINT "ledger_log_offsets_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateTable
CREATE TABLE "ledger_chain_devices" (
    "no" SERIAL NOT NULL,
    "chain_no" INTEGER NOT NULL,
    "device_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "key_number" INTEGER NOT NULL,

    CONSTRAINT "ledger_chain_devices_pkey" PRIMARY KEY ("no")
);

-- CreateTable
CREATE TABLE "ledger_chain_device_keys" (
    "device_no" INTEGER NOT NULL,
    "key_number" INTEGER NOT NULL,
    "jwk" TEXT NOT NULL,
    "index" INTEGER NOT NULL,

    CONSTRAINT "ledger_chain_device_keys_pkey" PRIMARY KEY ("device_no","key_number")
);

-- CreateTable
CREATE TABLE "ledger_checkpoints" (
    "chain_no" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "signed_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ledger_checkpoints_pkey" PRIMARY KEY ("chain_no","size")
);

-- CreateTable
CREATE TABLE "ledger_transactions" (
    "chain_no" INTEGER NOT NULL,
    "nonce" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "subject" INTEGER,
    "raw" BYTEA NOT NULL,
    "hash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "final_at" TIMESTAMP(3),
    "block_number" INTEGER,
    "gas_used" INTEGER,

    CONSTRAINT "ledger_transactions_pkey" PRIMARY KEY ("chain_no","nonce")
);

-- CreateTable
CREATE TABLE "ledger_receipt_evidence" (
    "chain_no" INTEGER NOT NULL,
    "nonce" INTEGER NOT NULL,
    "block_number" INTEGER NOT NULL,
    "tx_index" INTEGER NOT NULL,
    "nodes" BYTEA NOT NULL,

    CONSTRAINT "ledger_receipt_evidence_pkey" PRIMARY KEY ("chain_no","nonce")
);

-- CreateTable
CREATE TABLE "ledger_block_headers" (
    "chain_no" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "header" BYTEA NOT NULL,
    "superseded" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ledger_block_headers_pkey" PRIMARY KEY ("chain_no","number","hash")
);

-- CreateTable
CREATE TABLE "ledger_platform_keys" (
    "number" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ledger_platform_keys_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "ledger_outbox" (
    "id" SERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ledger_outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_idempotency" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "lease_until_ms" BIGINT NOT NULL,
    "expires_at_ms" BIGINT NOT NULL,
    "response" TEXT,

    CONSTRAINT "ledger_idempotency_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform_deployment" (
    "id" INTEGER NOT NULL,
    "log_identity" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "platform_deployment_pkey" PRIMARY KEY ("id")
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

-- AddForeignKey
ALTER TABLE "auth_devices" ADD CONSTRAINT "auth_devices_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "auth_tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auth_device_keys" ADD CONSTRAINT "auth_device_keys_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "auth_devices"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
