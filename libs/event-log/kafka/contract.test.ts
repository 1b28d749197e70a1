import { describe } from 'vitest'
import { describeEventLog } from '../contract/describeEventLog.ts'
import { brokerForTests, kafkaPlace, needsKafka } from './kafkaPlace.fixture.ts'

describe.skipIf(needsKafka.skip)(`the log of the cloud (${needsKafka.title})`, () => {
  const broker = brokerForTests()
  describeEventLog(async () => kafkaPlace(broker.current().bootstrap))
})
