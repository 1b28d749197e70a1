// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Anchors of many ledgers
/// @notice Keeps the newest checkpoint (tree size, root hash) of each ledger. A ledger only ever grows: a size that was
/// anchored once cannot be anchored again, so one ledger shows one root per size.
/// A ledger is named by the SHA-256 hash of its C2SP origin (https://c2sp.org/tlog-checkpoint). It has one writer: the
/// account that opened it. Anyone may open a ledger that is still free, so a reader must know the address of this
/// contract from a source it trusts, and a host must open its ledger before it publishes that address.
interface ICheckpointAnchor {
    /// @notice A checkpoint was anchored.
    /// @param ledger SHA-256 of the ledger's origin
    /// @param size Tree size (RFC 9162, number of entries)
    /// @param root Merkle tree hash (RFC 9162) of the first `size` entries
    event CheckpointAnchored(bytes32 indexed ledger, uint64 indexed size, bytes32 root);

    /// @notice The ledger was opened before.
    error LedgerTaken();

    /// @notice The sender did not open this ledger.
    error NotWriter();

    /// @notice The offered tree size is not larger than the anchored one.
    /// @param anchored The size that stands
    /// @param offered The size that was refused
    error NotLarger(uint64 anchored, uint64 offered);

    /// @notice Makes the sender the writer of a free ledger, for good.
    function open(bytes32 ledger) external;

    /// @notice Anchors a checkpoint. Only the writer may, and only with a larger tree.
    function anchor(bytes32 ledger, uint64 size, bytes32 root) external;

    /// @notice The newest checkpoint. An unopened ledger answers zeros.
    function latest(bytes32 ledger) external view returns (address writer, uint64 size, bytes32 root);
}
