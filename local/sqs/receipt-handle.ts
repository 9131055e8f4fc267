import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Names one receive of one message: a later receive of it has a higher count, so an old handle is
 * known as old.
 */
export type Receipt = { queueId: number; sequence: number; receiveCount: number };

const SEAL_BYTES = 12; // enough that a made-up handle never passes for one of ours

/**
 * Writes and reads receipt handles.
 *
 * A handle is sealed with the file's own secret: the text of a handle alone tells whether it was
 * ever given out, also after its message is gone.
 */
export function receiptHandles(secret: string): {
  write(receipt: Receipt): string;
  read(handle: string): Receipt | undefined;
} {
  const seal = (content: string) =>
    createHmac('sha256', secret).update(content).digest().subarray(0, SEAL_BYTES);

  return {
    write({ queueId, sequence, receiveCount }) {
      const content = `${queueId}.${sequence}.${receiveCount}`;
      return Buffer.concat([seal(content), Buffer.from(content)]).toString('base64url');
    },
    read(handle) {
      const bytes = Buffer.from(handle, 'base64url');
      const content = bytes.subarray(SEAL_BYTES).toString();
      const [, queueId, sequence, receiveCount] = /^(\d+)\.(\d+)\.(\d+)$/.exec(content) ?? [];
      if (receiveCount === undefined) return undefined;
      if (!timingSafeEqual(bytes.subarray(0, SEAL_BYTES), seal(content))) return undefined;
      return {
        queueId: Number(queueId),
        sequence: Number(sequence),
        receiveCount: Number(receiveCount),
      };
    },
  };
}
