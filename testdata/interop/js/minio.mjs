// minio-js: its own signer, its own parts, its streams; with links and forms used by fetch alone.
import fs from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { accessKeyId, bytes, check, equal, finish, form, hostile, port, put, refused, require, secretAccessKey, web } from './lib.mjs';

const minio = require('minio');
const Bucket = 'minio-space';
const options = { endPoint: '127.0.0.1', port, useSSL: false, accessKey: accessKeyId, secretKey: secretAccessKey };
const client = new minio.Client(options);
// Parts are 64 MiB by default, and so nothing here would go in more than one.
const parted = new minio.Client({ ...options, partSize: 5 << 20 });
const large = bytes(12 << 20, 5);

async function all(stream) {
  const out = [];
  for await (const item of stream) if (out.push(item) > 100_000) throw new Error('it does not end');
  return out;
}
const read = async (stream) => Buffer.concat(await all(await stream));
const get = (key, from = Bucket) => read(client.getObject(from, key));
const head = (key) => client.statObject(Bucket, key);
// The errors of this library have no status.
const fails = (code, promise) => refused(undefined, code, promise);

async function spaces() {
  await check('make a Space', () => client.makeBucket(Bucket));
  await check('it exists', async () => equal([await client.bucketExists(Bucket), await client.bucketExists('missing-space')], [true, false]));
  await check('it is listed', async () => equal((await client.listBuckets()).some((b) => b.name === Bucket && b.creationDate instanceof Date), true));
  await check('a wrong secret', () => fails('SignatureDoesNotMatch', new minio.Client({ ...options, secretKey: 'wrong' }).listBuckets()));
  await check('make it again', () => fails('BucketAlreadyOwnedByYou', client.makeBucket(Bucket, 'eu-central-1')));
}

async function objects() {
  for (const [name, [body, want]] of Object.entries({ 'a string': ['grüße', Buffer.from('grüße')], 'a buffer': [large, large], nothing: ['', Buffer.alloc(0)] })) {
    await check(`put ${name}`, async () => {
      const { etag } = await client.putObject(Bucket, 'body', body, undefined, { 'Content-Type': 'text/x-interop', 'X-Amz-Meta-Colour': 'dark blue', tag: 'own' });
      equal(await get('body'), want);
      const got = await head('body');
      equal([got.size, got.etag, got.metaData], [want.length, etag, { 'content-type': 'text/x-interop', colour: 'dark blue', tag: 'own' }]);
    });
  }
  await check('put a file', async () => {
    fs.writeFileSync('large.txt', large);
    await client.fPutObject(Bucket, 'file', 'large.txt');
    await client.fGetObject(Bucket, 'file', 'back');
    equal(fs.readFileSync('back'), large);
    equal((await head('file')).metaData['content-type'], 'text/plain');
  });
  await check('put a file in parts', async () => {
    await parted.fPutObject(Bucket, 'parts', 'large.txt', { 'x-amz-acl': 'public-read' });
    equal([await get('parts'), (await head('parts')).etag.slice(-2)], [large, '-3']);
  });
  await check('put a stream of unknown length', async () => {
    const through = new PassThrough();
    Readable.from([large.subarray(0, 7 << 20), large.subarray(7 << 20)]).pipe(through);
    await parted.putObject(Bucket, 'stream', through);
    equal(await get('stream'), large);
  });
  await check('a part of an object', async () => equal(await read(client.getPartialObject(Bucket, 'file', 1000, 77)), large.subarray(1000, 1077)));
  await check('no such key', () => fails('NoSuchKey', client.getObject(Bucket, 'missing')));
  await check('no such object', () => fails('NotFound', head('missing')));
  await check('an upload that was left lies open and is removed', async () => {
    await client.initiateNewMultipartUpload(Bucket, 'left/open', {});
    equal((await all(client.listIncompleteUploads(Bucket, 'left/', true))).map((u) => u.key), ['left/open']);
    await client.removeIncompleteUpload(Bucket, 'left/open');
    equal(await all(client.listIncompleteUploads(Bucket, 'left/', true)), []);
  });
  await check('tags', async () => {
    await client.setObjectTagging(Bucket, 'file', { a: 'one', 'b c': 'ü' });
    equal(await client.getObjectTagging(Bucket, 'file'), [{ Key: 'a', Value: 'one' }, { Key: 'b c', Value: 'ü' }]);
    await client.removeObjectTagging(Bucket, 'file');
    equal(await client.getObjectTagging(Bucket, 'file'), []);
  });
}

async function keys() {
  for (const key of hostile) {
    await check(`key ${key}`, async () => {
      await client.putObject(Bucket, 'keys/' + key, key);
      equal((await get('keys/' + key)).toString(), key);
      await client.copyObject(Bucket, 'copies/' + key, `/${Bucket}/keys/${key}`);
      equal((await get('copies/' + key)).toString(), key);
      equal((await web(await client.presignedGetObject(Bucket, 'keys/' + key))).body.toString(), key);
      await put(await client.presignedPutObject(Bucket, 'links/' + key), key);
      equal((await get('links/' + key)).toString(), key);
    });
  }
  const wanted = hostile.map((k) => 'keys/' + k).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  await check('keys are listed as they are', async () => {
    equal((await all(client.listObjectsV2(Bucket, 'keys/', true))).map((o) => o.name), wanted);
    equal((await all(client.listObjects(Bucket, 'keys/', true))).map((o) => o.name), wanted);
    equal((await all(client.listObjectsV2(Bucket, 'keys/', true, wanted[5]))).map((o) => o.name), wanted.slice(6));
  });
  await check('folders', async () => equal((await all(client.listObjectsV2(Bucket))).filter((o) => o.prefix).map((o) => o.prefix), ['copies/', 'keys/', 'links/']));
  await check('1,200 keys in two pages', async () => {
    for (let i = 0; i < 1200; i += 100) await Promise.all([...Array(100).keys()].map((j) => client.putObject(Bucket, `many/${1000 + i + j}`, '')));
    equal((await all(client.listObjectsV2(Bucket, 'many/'))).length, 1200);
    equal(await client.removeObjects(Bucket, (await all(client.listObjects(Bucket, 'many/'))).map((o) => o.name)), []);
    equal((await all(client.listObjectsV2(Bucket, 'many/'))).length, 0);
  });
}

async function copies() {
  await client.putObject(Bucket, 'source', 'content', 7, { 'Content-Type': 'text/x-interop', colour: 'blue' });
  const { etag, lastModified } = await head('source');
  const copy = (set) => {
    const conditions = new minio.CopyConditions();
    set(conditions);
    return client.copyObject(Bucket, 'copy', `/${Bucket}/source`, conditions);
  };
  const earlier = new Date(lastModified.getTime() - 60_000), later = new Date(lastModified.getTime() + 1000);
  await check('copy if it is the same', () => copy((c) => c.setMatchETag(etag)));
  await check('copy if it is another', () => fails('PreconditionFailed', copy((c) => c.setMatchETag('0'.repeat(32)))));
  await check('copy if it is not the same', () => fails('PreconditionFailed', copy((c) => c.setMatchETagExcept(etag))));
  await check('copy if changed since', () => copy((c) => c.setModified(earlier)));
  await check('copy if unchanged since', () => copy((c) => c.setUnmodified(later)));
  await check('copy if unchanged since before', () => fails('PreconditionFailed', copy((c) => c.setUnmodified(earlier))));
  await check('copy with other metadata', async () => {
    await client.copyObject(new minio.CopySourceOptions({ Bucket, Object: 'source' }),
      new minio.CopyDestinationOptions({ Bucket, Object: 'copy', UserMetadata: { colour: 'red' }, MetadataDirective: 'REPLACE', UserTags: { a: 'one' }, TaggingDirective: 'REPLACE' }));
    equal((await head('copy')).metaData.colour, 'red');
    equal(await client.getObjectTagging(Bucket, 'copy'), [{ Key: 'a', Value: 'one' }]);
  });
  await check('compose', async () => {
    const from = (Object, more = {}) => new minio.CopySourceOptions({ Bucket, Object, ...more });
    await client.composeObject(new minio.CopyDestinationOptions({ Bucket, Object: 'composed +%' }), [from('file'), from('file', { MatchRange: true, Start: 0, End: (6 << 20) - 1 }), from('source')]);
    equal(await get('composed +%'), Buffer.concat([large, large.subarray(0, 6 << 20), Buffer.from('content')]));
  });
}

async function links() {
  await check('a link to put, whatever is sent', async () => {
    await put(await client.presignedPutObject(Bucket, 'linked', 60), 'x', { 'content-type': 'image/png' });
    equal((await head('linked')).metaData['content-type'], 'image/png');
  });
  await check('a link with other headers in the answer', async () => {
    const { headers } = await web(await client.presignedGetObject(Bucket, 'linked', 60, { 'response-content-disposition': 'attachment; filename="a b+c.txt"', 'response-content-type': 'text/html' }));
    equal([headers.get('content-disposition'), headers.get('content-type')], ['attachment; filename="a b+c.txt"', 'text/html']);
  });
  await check('a link to list', async () => equal(/<Key>linked</.test((await web(await client.presignedUrl('GET', Bucket, '', 60, { prefix: 'lin', 'list-type': '2' }))).body.toString()), true));
  await check('a link that has expired', async () => web(await client.presignedGetObject(Bucket, 'linked', 1, {}, new Date(Date.now() - 60_000)), {}, 403));
  await check('a link that was changed', async () => web((await client.presignedGetObject(Bucket, 'linked')).replace('linked?', 'file?'), {}, 403));
  const policy = () => {
    const p = client.newPostPolicy();
    p.setBucket(Bucket);
    p.setKey('form/key +%');
    p.setContentTypeStartsWith('text/');
    p.setContentLengthRange(1, 10);
    p.setContentDisposition('inline');
    p.setUserMetaData({ colour: 'blue' });
    p.setExpires(new Date(Date.now() + 60_000));
    return client.presignedPostPolicy(p);
  };
  await check('a form', async () => {
    const { postURL, formData } = await policy();
    await form(postURL, { ...formData, 'Content-Type': 'text/plain' }, 'hello', 204);
    equal([(await get('form/key +%')).toString(), (await head('form/key +%')).metaData.colour], ['hello', 'blue']);
  });
  for (const [name, status, changed, body] of [['too much', 400, {}, 'hello, hello'], ['another type', 403, { 'Content-Type': 'image/png' }, 'x'], ['another key', 403, { key: 'x' }, 'x'], ['other metadata', 403, { 'x-amz-meta-colour': 'red' }, 'x']]) {
    await check(`a form with ${name}`, async () => {
      const { postURL, formData } = await policy();
      await form(postURL, { ...formData, 'Content-Type': 'text/plain', ...changed }, body, status);
    });
  }
}

async function rules() {
  await check('a policy', async () => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${Bucket}/linked`] }] });
    await client.setBucketPolicy(Bucket, policy);
    equal(JSON.parse(await client.getBucketPolicy(Bucket)), JSON.parse(policy));
    await web(`http://127.0.0.1:${port}/${Bucket}/linked`);
    await client.setBucketPolicy(Bucket, '');
    await web(`http://127.0.0.1:${port}/${Bucket}/linked`, {}, 403);
  });
  // No tags of a Space: the library takes Amazon's 204 for an error.
  await check('lifecycle', async () => {
    await client.setBucketLifecycle(Bucket, { Rule: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 30 } }] });
    equal((await client.getBucketLifecycle(Bucket)).Rule.ID, 'old');
    await client.removeBucketLifecycle(Bucket);
  });
  await check('versions', async () => {
    const name = 'minio-versions';
    await client.makeBucket(name);
    await client.setBucketVersioning(name, { Status: 'Enabled' });
    equal((await client.getBucketVersioning(name)).Status, 'Enabled');
    const { versionId } = await client.putObject(name, 'k', '1');
    await client.putObject(name, 'k', '2');
    await client.removeObject(name, 'k');
    equal((await read(client.getObject(name, 'k', { versionId }))).toString(), '1');
    const versions = await all(client.listObjects(name, '', true, { IncludeVersion: true }));
    equal([versions.length, versions.filter((v) => v.isDeleteMarker).length], [3, 1]);
    await client.removeObjects(name, versions.map((v) => ({ name: v.name, versionId: v.versionId })));
    await client.removeBucket(name);
  });
}

async function ending() {
  await check('a Space that is not empty stays', () => fails('BucketNotEmpty', client.removeBucket(Bucket)));
  await check('remove the Space', async () => {
    await client.removeObject(Bucket, 'never was');
    await client.removeObjects(Bucket, (await all(client.listObjectsV2(Bucket, '', true))).map((o) => o.name));
    await client.removeBucket(Bucket);
    equal(await client.bucketExists(Bucket), false);
  });
}

for (const part of [spaces, objects, keys, copies, links, rules, ending]) {
  try { await part(); } catch (e) { await check(part.name, () => { throw e; }); }
}
finish();
