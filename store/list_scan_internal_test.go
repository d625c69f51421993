package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"spaces/server/chance"
)

// answering is a client whose every request is answered with a document.
func answering(document []byte, options ...func(*middleware.Stack) error) *s3.Client {
	return s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1"), UsePathStyle: true, Retryer: aws.NopRetryer{},
		Credentials: aws.AnonymousCredentials{}, APIOptions: options,
		HTTPClient: doer(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(document)), Request: r}, nil
		})})
}

// understood is how a document is read, in both versions of the operation.
type understood struct {
	pages [2]rawPage
	errs  [2]string
}

func (r *understood) set(version int, p rawPage, err error) {
	if err != nil {
		r.errs[version] = err.Error()
		return
	}
	r.pages[version] = p
}

// bySDK is how the SDK reads a document.
func bySDK(document []byte, options ...func(*middleware.Stack) error) (r understood) {
	client, space := answering(document, options...), aws.String("media")
	if out, err := client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: space}); err != nil {
		r.set(0, rawPage{}, err)
	} else {
		p, err := rawOfV2(out)
		r.set(0, p, err)
	}
	if out, err := client.ListObjects(context.Background(), &s3.ListObjectsInput{Bucket: space}); err != nil {
		r.set(1, rawPage{}, err)
	} else {
		p, err := rawOfV1(out)
		r.set(1, p, err)
	}
	return r
}

// compare says whether the document was one for scanList, and that it was read in no other way than by the SDK.
func compare(t *testing.T, document []byte) bool {
	t.Helper()
	a, ok := scanList(document)
	if !ok {
		return false
	}
	var got understood
	for version := range 2 {
		p, err := a.page(version == 1)
		got.set(version, p, err)
	}
	if want := bySDK(document); !alike(got, want) {
		t.Fatalf("%q was read as\n%+v, want\n%+v", document, got, want)
	}
	return true
}

// alike compares readings; no rows are no rows, whatever they are in.
func alike(a, b understood) bool {
	for i := range a.pages {
		x, y := a.pages[i], b.pages[i]
		if !slices.Equal(x.entries, y.entries) {
			return false
		}
		x.entries, y.entries = nil, nil
		if !reflect.DeepEqual(x, y) || a.errs[i] != b.errs[i] {
			return false
		}
	}
	return true
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
	// encoded, and it is said last; folders between objects; what is not known; escapes of escapes; two of one kind
	`<ListBucketResult><Contents><Key>%C3%A4+%2b%2525&amp;&#x25;41</Key><ETag>W/"a&quot;</ETag><Shelf>3</Shelf><Key>%ff%00</Key></Contents><CommonPrefixes><Prefix>a/</Prefix><Prefix>%e2%82%ac/</Prefix></CommonPrefixes><Contents><Key/></Contents><NextMarker>b%2F</NextMarker><EncodingType>url</EncodingType></ListBucketResult>`,
	`<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>100%</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%2</Key></Contents><Contents><Key>%zz</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><EncodingType>url</EncodingType><NextMarker>%</NextMarker></ListBucketResult>`,
	`<ListBucketResult><EncodingType>URL</EncodingType><Contents><Key>a%2Fb+c</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><LastModified>0000-02-29T00:00:00Z</LastModified></Contents><Contents><Key>b</Key><LastModified>9999-12-31T23:59:59.999999999Z</LastModified></Contents></ListBucketResult>`,
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
	`<ListBucketResult><Contents><Key>a<b/>c</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a<!-- b -->c</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents xmlns="x"><Key>a</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key x="y">a</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents ><Key>a</Key></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><LastModified>2026-13-01T00:00:00Z</LastModified></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><LastModified>2026-11-03T24:00:00Z</LastModified></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><Size></Size></Contents></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key><RestoreStatus>b</RestoreStatus></Contents></ListBucketResult>`,
	`<ListBucketResult><Shelf><Contents><Key>a</Key></Contents></Shelf></ListBucketResult>`,
	"<ListBucketResult><Contents><Key>\ufdd0 \ufdef</Key></Contents></ListBucketResult>",
	`<!DOCTYPE x><ListBucketResult></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Key></Contents>` + "\x00" + `</ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a</Contents></Key></ListBucketResult>`,
	`<ListBucketResult><Contents><Key>a&amp</Key></Contents></ListBucketResult>`,
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
		want, got := bySDK([]byte(document)), bySDK([]byte(document), withListDecoder)
		if !alike(got, want) {
			t.Errorf("%q: %+v; want %+v", document, got, want)
		}
	}
}

// TestMutatedListingsAreReadAsTheSDKReadsThem is a short run of the fuzz target from documents that are made here.
func TestMutatedListingsAreReadAsTheSDKReadsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	read := 0
	rounds := chance.Rounds(600, 3000)
	for i := range rounds {
		document := madeListing(random)
		if i%2 == 0 {
			document = mutated(random, document)
		}
		if compare(t, document) {
			read++
		}
	}
	if read < rounds/3 {
		t.Errorf("only %d of %d were read", read, rounds)
	}
}

// TestListingsThatWereCutOffAreLeftToTheSDK cuts documents at each byte.
func TestListingsThatWereCutOffAreLeftToTheSDK(t *testing.T) {
	for _, document := range usualAnswers {
		whole := strings.TrimSpace(document)
		for i := range whole {
			if _, ok := scanList([]byte(whole[:i])); ok {
				t.Fatalf("was read: %q", whole[:i])
			}
		}
	}
}

// TestRowsOfAPageStayAsTheyAreWhenOthersAreRead looks for memory of one answer in the next.
func TestRowsOfAPageStayAsTheyAreWhenOthersAreRead(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	read := 0
	for range 200 {
		document := madeListing(random)
		a, ok := scanList(document)
		if !ok {
			continue
		}
		read++
		rows := slices.Clone(a.rows)
		for i := range rows {
			rows[i].Key, rows[i].ETag = strings.Clone(rows[i].Key), strings.Clone(rows[i].ETag)
		}
		for range 3 {
			scanList(madeListing(random))
		}
		clear(document)
		if !slices.Equal(a.rows, rows) {
			t.Fatalf("%+v became %+v", rows, a.rows)
		}
	}
	if read < 100 {
		t.Errorf("only %d of 200 were read", read)
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
var pieces = strings.Split(`a,/,%2F,%,%c3%A4,+,&amp;,&#37;,%FF,&quot;,&#39;,&#x1F600;,&lt;,>,ä,]],é,😀, ,&#9;,&#xD;,"`, ",")

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
	if random.IntN(2) == 0 {
		b.WriteString("<EncodingType>url</EncodingType>")
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
