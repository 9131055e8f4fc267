import * as z from 'zod/mini';
import { LIST_RESULTS_MAX, MOVE_TASKS_LISTED_MAX } from './limits.ts';
import type { MoveTask } from './move-tasks.ts';
import {
  type Call,
  call,
  inRange,
  optionalMap,
  optionalNumber,
  optionalText,
  optionalTexts,
  queueName,
  queueUrl,
  required,
} from './protocol-call.ts';
import { describeQueue } from './queue-description.ts';
import type { Queue } from './queues.ts';
import { SqsError } from './sqs-error.ts';

const page = { MaxResults: optionalNumber, NextToken: optionalText };
const queueShape = z.object({ QueueUrl: optionalText, ...page });

/** The operations on queues, by their names in the protocol. */
export const queueCalls: Readonly<Record<string, Call>> = {
  CreateQueue: call(
    z.object({ QueueName: optionalText, Attributes: optionalMap, tags: optionalMap }),
    (context, input) => {
      const name = required('QueueName', input.QueueName);
      const options = { tags: input.tags, whenDifferent: 'refuse' } as const;
      const queue = context.engine.createQueue(name, input.Attributes ?? {}, options);
      return { QueueUrl: queueUrl(context, queue) };
    },
  ),

  GetQueueUrl: call(z.object({ QueueName: optionalText }), (context, input) => {
    const queue = context.engine.findQueue(required('QueueName', input.QueueName));
    if (queue !== undefined) return { QueueUrl: queueUrl(context, queue) };
    throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }),

  ListQueues: call(z.object({ QueueNamePrefix: optionalText, ...page }), (context, input) => {
    const prefix = input.QueueNamePrefix ?? '';
    const queues = context.engine.listQueues().filter(({ name }) => name.startsWith(prefix));
    const { some, nextToken } = pageOf(queues, input);
    const urls = some.map((queue) => queueUrl(context, queue));
    return { ...(urls.length > 0 && { QueueUrls: urls }), NextToken: nextToken };
  }),

  ListDeadLetterSourceQueues: call(queueShape, (context, input) => {
    const sources = context.engine.deadLetterSources(queueName(input.QueueUrl));
    const { some, nextToken } = pageOf(sources, input);
    return { queueUrls: some.map((queue) => queueUrl(context, queue)), NextToken: nextToken };
  }),

  GetQueueAttributes: call(
    z.object({ QueueUrl: optionalText, AttributeNames: optionalTexts }),
    ({ engine }, input) => ({
      Attributes: describeQueue(engine, queueName(input.QueueUrl), input.AttributeNames ?? []),
    }),
  ),

  SetQueueAttributes: call(
    z.object({ QueueUrl: optionalText, Attributes: optionalMap }),
    ({ engine }, input) => {
      engine.setAttributes(queueName(input.QueueUrl), required('Attributes', input.Attributes));
      return {};
    },
  ),

  DeleteQueue: call(queueShape, ({ engine }, input) => {
    engine.deleteQueue(queueName(input.QueueUrl));
    return {};
  }),

  PurgeQueue: call(queueShape, ({ engine }, input) => {
    engine.purge(queueName(input.QueueUrl));
    return {};
  }),

  TagQueue: call(z.object({ QueueUrl: optionalText, Tags: optionalMap }), ({ engine }, input) => {
    const queue = existing(engine.findQueue(queueName(input.QueueUrl)));
    engine.setTags(queue.name, { ...queue.tags, ...required('Tags', input.Tags) });
    return {};
  }),

  UntagQueue: call(
    z.object({ QueueUrl: optionalText, TagKeys: optionalTexts }),
    ({ engine }, input) => {
      const queue = existing(engine.findQueue(queueName(input.QueueUrl)));
      const gone = required('TagKeys', input.TagKeys);
      const kept = Object.entries(queue.tags).filter(([key]) => !gone.includes(key));
      engine.setTags(queue.name, Object.fromEntries(kept));
      return {};
    },
  ),

  ListQueueTags: call(queueShape, ({ engine }, input) => {
    const { tags } = existing(engine.findQueue(queueName(input.QueueUrl)));
    return Object.keys(tags).length === 0 ? {} : { Tags: tags };
  }),

  StartMessageMoveTask: call(
    z.object({
      SourceArn: optionalText,
      DestinationArn: optionalText,
      MaxNumberOfMessagesPerSecond: optionalNumber,
    }),
    ({ engine }, input) => {
      const { id } = engine.startMoveTask({
        sourceArn: required('SourceArn', input.SourceArn),
        destinationArn: input.DestinationArn,
        messagesPerSecond: input.MaxNumberOfMessagesPerSecond,
      });
      return { TaskHandle: id };
    },
  ),

  CancelMessageMoveTask: call(z.object({ TaskHandle: optionalText }), ({ engine }, input) => {
    const task = engine.cancelMoveTask(required('TaskHandle', input.TaskHandle));
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }),

  ListMessageMoveTasks: call(
    z.object({ SourceArn: optionalText, MaxResults: optionalNumber }),
    ({ engine }, input) => {
      const resultsMax = inRange('MaxResults', input.MaxResults, [1, MOVE_TASKS_LISTED_MAX]);
      const tasks = engine.listMoveTasks(required('SourceArn', input.SourceArn), resultsMax);
      return { Results: tasks.map(taskAnswer) };
    },
  ),
};

function existing(queue: Queue | undefined): Queue {
  if (queue !== undefined) return queue;
  throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

/**
 * A page begins behind the name in its token; without MaxResults there is no token, as in the
 * service.
 */
function pageOf(
  queues: readonly Queue[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { some: readonly Queue[]; nextToken?: string } {
  const resultsMax = inRange('MaxResults', MaxResults, [1, LIST_RESULTS_MAX]);
  const rest = queues.filter(({ name }) => NextToken === undefined || name > NextToken);
  const some = rest.slice(0, resultsMax ?? LIST_RESULTS_MAX);
  const last = some.at(-1);
  if (resultsMax === undefined || last === undefined || rest.length === some.length)
    return { some };
  return { some, nextToken: last.name };
}

function taskAnswer(task: MoveTask): object {
  return {
    // The service shows the handle only while the task can still be canceled.
    ...(task.status === 'RUNNING' && { TaskHandle: task.id }),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn !== null && { DestinationArn: task.destinationArn }),
    ...(task.rate !== null && { MaxNumberOfMessagesPerSecond: task.rate }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failure !== null && { FailureReason: task.failure }),
    StartedTimestamp: task.startedAt,
  };
}
