package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"
)

// answering is a client whose every request is answered with a document.
func answering(document []byte, options ...func(*middleware.Stack) error) *s3.Client {
	return s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1"), UsePathStyle: true, Retryer: aws.NopRetryer{},
		Credentials: aws.AnonymousCredentials{}, APIOptions: options,
		HTTPClient: doer(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(document)), Request: r}, nil
		})})
}

// used is what of the SDK's answer this package uses.
func used(objects []types.Object, prefixes []types.CommonPrefix) ([]types.Object, []types.CommonPrefix) {
	for i, o := range objects {
		objects[i] = types.Object{Key: o.Key, ETag: o.ETag, Size: o.Size, LastModified: o.LastModified}
	}
	return objects, prefixes
}

// bySDK is how the SDK reads a document, in both versions of the operation.
func bySDK(document []byte, options ...func(*middleware.Stack) error) (a, v1 listAnswer, err error) {
	client, space := answering(document, options...), aws.String("media")
	out, err := client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: space})
	if err != nil {
		return a, v1, err
	}
	a = listAnswer{encoding: out.EncodingType, truncated: out.IsTruncated, token: out.NextContinuationToken}
	a.contents, a.prefixes = used(out.Contents, out.CommonPrefixes)
	old, err := client.ListObjects(context.Background(), &s3.ListObjectsInput{Bucket: space})
	if err != nil {
		return a, v1, err
	}
	v1 = listAnswer{encoding: old.EncodingType, truncated: old.IsTruncated, marker: old.NextMarker}
	v1.contents, v1.prefixes = used(old.Contents, old.CommonPrefixes)
	return a, v1, nil
}

// compare says whether the document was one for scanList, and that it was read in no other way than by the SDK.
func compare(t *testing.T, document []byte) bool {
	t.Helper()
	got, ok := scanList(document)
	if !ok {
		return false
	}
	want, old, err := bySDK(document)
	if err != nil {
		t.Fatalf("%q was read as %+v, and the SDK says %v", document, got, err)
	}
	v2, v1 := got, got
	v2.marker, v1.token = nil, nil
	if !reflect.DeepEqual(v2, want) {
		t.Fatalf("%q was read as %s, want %s", document, show(v2), show(want))
	}
	if !reflect.DeepEqual(v1, old) {
		t.Fatalf("%q was read as %s in version 1, want %s", document, show(v1), show(old))
	}
	return true
}

func show(a listAnswer) string {
	var b strings.Builder
	for _, o := range a.contents {
		fmt.Fprintf(&b, "%q %q %d %s; ", aws.ToString(o.Key), aws.ToString(o.ETag), aws.ToInt64(o.Size), aws.ToTime(o.LastModified))
	}
	for _, p := range a.prefixes {
		fmt.Fprintf(&b, "%q; ", aws.ToString(p.Prefix))
	}
	return fmt.Sprintf("%s%q %v %q %q", b.String(), a.encoding, aws.ToBool(a.truncated), aws.ToString(a.token), aws.ToString(a.marker))
}

// usualAnswers are the forms in which endpoints answer: AWS, Ceph's gateway, versitygw and Go's encoding/xml, this server.
var usualAnswers = []string{
	`<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name><Prefix></Prefix><NextContinuationToken>1a&amp;=</NextContinuationToken><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Contents><Key>a%2Fb+c</Key><LastModified>2026-11-03T10:00:01.000Z</LastModified><ETag>&quot;9e107d9d372bb6826bd81d3542a419d6&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>123</Size><StorageClass>STANDARD</StorageClass></Contents><Contents><Key>d</Key><LastModified>2024-02-29T23:59:59.5Z</LastModified><ETag>"x-2"</ETag><Size>0</Size></Contents><CommonPrefixes><Prefix>e%2F</Prefix></CommonPrefixes></ListBucketResult>`,
	`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name><Prefix>dir/</Prefix><Marker></Marker><NextMarker>dir/b</NextMarker><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated><Contents><Key>dir/ä&#x20ac;&lt;&#39;</Key><LastModified>2026-11-03T10:00:01Z</LastModified><ETag>&#34;abc&#34;</ETag><Size>9007199254740993</Size><StorageClass>STANDARD</StorageClass><Owner><ID>u</ID><DisplayName>U &amp; V</DisplayName></Owner><Type>Normal</Type></Contents><CommonPrefixes><Prefix>dir/x/</Prefix></CommonPrefixes></ListBucketResult>`,
	`<ListBucketResult>
  <IsTruncated>false</IsTruncated>
  <Contents>
    <ETag/>
    <Key> </Key>
    <Owner/>
  </Contents>
  <Name/>
</ListBucketResult>
`,
	`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`,
}

// oddAnswers are left to the SDK: it reads them, or says what is wrong with them.
var oddAnswers = []string{
	`<ListBucketResult><Contents><Key><![CDATA[a<b]]></Key></Contents></ListBucketResult>`,
	`<ListBucketResult><!-- x --><Contents><Key>a</Key></Contents></ListBucketResult>`,
	`<s:ListBucketResult xmlns:s="x"><s:Contents><s:Key>a</s:Key></s:Contents></s:ListBucketResult>`,
	`<ListBucketResult><contents><KEY>a</KEY></contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><Size>+1</Size></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><LastModified>2026-02-29T00:00:00Z</LastModified></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><LastModified>2026-11-03T10:00:01+01:00</LastModified></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a]]></Key></Contents></ListBucketResult>`,
	"<ListBucketResult><Contents><Key>a\rb</Key></Contents></ListBucketResult>",
	"<ListBucketResult><Contents><Key>a\x01b</Key></Contents></ListBucketResult>",
	"<ListBucketResult><Contents><Key>a\xffb</Key></Contents></ListBucketResult>",
	"<ListBucketResult><Contents><Key>a\ufffeb</Key></Contents></ListBucketResult>",
	`<ListBucketResult><Contents><Key>a&#x1;b</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a&nbsp;b</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key></Contents>`,
	`<ListBucketResult><IsTruncated>yes</IsTruncated></ListBucketResult>`,
	`<ListBucketResult><Contents/></ListBucketResult>`,
	`<ListBucketResult a="b" xmlns="c"></ListBucketResult>`,
	``,
}

func TestUsualListingsAreReadAsTheSDKReadsThem(t *testing.T) {
	for _, document := range usualAnswers {
		if !compare(t, []byte(document)) {
			t.Errorf("left to the SDK: %s", document)
		}
	}
}

func TestOddListingsAreLeftToTheSDK(t *testing.T) {
	for _, document := range oddAnswers {
		if _, ok := scanList([]byte(document)); ok {
			t.Errorf("was read: %q", document)
		}
		want, old, err := bySDK([]byte(document))
		got, v1, gotErr := bySDK([]byte(document), withListDecoder)
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(v1, old) || fmt.Sprint(gotErr) != fmt.Sprint(err) {
			t.Errorf("%q: %s, %v; want %s, %v", document, show(got), gotErr, show(want), err)
		}
	}
}

// TestMutatedListingsAreReadAsTheSDKReadsThem is a short run of the fuzz target from documents that are made here.
func TestMutatedListingsAreReadAsTheSDKReadsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	read := 0
	for i := range 3000 {
		document := madeListing(random)
		if i%2 == 0 {
			document = mutated(random, document)
		}
		if compare(t, document) {
			read++
		}
	}
	if read < 1000 {
		t.Errorf("only %d of 3000 were read", read)
	}
}

func FuzzListing(f *testing.F) {
	for _, document := range append(usualAnswers, oddAnswers...) {
		f.Add([]byte(document))
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		f.Add(madeListing(random))
	}
	f.Fuzz(func(t *testing.T, document []byte) { compare(t, document) })
}

// pieces that texts and documents are made of.
var pieces = strings.Split(`a,/,%2F,+,&amp;,&quot;,&#39;,&#x1F600;,&lt;,>,ä,]],é,😀, ,&#9;,&#xD;,"`, ",")

func madeListing(random *rand.Rand) []byte {
	var b strings.Builder
	text := func() string {
		var t strings.Builder
		for range random.IntN(6) {
			t.WriteString(pieces[random.IntN(len(pieces))])
		}
		return t.String()
	}
	b.WriteString(prologs[random.IntN(len(prologs))] + "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">")
	fmt.Fprintf(&b, "<Prefix>%s</Prefix><KeyCount>%d</KeyCount><IsTruncated>%v</IsTruncated>", text(), random.IntN(1000), random.IntN(2) == 0)
	for range random.IntN(4) {
		when := time.Unix(random.Int64N(4e9), random.Int64N(1e9)).UTC().Format([]string{"2006-01-02T15:04:05.000Z", time.RFC3339Nano}[random.IntN(2)])
		fmt.Fprintf(&b, "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size>", text(), when, text(), random.Int64N(1<<50))
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "<Owner><ID>%s</ID></Owner>\n<Type>Normal</Type>", text())
		}
		b.WriteString("</Contents>\n")
	}
	for range random.IntN(3) {
		fmt.Fprintf(&b, "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>", text())
	}
	fmt.Fprintf(&b, "<NextMarker>%s</NextMarker><NextContinuationToken>%s</NextContinuationToken></ListBucketResult>", text(), text())
	return []byte(b.String())
}

// mutated changes a document in a few places.
func mutated(random *rand.Rand, document []byte) []byte {
	for range 1 + random.IntN(3) {
		at, to := random.IntN(len(document)), random.IntN(len(document))
		switch random.IntN(4) {
		case 0:
			document[at] = "<>&;/\x00\r\xef]!?x"[random.IntN(12)]
		case 1:
			document = append(bytes.Clone(document[:at]), document[min(at+1+random.IntN(8), len(document)):]...)
		case 2:
			document = append(append(bytes.Clone(document[:at]), pieces[random.IntN(len(pieces))]...), document[at:]...)
		case 3:
			document = append(append(bytes.Clone(document[:at]), document[min(at, to):max(at, to)]...), document[at:]...)
		}
		if len(document) == 0 {
			return document
		}
	}
	return document
}
