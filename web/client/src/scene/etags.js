/** What documents of the server are by now, told by their `ETag` alone. */

/** So long an answer may take before it counts as none. */
const PATIENCE_MS = 8000;

/** A tag; null: there is no such document, or the browser has not kept it; undefined: the server was not reached. @typedef {string | null | undefined} Tag */

/**
 * @param {string[]} urls @param {RequestCache} cache
 * @param {Map<string, Tag>} [known] what differs from these is read to its end, or the browser would not keep it
 * @returns {Promise<Map<string, Tag>>}
 */
export async function tags(urls, cache, known) {
  const found = await Promise.all(urls.map((url) => tag(url, cache, known)));
  return new Map(urls.map((url, index) => [url, found[index]]));
}

/** @param {string} url @param {RequestCache} cache @param {Map<string, Tag>} [known] @returns {Promise<Tag>} */
async function tag(url, cache, known) {
  try {
    const answer = await fetch(url, { cache, mode: 'same-origin', signal: AbortSignal.timeout(PATIENCE_MS) });
    // a document that is not kept is told by 504, which is no answer of the server
    if (cache !== 'only-if-cached' && (answer.status >= 500 || answer.status === 429)) return undefined;
    const found = answer.ok ? answer.headers.get('etag') : null;
    if (known && known.get(url) !== found) await answer.arrayBuffer();
    return found;
  } catch {
    return cache === 'only-if-cached' ? null : undefined;
  }
}
