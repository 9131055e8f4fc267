import { describe, expect, it } from '@jest/globals';
import { hasJsonBody, type RawRequest, splitTarget } from '../../simulator/http/request.ts';
import { isSignedBy, signatureOf, signedText } from '../../simulator/http/signature.ts';
import { timeRefusal } from '../../simulator/http/time-rule.ts';

const SECRET = 'lH3ELTNiFxCQTmi9pPcWWikhsjO04Yoqw3euoHUuOLC3GYBW64ZqzQsiOEHXQS76';
const ORDER = 'symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC';
const REST = 'quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000';
const SIGNATURE = '5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6';
const MIXED = '885c9e3dd89ccd13408b25e6d54c2330703759d7494bea6dd5a3d1fd16ba3afa';
const SORTED = '57bbea544716459133c35c8b035d6aaa6c4dbd4e04d940d7565c3d1307859c11';

function request(
  query: string,
  body = '',
  contentType = 'application/x-www-form-urlencoded',
): RawRequest {
  return { method: 'POST', path: '/', query, body, contentType, header: () => undefined };
}

describe("the exchange's published signature examples", () => {
  it.each([
    ['in the query', request(`${ORDER}&${REST}&signature=${SIGNATURE}`), SIGNATURE],
    ['in the body', request('', `${ORDER}&${REST}&signature=${SIGNATURE}`), SIGNATURE],
    ['in both', request(ORDER, `${REST}&signature=${MIXED}`), MIXED],
    ['in upper case', request(`${ORDER}&${REST}`), SIGNATURE.toUpperCase()],
  ])('are accepted %s', (_place, given, signature) => {
    expect(isSignedBy(given, signature, SECRET, 'raw')).toBe(true);
    expect(isSignedBy(given, signature, SECRET, 'decoded')).toBe(true);
  });

  it('are refused when the signed text was sorted or the secret is another', () => {
    const given = request(`${ORDER}&${REST}&signature=${SORTED}`);
    expect(isSignedBy(given, SORTED, SECRET, 'raw')).toBe(false);
    expect(isSignedBy(given, SIGNATURE, `${SECRET}x`, 'raw')).toBe(false);
  });
});

describe('a signed text with encoded characters', () => {
  const secret = 'simC-secret-0000000000000000000000000000000000000000000000000003';
  const encoded =
    'symbol=BTCUSDT&side=BUY&type=MARKET&amount=1000.50&newClientOrderId=a%2Bb%3Dc%26d%25e' +
    '&timestamp=1767225600456&recvWindow=8000';
  const ofEncoded = '01baeadefbea810d7548b2468acd888dfb4d713e99f6f34c524a621a257396c8';
  const ofDecoded = '20ed02dc98557a957f34ed67c3a7ffa2fcd6c278fd27a22b18c27c9f2ea51414';

  it('is signed as sent in raw mode and as meant in decoded mode', () => {
    expect(isSignedBy(request(encoded), ofEncoded, secret, 'raw')).toBe(true);
    expect(isSignedBy(request(encoded), ofDecoded, secret, 'raw')).toBe(false);
    expect(isSignedBy(request(encoded), ofDecoded, secret, 'decoded')).toBe(true);
    expect(isSignedBy(request(encoded), ofEncoded, secret, 'decoded')).toBe(false);
  });

  it('is signed over the bytes of other alphabets', () => {
    const text = Buffer.from("origClientOrderId=订单-é-~!*'()&timestamp=1767225600999").toString(
      'latin1',
    );
    const other = 'simE-sécret-ключ-密钥';
    expect(signatureOf(text, other)).toBe(
      '0f1406dfeb92dc2d3127715eca81a5221224d8306d5e4c9f749b271c68ff94f8',
    );
  });
});

describe('the signed text', () => {
  it('leaves a JSON body out', () => {
    const given = request('timestamp=1&signature=x', '[{"symbol":"BTCUSD"}]', 'application/json');
    expect(hasJsonBody(given)).toBe(true);
    expect(signedText(given)).toBe('timestamp=1');
  });

  it('is taken from the target without any change of encoding', () => {
    expect(splitTarget('/p?a=%2C,&b=+').query).toBe('a=%2C,&b=+');
  });
});

describe('the time rule', () => {
  const SERVER = 1_767_225_600_000;
  const rows: readonly [string, string | undefined, string | undefined, string | undefined][] = [
    ['no timestamp', undefined, undefined, '0001'],
    ['a timestamp in seconds', '1767225600', undefined, '0001'],
    ['a timestamp of text', 'now', undefined, '0001'],
    ['999 ms ahead', String(SERVER + 999), undefined, undefined],
    ['1000 ms ahead', String(SERVER + 1000), '8000', '-1021'],
    ['5000 ms old', String(SERVER - 5000), undefined, undefined],
    ['5001 ms old', String(SERVER - 5001), undefined, '-1021'],
    ['as old as its window', String(SERVER - 100), '100', undefined],
    ['older than its window', String(SERVER - 101), '100', '-1021'],
    ['the largest window', String(SERVER - 8000), '8000', undefined],
    ['a larger window', String(SERVER), '8001', '-1130'],
    ['a window of text', String(SERVER), 'long', '-1130'],
  ];

  it.each(rows)('%s', (_what, timestamp, receiveWindow, code) => {
    expect(timeRefusal(timestamp, receiveWindow, SERVER)?.code).toBe(code);
  });
});
