import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parameterText, signatureOf } from '../../../lib/adapters/hashkey/signing.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { InvariantError } from '../../../lib/domain/invariant.ts';
import { KEY } from './fixtures.ts';

const OFFICIAL_TEXT =
  'symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000';
const OFFICIAL = '5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6';

describe('a text to sign', () => {
  it('has the signature that the exchange prints for its own example', () => {
    expect(signatureOf(OFFICIAL_TEXT, KEY.apiSecret)).toBe(OFFICIAL);
  });

  it('joins query and body with nothing in between in the exchange’s mixed example', () => {
    const text = OFFICIAL_TEXT.replace('GTC&', 'GTC');
    const expected = '885c9e3dd89ccd13408b25e6d54c2330703759d7494bea6dd5a3d1fd16ba3afa';
    expect(signatureOf(text, KEY.apiSecret)).toBe(expected);
  });

  it('signs to something else when its parameters are sorted', () => {
    const sorted = OFFICIAL_TEXT.split('&').sort().join('&');
    const expected = '57bbea544716459133c35c8b035d6aaa6c4dbd4e04d940d7565c3d1307859c11';
    expect(signatureOf(sorted, KEY.apiSecret)).toBe(expected);
  });

  const limit = 'symbol=ETHUSD&side=SELL&type=LIMIT_MAKER&quantity=1.5&price=3150.25';
  const cash = 'symbol=BTCUSDT&side=BUY&type=MARKET&amount=1000.50';
  it.each([
    [
      'simA-secret-0000000000000000000000000000000000000000000000000001',
      'symbol=BTCUSD&side=BUY&type=LIMIT&quantity=0.01&price=98001&timeInForce=GTC&newClientOrderId=svc-20260101-000001&timestamp=1767225600000',
      '881a1008609427b28c1469e12960f2492271ac885ed2b04034288b785e9a4d2c',
    ],
    [
      'simB-secret-0000000000000000000000000000000000000000000000000002',
      `${limit}&newClientOrderId=desk%2F7%3Aorder%2042&recvWindow=5000&timestamp=1767225600123`,
      '5661d164e87c7dada4fe5fadd621cd40df18883d5578be525a149ace45f10be4',
    ],
    [
      'simB-secret-0000000000000000000000000000000000000000000000000002',
      `${limit}&newClientOrderId=desk/7:order 42&recvWindow=5000&timestamp=1767225600123`,
      'd55f9932ef61ac1769606fb46349c4372ce19ba00abef5ac3aefb6ab7e27aeb2',
    ],
    [
      'simC-secret-0000000000000000000000000000000000000000000000000003',
      `${cash}&newClientOrderId=a%2Bb%3Dc%26d%25e&timestamp=1767225600456&recvWindow=8000`,
      '01baeadefbea810d7548b2468acd888dfb4d713e99f6f34c524a621a257396c8',
    ],
    [
      'simC-secret-0000000000000000000000000000000000000000000000000003',
      `${cash}&newClientOrderId=a+b=c&d%e&timestamp=1767225600456&recvWindow=8000`,
      '20ed02dc98557a957f34ed67c3a7ffa2fcd6c278fd27a22b18c27c9f2ea51414',
    ],
    [
      'simD-secret-0000000000000000000000000000000000000000000000000004',
      'ids=202212231234567895,202212231234567896&timestamp=1767225600789',
      'f25cf71673f99a2de865a4edd4773c8fb37601e1d21d0db22532064cbcc06280',
    ],
    [
      'simE-sécret-ключ-密钥',
      "origClientOrderId=订单-é-~!*'()&timestamp=1767225600999",
      '0f1406dfeb92dc2d3127715eca81a5221224d8306d5e4c9f749b271c68ff94f8',
    ],
  ])('is signed byte for byte in UTF-8 (%s)', (secret, text, signature) => {
    expect(signatureOf(text, new Secret(secret))).toBe(signature);
  });

  it('would verify with Ed25519 too, which one site offers and we do not use', () => {
    const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => index + 1));
    const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
    const der = Buffer.concat([prefix, seed]);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=\n-----END PUBLIC KEY-----',
    );
    const expected =
      'llRlCyAkcv6Z0vMA5OfHd4bEqi9pgWzo6yuMu586FvC/o6CMmZLQCn70slUeQQenB6woeyNo1SVhy0DmM0xwCA==';
    const text = Buffer.from(OFFICIAL_TEXT);

    expect(sign(null, text, privateKey).toString('base64')).toBe(expected);
    expect(verify(null, text, publicKey, Buffer.from(expected, 'base64'))).toBe(true);
  });
});

describe('request parameters', () => {
  it('are written in the order given', () => {
    const text = parameterText([
      ['symbol', 'BTCUSD'],
      ['price', '0.1'],
      ['newClientOrderId', 'a_b-C.9'],
    ]);
    expect(text).toBe('symbol=BTCUSD&price=0.1&newClientOrderId=a_b-C.9');
  });

  it('keep the commas of a list of ids', () => {
    expect(parameterText([['ids', '1,2,3']])).toBe('ids=1,2,3');
  });

  it.each(['', 'a b', 'a/b', 'a+b', 'a=b', 'a&b', 'a%20b', 'é', 'a,b', 'a~b', 'a\n'])(
    'with the value %j are refused without showing it',
    (value) => {
      const build = () => parameterText([['price', value]]);
      expect(build).toThrow(InvariantError);
      expect(build).toThrow(/^request parameter price holds only A-Z a-z 0-9 - _ \.$/);
    },
  );

  it('with a strange name are refused', () => {
    expect(() => parameterText([['a&b', '1']])).toThrow(InvariantError);
  });
});
