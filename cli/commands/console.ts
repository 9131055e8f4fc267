import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from '@commander-js/extra-typings';
import { whole } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';

const MAIN = fileURLToPath(new URL('../../console/main.ts', import.meta.url));
const PORT_MAX = 65_535;
const PORT_DEFAULT = 8085;

/** `console`: serves the web page on loopback. */
export function consoleCommand(context: Context) {
  return new Command('console')
    .description('serves the web page of a stage on this machine; Ctrl-C ends it')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', whole(0, PORT_MAX), PORT_DEFAULT)
    .action(({ port }, command) =>
      onStage(context, command, async ({ connection, signal }) => {
        if (!existsSync(MAIN)) {
          throw new CommandFailure(EXIT.failed, `${MAIN} is missing: this copy has no console.`);
        }
        const { region, endpointOf } = await connection.caller();
        const words = consoleWords({
          stage: connection.stage.name,
          url: await connection.apiUrl(),
          region,
          port,
          endpoint: endpointOf(),
        });
        const child = spawn(
          process.execPath,
          ['--disable-warning=ExperimentalWarning', MAIN, ...words],
          {
            stdio: 'inherit',
          },
        );
        signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
        const [code] = await once(child, 'exit');
        if (signal.aborted) return EXIT.interrupted;
        return code === 0 ? EXIT.ok : EXIT.failed;
      }),
    );
}

/** What the console is started with. On one machine nothing is signed, so it gets no region. */
export function consoleWords(options: {
  readonly stage: string;
  readonly url: string;
  readonly region: string;
  readonly port: number;
  readonly endpoint: string | undefined;
}): readonly string[] {
  const { stage, url, region, port, endpoint } = options;
  return [
    ...['--stage', stage, '--url', url, '--port', String(port)],
    ...(stage === 'local' ? [] : ['--region', region]),
    ...(endpoint === undefined ? [] : ['--aws-endpoint', endpoint]),
  ];
}
