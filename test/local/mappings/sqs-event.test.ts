import { describe, expect, it } from '@jest/globals';
import { sqsEvent } from '../../../local/mappings/sqs-event.ts';
import { message } from './memory-queue.ts';

const source = {
  queueArn: 'arn:aws:sqs:eu-west-1:000000000000:orders.fifo',
  region: 'eu-west-1',
  accountId: '000000000000',
};

describe('a message handed to a function', () => {
  it('has every field the service sends', () => {
    expect(sqsEvent([message('m1', { body: 'hello', receiveCount: 3 })], source)).toEqual({
      Records: [
        {
          messageId: 'm1',
          receiptHandle: 'handle-m1',
          body: 'hello',
          attributes: {
            ApproximateReceiveCount: '3',
            SentTimestamp: '1700000000000',
            SequenceNumber: '18849496460467696128',
            MessageGroupId: 'desk-1#0',
            SenderId: '000000000000',
            MessageDeduplicationId: 'd-m1',
            ApproximateFirstReceiveTimestamp: '1700000000500',
          },
          messageAttributes: {},
          md5OfBody: '5d41402abc4b2a76b9719d911017c592',
          eventSource: 'aws:sqs',
          eventSourceARN: source.queueArn,
          awsRegion: 'eu-west-1',
        },
      ],
    });
  });

  it('carries its attributes in the spelling of an event', () => {
    const attributes = {
      origin: { DataType: 'String', StringValue: 'alert' },
      raw: { DataType: 'Binary', BinaryValue: 'AQI=' },
    };
    const [record] = sqsEvent([message('m1', { attributes })], source).Records;
    const lists = { stringListValues: [], binaryListValues: [] };
    expect(record?.messageAttributes).toEqual({
      origin: { stringValue: 'alert', dataType: 'String', ...lists },
      raw: { binaryValue: 'AQI=', dataType: 'Binary', ...lists },
    });
  });

  it('tells where it was moved from and which trace it belongs to', () => {
    const moved = message('m1', { traceHeader: 'Root=1', deadLetterSourceArn: 'arn:old' });
    expect(sqsEvent([moved], source).Records[0]?.attributes).toMatchObject({
      AWSTraceHeader: 'Root=1',
      DeadLetterQueueSourceArn: 'arn:old',
    });
  });
});
