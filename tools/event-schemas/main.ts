import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemaOf } from '../../lib/application/event-schema.ts';

/** Writes the published schemas of events to `docs/events`. */
for (const name of ['order-event.v1', 'result-webhook.v1'] as const) {
  const file = new URL(`../../docs/events/${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`);
  process.stdout.write(`${fileURLToPath(file)}\n`);
}
