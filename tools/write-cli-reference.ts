import { readFileSync, writeFileSync } from 'node:fs';
import { referenceText } from '../cli/command-line/reference.ts';
import { idleContext } from '../cli/idle-context.ts';
import { buildProgram } from '../cli/program.ts';

/** Writes the second half of docs/cli.md: what the definitions of the commands say. */
const FILE = new URL('../docs/cli.md', import.meta.url);
const FROM = '## Exit codes';

const [written = ''] = readFileSync(FILE, 'utf8').split(FROM);
writeFileSync(FILE, `${written}${referenceText(buildProgram(idleContext()))}`);
