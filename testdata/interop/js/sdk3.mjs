// aws-sdk-js v3 as it comes: nothing set but the endpoint, the region and the credentials.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { accessKeyId, bytes, check, endpoint, equal, finish, hostile, port, refused, require, secretAccessKey, web } from './lib.mjs';

const sdk = require('@aws-sdk/client-s3');
const { Upload } = require('@aws-sdk/lib-storage');

const Bucket = 'js3-space';
const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
const s3 = new sdk.S3Client(config);
const send = (name, input = {}, client = s3) => client.send(new sdk[name + 'Command'](input));
const at = (Key, more = {}) => ({ Bucket, Key, ...more });
const get = async (key, more) => Buffer.from(await (await send('GetObject', at(key, more))).Body.transformToByteArray());
const md5 = (data) => `"${crypto.createHash('md5').update(data).digest('hex')}"`;
const megabyte = bytes(1 << 20);
const large = bytes(12 << 20, 7);

async function pages(paginator) {
  const all = [];
  for await (const page of paginator) if (all.push(page) > 100) throw new Error('more than 100 pages');
  return all;
}

async function spaces() {
  await check('make a Space', () => send('CreateBucket', { Bucket }));
  await check('wait until it exists', () => sdk.waitUntilBucketExists({ client: s3, maxWaitTime: 10 }, { Bucket }));
  await check('its name in pages', async () => {
    const all = await pages(sdk.paginateListBuckets({ client: s3, pageSize: 1 }, {}));
    equal(all.flatMap((p) => p.Buckets ?? []).some((b) => b.Name === Bucket), true);
  });
  await check('another is not there', () => refused(404, 'NoSuchBucket', send('ListObjectsV2', { Bucket: 'missing-space' })));
  await check('head of another', () => refused(404, null, send('HeadBucket', { Bucket: 'missing-space' })));
  await check('a wrong secret', () => refused(403, 'SignatureDoesNotMatch', send('ListBuckets', {}, new sdk.S3Client({ ...config, credentials: { accessKeyId, secretAccessKey: 'wrong' } }))));
  await check('its place', () => send('GetBucketLocation', { Bucket }));
  await check('a Space in another region', async () => {
    const elsewhere = new sdk.S3Client({ ...config, region: 'eu-central-1' });
    await send('CreateBucket', { Bucket: 'js3-elsewhere' }, elsewhere);
    await send('DeleteBucket', { Bucket: 'js3-elsewhere' }, elsewhere);
    await sdk.waitUntilBucketNotExists({ client: s3, maxWaitTime: 10 }, { Bucket: 'js3-elsewhere' });
  });
}

async function bodies() {
  fs.writeFileSync('file', megabyte);
  fs.writeFileSync('none', '');
  const kinds = {
    'a string': ['grüße', Buffer.from('grüße')],
    'a buffer': [megabyte, megabyte],
    'an array': [new Uint8Array([1, 2, 3]), Buffer.from([1, 2, 3])],
    'nothing': [undefined, Buffer.alloc(0)],
    'an empty string': ['', Buffer.alloc(0)],
    'a file': [fs.createReadStream('file'), megabyte],
    'an empty file': [fs.createReadStream('none'), Buffer.alloc(0)],
  };
  for (const [name, [Body, want]] of Object.entries(kinds)) {
    await check(`put ${name}`, async () => {
      equal((await send('PutObject', at('body', { Body }))).ETag, md5(want));
      equal(await get('body'), want);
    });
  }
  await check('put a stream whose length is given', async () => {
    await send('PutObject', at('body', { Body: Readable.from([megabyte.subarray(0, 9999), megabyte.subarray(9999)]), ContentLength: megabyte.length }));
    equal(await get('body'), megabyte);
  });
  // Amazon takes no chunk under 8 KiB but the last, and the library then names its own remedy, which it does only for this code.
  const crumbs = () => Readable.from(Array.from({ length: 1 << 10 }, (_, i) => megabyte.subarray(i << 10, (i + 1) << 10)));
  await check('put a stream of crumbs', () => refused(400, 'InvalidChunkSizeError', send('PutObject', at('body', { Body: crumbs(), ContentLength: megabyte.length }))));
  await check('put a stream of crumbs with the remedy', async () => {
    const patient = new sdk.S3Client({ ...config, requestStreamBufferSize: 65_536 });
    await send('PutObject', at('crumbs', { Body: crumbs(), ContentLength: megabyte.length }), patient);
    equal(await get('crumbs'), megabyte);
  });
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']) {
    await check(`a file with ${ChecksumAlgorithm} after it`, async () => {
      const sent = await send('PutObject', at('sum', { Body: fs.createReadStream('file'), ChecksumAlgorithm }));
      const whole = await send('PutObject', at('sum whole', { Body: megabyte, ChecksumAlgorithm }));
      const field = 'Checksum' + ChecksumAlgorithm;
      const head = await send('HeadObject', at('sum', { ChecksumMode: 'ENABLED' }));
      equal([head[field], sent[field]], [whole[field], whole[field]]);
      equal([typeof head[field], head.ChecksumType], ['string', 'FULL_OBJECT']);
      equal(await get('sum', { ChecksumMode: 'ENABLED' }), megabyte);
      const attributes = await send('GetObjectAttributes', at('sum', { ObjectAttributes: ['Checksum', 'ETag', 'ObjectSize', 'StorageClass'] }));
      equal([attributes.Checksum[field], `"${attributes.ETag}"`, attributes.ObjectSize, attributes.StorageClass], [whole[field], md5(megabyte), megabyte.length, 'STANDARD']);
    });
  }
  await check('a wrong checksum', () => refused(400, 'BadDigest', send('PutObject', at('wrong', { Body: 'x', ChecksumCRC32: 'AAAAAA==' }))));
  await check('a wrong MD5', () => refused(400, 'BadDigest', send('PutObject', at('wrong', { Body: 'x', ContentMD5: 'CY9rzUYh03PK3k6DJie09g==' }))));
  await check('neither was stored', () => refused(404, null, send('HeadObject', at('wrong'))));
  await check('wait until it exists not', () => sdk.waitUntilObjectNotExists({ client: s3, maxWaitTime: 10 }, at('wrong')));
  await check('wait until another does', () => sdk.waitUntilObjectExists({ client: s3, maxWaitTime: 10 }, at('sum')));
  await check('a range', async () => equal(await get('sum', { Range: 'bytes=100-299' }), megabyte.subarray(100, 300)));
  await check('no such key is NoSuchKey', async () => {
    const e = await send('GetObject', at('missing')).then(() => null, (e) => e);
    equal([e instanceof sdk.NoSuchKey, e.$metadata.httpStatusCode], [true, 404]);
  });
  await check('metadata, tags and headers', async () => {
    const asked = { ContentType: 'text/x-interop', CacheControl: 'max-age=60', ContentDisposition: 'attachment; filename="a b.txt"', ContentLanguage: 'de', Metadata: { colour: 'dark blue', n: '1' } };
    await send('PutObject', at('meta', { Body: 'x', Tagging: 'a=1&b=two%20words', Expires: new Date(2e12), ...asked }));
    const head = await send('HeadObject', at('meta'));
    equal(Object.fromEntries(Object.keys(asked).map((k) => [k, head[k]])), asked);
    equal((await send('GetObject', at('meta'))).TagCount, 2);
    equal((await send('GetObjectTagging', at('meta'))).TagSet, [{ Key: 'a', Value: '1' }, { Key: 'b', Value: 'two words' }]);
    await send('PutObjectTagging', at('meta', { Tagging: { TagSet: [{ Key: 'ü', Value: '+=@' }] } }));
    equal((await send('GetObjectTagging', at('meta'))).TagSet, [{ Key: 'ü', Value: '+=@' }]);
  });
  await check('access', async () => {
    const url = `${endpoint}/${Bucket}/meta`;
    await web(url, {}, 403);
    await send('PutObjectAcl', at('meta', { ACL: 'public-read' }));
    equal((await web(url)).body.toString(), 'x');
    equal((await send('GetObjectAcl', at('meta'))).Grants.map((g) => g.Permission).sort(), ['FULL_CONTROL', 'READ']);
    await send('PutObjectAcl', at('meta', { ACL: 'private' }));
    await web(url, {}, 403);
  });
}

async function keys() {
  for (const key of hostile) {
    await check(`key ${key}`, async () => {
      await send('PutObject', at('keys/' + key, { Body: key }));
      equal((await get('keys/' + key)).toString(), key);
      // The form that the documentation of CopyObject shows, and the one that most programs use.
      await send('CopyObject', at('copies/' + key, { CopySource: encodeURIComponent(`${Bucket}/keys/${key}`) }));
      equal((await get('copies/' + key)).toString(), key);
      await send('CopyObject', at('copies2/' + key, { CopySource: `/${Bucket}/keys/${key.split('/').map(encodeURIComponent).join('/')}` }));
      equal((await get('copies2/' + key)).toString(), key);
    });
  }
  const wanted = hostile.map((k) => 'keys/' + k).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  await check('keys are listed as they are, in pages', async () => {
    const all = await pages(sdk.paginateListObjectsV2({ client: s3, pageSize: 4 }, { Bucket, Prefix: 'keys/' }));
    equal(all.flatMap((p) => p.Contents.map((o) => o.Key)), wanted);
    equal(all.length, Math.ceil(wanted.length / 4));
  });
  await check('and with an encoding', async () => {
    const all = await pages(sdk.paginateListObjectsV2({ client: s3, pageSize: 4 }, { Bucket, Prefix: 'keys/', EncodingType: 'url' }));
    equal(all.flatMap((p) => p.Contents.map((o) => decodeURIComponent(o.Key.replaceAll('+', ' ')))), wanted);
  });
  await check('folders', async () => {
    const all = await pages(sdk.paginateListObjectsV2({ client: s3, pageSize: 1 }, { Bucket, Delimiter: '/' }));
    equal(all.flatMap((p) => (p.CommonPrefixes ?? []).map((c) => c.Prefix)), ['copies/', 'copies2/', 'keys/']);
  });
  await check('old listing', async () => {
    const listed = await send('ListObjects', { Bucket, Prefix: 'keys/', Delimiter: '/', MaxKeys: 3 });
    equal([listed.Contents.length, listed.IsTruncated, typeof listed.NextMarker], [3, true, 'string']);
  });
  await check('an empty listing', async () => equal((await send('ListObjectsV2', { Bucket, Prefix: 'nowhere/' })).KeyCount, 0));
  // In this header a plus is a space, and %2B the plus: github.com/aws/aws-cli/issues/614.
  await check('a copy source with a plus for the space', async () => {
    await send('CopyObject', at('spaced', { CopySource: `${Bucket}/keys/with+space` }));
    equal((await get('spaced')).toString(), 'with space');
  });
  await check('delete them all', async () => {
    const listed = await send('ListObjectsV2', { Bucket, Prefix: 'keys/' });
    const answer = await send('DeleteObjects', { Bucket, Delete: { Objects: [...listed.Contents.map(({ Key }) => ({ Key })), { Key: 'never was' }] } });
    equal([answer.Deleted.map((d) => d.Key).sort(), answer.Errors], [[...wanted, 'never was'].sort(), undefined]);
    equal((await send('ListObjectsV2', { Bucket, Prefix: 'keys/' })).KeyCount, 0);
  });
  await check('delete quietly', async () => {
    const answer = await send('DeleteObjects', { Bucket, Delete: { Quiet: true, Objects: hostile.map((k) => ({ Key: 'copies/' + k })) } });
    equal([answer.Deleted, answer.Errors], [undefined, undefined]);
  });
}

async function conditions() {
  const { ETag } = await send('PutObject', at('cond', { Body: '1' }));
  await check('put if nothing is there, but it is', () => refused(412, 'PreconditionFailed', send('PutObject', at('cond', { Body: '2', IfNoneMatch: '*' }))));
  await check('put if nothing is there', () => send('PutObject', at('cond new', { Body: '2', IfNoneMatch: '*' })));
  await check('put if unchanged, but it is', () => refused(412, 'PreconditionFailed', send('PutObject', at('cond', { Body: '2', IfMatch: md5('2') }))));
  await check('put over what is not there', () => refused(404, 'NoSuchKey', send('PutObject', at('cond missing', { Body: '2', IfMatch: md5('2') }))));
  await check('put if unchanged', () => send('PutObject', at('cond', { Body: '1', IfMatch: ETag })));
  await check('get if changed', () => refused(304, null, send('GetObject', at('cond', { IfNoneMatch: ETag }))));
  await check('get if changed since now', () => refused(304, null, send('GetObject', at('cond', { IfModifiedSince: new Date() }))));
  await check('get if another', () => refused(412, 'PreconditionFailed', send('GetObject', at('cond', { IfMatch: md5('2') }))));
  await check('copy if unchanged', () => send('CopyObject', at('cond copy', { CopySource: `${Bucket}/cond`, CopySourceIfMatch: ETag })));
  await check('copy if changed', () => refused(412, 'PreconditionFailed', send('CopyObject', at('cond copy', { CopySource: `${Bucket}/cond`, CopySourceIfNoneMatch: ETag }))));
  await check('delete if another', () => refused(412, 'PreconditionFailed', send('DeleteObject', at('cond', { IfMatch: md5('2') }))));
  await check('delete if unchanged', async () => {
    await send('DeleteObject', at('cond', { IfMatch: ETag }));
    await refused(404, null, send('HeadObject', at('cond')));
  });
  await check('8 race, one wins', async () => {
    const won = await Promise.allSettled([...Array(8).keys()].map((i) => send('PutObject', at('race', { Body: String(i), IfNoneMatch: '*' }))));
    equal(won.filter((w) => w.status === 'fulfilled').length, 1);
    equal((await get('race')).toString(), String(won.findIndex((w) => w.status === 'fulfilled')));
  });
}

async function multipart() {
  const chunks = (data) => Readable.from(Array.from({ length: Math.ceil(data.length / 100_000) }, (_, i) => data.subarray(i * 100_000, (i + 1) * 100_000)));
  const uploads = { 'of unknown length': large, 'smaller than a part': megabyte, 'of nothing': Buffer.alloc(0) };
  for (const [name, data] of Object.entries(uploads)) {
    await check(`upload a stream ${name}`, async () => {
      let loaded = 0;
      const through = new PassThrough();
      const upload = new Upload({ client: s3, params: at('uploaded', { Body: through, Metadata: { kind: name }, ContentType: 'text/x-interop' }) });
      upload.on('httpUploadProgress', (p) => { loaded = p.loaded; });
      chunks(data).pipe(through);
      const done = await upload.done();
      const head = await send('HeadObject', at('uploaded'));
      equal([head.ContentLength, head.Metadata, head.ContentType, head.ETag, loaded], [data.length, { kind: name }, 'text/x-interop', done.ETag, data.length]);
      equal(await get('uploaded'), data);
    });
  }
  for (const ChecksumAlgorithm of ['CRC32C', 'CRC64NVME', 'SHA256']) {
    await check(`upload with ${ChecksumAlgorithm}, in public, with tags`, async () => {
      await new Upload({ client: s3, params: at('uploaded', { Body: large, ACL: 'public-read', ChecksumAlgorithm, Tagging: 'a=1' }), tags: [{ Key: 'b', Value: '2' }] }).done();
      equal((await web(`${endpoint}/${Bucket}/uploaded`)).body, large);
      equal((await send('GetObjectTagging', at('uploaded'))).TagSet, [{ Key: 'b', Value: '2' }]);
      const of = await send('GetObjectAttributes', at('uploaded', { ObjectAttributes: ['ObjectParts', 'Checksum'] }));
      equal([of.ObjectParts.TotalPartsCount, of.Checksum.ChecksumType], [3, ChecksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE']);
      equal(await get('uploaded', { PartNumber: 2 }), large.subarray(5 << 20, 10 << 20));
      equal((await send('HeadObject', at('uploaded', { PartNumber: 3 }))).PartsCount, 3);
    });
  }
  await check('upload if nothing is there, but it is', () => refused(412, 'PreconditionFailed', new Upload({ client: s3, params: at('uploaded', { Body: large, IfNoneMatch: '*' }) }).done()));
  await check('an upload that is aborted leaves nothing', async () => {
    const upload = new Upload({ client: s3, params: at('aborted', { Body: new PassThrough() }) });
    setTimeout(() => upload.abort(), 50);
    await upload.done().then(() => { throw new Error('it was done'); }, (e) => equal(e.name, 'AbortError'));
    equal((await send('ListMultipartUploads', { Bucket })).Uploads, undefined);
  });
  await check('parts in pages, copied parts', async () => {
    const { UploadId } = await send('CreateMultipartUpload', at('parts'));
    const parts = [];
    for (let PartNumber = 1; PartNumber <= 2; PartNumber++) {
      const { CopyPartResult: r } = await send('UploadPartCopy', at('parts', { UploadId, PartNumber, CopySource: `${Bucket}/uploaded`, CopySourceRange: 'bytes=0-5242879' }));
      parts.push({ PartNumber, ETag: r.ETag, ChecksumCRC32: r.ChecksumCRC32 });
    }
    for (let PartNumber = 3; PartNumber <= 5; PartNumber++) {
      const r = await send('UploadPart', at('parts', { UploadId, PartNumber, Body: fs.createReadStream('file') }));
      parts.push({ PartNumber, ETag: r.ETag, ChecksumCRC32: r.ChecksumCRC32 });
    }
    for (const pageSize of [1, 2, 5, 1000]) {
      const all = await pages(sdk.paginateListParts({ client: s3, pageSize }, at('parts', { UploadId })));
      equal(all.flatMap((p) => (p.Parts ?? []).map((x) => x.PartNumber)), [1, 2, 3, 4, 5]);
    }
    await refused(400, 'EntityTooSmall', send('CompleteMultipartUpload', at('parts', { UploadId, MultipartUpload: { Parts: parts } })));
    await send('CompleteMultipartUpload', at('parts', { UploadId, MultipartUpload: { Parts: parts.slice(0, 3) } }));
    equal(await get('parts'), Buffer.concat([large.subarray(0, 5 << 20), large.subarray(0, 5 << 20), megabyte]));
    const attributes = await send('GetObjectAttributes', at('parts', { ObjectAttributes: ['ObjectParts'], MaxParts: 2 }));
    equal(attributes.ObjectParts.TotalPartsCount, 3);
  });
}

async function versions() {
  const V = 'js3-versions';
  await check('versions', async () => {
    await send('CreateBucket', { Bucket: V });
    await send('PutBucketVersioning', { Bucket: V, VersioningConfiguration: { Status: 'Enabled' } });
    const first = await send('PutObject', { Bucket: V, Key: 'k', Body: '1' });
    const second = await send('PutObject', { Bucket: V, Key: 'k', Body: '2' });
    const gone = await send('DeleteObject', { Bucket: V, Key: 'k' });
    equal(gone.DeleteMarker, true);
    await refused(404, 'NoSuchKey', send('GetObject', { Bucket: V, Key: 'k' }));
    equal(await (await send('GetObject', { Bucket: V, Key: 'k', VersionId: first.VersionId })).Body.transformToString(), '1');
    await send('CopyObject', { Bucket: V, Key: 'back', CopySource: `${V}/k?versionId=${first.VersionId}` });
    equal(await (await send('GetObject', { Bucket: V, Key: 'back' })).Body.transformToString(), '1');
    await refused(405, null, send('HeadObject', { Bucket: V, Key: 'k', VersionId: gone.VersionId }));
    const all = await send('ListObjectVersions', { Bucket: V, Prefix: 'k' });
    equal([all.Versions.map((v) => v.VersionId), all.DeleteMarkers.map((m) => m.IsLatest)], [[second.VersionId, first.VersionId], [true]]);
    const every = await send('ListObjectVersions', { Bucket: V });
    await send('DeleteObjects', { Bucket: V, Delete: { Objects: [...every.Versions, ...every.DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId })) } });
    await send('DeleteBucket', { Bucket: V });
  });
}

async function rules() {
  const both = async (what, put, get, gone) => check(what, async () => {
    await send(`Put${what}`, { Bucket, ...put });
    const answer = await send(`Get${what}`, { Bucket });
    equal(Object.fromEntries(Object.keys(get).map((k) => [k, answer[k]])), get);
    if (gone) await send(`Delete${gone}`, { Bucket });
  });
  const CORSRules = [{ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'PUT', 'POST'], AllowedHeaders: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 }];
  await both('BucketCors', { CORSConfiguration: { CORSRules } }, { CORSRules }, 'BucketCors');
  const TagSet = [{ Key: 'a', Value: 'b c' }];
  await both('BucketTagging', { Tagging: { TagSet } }, { TagSet }, 'BucketTagging');
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }] });
  await both('BucketPolicy', { Policy }, { Policy }, 'BucketPolicy');
  const Rules = [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 30 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }];
  await both('BucketLifecycleConfiguration', { LifecycleConfiguration: { Rules } }, { Rules }, 'BucketLifecycle');
}

async function hostStyle() {
  // A name instead of an address: the library then puts the Space into the host.
  const named = new sdk.S3Client({ ...config, endpoint: `http://localhost:${port}` });
  await check('host style', async () => {
    await send('PutObject', at('a b+c%', { Body: 'x' }), named);
    equal(await (await send('GetObject', at('a b+c%'), named)).Body.transformToString(), 'x');
    equal((await send('ListObjectsV2', { Bucket, Prefix: 'a b' }, named)).KeyCount, 1);
    await send('CopyObject', at('copied', { CopySource: encodeURIComponent(`${Bucket}/a b+c%`) }), named);
  });
}

async function ending() {
  await check('a Space that is not empty stays', () => refused(409, 'BucketNotEmpty', send('DeleteBucket', { Bucket })));
  await check('remove the Space', async () => {
    for (const page of await pages(sdk.paginateListObjectsV2({ client: s3 }, { Bucket }))) {
      await send('DeleteObjects', { Bucket, Delete: { Objects: page.Contents.map(({ Key }) => ({ Key })) } });
    }
    await send('DeleteBucket', { Bucket });
    await refused(404, null, send('HeadBucket', { Bucket }));
  });
}

for (const part of [spaces, bodies, keys, conditions, multipart, versions, rules, hostStyle, ending]) {
  try { await part(); } catch (e) { await check(part.name, () => { throw e; }); }
}
finish();
