import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signWebhook, standardWebhooks } from '../../../lib/adapters/webhook/standard-webhooks.ts';
import type { WebhookVerifier } from '../../../lib/application/ports.ts';
import { webhookSecret } from '../../support/webhook-secret.ts';

const NOW = 1_800_000_000_000;
const SECONDS = NOW / 1_000;
const BODY = '{"accountId":"desk-1","note":"£ and €"}';
const VERIFIED = { kind: 'verified' };

type Input = Parameters<WebhookVerifier['verify']>[0];

const producer = { producerId: 'demo', secrets: [webhookSecret('a')], accounts: ['desk-1'] };

function signed(letter = 'a', timestamp = SECONDS): Input {
  const secret = webhookSecret(letter);
  const signature = signWebhook({ secret, id: 'msg_1', timestamp, body: BODY });
  return { producer, body: BODY, id: 'msg_1', timestamp: String(timestamp), signature, now: NOW };
}

const verify = (change: Partial<Input> = {}) => standardWebhooks.verify({ ...signed(), ...change });
const reasonOf = (answer: ReturnType<typeof verify>) =>
  answer.kind === 'refused' ? answer.reason : '';

describe('a webhook that its producer signed', () => {
  it('is verified', () => {
    expect(verify()).toEqual(VERIFIED);
  });

  it('is one for the reference implementation too, and the other way round', () => {
    const now = Date.now();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': signed('a', Math.floor(now / 1_000)).signature,
    };
    const reference = new Webhook(webhookSecret('a').reveal());

    expect(reference.verify(BODY, headers)).toEqual(JSON.parse(BODY));
    const signature = reference.sign('msg_1', new Date(NOW), BODY);
    expect(verify({ signature })).toEqual(VERIFIED);
  });

  it('is verified by any of the secrets while one is being rotated', () => {
    const rotating = { ...producer, secrets: [webhookSecret('b'), webhookSecret('a')] };

    expect(verify({ producer: rotating })).toEqual(VERIFIED);
  });

  it('is verified by any of its signatures, other versions skipped', () => {
    const signature = `v1a,xyz ${signed('b').signature} ${signed().signature}`;

    expect(verify({ signature })).toEqual(VERIFIED);
  });
});

describe('a webhook that somebody tampered with', () => {
  it('F65 is refused when its body, id or time is another, by a single character', () => {
    expect(verify({ body: `${BODY} ` }).kind).toBe('refused');
    expect(verify({ id: 'msg_2' }).kind).toBe('refused');
    expect(verify({ timestamp: String(SECONDS + 1) }).kind).toBe('refused');
  });

  it('is refused when another secret signed it', () => {
    expect(verify({ signature: signed('b').signature }).kind).toBe('refused');
  });

  it('is refused whatever its headers are, and never by an exception', () => {
    const property = fc.property(fc.string(), fc.string(), fc.string(), (id, timestamp, text) => {
      expect(verify({ id, timestamp, signature: text }).kind).toBe('refused');
      expect(verify({ signature: `v1,${text}` }).kind).toBe('refused');
    });
    fc.assert(property);
  });

  it('is refused in words that hold neither a signature nor a secret', () => {
    const { signature } = signed('b');

    const reason = reasonOf(verify({ signature }));

    expect(reason).toContain('webhook-signature');
    expect(reason).not.toContain(signature.slice(3, 12));
    expect(reason).not.toContain('whsec_');
  });
});

describe('a webhook of another time', () => {
  it('F64 is refused when it is too old, with its age and our clock', () => {
    expect(reasonOf(verify({ now: NOW + 412_000 }))).toContain(
      `timestamp is 412 s old; our clock says ${SECONDS + 412}`,
    );
  });

  it('F66 is refused when it is from the future', () => {
    expect(reasonOf(verify({ now: NOW - 301_000 }))).toContain('timestamp is 301 s in the future');
  });

  it('is verified up to five minutes either way', () => {
    expect(verify({ now: NOW + 300_000 })).toEqual(VERIFIED);
    expect(verify({ now: NOW - 300_000 })).toEqual(VERIFIED);
    expect(verify({ now: NOW + 300_001 }).kind).toBe('refused');
  });
});

describe('a malformed header', () => {
  it.each([
    ['webhook-id', { id: '' }],
    ['webhook-id', { id: 'a.b' }],
    ['webhook-id', { id: 'x'.repeat(257) }],
    ['webhook-timestamp', { timestamp: '1800000000.5' }],
    ['webhook-timestamp', { timestamp: '01800000000' }],
    ['webhook-timestamp', { timestamp: '' }],
    ['webhook-signature', { signature: '' }],
    ['webhook-signature', { signature: 'v2,AAAA' }],
    ['webhook-signature', { signature: 'v1,'.repeat(1_000) }],
  ])('is named: %s %j', (header, change) => {
    expect(reasonOf(verify(change))).toContain(header);
  });
});
