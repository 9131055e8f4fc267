import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { FunctionName } from './functions.ts';
import type { Wildcard } from './permissions.ts';
import type { Stage } from './stages.ts';

/** Actions by which Lambda itself puts a function into a network, with the function's role. */
const ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** The wildcard of these permissions. */
export const NETWORK: Wildcard = {
  finding: 'AwsSolutions-IAM5[Resource::*]',
  why: 'Lambda makes network interfaces with the role of the function, and checks for exactly this permission without a resource; the code of the function itself is denied the same actions.',
};

/** Lets Lambda put a function into the network, and lets the function's own code do none of it. */
export function networkStatements(name: FunctionName, stage: Stage): readonly PolicyStatement[] {
  const functionArn = `arn:aws:lambda:*:*:function:${stage.prefix}${name}`;
  return [
    new PolicyStatement({ actions: ACTIONS, resources: ['*'] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ACTIONS,
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  ];
}
