import type { ExchangeSite } from '../../application/account.ts';
import type { Clock } from '../../application/ports.ts';
import type { InstrumentRules } from '../../domain/instrument.ts';
import { instrumentRules } from './instrument-rules.ts';
import { baseUrlOf, siteFacts } from './sites.ts';
import { READ_PAUSE_MS, readUnsigned, type UnsignedReadOptions } from './unsigned-read.ts';
import { exchangeInfoSchema } from './wire.ts';

type Rules = ReadonlyMap<string, InstrumentRules>;

/** The trading rules of each site, read now and then. */
export interface InstrumentCache {
  /** @returns undefined when they are not known and cannot be had now */
  get(site: ExchangeSite): Promise<Rules | undefined>;
}

/** What an instrument cache is made with. */
export interface InstrumentCacheOptions extends UnsignedReadOptions {
  readonly clock: Clock;
  /** Rules older than this are read again. */
  readonly instrumentsMaxAgeMs: number;
  /** Rules older than this are no longer used, when none newer could be read. */
  readonly instrumentsStaleMaxMs: number;
}

interface Entry {
  known?: { readonly rules: Rules; readonly readAtMs: number };
  reading?: Promise<void>;
  pausedUntilMs: number;
}

/** Makes a cache of trading rules; callers at the same time share one read. */
export function createInstrumentCache(options: InstrumentCacheOptions): InstrumentCache {
  const { clock } = options;
  const entries = new Map<string, Entry>();
  const ageOf = ({ known }: Entry) =>
    known === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - known.readAtMs;

  return {
    async get(site) {
      const name = `${site.site} ${baseUrlOf(site).href}`;
      const entry = entries.get(name) ?? { pausedUntilMs: Number.NEGATIVE_INFINITY };
      entries.set(name, entry);

      const isDue = ageOf(entry) > options.instrumentsMaxAgeMs;
      if (isDue && clock.monotonicMs() >= entry.pausedUntilMs) {
        entry.reading ??= refresh(options, site, entry).finally(() => {
          delete entry.reading;
        });
        await entry.reading;
      }
      return ageOf(entry) <= options.instrumentsStaleMaxMs ? entry.known?.rules : undefined;
    },
  };
}

async function refresh(
  options: InstrumentCacheOptions,
  site: ExchangeSite,
  entry: Entry,
): Promise<void> {
  const { clock } = options;
  const { informationSite } = siteFacts(site.site);
  const query = informationSite === undefined ? '' : `?site=${informationSite}`;
  const read = await readUnsigned(options, baseUrlOf(site), `/api/v1/exchangeInfo${query}`);

  const info = read.kind === 'read' ? exchangeInfoSchema.safeParse(read.body) : undefined;
  if (info?.success) {
    entry.known = { rules: instrumentRules(info.data), readAtMs: clock.monotonicMs() };
    return;
  }
  const failure = read.kind === 'read' ? 'failed' : read.kind;
  entry.pausedUntilMs = clock.monotonicMs() + READ_PAUSE_MS[failure];
}
