import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { assertDeployable } from './deployable.ts';
import { functionsOf } from './functions.ts';
import { QUEUE_SETTINGS, RECONCILE_EVERY_S } from './queue-settings.ts';
import { ROUTES } from './routes.ts';
import { buildServiceStack } from './service-stack.ts';
import { withOptions } from './stage-options.ts';
import { type Stage, stageOf } from './stages.ts';
import { buildStateStack } from './state-stack.ts';

/**
 * Builds the app for the stage and the options that its context names, and has its templates
 * checked when they are written.
 *
 * @param context - settings besides those given on the command line
 * @throws UnknownStageError when there is no such stage
 * @throws UnknownOptionError when an option is misspelt
 * @throws UndeployableError when settings do not fit each other
 */
export function buildApp(context: Readonly<Record<string, unknown>> = {}): App {
  const app = new App({ context: { ...TOOLKIT, ...context } });
  const stage = stageOf(app.node.tryGetContext('stage'));
  return buildStage(app, withOptions(stage, app.node.getAllContext()));
}

/** Builds both stacks of a stage into an app. */
export function buildStage(app: App, stage: Stage): App {
  assertDeployable({
    stage,
    functions: functionsOf(stage),
    queue: QUEUE_SETTINGS,
    reconcileEveryS: RECONCILE_EVERY_S,
    answering: ROUTES.map(({ to }) => to),
  });
  const state = buildStateStack(app, stage);
  buildServiceStack(app, stage, state);

  tag(app, stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/**
 * Behaviour of the toolkit, kept here and not in cdk.json so that the app gives the same templates
 * when it is run without the command line tool.
 */
const TOOLKIT = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:target-partitions': ['aws'],
  // Exports and imports: CloudFormation then refuses to remove what the service still uses.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:disable-version-reporting': true,
};

function tag(app: App, stage: Stage): void {
  Tags.of(app).add('service', 'hashkey-orders');
  Tags.of(app).add('stage', stage.name);
  Tags.of(app).add('exchange-environment', stage.exchangeEnvironment);
}
