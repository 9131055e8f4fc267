import { beforeAll, describe, expect, it } from '@jest/globals';
import { type App, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { synthesized } from './synthesized.ts';

/** A reason shorter than this explains nothing. */
const REASON_CHARACTERS_MIN = 60;
const SECRETS = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:';
const ACCOUNTS = `AwsSolutions-IAM5[Resource::${SECRETS}hashkey-orders/production/accounts/*]`;
const PRODUCERS = `AwsSolutions-IAM5[Resource::${SECRETS}hashkey-orders/production/producers/*]`;

const OPTIONS = {
  egress: 'static',
  encryption: 'customer',
  retention: '365',
  archive: 'monthly',
};

let app: App;
let full: App;
beforeAll(() => {
  ({ app } = synthesized('production'));
  ({ app: full } = synthesized('production', OPTIONS));
});

describe('the rules of AWS solutions', () => {
  it.each(['local', 'development', 'sandbox'] as const)('find nothing on %s', (stage) => {
    expect(findingsIn(synthesized(stage).app)).toEqual([]);
  });

  it('find nothing on production that is not acknowledged, options or not', () => {
    expect(findingsIn(app)).toEqual([]);
    expect(findingsIn(full)).toEqual([]);
  });

  it('are set aside for options in these further places only', () => {
    const usual = new Set(acknowledged(app).map(({ path, id }) => `${path} ${id}`));
    const further = acknowledged(full).map(({ path, id }) => `${path} ${id}`);
    expect(further.filter((one) => !usual.has(one))).toEqual([
      'State/OrdersArchive AwsSolutions-S1',
      'Service/SubmitOrder/Role AwsSolutions-IAM5[Resource::*]',
      'Service/CancelOrder/Role AwsSolutions-IAM5[Resource::*]',
      'Service/ReconcileOrders/Role AwsSolutions-IAM5[Resource::*]',
      'Service/CheckEgress/Role AwsSolutions-IAM5[Resource::*]',
      'Service/Archive/Role AwsSolutions-IAM5[Resource::hashkey-orders-production-state:ExportsOutputFnGetAttOrdersArchiveArn739079C3/orders/*]',
    ]);
  });

  it('would find something', () => {
    const { app: spoiled } = synthesized('local');
    new Queue(spoiled.node.findChild('Service'), 'Careless');
    const { violations } = new AwsSolutionsChecks().validateScope(spoiled);
    expect(violations.map(({ ruleName }) => ruleName)).toContain('AwsSolutions-SQS4');
  });

  it('are set aside in these places only', () => {
    expect(acknowledged(app).map(({ path, id }) => `${path} ${id}`)).toEqual([
      `Service/ReceiveOrder/Role ${ACCOUNTS}`,
      `Service/ReceiveOrder/Role ${PRODUCERS}`,
      `Service/SubmitOrder/Role ${ACCOUNTS}`,
      `Service/CancelOrder/Role ${ACCOUNTS}`,
      `Service/ReconcileOrders/Role ${ACCOUNTS}`,
      `Service/StreamOrders/Role ${ACCOUNTS}`,
      'Service/StreamOrders/Role AwsSolutions-IAM5[Resource::*]',
      'Service/PublishEvents/Role AwsSolutions-IAM5[Resource::*]',
      `Service/DeliverResults/Role ${PRODUCERS}`,
      `Service/ControlAccount/Role ${ACCOUNTS}`,
      'Service/Api/HttpApi/POST--v1--webhooks--{producerId} AwsSolutions-APIG4',
      'Service/Api/HttpApi/POST--v1--tradingview--{producerId}--{token} AwsSolutions-APIG4',
      'Service/Api/HttpApi/GET--health AwsSolutions-APIG4',
    ]);
  });

  it('are never set aside without a reason', () => {
    for (const { reason } of acknowledged(full)) {
      expect(reason.length).toBeGreaterThan(REASON_CHARACTERS_MIN);
    }
  });
});

function findingsIn(root: App) {
  return new AwsSolutionsChecks().validateScope(root).violations;
}

/** Rules set aside by us; the construct library sets some of its own aside itself. */
function acknowledged(root: App) {
  const all = root.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries<string>(data).map(([id, reason]) => ({
          path: node.path,
          id: id.replace(/^annotation::/i, ''),
          reason,
        })),
      ),
  );
  return all.filter(({ id }) => id.startsWith('AwsSolutions-'));
}
