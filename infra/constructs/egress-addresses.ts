import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';

/** One fixed address from which requests reach the exchange. */
export interface EgressAddress {
  readonly ip: string;
  readonly allocationId: string;
}

/** One for each zone: a zone that fails takes its gateway along, but not the other one. */
export const EGRESS_ZONES = 2;

/**
 * Builds the fixed addresses. They belong to what must survive: keys of the exchange are bound to
 * them, and an address given back to AWS is gone for good.
 */
export function buildEgressAddresses(scope: Construct, stage: Stage): readonly EgressAddress[] {
  const addresses = Array.from({ length: EGRESS_ZONES }, (_, index) => {
    const id = `EgressAddress${index + 1}`;
    const address = new CfnEIP(scope, id, {
      domain: 'vpc',
      tags: [{ key: 'Name', value: `${stage.prefix}egress-${index + 1}` }],
    });
    address.applyRemovalPolicy(stage.keepsState ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    address.overrideLogicalId(id);
    return { ip: address.attrPublicIp, allocationId: address.attrAllocationId };
  });
  new CfnOutput(scope, 'EgressAddresses', {
    value: addresses.map(({ ip }) => ip).join(','),
    description: 'Bind the keys of the exchange to these addresses, to all of them.',
  });
  return addresses;
}
