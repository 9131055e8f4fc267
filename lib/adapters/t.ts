import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { clientSettings } from './system/aws-client-settings.ts';
const server = createServer(() => {}).listen(0, async () => {
  const { port } = server.address() as any;
  const c = new DynamoDBClient({ ...clientSettings, endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const t = performance.now();
  try { await c.send(new GetItemCommand({ TableName: 'x', Key: { id: { S: 'a' } } })); } catch (e: any) { console.log(e.name, e.message, Math.round(performance.now() - t)); }
  process.exit();
});
