import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { alarmsOf } from '../../infra/alarms.ts';
import { STAGES } from '../../infra/stages.ts';

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const ALARMS = alarmsOf({ ...STAGES.production, egress: 'static' });
const SECTIONS = alarmSections(RUNBOOK);

describe('the runbook', () => {
  it.each(ALARMS)('has a section for $id', ({ id }) => {
    expect(SECTIONS.has(id)).toBe(true);
  });

  it.each([...SECTIONS.keys()])('tells of an alarm that exists: %s', (title) => {
    expect(ALARMS.map(({ id }) => id)).toContain(title);
  });

  it.each([...SECTIONS])('says for %s what is seen, what to check and what to do', (_, text) => {
    for (const part of ['Symptom', 'Check', 'Action']) {
      expect(text).toMatch(new RegExp(`^- \\*\\*${part}\\.\\*\\* \\S.{20,}`, 'm'));
    }
  });

  it('names the severity of each alarm', () => {
    for (const { id, severity } of ALARMS) expect(SECTIONS.get(id)).toContain(`(${severity})`);
  });

  it('leads only to places that it has', () => {
    const places = new Set(
      [...RUNBOOK.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchor(title)),
    );
    const links = [...RUNBOOK.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(places).toContain(link);
  });
});

/** Sections of the third level below "Alarms", by title. */
function alarmSections(text: string): ReadonlyMap<string, string> {
  const [, alarms = ''] = text.split(/^## Alarms$/m);
  const [untilNext = ''] = alarms.split(/^## /m);
  const sections = untilNext.split(/^### /m).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
