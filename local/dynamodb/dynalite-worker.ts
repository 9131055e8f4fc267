import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import * as z from 'zod/mini';
import { eraseTable } from './erase-table.ts';

// The database has a thread of its own: it parses and indexes while the front serves others, and the
// region and the account, which dynalite reads from the environment, are set for this thread alone.

const settings = z.parse(
  z.object({ directory: z.string(), halfDoneTables: z.array(z.string()) }),
  workerData,
);

for (const table of settings.halfDoneTables) await eraseTable(settings.directory, table);

const server = dynalite({
  path: settings.directory,
  createTableMs: 0,
  deleteTableMs: 0,
  updateTableMs: 0,
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  parentPort?.postMessage({ port });
});

parentPort?.once('message', () => {
  server.close(() => {
    parentPort?.postMessage({ closed: true });
  });
});
