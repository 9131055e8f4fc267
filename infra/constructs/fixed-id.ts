import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Fixes the logical id of a stateful resource. CloudFormation knows resources by these ids alone:
 * with a derived id, moving a construct would replace the table behind it.
 */
export function fixLogicalId(construct: IConstruct, logicalId: string): void {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) {
    throw new TypeError(`${construct.node.path} has no resource that could be named ${logicalId}.`);
  }
  resource.overrideLogicalId(logicalId);
}
