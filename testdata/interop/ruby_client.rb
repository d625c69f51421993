#!/usr/bin/env ruby
# frozen_string_literal: true

# aws-sdk-ruby against `spaces serve`, as it comes. Prints one line a check, "ok NAME" or "FAIL NAME: why".
require 'aws-sdk-s3'
require 'digest'
require 'net/http'
require 'securerandom'
require 'stringio'

ENDPOINT = ENV.fetch('INTEROP_ENDPOINT')
SPACE = 'ruby-space'
OPTIONS = { endpoint: ENDPOINT, region: 'us-east-1', access_key_id: ENV.fetch('INTEROP_KEY'), secret_access_key: ENV.fetch('INTEROP_SECRET'), force_path_style: true }.freeze
HOSTILE = ['with space', 'plus+sign', 'per%cent', 'per%20cent', 'per%2Bcent', 'ünïcødé', "cafe\u0301 🪣", "quo'te", 'amp&eq=q', '#hash', 'what?versionId=x',
           'tilde~dash-dot.', 'semi;colon:@', 'dir with/sub dir/leaf', '(paren)[x]!*', 'back\\slash', '<xml>&amp;', 'a+b c%2B+d'].freeze

$failures = 0

def check(name)
  yield
  puts "ok #{name}"
rescue StandardError => e
  $failures += 1
  puts "FAIL #{name}: #{e.class}: #{e.message[0, 400].gsub(/\s+/, ' ')}"
end

# equal compares texts by their bytes: what comes from the net has no encoding.
def equal(got, want)
  got, want = got.b, want.b if want.is_a?(String)
  raise "got #{got.inspect[0, 200]}, want #{want.inspect[0, 200]}" unless got == want
end

# refused runs the block and expects this error of the service.
def refused(code)
  yield
  raise 'it was let through'
rescue Aws::S3::Errors::ServiceError => e
  raise "#{e.code}: #{e.message}" unless e.code == code
end

# web sends a request without credentials; a body goes with no type of its own.
def web(method, url, body: nil, headers: {}, status: 200)
  uri = URI(url)
  request = Net::HTTP.const_get(method).new(uri, headers)
  request.body = body if body
  request['Content-Type'] ||= '' if body
  answer = Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) }
  raise "#{method} got #{answer.code}, want #{status}: #{answer.body.to_s[0, 300]}" unless answer.code.to_i == status

  answer
end

s3 = Aws::S3::Client.new(OPTIONS)
space = Aws::S3::Resource.new(client: s3).bucket(SPACE)
large = Random.new(1).bytes(17 << 20)
File.binwrite('large', large)

check('make a Space') { space.create }
check('wait until it exists') { space.wait_until_exists(max_attempts: 2, delay: 1) }
check('it is listed') { equal(Aws::S3::Resource.new(client: s3).buckets.map(&:name).include?(SPACE), true) }
check('a wrong secret') { refused('SignatureDoesNotMatch') { Aws::S3::Client.new(**OPTIONS, secret_access_key: 'wrong').list_buckets } }
check('no such key') { refused('NoSuchKey') { s3.get_object(bucket: SPACE, key: 'missing') } }

{ 'a string' => 'grüße', 'nothing' => '', 'a stream' => StringIO.new('stream') }.each do |name, body|
  check("put #{name}") do
    want = body.is_a?(StringIO) ? body.string : body
    space.object('body').put(body: body, content_type: 'text/x-interop', metadata: { 'colour' => 'dark blue' }, tagging: 'a=1&b=two%20words')
    equal(space.object('body').get.body.read, want)
    head = s3.head_object(bucket: SPACE, key: 'body')
    equal([head.content_type, head.metadata, head.etag], ['text/x-interop', { 'colour' => 'dark blue' }, "\"#{Digest::MD5.hexdigest(want)}\""])
    equal(s3.get_object_tagging(bucket: SPACE, key: 'body').tag_set.map(&:value), ['1', 'two words'])
  end
end
%w[CRC32 SHA1 SHA256].each do |algorithm|
  check("#{algorithm} after the body") do
    s3.put_object(bucket: SPACE, key: 'sum', body: File.open('large'), checksum_algorithm: algorithm)
    equal(s3.get_object(bucket: SPACE, key: 'sum', checksum_mode: 'ENABLED').body.read.b == large, true)
  end
end
check('upload a file') do
  space.object('file').upload_file('large')
  space.object('file').download_file('back')
  equal(File.binread('back') == large, true)
end
check('upload a file in parts') do
  space.object('parts').upload_file('large', multipart_threshold: 5 << 20, acl: 'public-read', metadata: { 'kind' => 'large' })
  equal([space.object('parts').etag[-3..], space.object('parts').metadata], ['-4"', { 'kind' => 'large' }])
  equal(web('Get', space.object('parts').public_url).body.b == large, true)
  space.object('parts').download_file('back', mode: 'get_range', chunk_size: 5 << 20)
  equal(File.binread('back') == large, true)
end
check('upload a stream') do
  space.object('stream').upload_stream { |out| out << large }
  equal(space.object('stream').get.body.read.b == large, true)
end
check('copy in parts') do
  space.object('copied').copy_from(space.object('parts'), multipart_copy: true, content_length: large.bytesize)
  equal(space.object('copied').get.body.read.b == large, true)
end

HOSTILE.each do |key|
  check("key #{key}") do
    space.object("keys/#{key}").put(body: key)
    space.object("copies/#{key}").copy_from(space.object("keys/#{key}"))
    equal(space.object("copies/#{key}").get.body.read, key)
    space.object("copies/#{key}").copy_to(bucket: SPACE, key: "moved/#{key}")
    equal(web('Get', space.object("moved/#{key}").presigned_url(:get)).body, key)
    web('Put', space.object("links/#{key}").presigned_url(:put), body: key * 2)
    equal(space.object("links/#{key}").get.body.read, key * 2)
    space.object("links/#{key}").move_to(bucket: SPACE, key: "away/#{key}")
    equal([space.object("links/#{key}").exists?, space.object("away/#{key}").exists?], [false, true])
  end
end
check('keys are listed as they are') { equal(space.objects(prefix: 'keys/', max_keys: 5).map(&:key), HOSTILE.map { |k| "keys/#{k}" }.sort_by(&:b)) }
check('folders') { equal(s3.list_objects_v2(bucket: SPACE, delimiter: '/').common_prefixes.map(&:prefix), %w[away/ copies/ keys/ moved/]) }

check('a link with access and metadata') do
  web('Put', space.object('linked').presigned_url(:put, acl: 'public-read', metadata: { 'colour' => 'blue' }), body: 'x')
  equal(web('Get', space.object('linked').public_url).body, 'x')
  equal(space.object('linked').metadata, { 'colour' => 'blue' })
end
check('a link with other headers in the answer') do
  answer = web('Get', space.object('linked').presigned_url(:get, response_content_disposition: 'attachment; filename="a b+c.txt"'))
  equal(answer['content-disposition'], 'attachment; filename="a b+c.txt"')
end
check('a link that was changed') { web('Get', space.object('linked').presigned_url(:get).sub('linked?', 'file?'), status: 403) }
check('a link whose headers come with it') do
  url, headers = Aws::S3::Presigner.new(client: s3).presigned_request(:put_object, bucket: SPACE, key: 'linked', acl: 'private', tagging: 'a=1')
  web('Put', url, body: 'y', headers: headers)
  web('Get', space.object('linked').public_url, status: 403)
  equal(s3.get_object_tagging(bucket: SPACE, key: 'linked').tag_set.map(&:value), ['1'])
end
check('a form') do
  post = space.presigned_post(key: 'form/${filename}', content_type_starts_with: 'text/', content_length_range: 1..10, success_action_status: '201')
  send_form = lambda do |type, body, status|
    request = Net::HTTP::Post.new(post.url)
    fields = post.fields.merge('Content-Type' => type).map { |k, v| [k, v] }
    request.set_form(fields + [['file', StringIO.new(body), { filename: 'a b+ü.txt' }]], 'multipart/form-data')
    answer = Net::HTTP.start(URI(post.url).host, URI(post.url).port) { |http| http.request(request) }
    raise "#{answer.code}, want #{status}: #{answer.body}" unless answer.code.to_i == status
  end
  send_form.call('text/plain', 'hello', 201)
  equal(space.object('form/a b+ü.txt').get.body.read, 'hello')
  send_form.call('text/plain', 'hello, hello', 400)
  send_form.call('image/png', 'hello', 403)
end
check('a range, and conditions') do
  equal(space.object('file').get(range: 'bytes=10-19').body.read, large[10, 10])
  refused('PreconditionFailed') { space.object('file').get(if_match: '"0"') }
  refused('NotModified') { space.object('file').get(if_none_match: space.object('file').etag) }
end
check('host style') do
  named = Aws::S3::Client.new(**OPTIONS, endpoint: "http://localhost:#{ENV.fetch('INTEROP_PORT')}", force_path_style: false)
  # The system may not resolve NAME.localhost (RFC 6761), and so the link is sent to localhost under that name.
  url = URI(Aws::S3::Object.new(SPACE, 'keys/a+b c%2B+d', client: named).presigned_url(:get))
  answer = Net::HTTP.start('127.0.0.1', url.port) { |http| http.request(Net::HTTP::Get.new(url.request_uri, 'Host' => "#{url.host}:#{url.port}")) }
  equal([url.host, answer.code, answer.body], ["#{SPACE}.localhost", '200', 'a+b c%2B+d'])
end
check('versions') do
  other = Aws::S3::Resource.new(client: s3).create_bucket(bucket: 'ruby-versions')
  other.versioning.enable
  first = other.object('k').put(body: '1')
  other.object('k').put(body: '2')
  other.object('k').delete
  equal(other.object('k').version(first.version_id).get.body.read, '1')
  equal(other.object_versions.map(&:is_latest), [false, false, true]) # versions, then markers
  other.object_versions.batch_delete!
  other.delete
end
check('a Space that is not empty stays') { refused('BucketNotEmpty') { space.delete } }
check('remove the Space and all in it') do
  space.delete!
  space.wait_until_not_exists(max_attempts: 2, delay: 1)
end
exit($failures.zero? ? 0 : 1)
