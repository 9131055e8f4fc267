import { readFileSync } from 'node:fs';

/** What the how-to shows: a person pastes it, so tests do. */
export interface TradingViewHowTo {
  /** The producer's value, its token put in. */
  readonly producer: { readonly accounts: string[]; readonly tradingView: HowToTradingView };
  /** The alert's message in TradingView's own words, placeholders filled in. */
  message(values: Readonly<Record<string, string>>): string;
  readonly textLine: string;
  readonly lineTemplate: { readonly line: string };
}

interface HowToTradingView {
  readonly tokens: string[];
  readonly sourceAddresses: string[];
  readonly template: Readonly<Record<string, unknown>>;
}

/** Reads the blocks of docs/how-to-tradingview.md. */
export function readTradingViewHowTo(token: string): TradingViewHowTo {
  const page = readFileSync('docs/how-to-tradingview.md', 'utf8');
  const blocks = [...page.matchAll(/```(json|text)\n([\s\S]*?)```/g)].map(
    ([, , text]) => text ?? '',
  );
  const [producer = '', message = '', textLine = '', lineTemplate = ''] = blocks;
  return {
    producer: JSON.parse(producer.replace('TOKEN', token)),
    message: (values) =>
      message.replace(/\{\{([^}]+)\}\}/g, (whole, name: string) => values[name] ?? whole),
    textLine: textLine.trim(),
    lineTemplate: JSON.parse(lineTemplate),
  };
}
