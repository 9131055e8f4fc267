import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TestStack = {
  readonly Resources?: Record<string, unknown>;
  readonly Outputs?: Record<string, unknown>;
  readonly Parameters?: Record<string, unknown>;
};

/** Writes the files of a synthesis with these stacks and one asset, `code.zip`. */
export function writeAssembly(
  stacks: Readonly<Record<string, TestStack>>,
  directory = temporary(),
) {
  mkdirSync(directory, { recursive: true });
  const artifacts: Record<string, unknown> = {
    assets: { type: 'cdk:asset-manifest', properties: { file: 'all.assets.json' } },
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
  };
  for (const [stackName, template] of Object.entries(stacks)) {
    const templateFile = `${stackName}.template.json`;
    writeJson(join(directory, templateFile), template);
    artifacts[`${stackName}1234`] = {
      type: 'aws:cloudformation:stack',
      properties: { templateFile, stackName },
    };
  }
  writeJson(join(directory, 'all.assets.json'), {
    version: '55.0.0',
    files: {
      code: {
        source: { path: '../asset.code' },
        destinations: { here: { objectKey: 'code.zip' } },
      },
    },
  });
  writeJson(join(directory, 'manifest.json'), { version: '55.0.0', artifacts });
  return directory;
}

/** Writes an assembly that holds only stages, each with its stacks one directory deeper. */
export function writeStages(
  stages: Readonly<Record<string, Readonly<Record<string, TestStack>>>>,
): string {
  const directory = temporary();
  const artifacts: Record<string, unknown> = {};
  for (const [stage, stacks] of Object.entries(stages)) {
    const directoryName = `assembly-${stage}`;
    writeAssembly(stacks, join(directory, directoryName));
    artifacts[directoryName] = {
      type: 'cdk:cloud-assembly',
      properties: { directoryName, displayName: stage },
    };
  }
  writeJson(join(directory, 'manifest.json'), { version: '55.0.0', artifacts });
  return directory;
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'assembly-'));
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}
