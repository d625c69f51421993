package store

import (
	"errors"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// rawPage is what both versions of the operation answer, without encoding-type=url.
type rawPage struct {
	entries []Entry // objects, and after them folders, each in the order of the answer
	encoded bool    // they were encoded
	more    bool
	token   string // of V2
	marker  string // of V1
	v1      bool
}

func rawOfV2(out *s3.ListObjectsV2Output) (rawPage, error) {
	if a, is := scannedIn(out.ResultMetadata); is {
		return a.page(false)
	}
	p := rawPage{encoded: out.EncodingType == types.EncodingTypeUrl, more: aws.ToBool(out.IsTruncated),
		token: aws.ToString(out.NextContinuationToken)}
	return p.with(out.Contents, out.CommonPrefixes)
}

func rawOfV1(out *s3.ListObjectsOutput) (rawPage, error) {
	if a, is := scannedIn(out.ResultMetadata); is {
		return a.page(true)
	}
	p := rawPage{encoded: out.EncodingType == types.EncodingTypeUrl, more: aws.ToBool(out.IsTruncated),
		marker: aws.ToString(out.NextMarker), v1: true}
	return p.with(out.Contents, out.CommonPrefixes)
}

// with gives a page the rows that the SDK has read, and undoes encoding-type=url.
func (p rawPage) with(objects []types.Object, prefixes []types.CommonPrefix) (_ rawPage, err error) {
	plain := func(s *string) (key string) {
		if err == nil {
			key, err = plainKey(aws.ToString(s), p.encoded)
		}
		return key
	}
	p.entries = make([]Entry, 0, len(objects)+len(prefixes))
	for i := range objects {
		o := &objects[i]
		p.entries = append(p.entries, Entry{Key: plain(o.Key), Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified),
			ETag: bareETag(o.ETag)})
	}
	for _, c := range prefixes {
		p.entries = append(p.entries, Entry{Key: plain(c.Prefix), Folder: true})
	}
	p.marker = plain(&p.marker)
	return p, err
}

// plainKey undoes encoding-type=url, where a space is "+".
func plainKey(key string, encoded bool) (string, error) {
	if !encoded {
		return key, nil
	}
	plain, err := url.QueryUnescape(key)
	if err != nil {
		return "", errBrokenEncoding
	}
	return plain, nil
}

var errBrokenEncoding = errors.New("the endpoint sent a key with broken percent-encoding")
