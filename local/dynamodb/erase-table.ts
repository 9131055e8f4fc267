import { createRequire } from 'node:module';

interface LevelStore {
  open(): Promise<void>;
  close(): Promise<void>;
  clear(range: { readonly gte: string; readonly lt: string }): Promise<void>;
  del(key: string): Promise<void>;
}

/**
 * Removes everything about one table from a dynalite directory that nobody has open.
 *
 * A process killed while dynalite creates or deletes a table leaves it in `CREATING` or `DELETING`
 * for ever, and dynalite then refuses to create or delete it. The key layout is that of dynalite 4.0.0.
 */
export async function eraseTable(directory: string, table: string): Promise<void> {
  const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level }: { Level: new (path: string) => LevelStore } = fromDynalite('level');
  const store = new Level(directory);
  await store.open();

  const prefixes = [
    `item-${table}~`,
    `tag-${table}~`,
    `index-global~${table}~`,
    `index-local~${table}~`,
  ];
  for (const prefix of prefixes) await store.clear({ gte: prefix, lt: `${prefix}\u{10ffff}` });
  await store.del(`table~${table}`);
  await store.close();
}
