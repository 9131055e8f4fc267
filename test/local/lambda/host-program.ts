import { createFunctionHost } from '../../../local/lambda/function-host.ts';
import { hostedFunction } from './handler-directory.ts';

// Hosts one function, prints the process id of its instance and then waits to be killed.
const code = `setInterval(() => {}, 1_000); // Would keep the process alive by itself.
  export const handler = async () => process.pid;`;
const host = createFunctionHost({
  functions: [hostedFunction(code)],
  region: 'eu-west-1',
  endpointUrl: 'http://127.0.0.1:1',
  logDirectory: '',
  lineSink: () => {},
});
const outcome = await host.invoke('submit-order', {});
if (outcome.kind === 'succeeded') process.stdout.write(`${String(outcome.payload)}\n`);
setInterval(() => {}, 60_000);
