import { type Image, imageBytes } from './attribute-values.ts';

/** Memory for images: some ten thousand orders. */
const CACHE_BYTES_MAX = 32 * 1024 * 1024;

/**
 * The last image of recently written items, which saves a read before the next write.
 *
 * It is exact because every write of such an item passes here, one at a time; whoever does not know
 * what became of a write forgets the item.
 */
export interface ImageCache {
  /** `undefined` when nothing is known; `{ image: undefined }` when there is no such item. */
  get(name: string): { readonly image: Image | undefined } | undefined;
  put(name: string, image: Image | undefined): void;
  forget(name: string): void;
}

/** Makes an empty cache; when it is full, what was used longest ago goes first. */
export function createImageCache(bytesMax = CACHE_BYTES_MAX): ImageCache {
  const entries = new Map<string, { image: Image | undefined; bytes: number }>();
  let bytesHeld = 0;

  const forget = (name: string) => {
    bytesHeld -= entries.get(name)?.bytes ?? 0;
    entries.delete(name);
  };

  return {
    get: (name) => entries.get(name),
    put(name, image) {
      forget(name);
      const bytes = imageBytes(image) + name.length;
      entries.set(name, { image, bytes });
      bytesHeld += bytes;
      for (const oldest of entries.keys()) {
        if (bytesHeld <= bytesMax) break;
        forget(oldest);
      }
    },
    forget,
  };
}
