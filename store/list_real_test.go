package store_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store"
	"spaces/store/storetest"
)

// TestListingsOfHostileKeysAreThoseOfThePlainSDK lists with another client, in pages of few keys, with and without folders.
func TestListingsOfHostileKeysAreThoseOfThePlainSDK(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	for i, key := range storetest.HostileKeys() {
		storetest.Put(t, f.Store, "media", key, fmt.Sprintf("%*d", i, i))
	}
	plain := s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &f.URL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(storetest.AccessKey, storetest.SecretKey, "")})
	for _, delimiter := range []string{"", "/"} {
		for _, prefix := range []string{"", "control/", "&amp;<"} {
			in := &s3.ListObjectsV2Input{Bucket: aws.String("media"), Prefix: &prefix, Delimiter: &delimiter, EncodingType: types.EncodingTypeUrl}
			out, err := plain.ListObjectsV2(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			var want []store.Entry
			for _, o := range out.Contents {
				want = append(want, store.Entry{Key: decoded(t, *o.Key), Size: *o.Size, Modified: *o.LastModified, ETag: (*o.ETag)[1 : len(*o.ETag)-1]})
			}
			for _, p := range out.CommonPrefixes {
				want = append(want, store.Entry{Key: decoded(t, *p.Prefix), Folder: true})
			}
			slices.SortFunc(want, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
			for _, most := range []int{0, 3} {
				r := store.ListRequest{Space: "media", Prefix: prefix, Delimiter: delimiter, Max: most}
				if got := everyPage(t, f.Store, r); !slices.Equal(got, want) {
					t.Errorf("prefix %q, delimiter %q, %d at once:\n got %+v\nwant %+v", prefix, delimiter, most, got, want)
				}
			}
		}
	}
}

func decoded(t *testing.T, key string) string {
	t.Helper()
	plain, err := url.QueryUnescape(key)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// everyPage lists to the end.
func everyPage(t *testing.T, s *store.Store, r store.ListRequest) (all []store.Entry) {
	t.Helper()
	for {
		page, err := s.List(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Entries...)
		if r.After = page.Next; !page.More {
			return all
		}
	}
}
