// Serves the orders table until it is killed; says where, once it has settled what was left.
import { writeSync } from 'node:fs';
import { startAwsEndpoint } from '../../../local/aws-endpoint/start-aws-endpoint.ts';
import { openDynamoDb } from '../../../local/dynamodb/open-dynamodb.ts';
import { ORDERS } from './orders-table.ts';

const STDOUT = 1;
const directory = process.argv[2] ?? '';
const dynamodb = await openDynamoDb({ directory, clock: { now: () => Date.now() } });
await dynamodb.createTable(ORDERS);
const endpoint = await startAwsEndpoint({ port: 0, services: { dynamodb } });
writeSync(STDOUT, `${endpoint.url}\n`);
