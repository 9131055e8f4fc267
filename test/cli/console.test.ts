import { describe, expect, it } from '@jest/globals';
import { consoleWords } from '../../cli/commands/console.ts';
import { readOptions } from '../../console/options.ts';

describe('the console that the command line starts', () => {
  const given = { url: 'https://api.example', region: 'ap-east-1', port: 0, endpoint: undefined };

  it('understands what it is started with, and signs on AWS alone', () => {
    expect(readOptions(consoleWords({ ...given, stage: 'sandbox' }))).toMatchObject({
      apiUrl: 'https://api.example',
      region: 'ap-east-1',
      port: 0,
      stage: 'sandbox',
    });
    const url = 'http://127.0.0.1:8080';
    const endpoint = 'http://127.0.0.1:4566';
    expect(readOptions(consoleWords({ ...given, stage: 'local', url, endpoint }))).toMatchObject({
      apiUrl: url,
      region: undefined,
      awsEndpoint: endpoint,
      stage: 'local',
    });
  });
});
