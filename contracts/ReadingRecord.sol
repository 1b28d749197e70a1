// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IReadingRecord} from "./IReadingRecord.sol";

/// @title The smallest implementation of IReadingRecord
contract ReadingRecord is IReadingRecord {
    /// @dev One slot (28 bytes): a record rewrites no more than this one.
    struct Position {
        address writer;
        uint64 next;
    }

    mapping(bytes32 ledger => Position) private positions;

    /// @inheritdoc IReadingRecord
    function open(bytes32 ledger) external {
        Position storage position = positions[ledger];
        if (position.writer != address(0)) revert LedgerTaken();
        position.writer = msg.sender;
    }

    /// @inheritdoc IReadingRecord
    function record(bytes32 ledger, uint64 index, bytes calldata envelope) external {
        Position storage position = positions[ledger];
        if (position.writer != msg.sender) revert NotWriter();
        if (index != position.next) revert NotNext(position.next, index);
        position.next = index + 1;
        emit ReadingRecorded(ledger, index, sha256(abi.encodePacked(bytes1(0), envelope)), envelope);
    }

    /// @inheritdoc IReadingRecord
    function latest(bytes32 ledger) external view returns (address writer, uint64 next) {
        Position storage position = positions[ledger];
        return (position.writer, position.next);
    }
}
