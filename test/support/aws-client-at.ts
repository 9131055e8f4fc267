import {
  type AwsClient,
  type AwsService,
  createAwsClient,
} from '../../lib/adapters/aws/aws-client.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { Secret } from '../../lib/application/secret.ts';
import { seededRandom } from './random.ts';

/** A client of a local service; unlike functions, tests mostly want every fault at once. */
export function awsClientAt(endpoint: string, service: AwsService, attemptsMax = 1): AwsClient {
  return createAwsClient({
    service,
    endpoint,
    attemptsMax,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: new Secret('local') },
    clock: systemClock,
    random: seededRandom(1),
  });
}
