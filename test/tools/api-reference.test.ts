import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeApi } from '../../lib/application/api/describe-api.ts';
import { FIELD_MEANINGS, PARAMETER_MEANINGS } from '../../lib/application/api/field-meanings.ts';
import { API_OPERATIONS } from '../../lib/application/api/operations.ts';
import { referencePage } from '../../tools/openapi/reference-page.ts';

const description = JSON.parse(JSON.stringify(describeApi()));
const page = referencePage(description);
const lines = page.split('\n');

describe('docs/api-reference.md', () => {
  it('is what the description of the API gives: npm run openapi writes it', () => {
    expect(readFileSync('docs/api-reference.md', 'utf8')).toBe(page);
  });

  it.each(API_OPERATIONS)(
    'has $method $path with every answer',
    ({ id, method, path, ...rest }) => {
      const from = lines.indexOf(`## ${id}`);
      const below = lines.slice(from + 1);
      const section = below.slice(
        0,
        below.findIndex((line) => line.startsWith('## ')),
      );
      expect(section).toContain(`\`${method} ${path}\``);
      const statuses = section.flatMap((line) => /^\| (\d{3}) \|/.exec(line)?.[1] ?? []);
      const expected = [...rest.answers.map(([status]) => status), ...rest.problems];
      expect(statuses).toEqual(expected.map(String).sort());
    },
  );

  it('links to sections that it has', () => {
    const titles = lines.flatMap((line) => /^#+ (\w+)$/.exec(line)?.[1]?.toLowerCase() ?? []);
    const targets = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(20);
    expect(titles).toEqual(expect.arrayContaining(targets));
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('has as many cells in every row as in the head of its table', () => {
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    const rows = lines.filter((line) => line.startsWith('|'));
    const wrong = lines.filter((line, index) => {
      const before = lines[index - 1] ?? '';
      return line.startsWith('|') && before.startsWith('|') && cells(line) !== cells(before);
    });
    expect(rows.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('names fields by their place, and keeps a bar out of the table', () => {
    const text = { type: 'string' };
    const inner = { type: 'object', properties: { deep: text }, required: ['deep'] };
    const one = {
      operationId: 'one',
      summary: 'Does.',
      description: 'Who may call it: anybody.',
      responses: {
        200: {
          description: 'a | b',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/One' } } },
        },
      },
    };
    const schemas = { One: { properties: { list: { type: 'array', items: inner } } } };
    const small = referencePage({
      info: { title: 'x', description: 'y' },
      paths: { '/one': { get: one } },
      components: { schemas },
    });
    expect(small).toContain('| 200 | a \\| b | [One](#one) |');
    expect(small).toContain('| `list` | no | list of object |  |');
    expect(small).toContain('| `list[].deep` | yes | text |  |');
  });
});

describe('the meanings', () => {
  const { schemas } = description.components;

  it.each(Object.keys(schemas))('are given for every top field of %s, and no other', (name) => {
    const { properties } = schemas[name];
    const bare = Object.entries<{ description?: string }>(properties)
      .filter(([, property]) => property.description === undefined)
      .map(([field]) => field);
    expect(bare).toEqual([]);
    const stale = Object.keys(FIELD_MEANINGS[name] ?? {}).filter((field) => !(field in properties));
    expect(stale).toEqual([]);
  });

  it('are given for every parameter, and no other', () => {
    const named = Object.values<object>(description.paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ parameters = [] }) => parameters),
    );
    expect(named.filter((one) => one.description === undefined)).toEqual([]);
    expect(new Set(named.map(({ name }) => name))).toEqual(
      new Set(Object.keys(PARAMETER_MEANINGS)),
    );
  });
});
