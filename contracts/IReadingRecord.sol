// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Readings written one by one
/// @notice Writes each envelope of a ledger into an event of its own, in the ledger's order and without gaps.
/// A ledger is named by the SHA-256 hash of its C2SP origin (https://c2sp.org/tlog-checkpoint). It has one writer: the
/// account that opened it.
interface IReadingRecord {
    /// @notice An envelope was recorded.
    /// @param ledger SHA-256 of the ledger's origin
    /// @param index Position of the entry in the ledger, from 0
    /// @param leafHash SHA-256(0x00 || envelope), the RFC 9162 leaf hash, computed by the contract
    /// @param envelope The exact bytes of the entry
    event ReadingRecorded(bytes32 indexed ledger, uint64 indexed index, bytes32 indexed leafHash, bytes envelope);

    /// @notice The ledger was opened before.
    error LedgerTaken();

    /// @notice The sender did not open this ledger.
    error NotWriter();

    /// @notice The index is not the next one: entries are recorded in order, each once.
    /// @param expected The next index
    /// @param offered The index that was refused
    error NotNext(uint64 expected, uint64 offered);

    /// @notice Makes the sender the writer of a free ledger, for good.
    function open(bytes32 ledger) external;

    /// @notice Records the next envelope. Only the writer may.
    /// @dev There is no parameter for the leaf hash. The SHA-256 precompile costs 60 gas and 12 gas for each 32 bytes
    /// (yellow paper, appendix E), some 200 gas for a usual envelope, while 32 more bytes of calldata cost up to 512.
    /// So the computed hash is the cheaper one, and it cannot disagree with the envelope.
    function record(bytes32 ledger, uint64 index, bytes calldata envelope) external;

    /// @notice Who writes the ledger, and the index of its next entry. An unopened ledger answers zeros.
    function latest(bytes32 ledger) external view returns (address writer, uint64 next);
}
