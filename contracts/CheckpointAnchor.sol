// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ICheckpointAnchor} from "./ICheckpointAnchor.sol";

/// @title The smallest implementation of ICheckpointAnchor
contract CheckpointAnchor is ICheckpointAnchor {
    /// @dev `writer` and `size` share one slot (28 bytes), so an anchor rewrites two slots and no more.
    struct Checkpoint {
        address writer;
        uint64 size;
        bytes32 root;
    }

    mapping(bytes32 ledger => Checkpoint) private checkpoints;

    /// @inheritdoc ICheckpointAnchor
    function open(bytes32 ledger) external {
        Checkpoint storage checkpoint = checkpoints[ledger];
        if (checkpoint.writer != address(0)) revert LedgerTaken();
        checkpoint.writer = msg.sender;
    }

    /// @inheritdoc ICheckpointAnchor
    function anchor(bytes32 ledger, uint64 size, bytes32 root) external {
        Checkpoint storage checkpoint = checkpoints[ledger];
        if (checkpoint.writer != msg.sender) revert NotWriter();
        if (size <= checkpoint.size) revert NotLarger(checkpoint.size, size);
        checkpoint.size = size;
        checkpoint.root = root;
        emit CheckpointAnchored(ledger, size, root);
    }

    /// @inheritdoc ICheckpointAnchor
    function latest(bytes32 ledger) external view returns (address writer, uint64 size, bytes32 root) {
        Checkpoint storage checkpoint = checkpoints[ledger];
        return (checkpoint.writer, checkpoint.size, checkpoint.root);
    }
}
