import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { EGRESS_ZONES, type EgressAddress } from './egress-addresses.ts';

/** Where a function is put so that it leaves from a fixed address. */
export interface ExchangeNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: { readonly subnetType: SubnetType };
  readonly securityGroups: SecurityGroup[];
}

const HTTPS = Port.tcp(443);

/**
 * Builds the network of the functions that talk to the exchange: private subnets in two zones, each
 * behind a NAT gateway with its fixed address, and endpoints for the services of AWS, so that NAT
 * carries nothing but the exchange. Nothing comes in from outside.
 */
export function buildExchangeNetwork(
  scope: Construct,
  stage: Stage,
  input: { readonly addresses: readonly EgressAddress[]; readonly key: IKey | undefined },
): ExchangeNetwork {
  const group = new Construct(scope, 'Network');
  const built = new Vpc(group, 'Vpc', {
    vpcName: `${stage.prefix}exchange`,
    ipAddresses: IpAddresses.cidr('10.64.0.0/22'),
    maxAzs: EGRESS_ZONES,
    natGateways: EGRESS_ZONES,
    natGatewayProvider: NatProvider.gateway({
      eipAllocationIds: input.addresses.map(({ allocationId }) => allocationId),
    }),
    subnetConfiguration: [
      // Gateways only: nothing here gets a public address of its own.
      { name: 'gateways', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
      { name: 'functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 25 },
    ],
  });
  // The library's class and its interface differ in whether an optional member may be undefined.
  const vpc = built as IVpc;
  logFlows(group, stage, { vpc, key: input.key });

  const functions = new SecurityGroup(group, 'FunctionsGroup', {
    vpc,
    description: 'Functions that talk to the exchange: out over HTTPS, in never.',
    allowAllOutbound: false,
  });
  functions.addEgressRule(Peer.anyIpv4(), HTTPS, 'The exchange and AWS, over HTTPS.');

  const endpoints = new SecurityGroup(group, 'EndpointsGroup', {
    vpc,
    description: 'Endpoints of AWS services: in from the functions only.',
    allowAllOutbound: false,
  });
  endpoints.addIngressRule(functions, HTTPS, 'Functions that talk to the exchange.');
  vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
  for (const [id, service] of Object.entries({
    Sqs: InterfaceVpcEndpointAwsService.SQS,
    SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  })) {
    vpc.addInterfaceEndpoint(id, { service, securityGroups: [endpoints], open: false });
  }
  return {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [functions],
  };
}

/** Refused connections only: they show an attack or a mistake, and cost little. */
function logFlows(
  scope: Construct,
  stage: Stage,
  { vpc, key }: { readonly vpc: IVpc; readonly key: IKey | undefined },
): void {
  const logGroup = new LogGroup(scope, 'FlowLogs', {
    logGroupName: `/aws/vpc/${stage.prefix}exchange`,
    retention: stage.logRetentionDays,
    removalPolicy: stage.keepsState
      ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
      : RemovalPolicy.DESTROY,
    ...(key && { encryptionKey: key }),
  });
  vpc.addFlowLog('Refused', {
    destination: FlowLogDestination.toCloudWatchLogs(logGroup),
    trafficType: FlowLogTrafficType.REJECT,
  });
}
