import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundledCode } from '../bundling.ts';
import type { FunctionRow } from '../functions.ts';
import type { Permissions } from '../permissions.ts';
import type { Stage } from '../stages.ts';
import type { ExchangeNetwork } from './exchange-network.ts';

/** What a function needs besides its row. */
export interface OrderFunctionInput {
  readonly stage: Stage;
  readonly row: FunctionRow;
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: Permissions;
  readonly reservedConcurrency: number | undefined;
  /** Where the function is put; undefined for AWS's own network. */
  readonly network: ExchangeNetwork | undefined;
  readonly key: IKey | undefined;
}

/** Builds one function with a role of its own and a log group that forgets in time. */
export function buildOrderFunction(scope: Construct, input: OrderFunctionInput): LambdaFunction {
  const { stage, row } = input;
  const functionName = `${stage.prefix}${row.name}`;
  const group = new Construct(scope, row.id);

  const logGroup = new LogGroup(group, 'Logs', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: stage.logRetentionDays,
    // Its name is fixed: kept after a failed first deployment it would block the second.
    removalPolicy: stage.keepsState
      ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
      : RemovalPolicy.DESTROY,
    ...(input.key && { encryptionKey: input.key }),
  });

  const role = new Role(group, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `What ${functionName} may do.`,
    inlinePolicies: {
      permissions: new PolicyDocument({ statements: [...input.permissions.statements] }),
    },
  });
  logGroup.grantWrite(role);
  for (const { finding, why } of input.permissions.wildcards) {
    Validations.of(role).acknowledge({ id: finding, reason: why });
  }

  return new LambdaFunction(group, 'Function', {
    functionName,
    description: row.description,
    code: bundledCode(row.name),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: row.memoryMiB,
    timeout: Duration.seconds(row.timeoutS),
    environment: { ...input.environment },
    role,
    logGroup,
    ...input.network,
    ...(input.reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: input.reservedConcurrency }),
  });
}
