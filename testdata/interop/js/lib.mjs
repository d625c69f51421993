// Checks for the JavaScript clients. Each prints one line, "ok NAME" or "FAIL NAME: why".
// A failed check does not end the script: the next ones tell more.
import dns from 'node:dns';
import http from 'node:http';
import { createRequire } from 'node:module';
import { isDeepStrictEqual, inspect } from 'node:util';

// The libraries are installed outside of the tree, by run.sh.
export const require = createRequire(process.env.INTEROP_MODULES + '/');

export const endpoint = process.env.INTEROP_ENDPOINT;
export const port = Number(process.env.INTEROP_PORT);
export const accessKeyId = process.env.INTEROP_KEY;
export const secretAccessKey = process.env.INTEROP_SECRET;

// NAME.localhost is this machine (RFC 6761), whatever the system's resolver says: host style can be tried anywhere.
const resolve = dns.lookup;
dns.lookup = (host, options, done) => resolve(host.endsWith('localhost') ? '127.0.0.1' : host, options, done);

// Keys that clients and servers like to get wrong.
export const hostile = [
  'with space', 'plus+sign', 'per%cent', 'per%20cent', 'per%2Bcent', 'ünïcødé', 'cafe\u0301 🪣', "quo'te", 'amp&eq=q', '#hash',
  'what?versionId=x', 'tilde~dash-dot.', 'semi;colon:@', 'dir with/sub dir/leaf', '(paren)[x]!*', 'back\\slash', '<xml>&amp;', 'a+b c%2B+d',
];

export function bytes(n, seed = 1) {
  const out = Buffer.allocUnsafe(n);
  for (let i = 0, x = seed; i < n; i++) out[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return out;
}

let failures = 0;

// check runs work, for a minute at most: a paginator that never ends is a failure like another.
export async function check(name, work) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('it did not end in a minute')), 60_000); });
  try {
    await Promise.race([work(), late]);
    console.log('ok ' + name);
  } catch (e) {
    failures++;
    console.log(`FAIL ${name}: ${tell(e).replace(/\s+/g, ' ').slice(0, 500)}`);
  } finally {
    clearTimeout(timer);
  }
}

const tell = (e) => [e.name, e.Code ?? e.code, e.$metadata?.httpStatusCode ?? e.statusCode, e.message].filter((x) => x !== undefined).join(' ');

// A library may have left sockets, watchers or an endless loop: end here, whatever is open.
export function finish() { process.exit(failures ? 1 : 0); }

process.on('uncaughtException', (e) => { console.log('FAIL nobody caught: ' + tell(e)); process.exit(1); });

export function equal(got, want) {
  if (Buffer.isBuffer(want)) {
    if (!Buffer.isBuffer(got) || !want.equals(got)) throw new Error(`got ${got?.length} bytes, want ${want.length}, and they differ`);
  } else if (!isDeepStrictEqual(got, want)) {
    throw new Error(`got ${inspect(got, { breakLength: Infinity })}, want ${inspect(want, { breakLength: Infinity })}`);
  }
}

// refused waits for the promise to fail with this HTTP status and S3 error code (null: any).
export async function refused(status, code, promise) {
  let e;
  try { await promise; } catch (thrown) { e = thrown; }
  if (!e) throw new Error('it was let through');
  const got = [e.$metadata?.httpStatusCode ?? e.statusCode, code === null ? null : e.Code ?? e.code ?? e.name];
  if ((got[0] !== undefined && got[0] !== status) || got[1] !== code) throw new Error(`${tell(e)}, want ${status} ${code}`);
}

// web is what a page or a program without credentials does: the answer, whose status is the given one, or one of those given.
export async function web(url, options = {}, status = 200) {
  const answer = await fetch(url, options).catch((e) => { throw new Error(`no answer: ${e.cause?.code ?? e.message}`); });
  const body = Buffer.from(await answer.arrayBuffer());
  if (![status].flat().includes(answer.status)) throw new Error(`${options.method ?? 'GET'} got ${answer.status}, want ${status}: ${body.toString().slice(0, 300)}`);
  return { status: answer.status, headers: answer.headers, body };
}

// put sends a body to a signed URL.
export const put = (url, body, headers = {}, status = 200) => web(url, { method: 'PUT', body, headers }, status);

// webAt is a GET of a URL whose host fetch would look up by itself.
export function webAt(url) {
  return new Promise((done, failed) => http.get(url, { lookup: dns.lookup }, async (answer) => {
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    done({ status: answer.statusCode, body: Buffer.concat(chunks) });
  }).on('error', failed));
}

// form sends a browser's form, with the file last as S3 asks for.
export function form(url, fields, body, status, name = 'file.txt', options = {}) {
  const data = new FormData();
  for (const [key, value] of Object.entries(fields)) data.append(key, value);
  data.append('file', new Blob([body], { type: 'text/plain' }), name);
  return web(url, { method: 'POST', body: data, ...options }, status);
}
