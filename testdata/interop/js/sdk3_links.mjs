// Signed links and forms of aws-sdk-js v3, used as a browser uses them: fetch, and nothing of the library.
import { accessKeyId, bytes, check, endpoint, equal, finish, form, hostile, port, put, require, secretAccessKey, web, webAt } from './lib.mjs';

const sdk = require('@aws-sdk/client-s3');
const { getSignedUrl } = require('@aws-sdk/s3-request-presigner');
const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');

const Bucket = 'js3-links';
const huge = Buffer.alloc(24 << 20);
const s3 = new sdk.S3Client({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
const send = (name, input) => s3.send(new sdk[name + 'Command'](input));
const sign = (name, Key, more = {}, options = {}, client = s3) => getSignedUrl(client, new sdk[name + 'Command']({ Bucket, Key, ...more }), options);
const head = (Key) => send('HeadObject', { Bucket, Key });
const text = async (Key) => (await send('GetObject', { Bucket, Key })).Body.transformToString();
const tags = async (Key) => (await send('GetObjectTagging', { Bucket, Key })).TagSet;
const open = (Key) => `${endpoint}/${Bucket}/${Key}`;

async function reading() {
  await send('CreateBucket', { Bucket });
  await send('PutObject', { Bucket, Key: 'small', Body: 'hello', ContentType: 'text/x-interop' });
  await check('get', async () => equal((await web(await sign('GetObject', 'small'))).body.toString(), 'hello'));
  await check('head', async () => equal((await web(await sign('HeadObject', 'small'), { method: 'HEAD' })).headers.get('content-length'), '5'));
  await check('head by a link of get', async () => web(await sign('GetObject', 'small'), { method: 'HEAD' }, 403));
  await check('get with other headers in the answer', async () => {
    const { headers } = await web(await sign('GetObject', 'small', {
      ResponseContentDisposition: `attachment; filename="ü a+b%.txt"; filename*=UTF-8''%C3%BC.txt`, ResponseContentType: 'text/html; charset=utf-8', ResponseCacheControl: 'no-store', ResponseContentLanguage: 'de', ResponseExpires: new Date(2e12),
    }));
    equal(['content-type', 'cache-control', 'content-language', 'expires'].map((h) => headers.get(h)), ['text/html; charset=utf-8', 'no-store', 'de', 'Wed, 18 May 2033 03:33:20 GMT']);
    equal(Buffer.from(headers.get('content-disposition'), 'latin1').toString(), `attachment; filename="ü a+b%.txt"; filename*=UTF-8''%C3%BC.txt`);
  });
  await check('get a range', async () => equal((await web(await sign('GetObject', 'small'), { headers: { range: 'bytes=1-2' } }, 206)).body.toString(), 'el'));
  await check('a range in the link', async () => equal((await web(await sign('GetObject', 'small', { Range: 'bytes=1-2' }), { headers: { range: 'bytes=1-2' } }, 206)).body.toString(), 'el'));
  await check('list', async () => equal(/<Key>small<\/Key>/.test((await web(await getSignedUrl(s3, new sdk.ListObjectsV2Command({ Bucket, Prefix: 'sm' })))).body.toString()), true));
  await check('a changed link', async () => web((await sign('GetObject', 'small')).replace('/small?', '/other?'), {}, 403));
  await check('one more parameter', async () => web((await sign('GetObject', 'small')) + '&response-content-type=text/html', {}, 403));
  await check('a link that has expired', async () => web(await sign('GetObject', 'small', {}, { signingDate: new Date(Date.now() - 3600e3), expiresIn: 60 }), {}, 403));
  await check('a link for a week', async () => web(await sign('GetObject', 'small', {}, { expiresIn: 604800 })));
  await check('a link in host style', async () => {
    const named = new sdk.S3Client({ endpoint: `http://localhost:${port}`, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
    equal((await webAt(await sign('GetObject', 'small', {}, {}, named))).body.toString(), 'hello');
  });
}

async function writing() {
  // The URL carries the CRC32 of no body, x-amz-checksum-crc32=AAAAAA==, which Amazon ignores: github.com/localstack/localstack/issues/12169.
  for (const [name, body] of Object.entries({ 'a text': 'grüße', 'a megabyte': bytes(1 << 20), 'nothing': '', 'a blob': new Blob(['blob'], { type: 'text/x-blob' }) })) {
    await check(`put ${name}`, async () => {
      equal((await put(await sign('PutObject', 'put'), body)).headers.get('etag')?.length, 34);
      equal((await web(await sign('GetObject', 'put'))).body, Buffer.from(await new Blob([body]).arrayBuffer()));
    });
  }
  await check('a type that is given when sent', async () => {
    await put(await sign('PutObject', 'put'), 'x', { 'content-type': 'image/png' });
    equal((await head('put')).ContentType, 'image/png');
  });
  await check('a type in the link, another sent', async () => {
    // Not signed unless asked for: what is sent counts.
    await put(await sign('PutObject', 'put', { ContentType: 'image/png' }), 'x', { 'content-type': 'image/gif' });
    equal((await head('put')).ContentType, 'image/gif');
  });
  await check('a type that is signed', async () => {
    const url = await sign('PutObject', 'put', { ContentType: 'image/png' }, { signableHeaders: new Set(['content-type']) });
    await put(url, 'x', { 'content-type': 'image/gif' }, 403);
    await put(url, 'x', { 'content-type': 'image/png' });
  });
  await check('a length that is signed', async () => {
    const url = await sign('PutObject', 'put', { ContentLength: 5 }, { signableHeaders: new Set(['content-length']) });
    await put(url, 'longer', {}, 403);
    await put(url, 'right');
  });
  await check('access and metadata in the link', async () => {
    await put(await sign('PutObject', 'hoisted', { ACL: 'public-read', Metadata: { colour: 'dark blue' } }), 'x');
    equal((await head('hoisted')).Metadata, { colour: 'dark blue' });
    await web(open('hoisted'));
  });
  await check('and sent again', async () => put(await sign('PutObject', 'hoisted', { ACL: 'public-read' }, { unhoistableHeaders: new Set(['x-amz-acl']) }), 'x', { 'x-amz-acl': 'public-read' }));
  await check('access that is signed and not sent', async () => put(await sign('PutObject', 'kept', { ACL: 'public-read' }, { unhoistableHeaders: new Set(['x-amz-acl']) }), 'x', {}, 403));
  await check('access that was not signed', async () => put(await sign('PutObject', 'kept'), 'x', { 'x-amz-acl': 'public-read' }, 403));
  await check('tags that are signed', async () => {
    await put(await sign('PutObject', 'tagged', { Tagging: 'a=1&b=two%20words' }, { unhoistableHeaders: new Set(['x-amz-tagging']) }), 'x', { 'x-amz-tagging': 'a=1&b=two%20words' });
    equal(await tags('tagged'), [{ Key: 'a', Value: '1' }, { Key: 'b', Value: 'two words' }]);
  });
  // In the query Amazon takes them and does nothing: github.com/aws/aws-sdk-js-v3/issues/3496.
  await check('tags in the link', async () => put(await sign('PutObject', 'put', { Tagging: 'a=1' }), 'x'));
  await check('a class and a checksum of the right body', async () => put(await sign('PutObject', 'put', { StorageClass: 'STANDARD', ChecksumAlgorithm: 'SHA256' }), 'x'));
  await check('encryption of the server, signed and sent', async () => put(await sign('PutObject', 'put', { ServerSideEncryption: 'AES256' }), 'x', { 'x-amz-server-side-encryption': 'AES256' }));
  await check('if nothing is there', async () => {
    const url = await sign('PutObject', 'once', { IfNoneMatch: '*' });
    await put(url, 'first', { 'if-none-match': '*' });
    await put(url, 'second', { 'if-none-match': '*' }, 412);
    await put(url, 'third', {}, 403);
    equal(await text('once'), 'first');
  });
  for (const key of hostile) {
    await check(`put and get ${key}`, async () => {
      await put(await sign('PutObject', 'keys/' + key), key);
      equal((await web(await sign('GetObject', 'keys/' + key))).body.toString(), key);
    });
  }
  await check('parts', async () => {
    const Key = 'parts', data = bytes(6 << 20);
    const { UploadId } = await send('CreateMultipartUpload', { Bucket, Key });
    const Parts = [];
    for (const [i, body] of [data.subarray(0, 5 << 20), data.subarray(5 << 20)].entries()) {
      const url = await sign('UploadPart', Key, { UploadId, PartNumber: i + 1 });
      Parts.push({ PartNumber: i + 1, ETag: (await put(url, body)).headers.get('etag') });
    }
    await send('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts } });
    equal((await web(await sign('GetObject', Key))).body, data);
  });
  // A program that is still sending when it is refused has to see why, and not a connection that breaks.
  await check('a large body that is refused', async () => {
    for (let i = 0; i < 5; i++) {
      await put(open('small'), huge, {}, 403);
      await put((await sign('PutObject', 'put')).replace(Bucket, 'missing-space'), huge, {}, 403);
      await put(await getSignedUrl(s3, new sdk.PutObjectCommand({ Bucket: 'missing-space', Key: 'put' })), huge, {}, 404);
    }
  });
  await check('delete', async () => {
    await web(await sign('DeleteObject', 'parts'), { method: 'DELETE' }, 204);
    await web(await sign('GetObject', 'parts'), {}, 404);
  });
}

async function forms() {
  const policy = (Key, more = {}) => createPresignedPost(s3, { Bucket, Key, ...more });
  await check('form', async () => {
    const { url, fields } = await policy('form/simple');
    const answer = await form(url, fields, 'hello', 204);
    equal([await text('form/simple'), answer.headers.get('etag')?.length], ['hello', 34]);
  });
  await check('form: the name of the file', async () => {
    const { url, fields } = await policy('form/${filename}');
    await form(url, fields, 'hello', 204, 'ü a+b.txt');
    equal(await text('form/ü a+b.txt'), 'hello');
  });
  const Conditions = [['content-length-range', 1, 10], ['starts-with', '$Content-Type', 'image/'], ['starts-with', '$x-amz-meta-tag', ''], { acl: 'public-read' }];
  const Fields = { acl: 'public-read', success_action_status: '201', 'x-amz-meta-colour': 'dark blue', tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>' };
  const more = { 'Content-Type': 'image/png', 'x-amz-meta-tag': 'anything' };
  await check('form: conditions that hold', async () => {
    const { url, fields } = await policy('form/full', { Conditions, Fields });
    const answer = await form(url, { ...fields, ...more }, 'image', 201);
    equal([/<Key>form\/full<\/Key>/.test(answer.body.toString()), /<PostResponse/.test(answer.body.toString())], [true, true]);
    const got = await head('form/full');
    equal([got.ContentType, got.Metadata, await tags('form/full')], ['image/png', { colour: 'dark blue', tag: 'anything' }, [{ Key: 'a', Value: '1' }]]);
    await web(open('form/full'));
  });
  const broken = {
    'too large': [400, {}, '12345678901', 'EntityTooLarge'],
    'too small': [400, {}, '', 'EntityTooSmall'],
    'another type': [403, { 'Content-Type': 'text/html' }, 'x', 'AccessDenied'],
    'another access': [403, { acl: 'public-read-write' }, 'x', 'AccessDenied'],
    'another key': [403, { key: 'form/other' }, 'x', 'AccessDenied'],
    'a field more': [403, { 'x-amz-meta-more': '1' }, 'x', 'AccessDenied'],
    'another policy': [403, { Policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64') }, 'x', 'SignatureDoesNotMatch'],
  };
  for (const [name, [status, changed, body, code]] of Object.entries(broken)) {
    await check(`form: ${name}`, async () => {
      const { url, fields } = await policy('form/broken', { Conditions, Fields });
      const answer = await form(url, { ...fields, ...more, ...changed }, body, status);
      equal(/<Code>(\w+)</.exec(answer.body.toString())?.[1], code);
      await web(await sign('GetObject', 'form/broken'), {}, 404);
    });
  }
  await check('form: far too large', async () => {
    const { url, fields } = await policy('form/broken', { Conditions, Fields });
    for (let i = 0; i < 5; i++) {
      await form(url, { ...fields, ...more }, huge, 400);
      await form(url, { ...fields, ...more, acl: 'private' }, huge, 403);
    }
  });
  await check('form: expired', async () => {
    const { url, fields } = await policy('form/broken', { Expires: -5 });
    await form(url, fields, 'x', 403);
  });
  await check('form: back to a page', async () => {
    const { url, fields } = await policy('form/back', { Fields: { success_action_redirect: 'http://127.0.0.1:1/done?a=b' } });
    const { headers } = await form(url, fields, 'x', 303, 'f', { redirect: 'manual' });
    const there = new URL(headers.get('location'));
    equal([there.origin + there.pathname, ...['a', 'bucket', 'key'].map((p) => there.searchParams.get(p)), /^"\w{32}"$/.test(there.searchParams.get('etag'))], ['http://127.0.0.1:1/done', 'b', Bucket, 'form/back', true]);
  });
  await check('form: what comes after the file is ignored', async () => {
    const { url, fields } = await policy('form/after');
    const data = new FormData();
    for (const [k, v] of Object.entries(fields)) data.append(k, v);
    data.append('file', new Blob(['hello']), 'f');
    data.append('submit', 'Send');
    await web(url, { method: 'POST', body: data }, 204);
    equal(await text('form/after'), 'hello');
  });
}

for (const part of [reading, writing, forms]) {
  try { await part(); } catch (e) { await check(part.name, () => { throw e; }); }
}
finish();
