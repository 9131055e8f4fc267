import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Severity } from '../alarm-row.ts';
import type { Stage } from '../stages.ts';

/** Builds the topic to which people subscribe for alarms of one severity. */
export function buildAlarmTopic(
  scope: Construct,
  stage: Stage,
  { severity, key }: { readonly severity: Severity; readonly key: IKey | undefined },
): Topic {
  const topic = new Topic(scope, severity, {
    topicName: `${stage.prefix}alarms-${severity}`,
    displayName: `HashKey orders ${stage.name}: ${severity}`,
    enforceSSL: true,
    ...(key && { masterKey: key }),
  });
  // A topic with a policy of its own no longer lets the account in by default.
  topic.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sns:Publish'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
