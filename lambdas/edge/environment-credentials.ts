import { readAwsSite } from './environment.ts';

/**
 * Stands in the bundles for the SDK's own search for credentials: Lambda passes them in the
 * environment, and the other places that the SDK would search weigh a quarter of a bundle.
 */
export const defaultProvider = () => async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = readAwsSite().credentials;
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken === undefined ? {} : { sessionToken: sessionToken.reveal() }),
  };
};
