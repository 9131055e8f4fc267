import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../infra/build-app.ts';
import type { StageName } from '../../infra/stages.ts';

/** The app of a stage with its templates. Nothing is bundled: that is no promise of a template. */
export interface Synthesized {
  readonly app: App;
  readonly state: Template;
  readonly service: Template;
}

/** Builds the app of a stage and reads its templates. */
export function synthesized(
  stage: StageName,
  options: Readonly<Record<string, string>> = {},
): Synthesized {
  const app = buildApp({ stage, ...options, 'aws:cdk:bundling-stacks': [] });
  return { app, state: templateOf(app, 'State'), service: templateOf(app, 'Service') };
}

function templateOf(app: App, id: string): Template {
  const stack = app.node.findChild(id);
  if (!Stack.isStack(stack)) throw new TypeError(`${id} is not a stack.`);
  return Template.fromStack(stack);
}
