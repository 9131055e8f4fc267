// The program of one instance: imports a bundled handler, then answers one invocation at a time.
//
// Plain JavaScript on purpose: it is started once per instance, and stripping types there would
// cost every cold start time and memory. The host speaks to it over the IPC channel only.
import { pathToFileURL } from 'node:url';

const { _HANDLER: handlerName, LAMBDA_TASK_ROOT: taskRoot } = process.env;

// The channel closes when the host ends in any way, kill -9 included: nobody is left to work for.
process.on('disconnect', () => process.exit(0));

// Ctrl-C reaches every process of the terminal: the host decides what becomes of a running
// invocation, and it stops its instances by SIGTERM.
process.on('SIGINT', () => {});

const handler = await load();
if (handler !== undefined) {
  process.on('message', (message) => answer(handler, message));
  process.send({ kind: 'ready' });
}

async function load() {
  try {
    const [file, exportName] = splitHandler(handlerName);
    const module = await import(pathToFileURL(`${taskRoot}/${file}`).href);
    const exported = module[exportName];
    if (typeof exported !== 'function') {
      throw Object.assign(new Error(`${handlerName} is undefined or not exported`), {
        name: 'Runtime.HandlerNotFound',
      });
    }
    return exported;
  } catch (error) {
    console.error('Import Error', error);
    const described = describe(error);
    const isMissing = error?.code === 'ERR_MODULE_NOT_FOUND';
    const errorType = isMissing ? 'Runtime.ImportModuleError' : described.errorType;
    process.send({ kind: 'broken', error: { ...described, errorType } });
    return undefined;
  }
}

function splitHandler(name) {
  const dot = name.lastIndexOf('.');
  return [`${name.slice(0, dot)}.mjs`, name.slice(dot + 1)];
}

async function answer(run, { requestId, deadlineMs, event }) {
  try {
    const payload = await run(event, context(requestId, deadlineMs));
    process.send({ kind: 'succeeded', requestId, payload });
  } catch (error) {
    console.error('Invoke Error', error);
    process.send({ kind: 'failed', requestId, error: describe(error) });
  }
}

function context(requestId, deadlineMs) {
  const env = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: process.argv[2],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = String(error.stack ?? '').split('\n');
  return { errorType: error.name, errorMessage: error.message, trace };
}
