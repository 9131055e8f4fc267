import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Far above the ten seconds it takes; a hanging tool must not hang the start. */
const SYNTHESIS_TIMEOUT_MS = 180_000;
/** Lines of the tool's own words shown when it fails. */
const LINES_SHOWN = 15;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes the CloudFormation templates and bundles the handlers, as a deployment would.
 *
 * In a process of its own, so that the tools' memory is gone when the stack runs.
 *
 * @throws Error with the tool's last lines when it fails
 */
export async function synthesize(directory: string): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', 'infra/app.ts'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: SYNTHESIS_TIMEOUT_MS,
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const [code] = await once(child, 'close');
  if (code === 0) return;
  const lines = said.trim().split('\n').slice(-LINES_SHOWN).join('\n');
  throw new Error(`The templates could not be synthesized (npm run synth says more):\n${lines}`);
}
