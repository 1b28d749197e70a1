import type { Consumer, PartitionStatus } from '../eventLog.ts'
import type { PartitionFollower } from '../follow/partitionFollower.ts'
import type { GroupMemberOptions } from './groupMember.ts'
import { GroupMember } from './groupMember.ts'

export interface GroupConsumerOptions extends Omit<GroupMemberOptions, 'onAssignment'> {
  /** Only these, when the group gives them. */
  readonly only: readonly number[] | undefined
  readonly follow: (partition: number) => PartitionFollower
}

/**
 * Follows the partitions that the group gives to this process. At every rebalance all of them are given up and taken anew, also those that stay: between two
 * assignments another process may have held them, and only a new epoch is known to be the newest.
 */
export class GroupConsumer implements Consumer {
  private readonly options: GroupConsumerOptions
  private readonly member: GroupMember
  private followers: PartitionFollower[] = []
  private changing: Promise<void> = Promise.resolve()
  private closed = false

  constructor(options: GroupConsumerOptions) {
    this.options = options
    this.member = new GroupMember({ ...options, onAssignment: (partitions) => this.change(partitions) })
  }

  status(): PartitionStatus[] {
    return this.followers.map((follower) => follower.status())
  }

  /** Handlers end first, then the group is left: who comes next finds everything done. */
  async close(): Promise<void> {
    this.closed = true
    this.change([])
    await this.changing
    await this.member.close()
  }

  private change(partitions: readonly number[]): void {
    this.changing = this.changing.then(() => this.replace(partitions))
  }

  private async replace(partitions: readonly number[]): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.close()))
    const { only, follow } = this.options
    const mine = this.closed ? [] : partitions.filter((partition) => only?.includes(partition) ?? true)
    this.followers = mine.map(follow)
  }
}
