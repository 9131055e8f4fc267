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

let app: App;
beforeAll(() => {
  ({ app } = synthesized('production'));
});

describe('the rules of AWS solutions', () => {
  it('find nothing that is not acknowledged', () => {
    expect(new AwsSolutionsChecks().validateScope(app).violations).toEqual([]);
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
      `Service/ReconcileOrders/Role ${ACCOUNTS}`,
      'Service/PublishEvents/Role AwsSolutions-IAM5[Resource::*]',
      `Service/ControlAccount/Role ${ACCOUNTS}`,
      'Service/Api/HttpApi/POST--v1--webhooks--{producerId} AwsSolutions-APIG4',
      'Service/Api/HttpApi/GET--health AwsSolutions-APIG4',
    ]);
  });

  it('are never set aside without a reason', () => {
    for (const { reason } of acknowledged(app)) {
      expect(reason.length).toBeGreaterThan(REASON_CHARACTERS_MIN);
    }
  });
});

function acknowledged(root: App) {
  return root.node.findAll().flatMap(({ node }) =>
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
}
