package sigv4

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The examples of the S3 API reference, "Signature Calculations for the Authorization
// Header", with the signatures published there.
var examplesV4 = []struct{ name, head, body string }{
	{name: "get object", head: `
GET /test.txt HTTP/1.1
Host: examplebucket.s3.amazonaws.com
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
Range: bytes=0-9
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date: 20130524T000000Z`},
	{name: "put object", body: "Welcome to Amazon S3.", head: `
PUT /test$file.text HTTP/1.1
Host: examplebucket.s3.amazonaws.com
Content-Length: 21
Date: Fri, 24 May 2013 00:00:00 GMT
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd
x-amz-date: 20130524T000000Z
x-amz-storage-class: REDUCED_REDUNDANCY
x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072`},
	{name: "get bucket lifecycle", head: `
GET /?lifecycle HTTP/1.1
Host: examplebucket.s3.amazonaws.com
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543
x-amz-date: 20130524T000000Z
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`},
	{name: "list objects", head: `
GET /?max-keys=2&prefix=J HTTP/1.1
Host: examplebucket.s3.amazonaws.com
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7
x-amz-date: 20130524T000000Z
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`},
	{name: "presigned get", head: `
GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 HTTP/1.1
Host: examplebucket.s3.amazonaws.com`},
}

func TestPublishedV4ExamplesVerify(t *testing.T) {
	for _, x := range examplesV4 {
		t.Run(x.name, func(t *testing.T) {
			r := received(t, x.head, x.body)
			id := mustVerify(t, verifierAt(exampleTime.Add(time.Minute)), r)
			if id.AccessKey != exampleKey || id.Anonymous || id.V2 || id.Region != region {
				t.Errorf("identity is %+v", id)
			}
			if id.Presigned != (x.name == "presigned get") {
				t.Errorf("presigned is %v", id.Presigned)
			}
			if x.body == "" {
				return
			}
			b, err := id.Body(read(r))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(b); err != nil || string(got) != x.body {
				t.Errorf("read %q, %v", got, err)
			}
		})
	}
}

func TestOneChangedCharacterBreaksEveryPublishedExample(t *testing.T) {
	for _, x := range examplesV4 {
		for _, change := range [][2]string{{"GET ", "HEAD "}, {"PUT ", "POST "}, {".txt", ".tyt"}, {"lifecycle", "policy"},
			{"prefix=J", "prefix=K"}, {"bytes=0-9", "bytes=0-8"}, {"REDUCED", "INDUCED"}, {"Host: e", "Host: f"},
			{"20130524T000000Z", "20130524T000001Z"}, {"Expires=86400", "Expires=86401"}} {
			head := strings.Replace(x.head, change[0], change[1], 1)
			if head == x.head {
				continue
			}
			_, err := verifierAt(exampleTime).Verify(read(received(t, head, x.body)), "")
			t.Run(x.name+" "+change[1], func(t *testing.T) { wantError(t, err, "SignatureDoesNotMatch", 403) })
		}
	}
}

const streamHead = `
PUT /examplebucket/chunkObject.txt HTTP/1.1
Host: s3.amazonaws.com
x-amz-date: 20130524T000000Z
x-amz-storage-class: REDUCED_REDUNDANCY
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9
x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD
Content-Encoding: aws-chunked
x-amz-decoded-content-length: 66560
Content-Length: 66824`

const trailerHead = `
PUT /examplebucket/chunkObject.txt HTTP/1.1
Host: s3.amazonaws.com
x-amz-date: 20130524T000000Z
x-amz-storage-class: REDUCED_REDUNDANCY
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e
x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
Content-Encoding: aws-chunked
x-amz-decoded-content-length: 66560
x-amz-trailer: x-amz-checksum-crc32c
Content-Length: `

// exampleChunks frames 66560 bytes "a" with the three signatures of an example.
func exampleChunks(first, second, last, after string) string {
	return "10000;chunk-signature=" + first + "\r\n" + strings.Repeat("a", 65536) + "\r\n" +
		"400;chunk-signature=" + second + "\r\n" + strings.Repeat("a", 1024) + "\r\n" +
		"0;chunk-signature=" + last + "\r\n" + after
}

var streamBody = exampleChunks("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
	"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
	"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", "\r\n")

// trailerBody is the trailer example with its line ends written as eol.
func trailerBody(eol string) string {
	return exampleChunks("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
		"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
		"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
		"x-amz-checksum-crc32c:sOO8/Q=="+eol+
			"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n")
}

func TestPublishedStreamExampleDecodes(t *testing.T) {
	r := received(t, streamHead, streamBody)
	got, b := readAll(t, verifierAt(exampleTime), r)
	if got != strings.Repeat("a", 66560) || b.Size() != 66560 || b.Trailer() != nil {
		t.Errorf("read %d bytes, size %d, trailer %v", len(got), b.Size(), b.Trailer())
	}
}

func TestPublishedTrailerExampleDecodesWithBothLineEnds(t *testing.T) {
	for _, eol := range []string{"\r\n", "\n\r\n"} {
		body := trailerBody(eol)
		r := received(t, trailerHead+itoa(len(body)), body)
		got, b := readAll(t, verifierAt(exampleTime), r)
		if got != strings.Repeat("a", 66560) || b.Trailer().Get("x-amz-checksum-crc32c") != "sOO8/Q==" {
			t.Errorf("line end %q: read %d bytes, trailer %v", eol, len(got), b.Trailer())
		}
	}
}

func TestChunkWriterMakesThePublishedExamples(t *testing.T) {
	data := bytes.Repeat([]byte("a"), 66560)
	for _, x := range []struct {
		head, body string
		mode       Payload
		trailer    http.Header
	}{
		{streamHead, streamBody, PayloadStreamSigned, nil},
		{trailerHead + itoa(len(trailerBody("\r\n"))), trailerBody("\r\n"), PayloadStreamSignedTrailer,
			http.Header{"X-Amz-Checksum-Crc32c": {"sOO8/Q=="}}},
	} {
		id := mustVerify(t, verifierAt(exampleTime), received(t, x.head, x.body))
		var out bytes.Buffer
		w := NewChunkWriter(&out, x.mode, id.seed, 65536)
		w.Write(data)
		if err := w.Close(x.trailer); err != nil {
			t.Fatal(err)
		}
		if out.String() != x.body {
			t.Errorf("mode %v: not the published body", x.mode)
		}
	}
}

// The examples of "Signing and authenticating REST requests" (V2). Space is the one that the
// host names.
var examplesV2 = []struct{ name, space, head string }{
	{"object get", "johnsmith", `
GET /photos/puppy.jpg HTTP/1.1
Host: johnsmith.s3.amazonaws.com
Date: Tue, 27 Mar 2007 19:36:42 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:bWq2s1WEIj+Ydj0vQ697zp+IXMU=`},
	{"object put", "johnsmith", `
PUT /photos/puppy.jpg HTTP/1.1
Content-Type: image/jpeg
Content-Length: 94328
Host: johnsmith.s3.amazonaws.com
Date: Tue, 27 Mar 2007 21:15:45 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:MyyxeRY7whkBe+bq8fHCL/2kKUg=`},
	{"list", "johnsmith", `
GET /?prefix=photos&max-keys=50&marker=puppy HTTP/1.1
User-Agent: Mozilla/5.0
Host: johnsmith.s3.amazonaws.com
Date: Tue, 27 Mar 2007 19:42:41 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:htDYFYduRNen8P9ZfE/s9SuKy0U=`},
	{"fetch acl", "johnsmith", `
GET /?acl HTTP/1.1
Host: johnsmith.s3.amazonaws.com
Date: Tue, 27 Mar 2007 19:44:46 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:c2WLPFtWHVgbEmeEG93a4cG37dM=`},
	{"delete", "", `
DELETE /johnsmith/photos/puppy.jpg HTTP/1.1
User-Agent: dotnet
Host: s3.amazonaws.com
Date: Tue, 27 Mar 2007 21:20:27 +0000
x-amz-date: Tue, 27 Mar 2007 21:20:26 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:R4dJ53KECjStyBO5iTBJZ4XVOaI=`},
	{"upload", "static.johnsmith.net", `
PUT /db-backup.dat.gz HTTP/1.1
User-Agent: curl/7.15.5
Host: static.johnsmith.net:8080
Date: Tue, 27 Mar 2007 21:06:08 +0000
x-amz-acl: public-read
content-type: application/x-download
Content-MD5: 4gJE4saaMU4BqNR0kLY+lw==
X-Amz-Meta-ReviewedBy: joe@johnsmith.net
X-Amz-Meta-ReviewedBy: jane@johnsmith.net
X-Amz-Meta-FileChecksum: 0x02661779
X-Amz-Meta-ChecksumAlgorithm: crc32
Content-Disposition: attachment; filename=database.dat
Content-Encoding: gzip
Content-Length: 5913339
Authorization: AWS AKIAIOSFODNN7EXAMPLE:ilyl83RwaSoYIEdixDQcA4OnAnc=`},
	{"list all buckets", "", `
GET / HTTP/1.1
Host: s3.amazonaws.com
Date: Wed, 28 Mar 2007 01:29:59 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:qGdzdERIC03wnaRNKh6OqZehG9s=`},
	{"unicode keys", "", `
GET /dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re HTTP/1.1
Host: s3.amazonaws.com
Date: Wed, 28 Mar 2007 01:49:49 +0000
Authorization: AWS AKIAIOSFODNN7EXAMPLE:DNEZGsoieTZ92F3bUfSPQcbGmlM=`},
	{"query", "johnsmith", `
GET /photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620 HTTP/1.1
Host: johnsmith.s3.amazonaws.com`},
}

func TestPublishedV2ExamplesVerify(t *testing.T) {
	v := verifierAt(time.Date(2007, 3, 27, 21, 0, 0, 0, time.UTC))
	v.MaxSkew = 24 * time.Hour
	for _, x := range examplesV2 {
		t.Run(x.name, func(t *testing.T) {
			id, err := v.Verify(read(received(t, x.head, "")), x.space)
			if err != nil {
				t.Fatal(err)
			}
			if id.AccessKey != exampleKey || !id.V2 || id.Anonymous || id.Presigned != (x.name == "query") {
				t.Errorf("identity is %+v", id)
			}
			_, err = v.Verify(read(received(t, x.head, "")), x.space+"x")
			wantError(t, err, "SignatureDoesNotMatch", 403)
		})
	}
}
